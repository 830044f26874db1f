import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { decide } from '../../src/sharing/decide.ts';
import { COLLECTIONS, ROWS, V21 } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { ALL, assertError, bare } from './answers.ts';
import { TS6 } from './stix.ts';
import { PAGED } from './tour.ts';

/** For tests that only read. */
const hub = await openHub({ after });

test('T21-0-03 TAXII timestamps have six digits, those of STIX have as many as came', async () => {
  const records = (await hub.get(`manifest/?${ALL}`)).json.objects as { date_added: string; version: string }[];
  for (const { date_added } of records) assert.match(date_added, TS6);
  const versions = [0, 4, 8].map((row) => records[row]?.version);
  assert.deepEqual(versions, [ROWS.F1.modified, ROWS.F5.created, ROWS.F9.modified]);
  assert.deepEqual(
    versions.map((version) => /\.(\d+)Z$/.exec(version ?? '')?.[1]?.length),
    [3, 3, 6],
  );
});

test('T21-0-04 manifest and versions send next with every true more, and take it (A03)', async () => {
  for (const path of ['manifest/', 'objects/indicator--a/versions/']) {
    const whole = rows(await hub.get(`${path}?${ALL}`));
    const page = await hub.get(`${path}?${ALL}&limit=2`);
    assert.deepEqual([page.json.more, rows(page)], [true, whole.slice(0, 2)], path);
    assert.deepEqual(rows(await hub.get(`${path}?next=${page.json.next}`)), whole.slice(2), path);
  }
});

test('T21-0-05 T21-0-06 nothing of TAXII 2.0 is left: item ranges, /taxii/, bundles, STIX media types', async () => {
  for (const range of ['items=0-1', 'items 0-1/9', 'bytes=0-9'])
    for (const path of PAGED) {
      const answer = await hub.get(path, { headers: { range } });
      assert.deepEqual(bare(answer), bare(await hub.get(path)), `${path} ${range}`);
      for (const name of ['content-range', 'accept-ranges']) assert.equal(answer.headers[name], undefined);
    }
  assertError(await hub.get('/taxii/'), 404);
  const { json } = await hub.get('/api1/');
  assert.deepEqual(json.versions, [V21]);
  for (const path of PAGED)
    for (const name of ['type', 'id', 'spec_version'])
      assert.equal(name in (await hub.get(path, { accept: 'application/stix+json;version=2.1' })).json, false);
});

test('T21-1.6.11-01 what a collection keeps no longer is gone from objects, manifest and versions at once', async (t) => {
  const own = await openHub(t);
  const catalogue = await own.catalogue.get();
  const collection = catalogue.collection.get(COLLECTIONS.RW)?.value;
  assert.ok(collection);
  const verdict = decide(catalogue, { operator: 'retention' }, collection, 'delete', own.clock());
  assert.ok(verdict.kind === 'allowed');
  const { removed } = await own.store.objects.remove({
    collection: collection.id,
    verdict,
    // Only F1 is older.
    select: { addedBefore: Date.parse('2024-01-01T00:00:00Z') * 1000 + 2, limit: 100 },
    by: 'retention',
    reason: 'retention',
  });
  assert.equal(removed, 1);
  for (const path of ['objects/', 'manifest/', 'objects/indicator--a/'])
    assert.equal(rows(await own.get(`${path}?${ALL}`)).includes('F1'), false, path);
  assert.deepEqual(rows(await own.get('objects/indicator--a/versions/')), ['F4', 'F7']);
  assertError(await own.get(`objects/indicator--a/?match[version]=${ROWS.F1.modified}`), 404);
});
