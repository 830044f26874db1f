import { join } from 'node:path';
import { decide } from '../src/sharing/decide.ts';
import type { Collection } from '../src/sharing/model.ts';
import { objectKey } from '../src/stix/object-key.ts';
import { markingClass } from '../src/stix/tlp.ts';
import { openSqliteStore } from '../src/store/sqlite/store.ts';
import { MAX_BATCH, type NewObject, type Store } from '../src/store/store.ts';
import { countTrends } from '../src/trends/count.ts';
import type { Dimension } from '../src/trends/dimensions.ts';
import { trendPlaces } from '../src/trends/places.ts';
import type { DataSet } from './data.ts';
import { median } from './load/measure.ts';
import { startProgress } from './progress.ts';
import type { Row } from './table.ts';

export const COLLECTION: Collection = {
  id: '9c4f6c6e-6d53-4a68-9d9b-5f6f0f3a7e55',
  root: 'bench',
  title: 'Bench',
  mediaTypes: ['application/stix+json;version=2.1'],
  validation: 'standard',
  defaultTlp: 'green',
  unknownMarking: 'red',
  pageDefault: 1000,
  pageMax: 10_000,
};

const OPERATOR = { operator: 'bench' } as const;
const DIMENSIONS: readonly Dimension[] = [
  'malware',
  'vulnerability',
  'attack-pattern',
  'country',
  'type',
  'observable',
];
const ROUNDS = 5;
/** The data begins in 2020. */
const YEAR = { from: Date.UTC(2020, 0, 1) / 86_400_000, until: Date.UTC(2021, 0, 1) / 86_400_000 };
const TARGET_MS = 100;

/** A year by week over all objects, by several dimensions, and how fast the counts follow the objects. */
export async function trends(directory: string, data: DataSet, objects: number): Promise<Row[]> {
  await using store = await openSqliteStore({ file: join(directory, 'trends.db'), create: true });
  await store.catalogue.change(1, [{ put: 'collection', origin: 'hand', value: COLLECTION }], 'cli');
  await load(store, data, objects);
  await store.followers.catchUp();
  const began = performance.now();
  await store.followers.rebuild('trends');
  const counting = startProgress('counting', objects);
  let counted = 0;
  await store.followers.catchUp((done) => {
    counting.step(done - counted);
    counted = done;
  });
  counting.done();
  const seconds = (performance.now() - began) / 1000;
  const rows: Row[] = [
    {
      name: 'trends-follow',
      what: 'trends counted anew from the objects',
      measured: objects / seconds,
      unit: 'objects/s',
    },
  ];
  for (const dimension of DIMENSIONS) {
    for (const maxTlp of ['red', 'green'] as const) {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now();
        const places = trendPlaces(await store.catalogue.load(), OPERATOR, [COLLECTION], maxTlp, 0);
        const request = { dimension, unit: 'week', basis: 'event', range: YEAR, top: 20, minCount: 1 } as const;
        await countTrends(store.trends, OPERATOR, places, request);
        times.push(performance.now() - start);
      }
      rows.push({
        name: `trends-${dimension}-${maxTlp}`,
        what: `trends of a year by week, by ${dimension}, up to TLP:${maxTlp.toUpperCase()}`,
        measured: median(times),
        unit: 'ms',
        target: { of: 'measured', at: 'most', value: TARGET_MS },
      });
    }
  }
  return rows;
}

/** Adds objects to the collection, as an import does, without judging them. */
export async function load(store: Store, data: DataSet, objects: number): Promise<void> {
  const verdict = decide(await store.catalogue.load(), OPERATOR, COLLECTION, 'write', 0);
  if (verdict.kind !== 'allowed') throw new Error('An operator may write.');
  const progress = startProgress('objects', objects);
  for (let first = 0; first < objects; first += MAX_BATCH) {
    const batch = Array.from({ length: Math.min(MAX_BATCH, objects - first) }, (_, i): NewObject => {
      const object = data.at(first + i);
      return { ...objectKey(object), marking: markingClass(object), json: JSON.stringify(object) };
    });
    await store.objects.commit({ collection: COLLECTION.id, source: 'import', objects: batch });
    progress.step(batch.length);
  }
  progress.done();
}
