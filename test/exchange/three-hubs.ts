import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { HubProcess } from '../hub-process.ts';
import { hubWith, indicatorText, pushTo, textsOf, until } from './feeds.ts';

export interface Ordeal {
  readonly objects: number;
  /** Objects of one push. */
  readonly batch: number;
  readonly kills: number;
  /** A number from 0 up to 1, each time. */
  readonly random: () => number;
  readonly told?: (text: string) => void;
}

const EVERY_SECOND = '"* * * * * *"';

/**
 * A client pushes to B, A exchanges with B both ways, C pulls from A, and all three are killed at random moments. In the end
 * A and C hold what B holds, in its order, each object once.
 */
export async function threeHubs(t: Parameters<typeof HubProcess.open>[0], ordeal: Ordeal): Promise<void> {
  const { objects, batch, kills, random, told = () => undefined } = ordeal;
  const b = await HubProcess.open(t, hubWith([]));
  await b.start();
  const both = `pull: { schedule: ${EVERY_SECOND} }, push: { schedule: ${EVERY_SECOND} }`;
  const a = await HubProcess.open(t, hubWith([{ name: 'b', port: b.port, terms: both }]));
  await a.start();
  const c = await HubProcess.open(
    t,
    hubWith([{ name: 'a', port: a.port, terms: `pull: { schedule: ${EVERY_SECOND} }` }]),
  );
  await c.start();
  const ports = new Map([a, b, c].map((hub) => [hub, hub.port]));
  const texts = Array.from({ length: objects }, (_, i) => indicatorText(i));

  const pushing = (async () => {
    for (let from = 0; from < texts.length; from += batch) {
      const part = texts.slice(from, from + batch);
      // What was not acknowledged is pushed again; it may have been stored.
      while (!(await pushTo(b, part))) await wait(100);
    }
  })();
  const killing = (async () => {
    for (let kill = 0; kill < kills; kill++) {
      const hub = [a, b, c][kill % 3] as HubProcess;
      await wait(200 + random() * 1500);
      await hub.stop('SIGKILL');
      await wait(random() * 300);
      await hub.start(ports.get(hub));
      told(`killed ${'ABC'[kill % 3]}, ${kill + 1} of ${kills}`);
    }
  })();
  await Promise.all([pushing, killing]);
  const expected = await textsOf(b);
  assert.deepEqual(expected.toSorted(), texts.toSorted(), 'B holds each object once, whatever was pushed twice');
  for (const hub of [a, c]) await until(async () => (await textsOf(hub)).length >= objects, 1000);
  // Time for an echo, if there were any.
  await wait(2500);
  for (const hub of [b, a, c]) assert.deepEqual(await textsOf(hub), expected);
  told('A and C hold what B holds');
}
