import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { AppError } from '../errors.ts';
import type { CurrentCatalogue } from '../sharing/catalogue.ts';
import { decide, sightOf } from '../sharing/decide.ts';
import { feedTarget } from '../sharing/feeds.ts';
import { knownCollection, knownFeed } from '../sharing/known.ts';
import type { Feed, FeedTerms, FeedWay } from '../sharing/model.ts';
import type { ExtensionSchemas } from '../stix/schemas.ts';
import type { FeedCounts, FeedEnd, FeedRun, FeedState } from '../store/feeds.ts';
import type { Store } from '../store/store.ts';
import type { Clock, Micros } from '../time.ts';
import { type FeedSurroundings, openFeedClient } from './feed-client.ts';
import { type FeedJob, type FeedProgress, type Rights, Steps } from './job.ts';
import type { Position } from './paging.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';

export interface FeedDeps extends FeedSurroundings {
  readonly store: Store;
  readonly catalogue: CurrentCatalogue;
  readonly clock: Clock;
  readonly extensionSchemas: ExtensionSchemas;
}

export interface RunOptions {
  /** Tries again everything that failed. */
  readonly retry?: boolean;
  /** Begins anew. */
  readonly fromStart?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: FeedProgress) => void;
  /** Somebody else may have been quicker. */
  readonly unlessStartedSince?: Micros;
}

const RENEW_MS = 15_000;
/** Another server may ask for no more. */
const MAX_WAIT_SECONDS = 86_400;

/** Runs feeds in this process, each way of one once at a time. */
export class FeedRunner {
  readonly #deps: FeedDeps;
  readonly #process = randomUUID();

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /**
   * Runs one way of a feed to the end of what is new.
   * @returns what was exchanged
   * @throws {AppError} feed.busy, config.invalid, not-found, permission.denied, remote.…; the reason of an aborted signal
   */
  async run(name: string, way: FeedWay, options: RunOptions = {}): Promise<FeedCounts> {
    const { store, catalogue } = this.#deps;
    const feed = knownFeed(await catalogue.get(), name);
    const terms = termsOf(feed, way);
    const run: FeedRun = { feed: name, way, process: this.#process, pid: process.pid, host: hostname() };
    const { fromStart = false, unlessStartedSince } = options;
    const state = await store.feeds.begin(run, {
      target: feedTarget(feed),
      anew: fromStart,
      ...(unlessStartedSince === undefined ? {} : { unlessStartedSince }),
    });
    if (state === undefined)
      throw new AppError('feed.busy', {
        description: `The feed "${name}" is running already, here or in another process. "entente feed list" shows how far it is.`,
      });
    return this.#hold(run, feed, terms, state, options);
  }

  async #hold(run: FeedRun, feed: Feed, terms: FeedTerms, state: FeedState, options: RunOptions): Promise<FeedCounts> {
    const { store } = this.#deps;
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    const renewing = setInterval(() => {
      store.feeds.renew(run).catch((error: unknown) => lost.abort(error));
    }, RENEW_MS).unref();
    try {
      const counts = await this.#exchange(run, feed, terms, state, signal, options);
      await store.feeds.end(run, { upToDate: true });
      return counts;
    } catch (error) {
      const cause = signal.aborted ? signal.reason : error;
      // Whoever asked it to stop knows; it is no failure of the feed.
      const stopped = options.signal?.aborted === true;
      await store.feeds.end(run, stopped ? { upToDate: false } : failedEnd(cause, this.#deps.clock()));
      throw cause;
    } finally {
      clearInterval(renewing);
    }
  }

  async #exchange(
    run: FeedRun,
    feed: Feed,
    terms: FeedTerms,
    state: FeedState,
    signal: AbortSignal,
    { retry = false, progress = () => undefined }: RunOptions,
  ): Promise<FeedCounts> {
    const { store, clock, extensionSchemas } = this.#deps;
    const rights = (): Promise<Rights> => this.#rights(feed, run.way);
    await rights();
    await using remote = await openFeedClient(feed, this.#deps, signal);
    const collection = knownCollection(await this.#deps.catalogue.get(), feed.collection);
    const steps = new Steps(state.steps);
    const from = positionOf(state, terms);
    const job: FeedJob = {
      store,
      clock,
      extensionSchemas,
      feed,
      terms,
      collection,
      rights,
      remote,
      run,
      steps,
      from,
      retry,
      signal,
      progress,
    };
    await (run.way === 'pull' ? pull(job) : push(job));
    return steps.counts;
  }

  /**
   * @throws {AppError} permission.denied when the partner may not do it (any more); catalogue.changed, not-found when the feed
   * is not what it was when the run began
   */
  async #rights(feed: Feed, way: FeedWay): Promise<Rights> {
    const { name, partner, collection: id } = feed;
    const catalogue = await this.#deps.catalogue.get();
    if (JSON.stringify(knownFeed(catalogue, name)) !== JSON.stringify(feed))
      throw new AppError('catalogue.changed', {
        description: `The feed "${name}" was changed while it ran. What it did until then stands; its next run goes by the new terms.`,
      });
    const collection = knownCollection(catalogue, id);
    const action = way === 'pull' ? 'write' : 'read';
    const now = this.#deps.clock();
    const verdict = decide(catalogue, { partner }, collection, action, now);
    if (verdict.kind === 'allowed') return { verdict, sees: sightOf(catalogue, { partner }, collection, now) };
    throw new AppError('permission.denied', {
      description: `No agreement in force lets partner "${partner}", for whom the feed "${name}" acts, ${action} in the collection "${collection.title}".`,
    });
  }
}

function termsOf(feed: Feed, way: FeedWay): FeedTerms {
  const terms = feed[way];
  if (terms !== undefined) return terms;
  const other = way === 'pull' ? 'pushes' : 'pulls';
  throw new AppError('config.invalid', {
    description: `The feed "${feed.name}" ${other} only; give it "${way}" with "entente feed change" or in the hub file.`,
  });
}

function positionOf({ position }: FeedState, { addedAfter }: FeedTerms): Position {
  if (position !== undefined) return JSON.parse(position) as Position;
  return addedAfter === undefined ? {} : { addedAfter };
}

function failedEnd(cause: unknown, now: Micros): FeedEnd {
  const seconds = cause instanceof AppError ? Number(cause.details?.retry_after_seconds) : Number.NaN;
  const wait = Number.isNaN(seconds) ? {} : { notBefore: now + Math.min(seconds, MAX_WAIT_SECONDS) * 1_000_000 };
  return { upToDate: false, error: messageOf(cause), ...wait };
}

/** As it stands in the list of feeds. */
function messageOf(error: unknown): string {
  if (error instanceof AppError) return error.description ?? error.title;
  return error instanceof Error ? error.message : String(error);
}
