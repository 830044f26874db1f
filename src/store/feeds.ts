/**
 * The part of the port that keeps how far feeds have come. A feed runs in one process at a time, each way by itself: a run
 * holds a lease, and whatever it writes says so, in the same transaction as what it covers.
 */
import type { FeedWay } from '../sharing/model.ts';
import type { Micros } from '../time.ts';

export interface FeedStore {
  /** Of every feed and way that ever ran. */
  states(): Promise<readonly FeedState[]>;
  /**
   * Begins a run. Where the target is another one than last time, everything begins anew.
   * @returns undefined while another process runs it, or when it ran meanwhile
   */
  begin(run: FeedRun, start: FeedStart): Promise<FeedState | undefined>;
  /** Prolongs the lease. @throws {AppError} feed.busy */
  renew(run: FeedRun): Promise<void>;
  /** Ends the run, whatever became of it. */
  end(run: FeedRun, end: FeedEnd): Promise<void>;
  /**
   * Writes what a run has done, like `Batch.feed` without objects.
   * @throws {AppError} feed.busy
   */
  advance(run: FeedRun, step: FeedStep): Promise<void>;
  /**
   * Which versions of a collection, by date added, came from a feed's server or are known to be there.
   * @param sources as in `Batch.source`, of whoever stands for that server
   */
  known(collection: string, sources: readonly string[], dates: readonly Micros[]): Promise<ReadonlySet<Micros>>;
  /** Pushes of a feed whose status is not complete yet, the oldest first. */
  pending(feed: string): Promise<readonly PendingPush[]>;
  /** Objects that were not exchanged, the oldest first. */
  failures(feed: string, query: FailureQuery): Promise<readonly FeedFailure[]>;
  /** Forgets failures, by their numbers. */
  dismiss(feed: string, nums: readonly number[]): Promise<void>;
}

/** One run of one way of a feed. */
export interface FeedRun {
  readonly feed: string;
  readonly way: FeedWay;
  /** Of the process: it runs a feed once at a time. */
  readonly process: string;
  readonly pid: number;
  readonly host: string;
}

export interface FeedStart {
  /** What the position belongs to. */
  readonly target: string;
  /** Forgets the position. */
  readonly anew: boolean;
  /** Does not begin when a run began later than this. */
  readonly unlessStartedSince?: Micros;
}

export interface FeedState {
  readonly feed: string;
  readonly way: FeedWay;
  /** JSON text of a position; absent: at the start. */
  readonly position?: string;
  /** How many steps were written: the next one says so. */
  readonly steps: number;
  /** A process is at it. */
  readonly running: boolean;
  readonly started?: Micros;
  readonly ended?: Micros;
  /** When the last run that came to the end of its list began. */
  readonly upToDate?: Micros;
  /** Runs that failed, since one that did not. */
  readonly failing: number;
  /** Of the last run that failed. */
  readonly error?: string;
  readonly counts: FeedCounts;
  /** The other server asked not to come back earlier. */
  readonly notBefore?: Micros;
  /** Objects in the list of failures. */
  readonly failures: number;
  /** Pushes whose status is not complete. */
  readonly pending: number;
}

export interface FeedCounts {
  /** Stored here for the first time, or taken by the other server. */
  readonly exchanged: number;
  /** There already. */
  readonly present: number;
  /** Passed over: filters, or what came from there. */
  readonly skipped: number;
  readonly failed: number;
}

export const NO_COUNTS: FeedCounts = { exchanged: 0, present: 0, skipped: 0, failed: 0 };

export interface FeedEnd {
  /** Came to the end of its list. */
  readonly upToDate: boolean;
  /** Why it failed. */
  readonly error?: string;
  /** As in `FeedState`. */
  readonly notBefore?: Micros;
}

/** What one write says of a run. A run has its steps written in their order, or none of those after one that failed. */
export interface FeedStep {
  /** `FeedState.steps` at the start of the run, and one more for each step. */
  readonly number: number;
  /** JSON text; absent: as it was. */
  readonly position?: string;
  readonly counts: FeedCounts;
  readonly failures: readonly NewFailure[];
  /** What was exchanged after all, taken off the list of failures. */
  readonly mended?: readonly { readonly id: string; readonly version: string }[];
  /** A push whose status is not complete. */
  readonly pushed?: PendingPush;
  /** Status id of a push that is. */
  readonly settled?: string;
}

/** What a commit says of the run that it belongs to; outcomes are counted and refusals listed besides. */
export interface FeedPart {
  readonly run: FeedRun;
  readonly step: FeedStep;
}

/** Stands for the version of an object that has none. */
export const NO_VERSION = '-';

export interface NewFailure {
  readonly id: string;
  readonly version: string;
  readonly reason: string;
  /** Of our collection, of what was to be pushed. */
  readonly dateAdded?: Micros;
  /** Trying again cannot help. */
  readonly lasting?: true;
}

export interface FeedFailure extends NewFailure {
  readonly num: number;
  readonly way: FeedWay;
  readonly tries: number;
  readonly failedAt: Micros;
}

export interface FailureQuery {
  readonly way?: FeedWay;
  /** Only with higher numbers. */
  readonly after?: number;
  readonly limit: number;
  /** Only those that may be tried again: tried less often than this, and not lasting. */
  readonly triedLessThan?: number;
}

/** What was sent in one push, by date added in our collection. */
export interface PendingPush {
  /** Status id of the other server. */
  readonly status: string;
  readonly sentAt: Micros;
  readonly sent: readonly { readonly dateAdded: Micros; readonly id: string; readonly version: string }[];
}

/** Failures that are kept of one way of a feed; the oldest go. */
export const MAX_FAILURES = 10_000;
