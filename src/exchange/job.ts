import type { Allowed, Collection, Feed, FeedTerms } from '../sharing/model.ts';
import type { ExtensionSchemas } from '../stix/schemas.ts';
import { type FeedCounts, type FeedRun, type FeedStep, NO_COUNTS } from '../store/feeds.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time.ts';
import type { FeedClient } from './feed-client.ts';
import type { Position } from './paging.ts';

/** One run of one way of a feed, as pull and push see it. */
export interface FeedJob {
  readonly store: Store;
  readonly clock: Clock;
  readonly extensionSchemas: ExtensionSchemas;
  readonly feed: Feed;
  readonly terms: FeedTerms;
  readonly collection: Collection;
  /** What the partner may do now: asked for each page, since agreements end at their instant. */
  readonly rights: () => Promise<Rights>;
  readonly remote: FeedClient;
  readonly run: FeedRun;
  readonly steps: Steps;
  /** Where the last run came to. */
  readonly from: Position;
  /** Tries again what failed, as well as what is new. */
  readonly retry: boolean;
  readonly signal: AbortSignal;
  readonly progress: (progress: FeedProgress) => void;
}

export interface Rights {
  /** What the partner may write, of a pull; read, of a push. */
  readonly verdict: Allowed;
  /** As in `Batch.sees`. */
  readonly sees: Allowed;
}

export interface FeedProgress {
  readonly counts: FeedCounts;
  /** Timestamp up to which everything was exchanged, by the clock of whoever has it. */
  readonly position?: string | undefined;
}

/** Numbers the steps of a run, and adds up what they say. */
export class Steps {
  #next: number;
  #counts: FeedCounts = NO_COUNTS;

  constructor(next: number) {
    this.#next = next;
  }

  get counts(): FeedCounts {
    return this.#counts;
  }

  take(step: Omit<FeedStep, 'number'>): FeedStep {
    this.add(step.counts);
    return { ...step, number: this.#next++ };
  }

  add(counts: Partial<FeedCounts>): void {
    this.#counts = sum(this.#counts, counts);
  }
}

export function sum(a: FeedCounts, b: Partial<FeedCounts>): FeedCounts {
  return {
    exchanged: a.exchanged + (b.exchanged ?? 0),
    present: a.present + (b.present ?? 0),
    skipped: a.skipped + (b.skipped ?? 0),
    failed: a.failed + (b.failed ?? 0),
  };
}

/** As in `Batch.source`. */
export function sourceOfFeed({ name }: Feed): string {
  return `feed:${name}`;
}
