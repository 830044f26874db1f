import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { dateAdded, ROWS, V21 } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { ALL, assertError, FIRST, LAST } from './answers.ts';
import { domain } from './stix.ts';

/** For tests that only read. */
const hub = await openHub({ after });

describe('GET objects/', () => {
  test('T21-5.4-01 it answers with an envelope and both date headers', async () => {
    const answer = await hub.get('objects/');
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21]);
    assert.deepEqual([answer.headers[FIRST], answer.headers[LAST]], [dateAdded('F2'), dateAdded('F9')]);
    assertResource('envelope', answer.json);
    const expected = [ROWS.F2, ROWS.F3, ROWS.F4, ROWS.F5, ROWS.F6, ROWS.F9];
    assert.deepEqual(answer.json, { more: false, objects: expected });
  });

  test('T21-5.4-02 it has the same seven filters as the manifest', async () => {
    const queries = [
      `added_after=${dateAdded('F5')}`,
      'limit=2',
      'match[id]=indicator--a,malware--b',
      'match[type]=indicator',
      'match[version]=first',
      'match[spec_version]=2.0',
      ALL,
    ];
    const plain = rows(await hub.get('objects/'));
    for (const query of queries) {
      const objects = await hub.get(`objects/?${query}`);
      assert.notDeepEqual(rows(objects), plain, query);
      assert.deepEqual(rows(objects), rows(await hub.get(`manifest/?${query}`)), query);
    }
    const { next } = (await hub.get('objects/?limit=2')).json;
    assert.deepEqual(rows(await hub.get(`objects/?limit=2&next=${next}`)), ['F4', 'F5']);
  });

  test('T21-5.4-03 nothing found is an empty envelope and not 404', async () => {
    const paths = [
      '/api1/collections/MT/objects/',
      'objects/?match[id]=indicator--unknown',
      'objects/?match[type]=tool',
      'objects/?match[version]=2001-01-01T00:00:00Z',
      'objects/?match[spec_version]=3.7',
      'objects/?added_after=2025-01-01T00:00:00.000000Z',
    ];
    for (const path of paths) {
      const answer = await hub.get(path);
      assert.deepEqual([answer.status, answer.headers['content-type'], answer.text.trim()], [200, V21, '{}'], path);
      assertResource('envelope', answer.json);
    }
  });

  test('T21-5.4-04 one object comes in an envelope as well', async () => {
    assert.deepEqual((await hub.get('objects/?match[id]=malware--b')).json, { more: false, objects: [ROWS.F2] });
  });

  test('T21-5.4-05 failures are 400, 401, 403, 404 and 406', async () => {
    assertError(await hub.get('objects/?limit=0'), 400);
    assertError(await hub.get('objects/', { user: null }), 401);
    assertError(await hub.get('/api1/collections/WO/objects/'), 403);
    assertError(await hub.get('/api1/collections/HID/objects/'), 404);
    assertError(await hub.get('/nope/collections/RW/objects/'), 404);
    assertError(await hub.get('objects/', { accept: 'text/html' }), 406);
  });

  test('T21-5.4-06 while others push, each answer is of one moment and nothing older appears behind a reader', async (t) => {
    const hub = await openHub(t, { maxContentLength: 1_000_000 });
    const writing = { done: false };
    const write = async (): Promise<string[]> => {
      const ids: string[] = [];
      for (let round = 0; round < 5; round++) {
        const objects = Array.from({ length: 100 }, () => domain());
        assert.equal((await hub.push('MT', objects)).json.success_count, 100);
        ids.push(...objects.map(({ id }) => id));
      }
      return ids;
    };
    const read = async (): Promise<string[]> => {
      const seen = new Map<string, string>();
      let last = '';
      for (let quiet = 0; quiet < 2; ) {
        if (writing.done) quiet += 1;
        const answer = await hub.get('/api1/collections/MT/manifest/?limit=10000');
        const records = (answer.json.objects ?? []) as { id: string; date_added: string }[];
        for (const { id, date_added } of records) {
          if (!seen.has(id)) assert.ok(date_added > last, `${date_added} appeared after ${last} had been served`);
          seen.set(id, date_added);
        }
        const header = answer.headers[LAST] ?? '';
        assert.ok(header >= last, 'the last date never goes back');
        assert.equal(header, records.at(-1)?.date_added ?? '');
        last = header;
        await new Promise(setImmediate);
      }
      return [...seen.keys()];
    };
    const reading = [read(), read()];
    const written = (await Promise.all([write(), write()])).flat();
    writing.done = true;
    for (const seen of await Promise.all(reading)) assert.deepEqual(seen.toSorted(), written.toSorted());
  });
});
