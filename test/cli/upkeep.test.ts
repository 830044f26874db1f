import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { expiryWatch } from '../../src/cli/expiry.ts';
import { startUpkeep } from '../../src/cli/upkeep.ts';
import { composeHub, type HubParts, openStore } from '../../src/compose.ts';
import { loadServeSettings } from '../../src/config.ts';
import { createLogger } from '../../src/observe/log.ts';
import { formatMicros, systemClock } from '../../src/time.ts';
import { documents, entente, file, hubDirectory, indicator } from './program.ts';

const DAY_MICROS = 86_400_000_000;
const THREAT_DATA = 'c2e735e7-6f91-4dc8-82b1-e5b1711dfbc5';

/** A composed hub over the shipped hub file, whose clock the test sets, and what it logs. */
async function hubAt(t: TestContext, data: string, clock: () => number): Promise<{ hub: HubParts; log: PassThrough }> {
  const settings = loadServeSettings({ data }, {});
  const log = new PassThrough();
  const hub = composeHub(await openStore(settings, false, clock), settings, createLogger('info', log), clock);
  t.after(() => hub[Symbol.asyncDispose]());
  return { hub, log };
}

/** Waits until a line with this message has been logged. */
async function logged(log: PassThrough, message: string): Promise<Record<string, unknown>> {
  for (let text = ''; ; ) {
    text += String(log.read() ?? '');
    const found = documents(text.slice(0, text.lastIndexOf('\n') + 1)).find(({ msg }) => msg === message);
    if (found !== undefined) return found;
    await once(log, 'readable');
  }
}

async function withRecords(t: TestContext, ages: readonly number[]): Promise<string> {
  const data = await hubDirectory(t);
  const now = systemClock();
  const records = ages.map((days, i) => ({ date_added: formatMicros(now - days * DAY_MICROS), object: indicator(i) }));
  const path = await file(data, 'records.ndjson', records.map((record) => JSON.stringify(record)).join('\n'));
  const args = ['import', path, '--records', '--collection', 'threat-data', '--data', data];
  const { code, stderr } = await entente(args);
  assert.equal(code, 0, stderr);
  return data;
}

describe('what a serving hub does by itself', () => {
  test('versions that a collection keeps no longer are removed as DELETE removes them; the others stay', async (t) => {
    const data = await withRecords(t, [731, 730.5, 729, 1]);
    const { hub, log } = await hubAt(t, data, systemClock);
    {
      await using _upkeep = startUpkeep(hub);
      assert.equal((await logged(log, 'removed by retention')).removed, 2);
    }
    const counts = await hub.store.objects.counts(THREAT_DATA);
    assert.deepEqual([counts.versions, counts.removed], [2, 2]);
    assert.equal((await entente(['check', '--data', data])).code, 0);
  });

  test('more than one batch goes, and ending does not wait for the next hour', async (t) => {
    const data = await withRecords(
      t,
      Array.from({ length: 1200 }, (_, i) => 1000 - i / 100_000),
    );
    const { hub, log } = await hubAt(t, data, systemClock);
    await using _upkeep = startUpkeep(hub);
    assert.equal((await logged(log, 'removed by retention')).removed, 1200);
  });

  test('statuses are forgotten seven days after they are complete', async (t) => {
    const data = await withRecords(t, [1]);
    let now = systemClock();
    const { hub, log } = await hubAt(t, data, () => now);
    const push = {
      id: randomUUID(),
      root: 'regional',
      collection: THREAT_DATA,
      owner: { partner: 'vendor' },
      requested: now,
      total: 0,
      leaseUntil: now + DAY_MICROS,
    };
    const part = { begin: push, id: push.id, part: 0, lines: [], last: true };
    await hub.store.objects.commit({ collection: THREAT_DATA, source: 'partner:vendor', objects: [], push: part });
    assert.equal((await hub.store.pushes.status(push.id))?.complete, true);
    now += 7 * DAY_MICROS + 1_000_000;
    await using _upkeep = startUpkeep(hub);
    await logged(log, 'old statuses forgotten');
    assert.equal(await hub.store.pushes.status(push.id), undefined);
  });

  test('a collection whose clock is more than an hour ahead is told', async (t) => {
    const data = await withRecords(t, [0.5]);
    const { hub, log } = await hubAt(t, data, () => systemClock() - DAY_MICROS);
    await using _upkeep = startUpkeep(hub);
    const { collection, seconds } = await logged(log, 'the clock of a collection is ahead');
    assert.equal(collection, THREAT_DATA);
    assert.ok(Number(seconds) > 43_000);
  });

  test('agreements that end within 60 days, or have ended, are told once, and again when that changes', async (t) => {
    const data = await hubDirectory(t);
    const now = systemClock();
    const until = (days: number) => formatMicros(now + days * DAY_MICROS);
    const add = async (name: string, days: number): Promise<void> => {
      const args = ['agreement', 'add', name, '--partner', 'vendor', '--from', '2020-01-01', '--until', until(days)];
      const { code, stderr } = await entente([...args, '--data', data]);
      assert.equal(code, 0, stderr);
    };
    await add('far', 60.5);
    await add('near', 59.5);
    await add('over', -1);
    let passed = 0;
    const { hub, log } = await hubAt(t, data, () => now + passed);
    const watch = expiryWatch(hub);
    const told = async (): Promise<unknown[]> => {
      await watch();
      return documents(String(log.read() ?? '')).map(({ level, agreement, days_left }) => [
        level,
        agreement,
        days_left,
      ]);
    };
    assert.deepEqual(await told(), [
      ['warn', 'over', 0],
      ['warn', 'near', 59],
    ]);
    assert.deepEqual(await told(), []);
    passed = DAY_MICROS;
    assert.deepEqual(await told(), [
      ['warn', 'near', 58],
      ['warn', 'far', 59],
    ]);
    passed = 0;
    const { text } = await hub.metrics.render();
    const line = (name: string) =>
      new RegExp(`^entente_agreement_days_left\\{agreement="${name}"\\} (.*)$`, 'm').exec(text);
    assert.deepEqual(
      ['far', 'near', 'over', 'cooperation'].map((name) => line(name)?.[1]),
      ['60.5', '59.5', '-1', undefined],
    );
    await using _upkeep = startUpkeep(hub);
    await logged(log, 'an agreement ends soon: "entente agreement renew" sets a later end');
  });
});
