import { Counter, Gauge, type Registry } from 'prom-client';
import type { FeedState } from '../store/feeds.ts';
import type { Micros } from '../time.ts';

const OUTCOMES = ['exchanged', 'present', 'skipped', 'failed'] as const;

/**
 * What an operator watches of feeds, read from the store each time, so that runs of other processes count too.
 * @param read asked at every reading
 */
export function feedMetrics(
  registers: Registry[],
  read: () => Promise<{ readonly now: Micros; readonly states: readonly FeedState[] }>,
): void {
  const labelNames = ['feed', 'way'];
  new Counter({
    name: 'entente_feed_objects_total',
    help: 'Object versions: exchanged, present (there already), skipped (filters, or where they came from) or failed.',
    labelNames: [...labelNames, 'outcome'],
    registers,
    async collect() {
      const { states } = await read();
      this.reset();
      for (const { feed, way, counts } of states)
        for (const outcome of OUTCOMES) this.inc({ feed, way, outcome }, counts[outcome]);
    },
  });
  const gauge = (name: string, help: string, of: (state: FeedState, now: Micros) => number | undefined): void =>
    void new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        const { now, states } = await read();
        this.reset();
        for (const state of states) {
          const value = of(state, now);
          if (value !== undefined) this.set({ feed: state.feed, way: state.way }, value);
        }
      },
    });
  gauge('entente_feed_failing_runs', 'Runs that failed since one that did not.', ({ failing }) => failing);
  gauge(
    'entente_feed_listed_failures',
    'Objects that could not be exchanged, as "entente feed failures" lists them.',
    ({ failures }) => failures,
  );
  gauge(
    'entente_feed_pushes_pending',
    'Pushes whose status at the other server is not complete.',
    ({ way, pending }) => (way === 'push' ? pending : undefined),
  );
  gauge(
    'entente_feed_lag_seconds',
    'Time since the start of the last run that came to the end of what is new; of feeds that ever did.',
    ({ upToDate }, now) => (upToDate === undefined ? undefined : Math.max(0, now - upToDate) / 1e6),
  );
}
