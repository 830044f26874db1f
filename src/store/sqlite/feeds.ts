import type { FeedWay } from '../../sharing/model.ts';
import type { Micros } from '../../time.ts';
import type { FailureQuery, FeedFailure, FeedState, PendingPush } from '../feeds.ts';
import { isThere } from './processes.ts';
import type { Statements } from './statements.ts';

interface StateRow {
  readonly feed: string;
  readonly way: FeedWay;
  readonly position: string | null;
  readonly steps: number;
  readonly pid: number | null;
  readonly host: string | null;
  readonly lease: Micros | null;
  readonly started: Micros | null;
  readonly ended: Micros | null;
  readonly up_to_date: Micros | null;
  readonly failing: number;
  readonly error: string | null;
  readonly not_before: Micros | null;
  readonly exchanged: number;
  readonly present: number;
  readonly skipped: number;
  readonly failed: number;
  readonly failures: number;
  readonly pending: number;
}

const STATES = `SELECT s.*,
    (SELECT count(*) FROM feed_failure f WHERE f.feed = s.feed AND f.way = s.way) AS failures,
    iif(s.way = 'push', (SELECT count(*) FROM feed_push p WHERE p.feed = s.feed), 0) AS pending
  FROM feed_state s`;

export function readFeedStates(sql: Statements, now: Micros): FeedState[] {
  return sql
    .rows<StateRow>(`${STATES} ORDER BY s.feed, s.way`)
    .all()
    .map((row) => stateOf(row, now));
}

export function readFeedState(sql: Statements, feed: string, way: FeedWay, now: Micros): FeedState | undefined {
  const row = sql.rows<StateRow>(`${STATES} WHERE s.feed = ? AND s.way = ?`).get(feed, way);
  return row && stateOf(row, now);
}

function stateOf(row: StateRow, now: Micros): FeedState {
  const { feed, way, position, steps, pid, host, lease, started, ended, up_to_date, failing, error, not_before } = row;
  const { exchanged, present, skipped, failed, failures, pending } = row;
  return {
    feed,
    way,
    ...(position === null ? {} : { position }),
    steps,
    running: pid !== null && host !== null && lease !== null && isThere({ pid, host, lease }, now),
    ...(started === null ? {} : { started }),
    ...(ended === null ? {} : { ended }),
    ...(up_to_date === null ? {} : { upToDate: up_to_date }),
    failing,
    ...(error === null ? {} : { error }),
    ...(not_before === null ? {} : { notBefore: not_before }),
    counts: { exchanged, present, skipped, failed },
    failures,
    pending,
  };
}

export function readKnown(
  sql: Statements,
  collection: string,
  sources: readonly string[],
  dates: readonly Micros[],
): ReadonlySet<Micros> {
  const known = sql.values<number>(
    `SELECT 1 FROM object o INDEXED BY object_by_date
     WHERE o.collection = (SELECT num FROM collection WHERE id = ?) AND o.date_added = ?
       AND EXISTS (SELECT 1 FROM source s JOIN json_each(?) n ON n.value = s.name
         WHERE s.num = o.source OR EXISTS (SELECT 1 FROM object_seen k WHERE k.object = o.num AND k.source = s.num))`,
  );
  const names = JSON.stringify(sources);
  return new Set(dates.filter((date) => known.get(collection, date, names) !== undefined));
}

export function readPendingPushes(sql: Statements, feed: string): PendingPush[] {
  return sql
    .rows<{ status: string; sentAt: Micros; sent: string }>(
      'SELECT status, sent_at AS sentAt, sent FROM feed_push WHERE feed = ? ORDER BY sent_at, status',
    )
    .all(feed)
    .map(({ status, sentAt, sent }) => ({ status, sentAt, sent: JSON.parse(sent) as PendingPush['sent'] }));
}

interface FailureRow {
  readonly num: number;
  readonly way: FeedWay;
  readonly id: string;
  readonly version: string;
  readonly reason: string;
  readonly date_added: Micros | null;
  readonly tries: number;
  readonly lasting: number;
  readonly failed_at: Micros;
}

export function readFailures(sql: Statements, feed: string, query: FailureQuery): FeedFailure[] {
  const { way, after = 0, limit, triedLessThan } = query;
  const ways = JSON.stringify(way === undefined ? ['pull', 'push'] : [way]);
  return sql
    .rows<FailureRow>(
      `SELECT num, way, id, version, reason, date_added, tries, lasting, failed_at FROM feed_failure
       WHERE feed = ? AND way IN (SELECT value FROM json_each(?)) AND num > ? AND (? IS NULL OR (tries < ? AND lasting = 0))
       ORDER BY num LIMIT ?`,
    )
    .all(feed, ways, after, triedLessThan ?? null, triedLessThan ?? null, limit)
    .map(({ date_added, lasting, failed_at, ...row }) => ({
      ...row,
      ...(date_added === null ? {} : { dateAdded: date_added }),
      ...(lasting === 0 ? {} : { lasting: true as const }),
      failedAt: failed_at,
    }));
}
