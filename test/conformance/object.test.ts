import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { dateAdded, OBJECTS, ROWS, V21 } from '../http/fixture.ts';
import { openHub, real, rows } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { ALL, assertError, drain, FIRST, LAST } from './answers.ts';

/** For tests that only read. */
const hub = await openHub({ after });

const LATE = 'added_after=2025-01-01T00:00:00.000000Z';

describe('GET objects/{id}/', () => {
  test('T21-5.6-01 T21-5.6-02 it answers as match[id] does, with both date headers', async () => {
    for (const [name, row] of [
      ['indicator--a', 'F4'],
      ['malware--b', 'F2'],
      ['ipv4-addr--c', 'F3'],
      ['campaign--g', 'F9'],
    ] as const) {
      const answer = await hub.get(`objects/${name}/`);
      assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21]);
      assertResource('envelope', answer.json);
      assert.deepEqual(answer.json, { more: false, objects: [ROWS[row]] });
      assert.deepEqual([answer.headers[FIRST], answer.headers[LAST]], [dateAdded(row), dateAdded(row)]);
      assert.equal(answer.text, (await hub.get(`objects/?match[id]=${name}`)).text);
    }
  });

  test('T21-5.6-03 it has the filters added_after, limit, next, version and spec_version', async () => {
    const cases: Record<string, string[]> = {
      'indicator--a/?match[version]=all': ['F1', 'F4', 'F7'],
      'indicator--a/?match[version]=all&limit=2': ['F1', 'F4'],
      'indicator--a/?match[version]=first': ['F7'],
      'indicator--a/?match[version]=2020-01-01T00:00:00.000Z': ['F1'],
      [`indicator--a/?match[version]=all&added_after=${dateAdded('F1')}`]: ['F4', 'F7'],
      'campaign--g/?match[spec_version]=2.0': ['F8'],
      'campaign--g/?match[spec_version]=2.0,2.1': ['F8'],
      'campaign--g/?match[spec_version]=2.0,2.1&match[version]=all': ['F8', 'F9'],
      'indicator--a/?match[id]=malware--b&match[type]=malware': ['F4'],
    };
    for (const [path, expected] of Object.entries(cases))
      assert.deepEqual(rows(await hub.get(`objects/${path}`)), expected, path);
    const page = (await hub.get('objects/indicator--a/?match[version]=all&limit=2')).json;
    assert.equal(page.more, true);
    for (const limit of [1, 2])
      assert.deepEqual(await drain(hub, 'objects/indicator--a/', `match[version]=all&limit=${limit}`), [
        'F1',
        'F4',
        'F7',
      ]);
  });

  test('T21-5.6-04 an object that is not in the collection is 404', async () => {
    for (const id of [
      'indicator--unknown',
      OBJECTS['indicator--a'].toUpperCase(),
      'not-a-stix-id',
      'indicator--',
      '%00',
    ])
      assertError(await hub.get(`objects/${id}/`), 404, id);
    assertError(await hub.get('/api1/collections/MT/objects/indicator--a/'), 404, 'it is in another collection');
    assertError(await hub.get('objects/indicator--a/?match[version]=2001-01-01T00:00:00Z'), 404, 'A04');
  });

  test('T21-5.6-05 an object of which nothing is selected is an empty envelope', async () => {
    for (const query of [
      LATE,
      'match[spec_version]=2.0',
      `match[version]=all&${LATE}`,
      `match[version]=last&${LATE}`,
    ]) {
      const answer = await hub.get(`objects/indicator--a/?${query}`);
      assert.deepEqual([answer.status, answer.text.trim()], [200, '{}'], query);
    }
  });

  test('T21-5.6-06 failures are 400, 401, 403, 404 and 406', async () => {
    assertError(await hub.get('objects/indicator--a/?match[version]=x'), 400);
    assertError(await hub.get('objects/indicator--a/', { user: null }), 401);
    assertError(await hub.get('/api1/collections/WO/objects/indicator--a/'), 403);
    assertError(await hub.get('/api1/collections/HID/objects/indicator--a/'), 404);
    assertError(await hub.get('/nope/collections/RW/objects/indicator--a/'), 404);
    assertError(await hub.get('objects/indicator--a/', { accept: 'text/html' }), 406);
  });

  test('T21-5.6-07 the id is percent-decoded once, and a slash in it changes no route', async () => {
    const path = real('objects/indicator--a/');
    assert.deepEqual(rows(await hub.get(path.replace('--', '%2D%2d'))), ['F4']);
    assertError(await hub.get(path.replace('--', '%252D%252D')), 404);
    const id = OBJECTS['indicator--a'];
    for (const end of [`${id}%2Fversions/`, `${id}%2fversions`, `x%2F..%2F${id}/`, `${id}%2F`, `${id}%3Flimit=1`])
      assertError(await hub.get(`objects/${end}`), 404, end);
  });
});

