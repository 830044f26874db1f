import { setTimeout as wait } from 'node:timers/promises';
import type { CurrentCatalogue } from '../sharing/catalogue.ts';
import { nextRun } from '../sharing/cron.ts';
import type { TrendSettings } from '../sharing/model.ts';
import type { Micros } from '../time.ts';
import type { PeriodUnit } from './dimensions.ts';
import { type Period, periodBefore, periodOf } from './periods.ts';
import { type PublishDeps, type Published, publishTrends } from './publish.ts';

const DAY_MICROS = 86_400_000_000;

/** How often the schedule is looked at: it may be changed while the hub serves. */
const LOOK_MS = 15_000;

export interface ScheduleDeps extends PublishDeps {
  readonly catalogue: CurrentCatalogue;
  readonly published: (reports: readonly Published[]) => void;
  readonly failed: (error: unknown) => void;
}

/** The last complete period, and the one before it once more: what happened then may have come in late. */
export function completePeriods(unit: PeriodUnit, now: Micros): readonly Period[] {
  const last = periodBefore(periodOf(unit, Math.floor(now / DAY_MICROS)), 1);
  return [periodBefore(last, 1), last];
}

/** Publishes trends when the hub's schedule says so, until it is disposed of. */
export function startTrendSchedule(deps: ScheduleDeps): AsyncDisposable {
  const stop = new AbortController();
  const running = (async () => {
    let looked = deps.clock();
    while (!stop.signal.aborted) {
      await wait(LOOK_MS, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
      if (stop.signal.aborted) return;
      const now = deps.clock();
      await publishWhenDue(deps, looked, now).catch(deps.failed);
      looked = now;
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

/** Publishes if the schedule has an instant with after < instant ≤ now. */
export async function publishWhenDue(deps: ScheduleDeps, after: Micros, now: Micros): Promise<void> {
  const catalogue = await deps.catalogue.get();
  const settings = catalogue.hub.get('hub')?.value.trends;
  const target = settings?.publishTo === undefined ? undefined : catalogue.collection.get(settings.publishTo)?.value;
  if (settings === undefined || target === undefined || !isDue(settings, after, now)) return;
  const { periods: units, maxTlp, minCount } = settings;
  const periods = units.flatMap((unit) => completePeriods(unit, now));
  deps.published(await publishTrends(deps, { target, periods, maxTlp, minCount }));
}

function isDue({ schedule }: TrendSettings, after: Micros, now: Micros): boolean {
  if (schedule === undefined) return false;
  const next = nextRun(schedule, after);
  return next !== undefined && next <= now;
}
