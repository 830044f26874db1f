/**
 * Trends over real data: ATT&CK for ICS and Mobile, indicator sets of public investigations and the data of the bench in
 * one hub, each dimension against a count of its own, written from docs/trends.md. Run with
 * `node --test test/shared/trends.ts`.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { glob, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mixedData } from '../../bench/data.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { countTrends } from '../../src/trends/count.ts';
import { DIMENSIONS } from '../../src/trends/dimensions.ts';
import { trendPlaces } from '../../src/trends/places.ts';
import { entente } from '../cli/program.ts';
import { keptCounts, plain, seesBy, storedVersions } from '../trends/kept-counts.ts';
import { naiveCounts } from '../trends/naive.ts';

const DATA = new URL('../../../shared/data/stix/', import.meta.url).pathname;
const BENCH_OBJECTS = 20_000;
const OPERATOR = { operator: 'ops' } as const;
const dayOf = (date: string): number => Date.parse(date) / 86_400_000;
const RANGE = { from: dayOf('2005-01-01'), until: dayOf('2027-12-31') };

const HUB = `
hub: { title: Trends }
api_roots:
  - path: regional
    title: Regional
    collections:
      - { alias: attack, title: ATT&CK, media_types: ["application/stix+json;version=2.1"] }
      - { alias: data, title: Data,
          media_types: ["application/stix+json;version=2.1", "application/stix+json;version=2.0"] }
`;

test('trends by every dimension are those of an independent count', { skip: !existsSync(DATA) }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'entente-trends-'));
  t.after(() => rm(directory, { recursive: true }));
  const data = join(directory, 'data');
  await writeFile(join(directory, 'hub.yaml'), HUB);
  const run = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await entente([...args, '--data', data]);
    assert.ok(code === 0 || code === 1, stderr);
  };
  await run('apply', join(directory, 'hub.yaml'));
  await run('import', ...(await list(`${DATA}*-attack-*.json`)), '--collection', 'attack');
  await run('import', ...(await list(`${DATA}examples/real-iocs/**/*.json`)), '--collection', 'data');
  const { at } = mixedData(1);
  const lines = Array.from({ length: BENCH_OBJECTS }, (_, i) => JSON.stringify(at(i)));
  await writeFile(join(directory, 'bench.ndjson'), lines.join('\n'));
  await run('import', join(directory, 'bench.ndjson'), '--collection', 'data');

  await using store = await openSqliteStore({ file: join(data, 'entente.db') });
  await store.followers.catchUp();
  const catalogue = await store.catalogue.load();
  const collections = [...catalogue.collection.values()].map(({ value }) => value);
  const versions = await storedVersions(
    store,
    collections.map(({ id }) => id),
  );
  assert.ok(versions.length > BENCH_OBJECTS + 10_000);
  for (const maxTlp of ['red', 'amber', 'green'] as const) {
    const trendPlacesOf = trendPlaces(catalogue, OPERATOR, collections, maxTlp, 0);
    const places = trendPlacesOf.map(({ collection, verdict }) => ({ collection: collection.id, verdict }));
    for (const dimension of DIMENSIONS)
      for (const basis of ['event', 'arrival'] as const)
        await t.test(`${dimension} by ${basis}, up to TLP:${maxTlp.toUpperCase()}`, async () => {
          const naive = naiveCounts(versions, dimension, basis, seesBy(places));
          assert.deepEqual(plain(await keptCounts(store, dimension, basis, places, RANGE)), plain(naive));
          const total = [...naive.values()].flatMap((days) => [...days.values()]).reduce((a, b) => a + b, 0);
          t.diagnostic(`${naive.size} keys, ${total} counted`);
          const request = { dimension, unit: 'month', basis, range: RANGE, top: 1_000_000, minCount: 1 } as const;
          const { rows } = await countTrends(store.trends, OPERATOR, trendPlacesOf, request);
          assert.equal(
            rows.reduce((sum, row) => sum + row.total, 0),
            total,
          );
        });
  }
  assert.deepEqual(await store.maintenance.check(), []);
});

async function list(pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern)) files.push(file);
  assert.ok(files.length > 0);
  return files.sort();
}
