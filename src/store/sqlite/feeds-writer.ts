import { AppError } from '../../errors.ts';
import type { Micros } from '../../time.ts';
import {
  type FeedEnd,
  type FeedPart,
  type FeedRun,
  type FeedStart,
  type FeedState,
  type FeedStep,
  MAX_FAILURES,
  type NewFailure,
  NO_VERSION,
} from '../feeds.ts';
import { isRefused, refusalOf } from '../refusals.ts';
import type { NewObject, Outcome } from '../store.ts';
import { readFeedState } from './feeds.ts';
import { isGone } from './processes.ts';
import type { Statements } from './statements.ts';

/** A run that says nothing for so long is taken for ended. */
const LEASE_MICROS = 60_000_000;

interface HolderRow {
  readonly target: string;
  readonly process: string | null;
  readonly pid: number | null;
  readonly host: string | null;
  readonly lease: Micros | null;
  readonly started: Micros | null;
}

/** @returns undefined while another process runs it, or when it ran meanwhile */
export function beginFeed(sql: Statements, run: FeedRun, start: FeedStart, now: Micros): FeedState | undefined {
  const { feed, way, process, pid, host } = run;
  const held = sql
    .rows<HolderRow>('SELECT target, process, pid, host, lease, started FROM feed_state WHERE feed = ? AND way = ?')
    .get(feed, way);
  if (held !== undefined && (isHeld(held, run, now) || (held.started ?? 0) > (start.unlessStartedSince ?? now)))
    return undefined;
  if (held !== undefined && (held.target !== start.target || start.anew))
    forgetPlace(sql, run, held.target !== start.target);
  sql
    .rows(
      `INSERT INTO feed_state VALUES (?, ?, ?, NULL, 0, ?, ?, ?, ?, ?, NULL, NULL, 0, NULL, NULL, 0, 0, 0, 0)
       ON CONFLICT DO UPDATE SET target = excluded.target, process = excluded.process, pid = excluded.pid,
         host = excluded.host, lease = excluded.lease, started = excluded.started`,
    )
    .run(feed, way, start.target, process, pid, host, now + LEASE_MICROS, now);
  return readFeedState(sql, feed, way, now);
}

/** The same process may have been killed before it could say that it ended. */
function isHeld({ process, pid, host, lease }: HolderRow, run: FeedRun, now: Micros): boolean {
  if (process === null || pid === null || host === null || lease === null) return false;
  // A clock that was set back makes leases look endless.
  if (lease > now + LEASE_MICROS) return false;
  return process === run.process || !isGone({ pid, host, lease }, run, now);
}

/** @param elsewhere other collections are connected now: what was under way means nothing any more */
function forgetPlace(sql: Statements, { feed, way }: FeedRun, elsewhere: boolean): void {
  sql.rows('UPDATE feed_state SET position = NULL, up_to_date = NULL WHERE feed = ? AND way = ?').run(feed, way);
  if (!elsewhere) return;
  sql.rows('DELETE FROM feed_failure WHERE feed = ? AND way = ?').run(feed, way);
  if (way === 'push') sql.rows('DELETE FROM feed_push WHERE feed = ?').run(feed);
}

export function renewFeed(sql: Statements, { feed, way, process }: FeedRun, now: Micros): void {
  const { changes } = sql
    .rows('UPDATE feed_state SET lease = ? WHERE feed = ? AND way = ? AND process = ?')
    .run(now + LEASE_MICROS, feed, way, process);
  if (changes === 0) throw lost(feed);
}

export function endFeed(sql: Statements, { feed, way, process }: FeedRun, end: FeedEnd, now: Micros): void {
  const failed = end.error === undefined ? 0 : 1;
  sql
    .rows(
      `UPDATE feed_state SET process = NULL, pid = NULL, host = NULL, lease = NULL, ended = ?,
         up_to_date = iif(?, started, up_to_date), failing = iif(?, failing + 1, 0), error = ?, not_before = ?
       WHERE feed = ? AND way = ? AND process = ?`,
    )
    .run(now, end.upToDate ? 1 : 0, failed, end.error ?? null, end.notBefore ?? null, feed, way, process);
}

