import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../progress.ts';
import { bodyText, type Client, expectStatus } from './client.ts';
import type { Envelopes } from './envelopes.ts';
import { objectsPath, type Target } from './target.ts';

/** Pushes under way at once: while one is judged, another is written. */
const CONCURRENT_PUSHES = 4;
const STATUS_EVERY_MS = 50;

export interface IngestResult {
  readonly objectsPerSecond: number;
  /** Rate of the last tenth of the objects over that of the first. */
  readonly lastOverFirst: number;
}

interface Status {
  readonly id: string;
  readonly status: string;
  readonly success_count: number;
  readonly failures?: readonly { readonly id: string; readonly message?: string }[];
}

/** Pushes every envelope and waits until its status says that all of it is stored. */
export async function ingest(
  client: Client,
  target: Target,
  envelopes: Envelopes,
  progress: Progress,
): Promise<IngestResult> {
  const began = performance.now();
  const doneAt: { readonly ms: number; readonly objects: number }[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < envelopes.count) {
      const envelope = next++;
      await push(client, target, await envelopes.read(envelope), envelopes.size(envelope));
      doneAt.push({ ms: performance.now() - began, objects: envelopes.size(envelope) });
      progress.step(envelopes.size(envelope));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_PUSHES }, work));
  const total = doneAt.at(-1)?.ms ?? 0;
  return { objectsPerSecond: (envelopes.objects / total) * 1000, lastOverFirst: lastOverFirst(doneAt) };
}

/** Pushes one envelope of valid objects and waits until its status says that all of it is stored. */
export async function push(client: Client, target: Target, body: Buffer, objects: number): Promise<void> {
  const path = objectsPath(target);
  let status = JSON.parse(bodyText(expectStatus(await client.post(path, body), 202, `POST ${path}`))) as Status;
  while (status.status !== 'complete') {
    await sleep(STATUS_EVERY_MS);
    const reply = expectStatus(await client.get(`${target.root}status/${status.id}/`), 200, 'the status of a push');
    status = JSON.parse(bodyText(reply)) as Status;
  }
  if (status.success_count === objects) return;
  const failure = status.failures?.[0];
  throw new Error(
    `Of ${objects} valid objects the server took ${status.success_count}; ${failure?.id}: ${failure?.message ?? 'no reason given'}`,
  );
}

function lastOverFirst(doneAt: readonly { readonly ms: number; readonly objects: number }[]): number {
  const tenth = Math.max(1, Math.floor(doneAt.length / 10));
  const rate = (from: number, to: number): number => {
    const objects = doneAt.slice(from, to).reduce((sum, done) => sum + done.objects, 0);
    return objects / ((doneAt[to - 1]?.ms ?? 0) - (doneAt[from - 1]?.ms ?? 0));
  };
  return rate(doneAt.length - tenth, doneAt.length) / rate(0, tenth);
}
