import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { dateAdded, OBJECTS, ROWS, V21 } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { ALL, assertError, FIRST, LAST } from './answers.ts';
import { TS6 } from './stix.ts';

/** For tests that only read. */
const hub = await openHub({ after });

const STIX21 = 'application/stix+json;version=2.1';
const STIX20 = 'application/stix+json;version=2.0';

test('T21-5.3-01 T21-5.3.1-04 T21-5.3.1-05 T21-5.3.1-06 T21-5.3.1-08 the manifest has one exact record for each entry', async () => {
  const answer = await hub.get('manifest/');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], V21);
  assert.deepEqual([answer.headers[FIRST], answer.headers[LAST]], [dateAdded('F2'), dateAdded('F9')]);
  assertResource('manifest', answer.json);
  const record = (row: 'F2' | 'F3' | 'F4' | 'F5' | 'F6' | 'F9', version: unknown, media_type = STIX21) => ({
    id: ROWS[row].id,
    date_added: dateAdded(row),
    version,
    media_type,
  });
  assert.deepEqual(answer.json, {
    more: false,
    objects: [
      record('F2', '2020-01-02T00:00:00.000Z'),
      record('F3', dateAdded('F3')),
      record('F4', '2020-02-01T00:00:00.000Z'),
      record('F5', '2020-01-05T00:00:00.000Z'),
      record('F6', '2020-01-06T00:00:00.000Z', STIX20),
      record('F9', '2020-02-15T00:00:00.123456Z'),
    ],
  });
});

test('T21-5.3-02 T21-5.3-03 its filters look at the objects behind the records', async () => {
  const cases = {
    [`added_after=${dateAdded('F5')}`]: ['F6', 'F9'],
    'limit=2': ['F2', 'F3'],
    'match[id]=indicator--a': ['F4'],
    'match[id]=indicator--a,malware--b': ['F2', 'F4'],
    'match[type]=indicator': ['F4', 'F6'],
    'match[version]=first': ['F2', 'F3', 'F5', 'F6', 'F7', 'F9'],
    'match[version]=2020-01-01T00:00:00.000Z': ['F1'],
    'match[spec_version]=2.0': ['F6', 'F8'],
    'match[spec_version]=2.0,2.1': ['F2', 'F3', 'F4', 'F5', 'F6', 'F8'],
    'match[type]=indicator&match[spec_version]=2.0': ['F6'],
    [ALL]: ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9'],
  };
  for (const [query, expected] of Object.entries(cases))
    assert.deepEqual(rows(await hub.get(`manifest/?${query}`)), expected, query);
  const { next } = (await hub.get('manifest/?limit=2')).json;
  assert.deepEqual(rows(await hub.get(`manifest/?limit=2&next=${next}`)), ['F4', 'F5']);
});

test('T21-5.3-05 the Accept that the standard prints for it is served, in one range or two', async () => {
  for (const accept of [`${V21},${STIX21}`, `${V21}, ${STIX21}`, STIX21])
    for (const path of ['manifest/', '/strict/collections/ST/manifest/']) {
      const answer = await hub.get(path, { accept });
      assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21], `${accept} ${path}`);
    }
});

test('T21-5.3-06 failures are 400, 401, 403, 404 and 406', async () => {
  assertError(await hub.get('manifest/?limit=0'), 400);
  assertError(await hub.get('manifest/', { user: null }), 401);
  assertError(await hub.get('/api1/collections/WO/manifest/'), 403);
  assertError(await hub.get('/api1/collections/HID/manifest/'), 404);
  assertError(await hub.get('/nope/collections/RW/manifest/'), 404);
  assertError(await hub.get('manifest/', { accept: 'text/html' }), 406);
});

test('T21-5.3.1-01 more says whether records remain', async (t) => {
  const hub = await openHub(t);
  const flags: unknown[] = [];
  for (const limit of [1, 5, 6, 7]) flags.push((await hub.get(`manifest/?limit=${limit}`)).json.more);
  assert.deepEqual(flags, [true, true, false, false]);
  const page = (await hub.get('manifest/?limit=5')).json;
  assert.equal(typeof page.next, 'string');
  const { next: _next, ...rest } = page;
  assertResource('manifest', rest);
});

test('T21-5.3.1-02 without records it is an empty object', async () => {
  for (const path of ['/api1/collections/MT/manifest/', 'manifest/?match[type]=tool']) {
    const answer = await hub.get(path);
    assert.deepEqual([answer.status, answer.text.trim()], [200, '{}'], path);
    assertResource('manifest', answer.json);
  }
});

test('T21-5.3.1-03 there is one record for each version of an object', async () => {
  const answer = await hub.get('manifest/?match[id]=indicator--a&match[version]=all');
  assert.deepEqual(rows(answer), ['F1', 'F4', 'F7']);
  const versions = answer.json.objects.map(({ version }: { version: string }) => version);
  assert.deepEqual(versions, [ROWS.F1.modified, ROWS.F4.modified, ROWS.F7.modified]);
});

test('T21-5.3.1-05 a date_added is exact: asking after it leaves the record out, a microsecond before brings it', async () => {
  const { objects } = (await hub.get(`manifest/?${ALL}`)).json;
  for (const [i, { date_added }] of objects.entries()) {
    assert.match(date_added, TS6);
    const after = (await hub.get(`manifest/?${ALL}&added_after=${date_added}`)).json.objects ?? [];
    assert.deepEqual(after, objects.slice(i + 1));
    const earlier = date_added.replace(
      /\d{6}Z$/,
      (end: string) => `${String(Number(end.slice(0, 6)) - 1).padStart(6, '0')}Z`,
    );
    assert.deepEqual((await hub.get(`manifest/?${ALL}&added_after=${earlier}`)).json.objects, objects.slice(i));
  }
});

test('T21-5.3.1-07 the version of an object without times is its date added, which finds it again', async () => {
  const [record] = (await hub.get(`manifest/?match[id]=${OBJECTS['ipv4-addr--c']}`)).json.objects;
  assert.equal(record.version, record.date_added);
  assert.deepEqual(rows(await hub.get(`objects/?match[version]=${record.version}`)), ['F3']);
});

test('T21-5.3.1-08 a record whose media type the collection does not list any more names none', async (t) => {
  const hub = await openHub(t);
  const { value } = (await hub.catalogue.get()).collection.get('d2eee80b-8355-44cd-a653-be3749df7d3e') ?? {};
  assert.ok(value);
  await hub.change({ put: 'collection', value: { ...value, mediaTypes: [STIX21] }, origin: 'file' });
  const { objects } = (await hub.get(`manifest/?${ALL}`)).json;
  const named = objects.map((record: { media_type?: string }) => record.media_type);
  assert.deepEqual(named, [STIX21, STIX21, STIX21, STIX21, STIX21, undefined, STIX21, undefined, STIX21]);
});