describe('GET objects/{id}/versions/', () => {
  const VERSIONS = {
    F1: '2020-01-01T00:00:00.000Z',
    F4: '2020-02-01T00:00:00.000Z',
    F7: '2019-06-01T00:00:00.000Z',
  };

  test('T21-5.8-01 it lists every version by date added, with both date headers', async () => {
    const answer = await hub.get('objects/indicator--a/versions/');
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21]);
    assertResource('versions', answer.json);
    assert.deepEqual(answer.json, { more: false, versions: [VERSIONS.F1, VERSIONS.F4, VERSIONS.F7] });
    assert.deepEqual([answer.headers[FIRST], answer.headers[LAST]], [dateAdded('F1'), dateAdded('F7')]);
  });

  test('T21-5.8-02 the version of an object without modified is its created time', async () => {
    const { json } = await hub.get('objects/marking-definition--d/versions/');
    assert.deepEqual(json.versions, ['2020-01-05T00:00:00.000Z']);
    assert.deepEqual((await hub.get('objects/ipv4-addr--c/versions/')).json.versions, [dateAdded('F3')]);
  });

  test('T21-5.8-03 its filters are added_after, limit, next and spec_version, and not version', async () => {
    const at = 'objects/indicator--a/versions/';
    assert.deepEqual(rows(await hub.get(`${at}?added_after=${dateAdded('F4')}`)), ['F7']);
    const page = await hub.get(`${at}?limit=1`);
    assert.deepEqual([page.json.versions, page.json.more], [[VERSIONS.F1], true]);
    assert.deepEqual((await hub.get(`${at}?limit=1&next=${page.json.next}`)).json.versions, [VERSIONS.F4]);
    for (const limit of [1, 2, 3]) assert.deepEqual(await drain(hub, at, `limit=${limit}`), ['F1', 'F4', 'F7']);
    for (const query of ['match[version]=last', 'match[version]=nonsense', 'match[id]=x', 'match[type]=x'])
      assert.deepEqual(rows(await hub.get(`${at}?${query}`)), ['F1', 'F4', 'F7'], `${query} is passed over`);
  });

  test('T21-5.8-04 without spec_version it keeps to the newest', async () => {
    const at = 'objects/campaign--g/versions/';
    assert.deepEqual(rows(await hub.get(at)), ['F9']);
    assert.deepEqual(rows(await hub.get(`${at}?match[spec_version]=2.0`)), ['F8']);
    assert.deepEqual(rows(await hub.get(`${at}?match[spec_version]=2.0,2.1`)), ['F8', 'F9']);
  });

  test('T21-5.8-05 failures are 400, 401, 403, 404 and 406', async () => {
    const at = 'objects/indicator--a/versions/';
    assertError(await hub.get(`${at}?limit=0`), 400);
    assertError(await hub.get(at, { user: null }), 401);
    assertError(await hub.get(`/api1/collections/WO/${at}`), 403);
    assertError(await hub.get(`/api1/collections/HID/${at}`), 404);
    assertError(await hub.get('objects/indicator--unknown/versions/'), 404);
    assertError(await hub.get(`/api1/collections/MT/${at}`), 404);
    assertError(await hub.get(at, { accept: 'text/html' }), 406);
  });

  test('T21-5.8.1-01 T21-5.8.1-02 more is false at the end, and without versions the answer is an empty object', async (t) => {
    const hub = await openHub(t);
    const flags: unknown[] = [];
    for (const limit of [2, 3]) flags.push((await hub.get(`objects/indicator--a/versions/?limit=${limit}`)).json.more);
    assert.deepEqual(flags, [true, false]);
    for (const query of [LATE, 'match[spec_version]=2.0', 'match[spec_version]=3.7']) {
      const answer = await hub.get(`objects/indicator--a/versions/?${query}`);
      assert.deepEqual([answer.status, answer.text.trim()], [200, '{}'], query);
      assertResource('versions', answer.json);
    }
  });

  test('T21-5.8.1-03 each string equals that of manifest and object and finds exactly its version', async (t) => {
    const hub = await openHub(t);
    const found: string[] = [];
    for (const id of Object.values(OBJECTS)) {
      const { versions } = (await hub.get(`objects/${id}/versions/?match[spec_version]=2.0,2.1`)).json;
      const manifest = (await hub.get(`manifest/?${ALL}&match[id]=${id}`)).json.objects;
      assert.deepEqual(
        versions,
        manifest.map(({ version }: { version: string }) => version),
      );
      for (const version of versions) {
        const answer = await hub.get(`objects/${id}/?match[version]=${version}`);
        const [object, ...others] = answer.json.objects;
        assert.equal(others.length, 0);
        assert.equal(object.modified ?? object.created ?? answer.headers[FIRST], version);
        found.push(...rows(answer));
      }
    }
    assert.deepEqual(found.toSorted(), Object.keys(ROWS));
  });
});
