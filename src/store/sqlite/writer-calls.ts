import { type Micros, systemClock } from '../../time.ts';
import type { FeedEnd, FeedRun, FeedStart, FeedState, FeedStep } from '../feeds.ts';
import type { LedgerSession } from '../ledger.ts';
import type { NewRecall, Recall } from '../recalls.ts';
import type { Batch, CatalogueChange, NewPush, Outcome, Removal, RemovalResult, StatusLine } from '../store.ts';
import type { ReportIds, ReportPlace } from '../trends.ts';
import { changeCatalogue } from './catalogue.ts';
import { clearSlice, isClearingDue } from './clearing.ts';
import { type WriterState, writerState } from './collection-writer.ts';
import { commitBatch } from './commit.ts';
import { type Sqlite, WRITER_WAIT_MS } from './connection.ts';
import { noteUses } from './credential-uses.ts';
import { advanceFeed, beginFeed, dismissFailures, endFeed, renewFeed } from './feeds-writer.ts';
import { FOLLOWERS } from './follower-list.ts';
import { followerRunner } from './followers.ts';
import { appendOfSession, closeSession, keepSession } from './ledger-writer.ts';
import { beginPush, interruptPushes, purgePushes, renewPushes } from './push-writer.ts';
import { unfinishedRecall } from './recall-reader.ts';
import { advanceRecall, beginRecall, undoRecall } from './recall-writer.ts';
import { removeVersions } from './remove.ts';
import { statementsOf } from './statements.ts';
import { rememberReport } from './trend-reports.ts';

/** What the writer thread can be asked to do. */
export interface WriterCalls {
  commit(batch: Batch): readonly Outcome[];
  remove(removal: Removal): RemovalResult;
  change(expected: number, changes: readonly CatalogueChange[], who: string): number;
  begin(push: NewPush, pendings: readonly (readonly StatusLine[])[]): void;
  renew(ids: readonly string[], leaseUntil: Micros): void;
  interrupt(now: Micros): number;
  purge(completedBefore: Micros): number;
  append(texts: readonly string[], session?: LedgerSession): void;
  keep(session: LedgerSession): number;
  close(session: LedgerSession, texts: readonly string[]): void;
  recall(recall: NewRecall): Recall;
  advanceRecall(object: string): Recall;
  undoRecall(undoing: NewRecall): Recall;
  noteUses(uses: ReadonlyMap<string, Micros>): void;
  beginFeed(run: FeedRun, start: FeedStart): FeedState | undefined;
  renewFeed(run: FeedRun): void;
  endFeed(run: FeedRun, end: FeedEnd): void;
  advanceFeed(run: FeedRun, step: FeedStep): void;
  dismissFailures(feed: string, nums: readonly number[]): void;
  ping(): void;
  /** @returns whether there is more to do */
  follow(): boolean;
  rebuild(follower: string): void;
  rememberReport(place: ReportPlace, ids: ReportIds, instead: ReportIds | undefined): ReportIds;
}

/** One call with its arguments and the time at which it was made. */
export type WriterCall = {
  [K in keyof WriterCalls]: { readonly method: K; readonly args: Parameters<WriterCalls[K]>; readonly now: Micros };
}[keyof WriterCalls];

export type Settled = { readonly value: unknown } | { readonly error: unknown };

export interface Writer {
  /** Makes calls in one transaction, each of them whole or not at all. Nothing is acknowledged before it is on the disk. */
  run(calls: readonly WriterCall[]): readonly Settled[];
  /** Takes a part of what recalls left, else of what removed collections held. @returns whether there may be more */
  clear(): boolean;
  /** Lets followers catch up for a moment, unless another process is writing. @returns whether there may be more to do */
  follow(): boolean;
}

