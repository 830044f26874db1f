import { setTimeout as wait } from 'node:timers/promises';
import type { HubParts } from '../compose.ts';
import { decide } from '../sharing/decide.ts';
import type { Collection } from '../sharing/model.ts';
import type { Micros } from '../time.ts';
import { expiryWatch } from './expiry.ts';

const HOUR_MS = 3_600_000;
const DAY_MICROS = 86_400_000_000;
const HOUR_MICROS = 3_600_000_000;

/** Statuses are kept this long after they are complete. Source: TAXII 2.1 §4.3 lets a server choose. */
const STATUS_DAYS = 7;

/** Object versions removed at once, and the pause after them: polls and pushes go on between. */
const BATCH = 500;
const PAUSE_MS = 50;

/** Who removes by retention, as in `Removal.by`. */
const RETENTION = 'retention';

/** Does now and every hour what a hub does by itself, until it is disposed of. */
export function startUpkeep(hub: HubParts): AsyncDisposable {
  const stop = new AbortController();
  const watchExpiry = expiryWatch(hub);
  const running = (async () => {
    while (!stop.signal.aborted) {
      await once(hub, watchExpiry, stop.signal);
      await pause(HOUR_MS, stop.signal);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

/** A task that fails is tried again in an hour; the others are done all the same. */
async function once(hub: HubParts, watchExpiry: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const { collection: collections } = await hub.catalogue.get();
  const tasks = [
    watchExpiry,
    () => logHead(hub),
    () => forgetStatuses(hub),
    ...[...collections.values()].flatMap(({ value }) => [
      () => watchClock(hub, value),
      () => retain(hub, value, signal),
    ]),
  ];
  for (const task of tasks) {
    if (signal.aborted) return;
    await task().catch((error: unknown) => hub.logger.error({ err: error }, 'upkeep failed'));
  }
}

/** Whoever keeps the log elsewhere can prove by it what the ledger held at this time. */
export async function logHead({ store, logger }: Pick<HubParts, 'store' | 'logger'>): Promise<void> {
  const { count, hash } = await store.ledger.head();
  logger.info({ records: count, head: hash }, 'ledger');
}

async function forgetStatuses({ store, clock, logger }: HubParts): Promise<void> {
  const forgotten = await store.pushes.purge(clock() - STATUS_DAYS * DAY_MICROS);
  if (forgotten > 0) logger.info({ forgotten }, 'old statuses forgotten');
}

/** A clock set ahead once makes dates added run ahead for good, which readers should hear of. */
async function watchClock({ store, clock, logger, metrics }: HubParts, { id }: Collection): Promise<void> {
  const { lastAdded } = await store.objects.counts(id);
  const aheadMicros: Micros = (lastAdded ?? 0) - clock();
  if (aheadMicros <= HOUR_MICROS) return;
  metrics.clockAhead();
  logger.warn({ collection: id, seconds: Math.round(aheadMicros / 1e6) }, 'the clock of a collection is ahead');
}

/** Removes what is older than the collection keeps, through the same path as DELETE. */
async function retain(
  { store, catalogue, clock, logger }: HubParts,
  collection: Collection,
  signal: AbortSignal,
): Promise<void> {
  const { id, retentionDays } = collection;
  if (retentionDays === undefined) return;
  const now = clock();
  const verdict = decide(await catalogue.get(), { operator: RETENTION }, collection, 'delete', now);
  if (verdict.kind !== 'allowed') return;
  const select = { addedBefore: now - retentionDays * DAY_MICROS, limit: BATCH };
  let total = 0;
  while (!signal.aborted) {
    const { removed } = await store.objects.remove({
      collection: id,
      verdict,
      select,
      by: RETENTION,
      reason: 'retention',
    });
    total += removed;
    if (removed === 0) break;
    await pause(PAUSE_MS, signal);
  }
  if (total > 0) logger.info({ collection: id, removed: total }, 'removed by retention');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
