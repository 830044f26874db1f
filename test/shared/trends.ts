/**
 * Trends over real data: ATT&CK for ICS and Mobile, indicator sets of public investigations and the data of the bench in
 * one hub, each dimension against a count of its own, written from docs/trends.md. Run with
 * `node --test test/shared/trends.ts`.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mixedData } from '../../bench/data.ts';
import { oasisChecks } from '../../bench/oasis.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { countTrends } from '../../src/trends/count.ts';
import { DIMENSIONS } from '../../src/trends/dimensions.ts';
import { trendPlaces } from '../../src/trends/places.ts';
import { entente } from '../cli/program.ts';
import { keptCounts, plain, seesBy, storedVersions } from '../trends/kept-counts.ts';
import { naiveCounts } from '../trends/naive.ts';

const DATA = new URL('../../../shared/data/stix/', import.meta.url).pathname;
const OASIS = new URL('../../../shared/data/oasis-schemas/', import.meta.url).pathname;
const BENCH_OBJECTS = 20_000;
const OPERATOR = { operator: 'ops' } as const;
const dayOf = (date: string): number => Date.parse(date) / 86_400_000;
const RANGE = { from: dayOf('2005-01-01'), until: dayOf('2027-12-31') };

const HUB = `
hub: { title: Trends, identity: identity--1c1b2a6c-54e5-4a68-8e15-19c7b8a5ab9b }
api_roots:
  - path: regional
    title: Regional
    collections:
      - { alias: attack, title: ATT&CK, media_types: ["application/stix+json;version=2.1"] }
      - { alias: data, title: Data,
          media_types: ["application/stix+json;version=2.1", "application/stix+json;version=2.0"] }
      - { alias: cybercrime-trends, title: Cybercrime trends, validation: strict }
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

  await t.test('reports of a quarter are strictly valid, by the OASIS schemas too, and stable', async (t) => {
    const quarter = ['--from', '2020-01-01', '--to', '2020-04-01', '--period', 'week', '--period', 'month'];
    const publish = ['trends', 'publish', '--collection', 'cybercrime-trends', ...quarter, '--json', '--data', data];
    const outcomes = async (): Promise<Set<string>> => {
      const { stdout, stderr } = await entente(publish);
      assert.equal(stderr, '');
      const { reports } = JSON.parse(stdout) as { reports: { outcome: string }[] };
      t.diagnostic(`${reports.length} reports`);
      return new Set(reports.map(({ outcome }) => outcome));
    };
    assert.deepEqual(await outcomes(), new Set(['new']));
    assert.deepEqual(await outcomes(), new Set(['same']));
    const file = join(directory, 'published.json');
    const exported = ['export', '--collection', 'cybercrime-trends', '--out', file, '--data', data];
    assert.equal((await entente(exported)).code, 0);
    const { code, stdout } = await entente(['validate', file, '--level', 'strict', '--data', data]);
    assert.equal(code, 0, stdout);
    const checks = oasisChecks(OASIS);
    const { objects } = JSON.parse(await readFile(file, 'utf8')) as { objects: { type: string; id: string }[] };
    for (const object of objects) {
      const check = checks.get(object.type);
      assert.ok(check?.(object), `${object.id}: ${JSON.stringify(check?.errors)}`);
    }
  });
});

async function list(pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern)) files.push(file);
  assert.ok(files.length > 0);
  return files.sort();
}
