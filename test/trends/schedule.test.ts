import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CurrentCatalogue } from '../../src/sharing/catalogue.ts';
import type { Hub, TrendSettings } from '../../src/sharing/model.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { countTrends } from '../../src/trends/count.ts';
import { minCountFor, trendPlaces } from '../../src/trends/places.ts';
import type { Published } from '../../src/trends/publish.ts';
import { completePeriods, publishWhenDue, type ScheduleDeps } from '../../src/trends/schedule.ts';
import { collection, idOf, ONE, TWO, version } from '../store/contract/harness.ts';

const micros = (time: string): number => Date.parse(time) * 1000;
/** A Monday. */
const NOW = micros('2026-02-09T06:00:10Z');
const BEFORE = micros('2026-02-09T05:59:55Z');

interface Bench {
  readonly deps: ScheduleDeps;
  readonly runs: (readonly Published[])[];
  settings(trends?: TrendSettings): Promise<void>;
}

async function open(t: TestContext): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'entente-schedule-'));
  const clock = (): number => NOW;
  const store = await openSqliteStore({ file: join(directory, 'hub.db'), create: true, clock });
  t.after(async () => {
    await store[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  const identity = 'identity--1c1b2a6c-54e5-4a68-8e15-19c7b8a5ab9b';
  const put = async (value: Hub): Promise<void> => {
    const generation = await store.catalogue.generation();
    const collections = [ONE, TWO].map((id) => ({ put: 'collection', origin: 'file', value: collection(id) }) as const);
    await store.catalogue.change(generation, [{ put: 'hub', origin: 'file', value }, ...collections], 'cli');
  };
  await put({ title: 'Hub', identity });
  const mention = { created: '2026-02-03T00:00:00Z', source_ref: 'x', target_ref: idOf('m', 'malware'), count: 9 };
  await store.objects.commit({
    collection: ONE,
    source: 'import',
    objects: [
      version('m', '', { type: 'malware' }),
      version('s', '', { type: 'sighting', more: { ...mention, sighting_of_ref: mention.target_ref } }),
    ],
  });
  const runs: (readonly Published[])[] = [];
  return {
    runs,
    deps: {
      store,
      clock,
      catalogue: new CurrentCatalogue(store.catalogue),
      extensionSchemas: new Map(),
      published: (reports) => void runs.push(reports),
      failed: (error) => assert.fail(String(error)),
    },
    settings: (trends) => put({ title: 'Hub', identity, ...(trends === undefined ? {} : { trends }) }),
  };
}

const WEEKLY: TrendSettings = {
  publishTo: TWO,
  schedule: '0 6 * * 1',
  periods: ['week'],
  maxTlp: 'green',
  minCount: 5,
};

test('the schedule of the hub is kept, also when it changes while the hub serves', async (t) => {
  const { deps, runs, settings } = await open(t);
  await publishWhenDue(deps, BEFORE, NOW);
  await settings({ ...WEEKLY, schedule: '0 7 * * 1' });
  await publishWhenDue(deps, BEFORE, NOW);
  assert.equal(runs.length, 0);
  await settings(WEEKLY);
  await publishWhenDue(deps, BEFORE, NOW);
  assert.deepEqual(
    runs[0]?.map(({ period, dimension, outcome }) => [period, dimension, outcome]),
    [['2026-W06', 'malware', 'new']],
  );
  await publishWhenDue(deps, NOW, NOW + 15_000_000);
  assert.equal(runs.length, 1);
  await publishWhenDue(deps, BEFORE, NOW);
  assert.deepEqual(
    runs[1]?.map(({ outcome }) => outcome),
    ['same'],
  );
  const { objects } = await deps.store.objects.counts(TWO);
  assert.equal(objects, 5);
});

test('the last complete period is published, and the one before it once more', () => {
  const names = completePeriods('month', micros('2026-03-01T00:00:00Z')).map(({ name }) => name);
  assert.deepEqual(names, ['2026-01', '2026-02']);
});

test('partners see nothing where no agreement lets them read, and small counts are withheld from them', async (t) => {
  const { deps, settings } = await open(t);
  await settings({ ...WEEKLY, minCount: 10 });
  const catalogue = await deps.catalogue.get();
  const collections = [...catalogue.collection.values()].map(({ value }) => value);
  const [partner, operator] = [{ partner: 'vendor' }, { operator: 'ops' }];
  assert.deepEqual(trendPlaces(catalogue, partner, collections, 'red', NOW), []);
  assert.deepEqual([minCountFor(catalogue, partner), minCountFor(catalogue, operator)], [10, 1]);
  await deps.store.followers.catchUp();
  const rows = async (minCount: number): Promise<number> => {
    const places = trendPlaces(catalogue, operator, collections, 'red', NOW);
    const range = { from: 20_487, until: 20_494 };
    const request = { dimension: 'malware', unit: 'week', basis: 'event', range, top: 9, minCount } as const;
    return (await countTrends(deps.store.trends, operator, places, request)).rows.length;
  };
  assert.deepEqual([await rows(1), await rows(10)], [1, 0]);
});