/** Writes a step that has no objects. @throws {AppError} feed.busy */
export function advanceFeed(sql: Statements, run: FeedRun, step: FeedStep, now: Micros): void {
  const { counts, failures } = step;
  takeStep(sql, run, step, counts, now);
  listFailures(sql, run, failures, now);
  for (const { id, version } of step.mended ?? []) mend(sql, run, id, version);
  if (step.pushed !== undefined) {
    const { status, sentAt, sent } = step.pushed;
    sql
      .rows('INSERT INTO feed_push VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(run.feed, status, sentAt, JSON.stringify(sent));
  }
  if (step.settled !== undefined)
    sql.rows('DELETE FROM feed_push WHERE feed = ? AND status = ?').run(run.feed, step.settled);
}

/**
 * Writes what a commit says of the run that it belongs to, in its transaction: what was there already is noted as known to
 * the feed's server, what could not be stored is listed.
 * @throws {AppError} feed.busy
 */
export function writeFeedPart(
  sql: Statements,
  { run, step }: FeedPart,
  source: number,
  objects: readonly NewObject[],
  outcomes: readonly Outcome[],
  addedBy: (id: string, version: string) => { readonly num: number; readonly source: number } | undefined,
  now: Micros,
): void {
  const counts = { ...step.counts };
  const failures: NewFailure[] = [...step.failures];
  const hasFailures = sql
    .values<number>('SELECT 1 FROM feed_failure WHERE feed = ? AND way = ? LIMIT 1')
    .get(run.feed, run.way);
  const seen = sql.rows('INSERT INTO object_seen VALUES (?, ?) ON CONFLICT DO NOTHING');
  for (const [i, outcome] of outcomes.entries()) {
    const { id } = objects[i] as NewObject;
    const { version } = outcome;
    if (isRefused(outcome)) {
      failures.push({ id, version, reason: refusalOf(outcome) });
      counts.failed += 1;
      continue;
    }
    if (hasFailures !== undefined) mend(sql, run, id, version);
    if (outcome.kind === 'added') counts.exchanged += 1;
    else {
      counts.present += 1;
      const object = addedBy(id, version);
      if (object !== undefined && object.source !== source) seen.run(object.num, source);
    }
  }
  takeStep(sql, run, step, counts, now);
  listFailures(sql, run, failures, now);
}

function takeStep(sql: Statements, run: FeedRun, step: FeedStep, counts: FeedStep['counts'], now: Micros): void {
  const { changes } = sql
    .rows(
      `UPDATE feed_state SET steps = steps + 1, position = coalesce(?, position), lease = ?,
         exchanged = exchanged + ?, present = present + ?, skipped = skipped + ?, failed = failed + ?
       WHERE feed = ? AND way = ? AND process = ? AND steps = ?`,
    )
    .run(
      step.position ?? null,
      now + LEASE_MICROS,
      counts.exchanged,
      counts.present,
      counts.skipped,
      counts.failed,
      run.feed,
      run.way,
      run.process,
      step.number,
    );
  if (changes === 0) throw lost(run.feed);
}

function listFailures(sql: Statements, { feed, way }: FeedRun, failures: readonly NewFailure[], now: Micros): void {
  if (failures.length === 0) return;
  const insert = sql.rows(
    `INSERT INTO feed_failure (feed, way, id, version, reason, date_added, tries, lasting, failed_at)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)
     ON CONFLICT DO UPDATE SET reason = excluded.reason, date_added = excluded.date_added, tries = tries + 1,
       lasting = excluded.lasting, failed_at = excluded.failed_at`,
  );
  for (const { id, version, reason, dateAdded, lasting } of failures)
    insert.run(feed, way, id, version, reason, dateAdded ?? null, lasting ? 1 : 0, now);
  sql
    .rows(
      `DELETE FROM feed_failure WHERE num IN
         (SELECT num FROM feed_failure WHERE feed = ? AND way = ? ORDER BY num DESC LIMIT -1 OFFSET ${MAX_FAILURES})`,
    )
    .run(feed, way);
}

function mend(sql: Statements, { feed, way }: FeedRun, id: string, version: string): void {
  sql
    .rows('DELETE FROM feed_failure WHERE feed = ? AND way = ? AND id = ? AND version IN (?, ?)')
    .run(feed, way, id, version, NO_VERSION);
}

export function dismissFailures(sql: Statements, feed: string, nums: readonly number[]): void {
  const remove = sql.rows('DELETE FROM feed_failure WHERE feed = ? AND num = ?');
  for (const num of nums) remove.run(feed, num);
}

/** A feed that comes again under the same name begins anew. */
export function forgetFeed(sql: Statements, feed: string): void {
  for (const table of ['feed_state', 'feed_failure', 'feed_push'])
    sql.rows(`DELETE FROM ${table} WHERE feed = ?`).run(feed);
}

function lost(feed: string): AppError {
  return new AppError('feed.busy', {
    description: `The run of feed "${feed}" was taken over or given up meanwhile; what it did until then stands.`,
  });
}
