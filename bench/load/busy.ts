import type { Progress } from '../progress.ts';
import type { Client } from './client.ts';
import type { Envelopes } from './envelopes.ts';
import { push } from './ingest.ts';
import { type Rate, rateOf } from './measure.ts';
import type { Target } from './target.ts';

/** Pushes of the one partner under way at once, as in `ingest`. */
const PUSHES = 4;

export interface BusyResult {
  readonly polls: Rate;
  /** Objects stored a second, until the pushes that the pollers met are over. */
  readonly objectsPerSecond: number;
  /** Octets of the JSON texts that were pushed, about. */
  readonly jsonBytes: number;
}

/** Pollers that ask as fast as they are answered, beside a partner that pushes as fast as it can. */
export async function pollWhilePushing(
  clients: { readonly pollers: Client; readonly pusher: Client },
  target: Target,
  envelopes: Envelopes,
  pollers: number,
  durationMs: number,
  path: (poller: number, n: number) => string,
  progress: Progress,
): Promise<BusyResult> {
  let next = 0;
  let objects = 0;
  let polling = true;
  const began = performance.now();
  const work = async (): Promise<void> => {
    while (polling && next < envelopes.count) {
      const envelope = next++;
      await push(clients.pusher, target, await envelopes.read(envelope), envelopes.size(envelope));
      objects += envelopes.size(envelope);
      progress.step(envelopes.size(envelope));
    }
  };
  const pushing = Promise.all(Array.from({ length: PUSHES }, work)).then(() => performance.now());
  const polls = await rateOf(clients.pollers, pollers, durationMs, path);
  polling = false;
  const pushed = await pushing;
  return {
    polls,
    objectsPerSecond: (objects / (pushed - began)) * 1000,
    jsonBytes: (objects / envelopes.objects) * envelopes.jsonBytes,
  };
}