/** @param recentKeys how many key entries gather before some move on, see keys.ts */
export function createWriter(db: Sqlite, recentKeys: number, followers = FOLLOWERS): Writer {
  const sql = statementsOf(db);
  const runner = followerRunner(db, sql, followers);
  const state = writerState(sql, recentKeys);
  const execute = (statement: string): void => void sql.rows(statement).run();
  const rollback = (statement: string): void => {
    state.forget();
    if (db.inTransaction) execute(statement);
  };
  const transact = <T>(work: () => T): T => {
    execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      execute('COMMIT');
      return result;
    } catch (error) {
      rollback('ROLLBACK');
      throw error;
    }
  };
  /** What is derived can be derived again: it need not be on the disk at once. */
  const relaxed = <T>(work: () => T): T => {
    db.pragma('synchronous = NORMAL');
    try {
      return work();
    } finally {
      db.pragma('synchronous = FULL');
    }
  };
  const guarded = (call: WriterCall): Settled => {
    execute('SAVEPOINT call');
    try {
      const value = answer(call);
      execute('RELEASE call');
      return { value };
    } catch (error) {
      rollback('ROLLBACK TO call');
      return { error };
    }
  };
  const answer = (call: WriterCall): unknown => {
    const { now } = call;
    switch (call.method) {
      case 'commit':
        return commitBatch(state, call.args[0], now);
      case 'remove':
        return removeVersions(state, call.args[0], now);
      case 'change':
        return changeCatalogue(sql, ...call.args, now);
      case 'begin':
        return beginPush(sql, ...call.args);
      case 'renew':
        return renewPushes(sql, ...call.args);
      case 'interrupt':
        return interruptPushes(sql, call.args[0]);
      case 'purge':
        return purgePushes(sql, call.args[0]);
      case 'append':
        return appendOfSession(sql, call.args[0], call.args[1], now);
      case 'keep':
        return keepSession(sql, call.args[0], now);
      case 'close':
        return closeSession(sql, ...call.args);
      case 'recall':
        return beginRecall(state, call.args[0], now);
      case 'advanceRecall':
        return advanceRecall(state, call.args[0], now);
      case 'undoRecall':
        return undoRecall(state, call.args[0], now);
      case 'noteUses':
        return noteUses(sql, call.args[0]);
      case 'beginFeed':
        return beginFeed(sql, ...call.args, now);
      case 'renewFeed':
        return renewFeed(sql, call.args[0], now);
      case 'endFeed':
        return endFeed(sql, ...call.args, now);
      case 'advanceFeed':
        return advanceFeed(sql, ...call.args, now);
      case 'dismissFailures':
        return dismissFailures(sql, ...call.args);
      case 'ping':
        return void sql.rows('UPDATE hub_state SET pinged = ?').run(now);
      case 'follow':
        return runner.step();
      case 'rebuild':
        return runner.rebuild(...call.args);
      case 'rememberReport':
        return rememberReport(sql, ...call.args);
    }
  };
  return {
    run(calls) {
      try {
        const [call] = calls;
        if (call !== undefined && calls.length === 1) {
          const value = call.method === 'follow' ? relaxed(() => transact(runner.step)) : transact(() => answer(call));
          return [{ value }];
        }
        return transact(() => calls.map(guarded));
      } catch (error) {
        return calls.map(() => ({ error }));
      }
    },
    // Asked first, since others may hold the lock and mostly there is nothing to do.
    clear() {
      if (unfinishedRecall(sql) !== undefined) return transact(() => goOnWithRecall(state));
      return isClearingDue(state) && transact(() => clearSlice(state, runner.forget));
    },
    follow() {
      if (!runner.isDue()) return false;
      db.pragma('busy_timeout = 0');
      try {
        return relaxed(() => transact(runner.step));
      } finally {
        db.pragma(`busy_timeout = ${WRITER_WAIT_MS}`);
      }
    },
  };
}

/** Another process may have finished it meanwhile. @returns whether there may be more to clear away */
function goOnWithRecall(state: WriterState): boolean {
  const object = unfinishedRecall(state.sql);
  if (object !== undefined) advanceRecall(state, object, systemClock());
  return true;
}
