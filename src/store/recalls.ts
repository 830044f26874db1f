/** The part of the port that takes objects back: everywhere, from everybody, until the recall is undone. */
import type { Micros } from '../time.ts';

export interface RecallStore {
  /**
   * Refuses an object from now on in every collection, publishes its revoked version where one is possible, and begins to
   * remove what else is stored of it: all of it, if that is no more than one commit holds. Recorded in the ledger with it.
   * A recall that is in force is returned as it is.
   */
  begin(recall: NewRecall): Promise<Recall>;
  /**
   * Removes the next part of what is stored of a recalled object, at most `MAX_BATCH` versions. Whoever opens the store
   * goes on by itself with recalls that were left unfinished.
   * @throws {AppError} not-found when it is not recalled
   */
  advance(object: string): Promise<Recall>;
  /**
   * Lets an object in again and removes the revoked versions that the recall published. What was removed does not come
   * back by itself.
   * @throws {AppError} not-found when it is not recalled
   */
  undo(undoing: NewRecall): Promise<Recall>;
  /** All recalls, those that were undone too, the latest first. */
  list(): Promise<readonly Recall[]>;
}

export interface NewRecall {
  /** STIX id. */
  readonly object: string;
  readonly reason: string;
  /** As in `Batch.source`. */
  readonly by: string;
}

export interface Recall extends NewRecall {
  readonly at: Micros;
  /** When nothing but the revoked version was left anywhere; absent: under way. */
  readonly done?: Micros;
  readonly undone?: { readonly at: Micros; readonly reason: string; readonly by: string };
  /** The collections that held the object. */
  readonly collections: readonly RecalledFrom[];
}

export interface RecalledFrom {
  /** Collection id. */
  readonly collection: string;
  /** The version that was published to revoke it; absent: the object has no versions that could be revoked. */
  readonly revoked?: string;
  /** Versions that it held. */
  readonly versions: number;
  /** How many of them were removed so far. */
  readonly removed: number;
}
