import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { entente, temporary } from '../cli/program.ts';
import { ALIAS, COLLECTIONS, V21 } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { ALL, assertError, contents, FIRST, LAST } from './answers.ts';
import { domain, identity, indicator, NONSENSE, UNKNOWN, UUID4 } from './stix.ts';

/** What clients as they ship expect, each point by its number in the list of their quirks: resources, empty and missing. */

const hub = await openHub({ after });

describe('resources', () => {
  test('quirk 16: titles are never blank and unique in the hub; the id is a lower-case UUID that the URL holds', async (t) => {
    const directory = await temporary(t);
    const file = join(directory, 'hub.yaml');
    const apply = async (first: string, second: string, id = UNKNOWN) => {
      const roots = `[{ path: a, title: A, collections: [{ title: ${JSON.stringify(first)}, id: ${JSON.stringify(id)} }] }, { path: b, title: B, collections: [{ title: ${JSON.stringify(second)} }] }]`;
      await writeFile(file, `hub: { title: H }\napi_roots: ${roots}\n`);
      return (await entente(['apply', file, '--data', join(directory, 'data')])).code;
    };
    for (const [first, second] of [
      ['', 'x'],
      ['  ', 'x'],
      ['Data', 'data'],
      ['Data', 'Data '],
    ] as const)
      assert.equal(await apply(first, second), 2, `${first} / ${second}`);
    for (const id of [UNKNOWN.toUpperCase(), '3c1f0b7e-6f0c-1a2b-9d55-0f6f1c3f8a11', 'x'])
      assert.equal(await apply('A', 'B', id), 2, id);
    assert.equal(await apply('Data', 'Other'), 0);
    for (const { id } of (await hub.get('/api1/collections/')).json.collections) {
      assert.match(id, UUID4);
      assert.equal((await hub.get(`/api1/collections/${id}/`)).json.id, id);
    }
    assert.equal((await hub.get(`/api1/collections/${ALIAS}/`)).json.id, COLLECTIONS.RW);
    const documentation = await readFile(new URL('../../docs/hub-file.md', import.meta.url), 'utf8');
    assert.match(documentation, /`alias`.*taxii2-client refuse/);
  });

  test('quirk 17: max_content_length is exact', async () => {
    const { max_content_length } = (await hub.get('/api1/')).json;
    const body = (length: number) => JSON.stringify({ objects: [indicator()] }).padEnd(length, ' ');
    const at = '/api1/collections/MT/objects/';
    assert.equal((await hub.post(at, body(max_content_length))).json.success_count, 1);
    assertError(await hub.post(at, body(max_content_length + 1)), 413);
  });

  test('quirk 18: a status has whole numbers that add up, whole lists as long as they say, and is complete at once', async () => {
    const { json } = await hub.push('MT', [indicator(), domain(), NONSENSE, 'x']);
    assertResource('status', json);
    assert.equal(json.status, 'complete');
    for (const name of ['total_count', 'success_count', 'failure_count', 'pending_count'])
      assert.ok(Number.isInteger(json[name]), name);
    assert.equal(json.success_count + json.failure_count + json.pending_count, json.total_count);
    assert.deepEqual([json.successes.length, json.failures.length], [json.success_count, json.failure_count]);
    assert.doesNotMatch(JSON.stringify(json), /null/);
  });

  test('quirk 19: an exact duplicate is a success, a late older version is stored, and last is the greatest modified', async () => {
    const version = (year: number) => ({ ...object, modified: `${year}-01-01T00:00:00.000Z` });
    const object = indicator({ created: '2019-01-01T00:00:00.000Z' });
    for (const year of [2021, 2021, 2020, 2022, 2019]) {
      const { json } = await hub.push('MT', [version(year)]);
      assert.deepEqual([json.success_count, json.failure_count], [1, 0], String(year));
    }
    const at = `/api1/collections/MT/objects/${object.id}/`;
    assert.deepEqual((await hub.get(at)).json.objects, [version(2022)]);
    const { versions } = (await hub.get(`${at}versions/`)).json;
    assert.deepEqual(
      versions.map((text: string) => text.slice(0, 4)),
      ['2021', '2020', '2022', '2019'],
    );
  });

  test('quirk 20: objects come back as they were sent: order, numbers, escapes, fractions, unknown properties', async () => {
    const id = 'indicator--5b7f3c1a-0f7e-4a63-9c55-8e6f0a1b2c3d';
    const text = `{"pattern_type":"stix","id":"${id}","type":"indicator","spec_version":"2.1","created":"2021-01-01T00:00:00.000Z","modified":"2021-01-01T00:00:00.123456789Z","name":"caf\\u00e9 \\ud83d\\ude00 é 😀 \\/ \\"","pattern":"[ipv4-addr:value = '198.51.100.9']","pattern_version":"2.1","valid_from":"2021-01-01T00:00:00Z","confidence":1e1,"x_n":[1.0,1.50,-0,1E+2,0.1,9007199254740991],"x_s":"","x_o":{"b":1,"a":[]},"revoked":false}`;
    const spaced = text.replaceAll(',"', ' ,\n\t"').replaceAll('":', '" : ');
    const { json } = await hub.post('/api1/collections/MT/objects/', `{ "objects" : [ ${spaced} ] }`);
    assert.equal(json.success_count, 1, JSON.stringify(json.failures));
    const answer = await hub.get(`/api1/collections/MT/objects/${id}/`);
    assert.equal(answer.text, `{"more":false,"objects":[${text}]}`);
  });
});

