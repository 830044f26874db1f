import { AppError } from '../../errors.ts';
import type { Micros } from '../../time.ts';
import type { FollowerState } from '../followers.ts';
import type { Faults, Progress } from './check.ts';
import type { Sqlite } from './connection.ts';
import { FOLLOWERS } from './follower-list.ts';
import { readPart } from './follower-rows.ts';
import type { Statements } from './statements.ts';

/**
 * Keeps tables that are derived from the rows of object. Numbers of rows are never given twice, so they are good keys: a
 * row that is named as removed and was never applied is simply not there.
 *
 * A new row may change what its object's other versions are (the last one no longer the last, another class that governs),
 * and so may a removal: whoever depends on that looks at the object as it stands now, not as it stood.
 */
export interface Follower {
  readonly name: string;
  /** Raised whenever the tables, or what stands in them, are defined anew: then they are built again. */
  readonly version: number;
  /** Names of its tables. */
  readonly tables: readonly string[];
  /** Statements that make them. */
  readonly schema: readonly string[];
  /** Called in a write transaction with a part of what came and went; all of it comes once and in order. */
  apply(sql: Statements, rows: FollowedRows): void;
  /** Every difference between its tables and what they should hold. Called in a read transaction. */
  check(sql: Statements, faults: Faults, progress: Progress): void;
}

export interface FollowedRows {
  /** Ascending by number; what is gone again is not among them. */
  readonly added: readonly FollowedRow[];
  readonly removed: readonly ObjectRow[];
}

/** A row of object by its number, with the number of its collection and its STIX id. */
export interface ObjectRow {
  readonly num: number;
  readonly collection: number;
  readonly id: string;
}

export interface FollowedRow extends ObjectRow {
  readonly dateAdded: Micros;
  readonly type: string;
  /** As in `facet.selectors`, when the row was read. */
  readonly selectors: number;
  /** As in `facet.marking`, when the row was read. */
  readonly marking: number;
  readonly source: number;
  readonly json: string;
}

/** Drives all followers on the connection that writes. */
export interface FollowerRunner {
  /** Asked outside of a transaction, since mostly there is nothing to do. */
  isDue(): boolean;
  /** Works for a moment. To be called in a write transaction. @returns whether there is more to do */
  step(): boolean;
  /** Rows that go without a removal record. To be called in the transaction that deletes them. */
  forget(rows: readonly ObjectRow[]): void;
  /** To be called in a write transaction. @throws {AppError} not-found */
  rebuild(name: string): void;
}

interface Checkpoint {
  readonly added: number;
  readonly removed: number;
}

/** A step ends after so many rows or milliseconds: a push that comes meanwhile waits for its end. */
const STEP_ROWS = 1000;
const STEP_MS = 15;
const CHECKPOINT = 'SELECT added, removed FROM follower WHERE name = ? AND version = ?';
const LAST_ADDED = 'SELECT coalesce(max(num), 0) FROM object';
const LAST_REMOVED = 'SELECT coalesce(max(num), 0) FROM removal';

export function followerRunner(db: Sqlite, sql: Statements, followers = FOLLOWERS): FollowerRunner {
  const checkpointOf = ({ name, version }: Follower): Checkpoint | undefined =>
    sql.rows<Checkpoint>(CHECKPOINT).get(name, version);
  const isBehind = (follower: Follower): boolean => {
    const checkpoint = checkpointOf(follower);
    if (checkpoint === undefined) return true;
    const last = (text: string): number => sql.values<number>(text).get() as number;
    return checkpoint.added < last(LAST_ADDED) || checkpoint.removed < last(LAST_REMOVED);
  };
  /** What was removed until now is not there to be added either. */
  const begin = ({ name, version, tables, schema }: Follower): Checkpoint => {
    for (const table of tables) db.exec(`DROP TABLE IF EXISTS ${table}`);
    for (const statement of schema) db.exec(statement);
    const removed = sql.values<number>(LAST_REMOVED).get() as number;
    sql.rows('INSERT OR REPLACE INTO follower VALUES (?, ?, 0, ?)').run(name, version, removed);
    return { added: 0, removed };
  };
  const advance = (follower: Follower, end: number): boolean => {
    let { added, removed } = checkpointOf(follower) ?? begin(follower);
    let rows = 0;
    let more = true;
    while (more && rows < STEP_ROWS && performance.now() < end) {
      const part = readPart(sql, added, removed);
      follower.apply(sql, part);
      added = part.added.at(-1)?.num ?? added;
      removed = part.removed.at(-1)?.removal ?? removed;
      rows += part.added.length + part.removed.length;
      more = part.more;
    }
    if (rows > 0)
      sql.rows('UPDATE follower SET added = ?, removed = ? WHERE name = ?').run(added, removed, follower.name);
    return more;
  };
  return {
    isDue: () => followers.some(isBehind),
    step() {
      const due = followers.filter(isBehind);
      const share = STEP_MS / due.length;
      return due.map((follower) => advance(follower, performance.now() + share)).includes(true);
    },
    forget(removed) {
      for (const follower of followers) if (checkpointOf(follower)) follower.apply(sql, { added: [], removed });
    },
    rebuild(name) {
      if (!followers.some((follower) => follower.name === name))
        throw new AppError('not-found', {
          description: `Nothing is kept under the name "${name}". There is: ${followers.map((one) => one.name).join(', ')}.`,
        });
      sql.rows('DELETE FROM follower WHERE name = ?').run(name);
    },
  };
}

/** To be called in a read transaction. */
export function readFollowers(sql: Statements, followers = FOLLOWERS): readonly FollowerState[] {
  return followers.map(({ name, version }) => {
    const { added, removed } = sql.rows<Checkpoint>(CHECKPOINT).get(name, version) ?? { added: 0, removed: 0 };
    const last = (text: string): number => sql.values<number>(text).get() as number;
    return { name, behind: Math.max(0, last(LAST_ADDED) - added) + Math.max(0, last(LAST_REMOVED) - removed) };
  });
}

/** Whether a follower knows of everything; only then what it holds must be what follows from the objects. */
export function isCurrent(sql: Statements, { name, version }: Follower): boolean {
  const checkpoint = sql.rows<Checkpoint>(CHECKPOINT).get(name, version);
  return (
    checkpoint !== undefined &&
    checkpoint.added >= (sql.values<number>(LAST_ADDED).get() as number) &&
    checkpoint.removed >= (sql.values<number>(LAST_REMOVED).get() as number)
  );
}

/** To be called in a read transaction. @param progress how far the check of a follower, by its place, has come */
export function checkFollowers(
  sql: Statements,
  faults: Faults,
  followers: readonly Follower[],
  progress: (follower: number, done: number, total: number) => void,
): void {
  const total = sql.values<number>('SELECT count(*) FROM object').get() as number;
  for (const [i, follower] of followers.entries()) {
    if (isCurrent(sql, follower)) follower.check(sql, faults, (done) => progress(i, done, total));
    progress(i, total, total);
  }
}
