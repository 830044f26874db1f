import { startServer } from '../child.ts';
import { openClient } from '../load/client.ts';
import { durationFor, type Rate, rateOf } from '../load/measure.ts';
import { POLLERS } from '../load/polls.ts';
import { timedProgress } from '../progress.ts';

export interface HttpCeiling {
  readonly tiny: Rate;
  readonly page: Rate;
  /** Milliseconds of a server that has an answer of so many octets ready. */
  readonly costMs: (bytes: number) => number;
}

const SERVER = new URL('../ready-server.ts', import.meta.url).pathname;
const DURATION_MS = 2000;
/** Until both processes are compiled, whatever the size of the run. */
const WARM_UP_MS = 700;

/** Fastify with ready Buffers, asked by the same load generator. */
export async function httpCeiling(objects: number, log: string): Promise<HttpCeiling> {
  const durationMs = durationFor(objects, DURATION_MS);
  await using server = await startServer(SERVER, [], log);
  await using client = openClient(server.url, POLLERS);
  const progress = timedProgress('Fastify with ready answers', 2 * (durationMs + WARM_UP_MS));
  const rate = async (path: string): Promise<Rate> => {
    await rateOf(client, POLLERS, WARM_UP_MS, () => path);
    return await rateOf(client, POLLERS, durationMs, () => path);
  };
  const page = await rate('/page');
  const tiny = await rate('/tiny');
  progress.done();
  const perByte = (1000 / page.perSecond - 1000 / tiny.perSecond) / (page.bytes - tiny.bytes);
  return { tiny, page, costMs: (bytes) => 1000 / tiny.perSecond + perByte * Math.max(0, bytes - tiny.bytes) };
}
