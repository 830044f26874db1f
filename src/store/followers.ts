/**
 * What is derived from the stored objects and kept beside them (counts, a search index). A follower is told of rows that
 * came and went a little later than they did, in steps that nobody has to wait for long.
 */
export interface FollowerStore {
  list(): Promise<readonly FollowerState[]>;
  /** Works off what every follower has still to do; commits of others go on between its steps. */
  catchUp(progress?: (done: number, total: number) => void): Promise<void>;
  /**
   * Throws away what a follower holds and lets it begin anew; `catchUp` sees it through.
   * @throws {AppError} not-found
   */
  rebuild(name: string): Promise<void>;
}

export interface FollowerState {
  readonly name: string;
  /** Rows added and removed that it does not know of yet, at most; 0 exactly when there are none. */
  readonly behind: number;
}
