import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { textOf } from '../../ledger/chain.ts';
import { type Clock, systemClock } from '../../time.ts';
import { MAX_BATCH, type Store } from '../store.ts';
import { readCatalogue, readGeneration } from './catalogue.ts';
import { databaseError, openReader, type Sqlite } from './connection.ts';
import { readUses } from './credential-uses.ts';
import { readFailures, readFeedStates, readKnown, readPendingPushes } from './feeds.ts';
import { readFollowers } from './followers.ts';
import { RECENT_KEYS } from './keys.ts';
import { readLedger } from './ledger-reader.ts';
import { readLedgerHead } from './ledger-writer.ts';
import type { MaintenanceJob, MaintenanceReply } from './maintenance.ts';
import { decodeError, moduleUrl } from './messages.ts';
import { objectReader } from './objects.ts';
import { listPushes } from './push-list.ts';
import { countPendingPushes, readPushStatus } from './pushes.ts';
import { readRecalls } from './recall-reader.ts';
import { searchReader } from './search.ts';
import { sentVersions } from './sent.ts';
import { statementsOf } from './statements.ts';
import { trendReader } from './trend-reader.ts';
import { readReportIds } from './trend-reports.ts';
import { startWriter } from './writer-thread.ts';

export interface SqliteStoreOptions {
  readonly file: string;
  /** Make the database if there is none. */
  readonly create?: boolean;
  readonly clock?: Clock;
  /** Key entries that gather before some move on, see keys.ts; few, in tests, make them move at once. */
  readonly recentKeys?: number;
  /** Whether search and trends are kept up without being asked to; absent: they are. */
  readonly follows?: boolean;
}

