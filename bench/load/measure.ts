import type { Client } from './client.ts';
import { getPage } from './target.ts';

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** @param sorted ascending */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Median time of each path, asked for in turn so that all meet the same conditions. */
export async function medianTimes(client: Client, paths: readonly string[], rounds: number): Promise<number[]> {
  const times: number[][] = paths.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, path] of paths.entries()) times[i]?.push((await getPage(client, path)).ms);
  return times.map(median);
}

/** Small runs are quick ones: how long something is measured that lasts `ms` at 100,000 objects or more. */
export function durationFor(objects: number, ms: number): number {
  return ms * Math.min(1, Math.max(0.05, objects / 100_000));
}

export interface Rate {
  readonly perSecond: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Mean octets of a body. */
  readonly bytes: number;
  /** Share of one core that the load generator itself took. */
  readonly clientShare: number;
}

/**
 * Pollers that each ask again as soon as they are answered.
 * @param path what poller `p` asks for the n-th time
 */
export async function rateOf(
  client: Client,
  pollers: number,
  durationMs: number,
  path: (poller: number, n: number) => string,
): Promise<Rate> {
  const times: number[] = [];
  let bytes = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const end = began + durationMs;
  await Promise.all(
    Array.from({ length: pollers }, async (_, poller) => {
      for (let n = 0; performance.now() < end; n++) {
        const reply = await getPage(client, path(poller, n));
        times.push(reply.ms);
        bytes += reply.bytes;
      }
    }),
  );
  const elapsedMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  const sorted = Float64Array.from(times).sort();
  return {
    perSecond: (times.length / elapsedMs) * 1000,
    elapsedMs,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    bytes: bytes / times.length,
    clientShare: (user + system) / 1000 / elapsedMs,
  };
}
