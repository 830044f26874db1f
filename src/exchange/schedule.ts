import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { AppError } from '../errors.ts';
import { nextRun } from '../sharing/cron.ts';
import { FEED_WAYS, type Feed, type FeedWay } from '../sharing/model.ts';
import type { FeedCounts, FeedState } from '../store/feeds.ts';
import type { Micros } from '../time.ts';
import type { FeedDeps, FeedRunner } from './run.ts';

export interface ScheduleEvents {
  /** A run ended, well or not. */
  ended(feed: string, way: FeedWay, result: { readonly counts: FeedCounts } | { readonly error: unknown }): void;
  /** The schedule itself met a fault of ours. */
  failed(error: unknown): void;
}

const LOOK_MS = 1000;
const AT_ONCE = 4;
/** After a failure a feed waits so long, twice as long after each further one, an hour at most. */
const BACK_OFF_MICROS = 30_000_000;
const MAX_BACK_OFF_MICROS = 3_600_000_000;

/**
 * When one way of a feed is due: at once when it never ran, else as its schedule says, and not before its pause after
 * failures is over, or the time that the other server asked for. A time that passed while nobody was there is made up for once.
 * @returns undefined when it runs by hand only
 */
export function dueAt(feed: Feed, way: FeedWay, state: FeedState | undefined): Micros | undefined {
  const schedule = feed[way]?.schedule;
  if (schedule === undefined) return undefined;
  if (state?.started === undefined) return 0;
  const next = nextRun(schedule, state.started);
  if (next === undefined || state.failing === 0) return next;
  const pause = Math.min(BACK_OFF_MICROS * 2 ** (state.failing - 1), MAX_BACK_OFF_MICROS);
  return Math.max(next, (state.ended ?? state.started) + pause, state.notBefore ?? 0);
}

/** Runs feeds when they are due, until it is disposed of; then runs break off, and their positions stand. */
export function startSchedule(runner: FeedRunner, deps: FeedDeps, events: ScheduleEvents): AsyncDisposable {
  const stop = new AbortController();
  const limit = pLimit(AT_ONCE);
  const running = new Map<string, Promise<void>>();

  async function runDue(): Promise<void> {
    const feeds = [...(await deps.catalogue.get()).feed.values()].map(({ value }) => value);
    if (!feeds.some((feed) => FEED_WAYS.some((way) => feed[way]?.schedule !== undefined))) return;
    const states = await deps.store.feeds.states();
    for (const feed of feeds)
      for (const way of FEED_WAYS) {
        const state = states.find((one) => one.feed === feed.name && one.way === way);
        const due = dueAt(feed, way, state);
        const key = `${way} ${feed.name}`;
        if (due === undefined || due > deps.clock() || state?.running === true || running.has(key)) continue;
        const work = limit(() => runOne(feed, way, state?.started)).finally(() => running.delete(key));
        running.set(key, work);
      }
  }

  async function runOne({ name }: Feed, way: FeedWay, startedBefore: Micros | undefined): Promise<void> {
    if (stop.signal.aborted) return;
    try {
      const counts = await runner.run(name, way, { signal: stop.signal, unlessStartedSince: startedBefore ?? 0 });
      events.ended(name, way, { counts });
    } catch (error) {
      const elsewhere = error instanceof AppError && error.code === 'feed.busy';
      if (!stop.signal.aborted && !elsewhere) events.ended(name, way, { error });
    }
  }

  const looking = (async () => {
    while (!stop.signal.aborted) {
      await runDue().catch(events.failed);
      await wait(LOOK_MS, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    }
  })();

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await looking;
      await Promise.all(running.values());
    },
  };
}