/**
 * The store over one SQLite file: reads happen at once on a connection of the calling thread, writes in a thread of
 * their own. Other processes may have the same file open.
 * @throws {AppError} database.unavailable, database.newer, database.damaged
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, create = false, clock = systemClock, recentKeys = RECENT_KEYS, follows = true } = options;
  const writer = await startWriter({ file, create, recentKeys, follows }, clock);
  let db: Sqlite;
  try {
    db = openReader(file);
  } catch (error) {
    await writer[Symbol.asyncDispose]();
    throw error;
  }
  const sql = statementsOf(db);
  const reader = objectReader(sql);
  const begin = sql.rows('BEGIN');
  const commit = sql.rows('COMMIT');
  const trends = trendReader(sql);
  const searcher = searchReader(sql);

  /** One statement, which needs no transaction. */
  const readOne = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (error) {
      throw databaseError(error, file);
    }
  };

  /** One moment of the database, whatever is written meanwhile. */
  const read = <T>(work: () => T): Promise<T> =>
    readOne(() => {
      begin.run();
      try {
        return work();
      } finally {
        commit.run();
      }
    });
  const behind = (): Promise<number> =>
    read(() => readFollowers(sql).reduce((sum, follower) => sum + follower.behind, 0));

  const catchUp = async (progress?: (done: number, total: number) => void): Promise<void> => {
    const total = progress === undefined ? 0 : await behind();
    while (await writer.call('follow')) if (total > 0) progress?.(total - Math.min(total, await behind()), total);
  };

  return {
    catalogue: {
      generation: () => readOne(() => readGeneration(sql)),
      load: () => read(() => readCatalogue(sql)),
      change: (expected, changes, who) => writer.call('change', expected, changes, who),
    },
    credentialUses: {
      note: (uses) => writer.call('noteUses', uses),
      all: () => read(() => readUses(sql)),
    },
    objects: {
      texts: (query) => read(() => reader.texts(query)),
      objects: (query) => read(() => reader.objects(query)),
      kept: (query) => read(() => reader.kept(query)),
      manifest: (query) => read(() => reader.manifest(query)),
      counts: (collection) => read(() => reader.counts(collection)),
      async commit(batch) {
        if (batch.objects.length > MAX_BATCH)
          throw new AppError('internal', { description: `A commit holds at most ${MAX_BATCH} objects.` });
        return writer.call('commit', batch);
      },
      remove: (removal) => writer.call('remove', removal),
    },
    pushes: {
      begin: (push, pendings) => writer.call('begin', push, pendings),
      status: (id) => read(() => readPushStatus(sql, id)),
      list: (query) => read(() => listPushes(sql, query)),
      renew: (ids, leaseUntil) => writer.call('renew', ids, leaseUntil),
      interrupt: (now) => writer.call('interrupt', now),
      pending: () => read(() => countPendingPushes(sql)),
      purge: (completedBefore) => writer.call('purge', completedBefore),
    },
    search: {
      find: (query) => read(() => searcher.find(query)),
      summary: (scope, since) => read(() => searcher.summary(scope, since)),
      current: (ids, scopes) => read(() => searcher.current(ids, scopes)),
      referring: (ids, scopes, limit) => read(() => searcher.referring(ids, scopes, limit)),
    },
    feeds: {
      states: () => read(() => readFeedStates(sql, clock())),
      begin: (run, start) => writer.call('beginFeed', run, start),
      renew: (run) => writer.call('renewFeed', run),
      end: (run, end) => writer.call('endFeed', run, end),
      advance: (run, step) => writer.call('advanceFeed', run, step),
      known: (collection, sources, dates) => read(() => readKnown(sql, collection, sources, dates)),
      pending: (feed) => read(() => readPendingPushes(sql, feed)),
      failures: (feed, query) => read(() => readFailures(sql, feed, query)),
      dismiss: (feed, nums) => writer.call('dismissFailures', feed, nums),
    },
    followers: {
      list: () => read(() => readFollowers(sql)),
      catchUp,
      rebuild: (name) => writer.call('rebuild', name),
    },
    ledger: {
      append: (records, session) => writer.call('append', records.map(textOf), session),
      keep: (session) => writer.call('keep', session),
      close: (session, records) => writer.call('close', session, records.map(textOf)),
      head: () => read(() => readLedgerHead(sql)),
      read: (query) => read(() => readLedger(sql, query)),
      sent: (object, disclosures) => read(() => sentVersions(sql, object, disclosures)),
    },
    trends: {
      totals: (query, windows) => read(() => trends.totals(query, windows)),
      details: (query, keys, periods) => read(() => trends.details(query, keys, periods)),
      reportIds: (place) => read(() => readReportIds(sql, place)),
      rememberReport: (place, ids, instead) => writer.call('rememberReport', place, ids, instead),
    },
    recalls: {
      begin: (recall) => writer.call('recall', recall),
      advance: (object) => writer.call('advanceRecall', object),
      undo: (undoing) => writer.call('undoRecall', undoing),
      list: () => read(() => readRecalls(sql)),
    },
    maintenance: {
      async ping() {
        await read(() => readGeneration(sql));
        await writer.call('ping');
      },
      async backup(target) {
        await maintain({ job: 'backup', file, target });
      },
      async check(progress) {
        const stuck = await catchUp().then(
          () => [],
          (error: unknown) => [`What is derived from the objects cannot be kept up: ${String(error)}`],
        );
        return [...stuck, ...(await maintain({ job: 'check', file }, progress))];
      },
    },
    async [Symbol.asyncDispose]() {
      db.close();
      await writer[Symbol.asyncDispose]();
    },
  };
}

/** Runs a job in a thread of its own. @returns the faults found */
function maintain(job: MaintenanceJob, progress?: (done: number, total: number) => void): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(moduleUrl('maintenance'), { workerData: job });
    worker.on('message', (reply: MaintenanceReply) => {
      if ('done' in reply) progress?.(reply.done, reply.total);
      else if ('error' in reply) reject(decodeError(reply.error));
      else resolve(reply.faults);
    });
    worker.once('error', reject);
    worker.once('exit', () =>
      reject(new AppError('internal', { description: 'The thread that looked after the database has ended early.' })),
    );
  });
}
