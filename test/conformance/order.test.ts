import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { dateAdded, ROW_NAMES } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { ALL } from './answers.ts';
import { domain, indicator, TS6 } from './stix.ts';

/** For tests that only read. */
const hub = await openHub({ after });

test('T21-3.3-01 T21-3.3-02 entries come by the date they were added, whatever the dates inside them', async () => {
  for (const path of ['objects/', 'manifest/']) {
    assert.deepEqual(rows(await hub.get(`${path}?${ALL}`)), ROW_NAMES, path);
    assert.deepEqual(rows(await hub.get(`${path}?match[id]=indicator--a&${ALL}`)), ['F1', 'F4', 'F7'], path);
  }
  assert.deepEqual(rows(await hub.get('objects/indicator--a/versions/')), ['F1', 'F4', 'F7']);
  const dates = (await hub.get(`manifest/?${ALL}`)).json.objects.map(
    (entry: { date_added: string }) => entry.date_added,
  );
  assert.deepEqual(dates, ROW_NAMES.map(dateAdded));
});

test('T21-3.3-02 neither created nor modified decides, nor id nor type', async (t) => {
  const own = await openHub(t, { maxContentLength: 100_000 });
  const times = ['2030', '1999', '2024', '1970', '2029'].map((year) => `${year}-01-01T00:00:00.000Z`);
  const objects = times.map((time) => indicator({ created: time, modified: time, valid_from: time }));
  for (const object of objects) assert.equal((await own.push('MT', [object])).json.success_count, 1);
  for (const path of ['objects/', 'manifest/'])
    assert.deepEqual(
      rows(await own.get(`/api1/collections/MT/${path}`)),
      objects.map(({ id }) => id),
    );
});

test('T21-3.3-03 collections have the same order on every request, by id (A27)', async (t) => {
  const own = await openHub(t);
  const listed = async (): Promise<string[]> =>
    (await own.get('/api1/collections/')).json.collections.map(({ id }: { id: string }) => id);
  const first = await listed();
  assert.deepEqual(first, first.toSorted());
  assert.equal(first.length, 5);
  for (let round = 0; round < 50; round++) {
    if (round % 25 === 24) await own.restart();
    if (round % 10 === 9) await own.push('RW', [domain()]);
    assert.deepEqual(await listed(), first, `round ${round}`);
  }
});

test('T21-3.3-04 no two entries share a date: a thousand objects of one envelope come in its order', async (t) => {
  const own = await openHub(t, { maxContentLength: 1_000_000 });
  const objects = Array.from({ length: 1000 }, () => domain());
  const { id, status } = (await own.push('MT', objects)).json;
  for (let state = status; state !== 'complete'; ) state = (await own.get(`/api1/status/${id}/`)).json.status;
  const records = (await own.get('/api1/collections/MT/manifest/?limit=1000')).json.objects;
  assert.deepEqual(
    records.map((record: { id: string }) => record.id),
    objects.map((object) => object.id),
  );
  const dates: string[] = records.map((record: { date_added: string }) => record.date_added);
  assert.equal(new Set(dates).size, 1000);
  assert.deepEqual(dates, dates.toSorted());
  for (const date of dates) assert.match(date, TS6);
});
