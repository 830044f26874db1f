import { ChainCheck } from '../../ledger/chain.ts';
import { checkObjects } from './check-objects.ts';
import type { Facet } from './facets.ts';
import { FOLLOWERS } from './follower-list.ts';
import { checkFollowers } from './followers.ts';
import { iterateLedger } from './ledger-reader.ts';
import { readLedgerHead } from './ledger-writer.ts';
import type { Statements } from './statements.ts';

/** Called with how many rows are done, of how many. */
export type Progress = (done: number, total: number) => void;

/** Faults beyond this many are counted, not named. */
const MAX_FAULTS = 1000;

/** Collects faults in words for an operator. */
export interface Faults {
  add(fault: string): void;
}

/**
 * Every fault of the database itself and of what this program derives in it. To be called in a read transaction.
 */
export function checkDatabase(sql: Statements, progress: Progress): readonly string[] {
  const found: string[] = [];
  let more = 0;
  const faults: Faults = {
    add(fault) {
      if (found.length < MAX_FAULTS) found.push(fault);
      else more += 1;
    },
  };
  for (const line of sql.values<string>('PRAGMA integrity_check').all())
    if (line !== 'ok') faults.add(`SQLite: ${line}`);
  const phases = 1 + FOLLOWERS.length;
  checkObjects(sql, faults, (done, total) => progress(done, phases * total));
  checkCounts(sql, faults);
  checkCollections(sql, faults);
  checkPushes(sql, faults);
  checkFollowers(sql, faults, FOLLOWERS, (follower, done, total) =>
    progress((1 + follower) * total + done, phases * total),
  );
  checkLedger(sql, faults);
  return more === 0 ? found : [...found, `And ${more} faults more.`];
}

/** Facets and key entries against the rows that they stand for. */
function checkCounts(sql: Statements, faults: Faults): void {
  const facets = sql.rows<Facet & { versions: number; counted: number }>(
    `SELECT f.num, f.type, f.versions, (SELECT count(*) FROM object INDEXED BY object_by_facet WHERE facet = f.num) AS counted
     FROM facet f JOIN collection c ON c.num = f.collection WHERE c.id IS NOT NULL`,
  );
  for (const { num, type, versions, counted } of facets.all())
    if (versions !== counted) faults.add(`Facet ${num} (${type}) counts ${versions} versions, there are ${counted}.`);
  const count = (what: string): number => sql.values<number>(`SELECT ${what}`).get() as number;
  const recent = count('count(*) FROM key_recent');
  const expected = count('2 * count(*) + count(content) FROM object');
  const entries = recent + count('count(*) FROM key_settled');
  if (entries !== expected) faults.add(`There are ${entries} entries of keys instead of ${expected}.`);
  const last = count('coalesce(max(num), 0) FROM object');
  const given = count('last_num FROM hub_state');
  if (last > given) faults.add(`Row ${last} of the objects has a number above ${given}, the last one given.`);
  const noted = count('key_count FROM hub_state');
  if (recent !== noted) faults.add(`There are ${recent} recent entries of keys, ${noted} are noted.`);
}

function checkCollections(sql: Statements, faults: Faults): void {
  const listed = new Set(sql.values<string>(`SELECT name FROM entity WHERE kind = 'collection'`).all());
  const collections = sql.rows<{
    id: string;
    clock: number;
    removed: number;
    last: number;
    gone: number;
    lastGone: number;
  }>(
    `SELECT id, clock, removed,
       coalesce((SELECT max(date_added) FROM object WHERE collection = c.num), 0) AS last,
       (SELECT count(*) FROM removal WHERE collection = c.num) AS gone,
       coalesce((SELECT max(removed_at) FROM removal WHERE collection = c.num), 0) AS lastGone
     FROM collection c WHERE id IS NOT NULL`,
  );
  for (const { id, clock, removed, last, gone, lastGone } of collections.all()) {
    if (!listed.delete(id)) faults.add(`Collection ${id} holds objects and is not in the configuration.`);
    if (clock < last || clock < lastGone)
      faults.add(`The clock of collection ${id} is behind what was added or removed.`);
    if (removed !== gone) faults.add(`Collection ${id} counts ${removed} removals, there are ${gone}.`);
  }
  for (const id of listed) faults.add(`Collection ${id} is in the configuration and cannot hold objects.`);
}

function checkPushes(sql: Statements, faults: Faults): void {
  const pushes = sql.rows<{ id: string; total: number; completed: number | null; counted: number; pendings: number }>(
    `SELECT id, total, completed, coalesce(sum(successes + failures + pendings), 0) AS counted,
       coalesce(sum(pendings), 0) AS pendings
     FROM push LEFT JOIN push_part ON push_part.push = push.id GROUP BY push.id`,
  );
  for (const { id, total, completed, counted, pendings } of pushes.all()) {
    if (counted !== total) faults.add(`Push ${id} has ${counted} lines for ${total} objects.`);
    if (completed !== null && pendings > 0) faults.add(`Push ${id} is complete with ${pendings} objects pending.`);
  }
  const parts = sql.rows<{ push: string; part: number; owned: number; lists: string }>(
    `SELECT push, part, EXISTS (SELECT 1 FROM push WHERE id = push_part.push) AS owned,
       json_array(successes, json_array_length('[' || successes_json || ']'),
         failures, json_array_length('[' || failures_json || ']'),
         pendings, json_array_length('[' || pendings_json || ']')) AS lists
     FROM push_part`,
  );
  for (const { push, part, owned, lists } of parts.iterate()) {
    if (!owned) faults.add(`Part ${part} belongs to push ${push}, which is not there.`);
    const [successes, listed, failures, failed, pendings, pending] = JSON.parse(lists) as number[];
    if (successes !== listed || failures !== failed || pendings !== pending)
      faults.add(`Part ${part} of push ${push} has other counts than lines.`);
  }
}

function checkLedger(sql: Statements, faults: Faults): void {
  const chain = new ChainCheck();
  for (const row of iterateLedger(sql)) chain.add(row);
  for (const fault of chain.end(readLedgerHead(sql))) faults.add(`Ledger: ${fault}`);
}