describe('empty and missing', () => {
  test('quirk 34: no match is 200 with more than three octets; what is unknown is 404', async () => {
    for (const path of [
      'objects/?match[type]=tool',
      'manifest/?match[id]=x',
      'objects/indicator--a/?match[spec_version]=2.0',
      'objects/indicator--a/versions/?added_after=2030-01-01T00:00:00Z',
      '/api1/collections/RO/objects/',
    ]) {
      const answer = await hub.get(path);
      assert.deepEqual([answer.status, answer.headers['content-type'], answer.text.trim()], [200, V21, '{}'], path);
      assert.ok(answer.bytes.length > 3, `${answer.bytes.length} octets`);
      assert.equal(answer.headers['content-length'], String(answer.bytes.length));
    }
    assertError(await hub.get('objects/indicator--unknown/'), 404);
    assertError(await hub.get('objects/indicator--unknown/versions/'), 404);
    assertError(await hub.get(`/api1/collections/${UNKNOWN}/objects/`), 404);
  });

  test('quirk 35: an empty list is not sent, as the standard has it', async () => {
    for (const userAgent of ['Elastic-Filebeat/8.0', 'python-requests/2.31.0', 'x'])
      for (const path of ['objects/?match[type]=tool', 'manifest/?match[type]=tool']) {
        const answer = await hub.get(path, { headers: { 'user-agent': userAgent } });
        assert.equal('objects' in answer.json, false, `${userAgent} ${path}`);
      }
  });

  test('quirk 36: an empty poll repeats added_after in the date header, or the place of next', async () => {
    for (const path of ['objects/', 'manifest/', 'objects/indicator--a/', 'objects/indicator--a/versions/'])
      for (const [given, repeated] of [
        ['2030-01-01T00:00:00.123456Z', '2030-01-01T00:00:00.123456Z'],
        ['2030-01-01T00:00:00.123Z', '2030-01-01T00:00:00.123000Z'],
        ['2030-01-01T01:00:00%2B01:00', '2030-01-01T00:00:00.000000Z'],
      ] as const) {
        const { headers, json } = await hub.get(`${path}?added_after=${given}`);
        assert.deepEqual([json, headers[LAST], headers[FIRST]], [{}, repeated, undefined], `${path} ${given}`);
      }
    assert.equal((await hub.get('objects/?match[type]=tool')).headers[LAST], undefined, 'without added_after');
  });
});

test('quirk 39: a deletion reaches nobody, a version that is revoked reaches everybody', async (t) => {
  const hub = await openHub(t);
  const object = identity();
  await hub.push('RW', [object]);
  const { [LAST]: last } = (await hub.get('objects/')).headers;
  assert.equal((await hub.delete('objects/malware--b/')).status, 200);
  assert.deepEqual((await hub.get(`objects/?added_after=${last}`)).json, {}, 'a follower hears nothing of it');
  const revoked = { ...object, modified: '2022-01-01T00:00:00.000Z', revoked: true };
  assert.equal((await hub.push('RW', [revoked])).json.success_count, 1);
  assert.deepEqual((await hub.get(`objects/?added_after=${last}`)).json.objects, [revoked]);
  assert.ok((await contents(hub)).includes('"revoked":true'));
  assert.deepEqual(rows(await hub.get(`objects/?${ALL}`)).slice(0, 2), ['F1', 'F3']);
});
