import type { Owner } from '../../sharing/model.ts';
import type { PushStatus } from '../store.ts';
import type { Statements } from './statements.ts';

interface PushRow {
  readonly id: string;
  readonly root: string;
  readonly collection: string;
  readonly owner: string;
  readonly requested: number;
  readonly total: number;
  readonly completed: number | null;
}

/** The lines of one commit by what became of their objects: how many, and as JSON texts joined by commas. */
interface PartRow {
  readonly successes: number;
  readonly failures: number;
  readonly pendings: number;
  readonly successes_json: string;
  readonly failures_json: string;
  readonly pendings_json: string;
}

/** To be called in a read transaction, so that the counts add up. */
export function readPushStatus(sql: Statements, id: string): PushStatus | undefined {
  const push = sql
    .rows<PushRow>('SELECT id, root, collection, owner, requested, total, completed FROM push WHERE id = ?')
    .get(id);
  if (push === undefined) return undefined;
  const parts = sql
    .rows<PartRow>(
      `SELECT successes, failures, pendings, successes_json, failures_json, pendings_json
       FROM push_part WHERE push = ? ORDER BY part`,
    )
    .all(id);
  const list = (name: 'successes' | 'failures' | 'pendings'): PushStatus['successes'] => {
    const some = parts.filter((part) => part[name] > 0);
    return {
      count: some.reduce((sum, part) => sum + part[name], 0),
      json: some.map((part) => part[`${name}_json`]).join(','),
    };
  };
  const { root, collection, requested, total } = push;
  return {
    id,
    root,
    collection,
    owner: JSON.parse(push.owner) as Owner,
    requested,
    complete: push.completed !== null,
    total,
    successes: list('successes'),
    failures: list('failures'),
    pendings: list('pendings'),
  };
}

export function countPendingPushes(sql: Statements): number {
  const count = sql.values<number>('SELECT count(*) FROM push INDEXED BY push_pending WHERE completed IS NULL');
  return count.get() as number;
}
