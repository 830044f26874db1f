import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Micros } from '../time.ts';
import { feedMetrics } from './feed-metrics.ts';

/** Everything that is counted, one helper an event. Labels have few values; names and ids go to the log. */
export interface Metrics {
  /** @param status undefined when the caller went away before an answer */
  requestAnswered(route: string, method: string, status: number | undefined, seconds: number): void;
  /** Object versions sent to readers. */
  objectsServed(count: number): void;
  objectsRemoved(count: number): void;
  /** Objects of a push, as far as they have been judged. */
  objectsJudged(counts: Readonly<Record<'added' | 'present' | 'refused', number>>): void;
  /** A push that went on in the background met a fault of ours. */
  pushFailed(): void;
  signInFailed(): void;
  /** A collection's clock stood more than an hour ahead of the wall clock. */
  clockAhead(): void;
  /** The text that Prometheus reads, and its media type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * @param pendingPushes asked at every reading
 * @param daysLeft asked at every reading: days until each agreement ends, by its name
 * @param feeds asked at every reading; absent: the hub has none to tell of
 * @param lastUsed when credentials were used last, by name; asked at every reading
 */
export function createMetrics(
  pendingPushes: () => Promise<number>,
  daysLeft: () => Promise<ReadonlyMap<string, number>>,
  lastUsed: () => ReadonlyMap<string, Micros> = () => new Map(),
  feeds?: Parameters<typeof feedMetrics>[1],
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'entente_http_requests_total',
    help: 'Requests by URL pattern, method and status; status "none" when the client went away before an answer.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'entente_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['route', 'method'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const served = counter('entente_objects_served_total', 'Object versions sent to readers.');
  const removed = counter('entente_objects_removed_total', 'Object versions removed by DELETE.');
  const judged = new Counter({
    name: 'entente_push_objects_total',
    help: 'Objects of pushes: added, present (an equal version was stored already) or refused.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['added', 'present', 'refused']) judged.inc({ outcome }, 0);
  const failedPushes = counter('entente_push_failures_total', 'Pushes that met a fault of the hub in the background.');
  const failedSignIns = counter('entente_sign_in_failures_total', 'Requests with credentials that are not valid.');
  const clocksAhead = counter('entente_clock_ahead_total', 'Times a date added was over an hour ahead of the clock.');
  new Gauge({
    name: 'entente_pushes_pending',
    help: 'Pushes that are not complete, of all processes.',
    registers,
    async collect() {
      this.set(await pendingPushes());
    },
  });
  new Gauge({
    name: 'entente_agreement_days_left',
    help: 'Days until an agreement ends, negative when it has ended; of agreements that end some day.',
    labelNames: ['agreement'],
    registers,
    async collect() {
      const days = await daysLeft();
      this.reset();
      for (const [agreement, left] of days) this.set({ agreement }, left);
    },
  });
  new Gauge({
    name: 'entente_credential_last_used_timestamp_seconds',
    help: 'When a credential was last used, since the start of the process, to the minute.',
    labelNames: ['credential'],
    registers,
    collect() {
      for (const [credential, at] of lastUsed()) this.set({ credential }, Math.floor(at / 1e6));
    },
  });
  if (feeds !== undefined) feedMetrics(registers, feeds);
  processGauges(registers);

  function counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers });
  }

  return {
    requestAnswered(route, method, status, seconds) {
      requests.inc({ route, method, status: status ?? 'none' });
      durations.observe({ route, method }, seconds);
    },
    objectsServed: (count) => served.inc(count),
    objectsRemoved: (count) => removed.inc(count),
    objectsJudged(counts) {
      for (const outcome of ['added', 'present', 'refused'] as const) judged.inc({ outcome }, counts[outcome]);
    },
    pushFailed: () => failedPushes.inc(),
    signInFailed: () => failedSignIns.inc(),
    clockAhead: () => clocksAhead.inc(),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

/** The few that every dashboard shows; the library's own set keeps timers and observers for each registry. */
function processGauges(registers: Registry[]): void {
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'process_cpu_seconds_total',
    help: 'Processor time of the process since its start.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since 1970.',
    registers,
  }).set(Math.round(performance.timeOrigin / 1000));
}
