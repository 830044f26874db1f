import { AppError } from '../../errors.ts';
import type { Micros } from '../../time.ts';
import type { Recall, RecalledFrom } from '../recalls.ts';
import type { Statements } from './statements.ts';

interface RecallRow {
  readonly num: number;
  readonly object: string;
  readonly reason: string;
  readonly recalled_by: string;
  readonly recalled_at: Micros;
  readonly done_at: Micros | null;
  readonly undo_reason: string | null;
  readonly undone_by: string | null;
  readonly undone_at: Micros | null;
}

/** A recall with its number. */
export interface NumberedRecall extends Recall {
  readonly num: number;
}

/** Since when objects have been recalled. While nothing is, that costs one question a commit. */
export function recalledSince(sql: Statements): (object: string) => Micros | undefined {
  const any = sql
    .values<number>("SELECT 1 FROM recall INDEXED BY recall_in_force WHERE object > '' AND undone_at IS NULL LIMIT 1")
    .get();
  if (any === undefined) return () => undefined;
  const since = sql.values<Micros>(
    'SELECT recalled_at FROM recall INDEXED BY recall_in_force WHERE object = ? AND undone_at IS NULL',
  );
  return (object) => since.get(object);
}

/** The latest first. */
export function readRecalls(sql: Statements): Recall[] {
  const rows = sql.rows<RecallRow>('SELECT * FROM recall ORDER BY num DESC').all();
  return rows.map((row) => withoutNumber(recallOf(sql, row)));
}

export function recallInForce(sql: Statements, object: string): NumberedRecall | undefined {
  const row = sql
    .rows<RecallRow>('SELECT * FROM recall INDEXED BY recall_in_force WHERE object = ? AND undone_at IS NULL')
    .get(object);
  return row && recallOf(sql, row);
}

/** @throws {AppError} not-found */
export function demandRecall(sql: Statements, object: string): NumberedRecall {
  const recall = recallInForce(sql, object);
  if (recall === undefined) throw new AppError('not-found', { description: `${object} is not recalled.` });
  return recall;
}

/** An object of which something may be left. */
export function unfinishedRecall(sql: Statements): string | undefined {
  return sql
    .values<string>(
      'SELECT object FROM recall INDEXED BY recall_under_way WHERE num > 0 AND undone_at IS NULL AND done_at IS NULL LIMIT 1',
    )
    .get();
}

export function withoutNumber({ num: _, ...recall }: NumberedRecall): Recall {
  return recall;
}

function recallOf(sql: Statements, row: RecallRow): NumberedRecall {
  const { num, object, reason, recalled_by: by, recalled_at: at, done_at, undone_at, undo_reason, undone_by } = row;
  const collections = sql
    .rows<{ collection: string; revoked: string | null; versions: number; removed: number }>(
      'SELECT collection, revoked, versions, removed FROM recall_collection WHERE recall = ? ORDER BY collection',
    )
    .all(num)
    .map(
      ({ collection, revoked, versions, removed }): RecalledFrom => ({
        collection,
        ...(revoked === null ? {} : { revoked }),
        versions,
        removed,
      }),
    );
  return {
    num,
    object,
    reason,
    by,
    at,
    ...(done_at === null ? {} : { done: done_at }),
    ...(undone_at === null ? {} : { undone: { at: undone_at, reason: undo_reason ?? '', by: undone_by ?? '' } }),
    collections,
  };
}
