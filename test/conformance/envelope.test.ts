import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ROWS } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { ALL } from './answers.ts';
import { domain, indicator } from './stix.ts';
import { assertBody, tour } from './tour.ts';

/** For tests that only read. */
const hub = await openHub({ after });

test('T21-3.7-01 STIX content comes in an envelope, one object too', async () => {
  for (const [path, objects] of [
    ['objects/indicator--a/', [ROWS.F4]],
    ['objects/?match[id]=malware--b', [ROWS.F2]],
    ['objects/?limit=1', [ROWS.F2]],
    ['objects/indicator--a/?match[version]=all', [ROWS.F1, ROWS.F4, ROWS.F7]],
  ] as const) {
    const { json, text } = await hub.get(path);
    assertResource('envelope', json);
    assert.equal(text[0], '{', path);
    assert.deepEqual(json.objects, objects, path);
    for (const name of Object.keys(json)) assert.ok(['more', 'next', 'objects'].includes(name), name);
  }
});

test('T21-3.7-02 T21-3.7-03 next stands beside a true more and nowhere else; the last page says false (A36)', async (t) => {
  let [more, last] = [0, 0];
  for (const { path, answer, resource } of await tour(await openHub(t))) {
    if (resource === undefined) continue;
    const { json } = answer;
    if ('next' in json) assert.deepEqual([json.more, typeof json.next], [true, 'string'], path);
    if (json.more === true) more += 1;
    if (json.more === true) assert.ok('next' in json, path);
    if (json.more === false) last += 1;
    if ('more' in json) assert.equal(typeof json.more, 'boolean');
    const paged = resource === 'envelope' || resource === 'manifest' || resource === 'versions';
    assert.equal('more' in json, paged && ('objects' in json || 'versions' in json), path);
  }
  assert.ok(more >= 3 && last >= 8);
});

test('T21-3.7-04 members of objects are STIX objects', async (t) => {
  const own = await openHub(t);
  await own.push('RW', [domain(), indicator()]);
  const { objects } = (await own.get(`objects/?${ALL}`)).json;
  assert.equal(objects.length, 11);
  for (const object of objects) {
    assert.deepEqual([typeof object.type, typeof object.id], ['string', 'string']);
    assert.notEqual(object.type, 'bundle');
    assert.ok(object.id.startsWith(`${object.type}--`));
  }
});

test('T21-3.7-05 with nothing to return there is no key for objects (client-quirks 34)', async () => {
  for (const path of [
    '/api1/collections/MT/objects/',
    'objects/?match[type]=tool',
    'objects/?match[spec_version]=3.7',
  ]) {
    const { text, json, status } = await hub.get(path);
    assert.deepEqual([status, json], [200, {}], path);
    assert.ok(text.length > 3, 'longer than what requests takes for UTF-16');
  }
});

test('T21-3.7-06 T21-1.6.10-01 a bundle never comes back, and what is no STIX object is not stored (A18)', async (t) => {
  const own = await openHub(t);
  const [inner, alone] = [domain(), indicator()];
  const bundle = { type: 'bundle', id: 'bundle--2f92236b-d4b7-4e83-a1c4-37e3f4041d77', objects: [inner] };
  const status = (await own.push('MT', [bundle, { name: 'no type' }, { type: 'url' }, 1, 'x', null, [], alone])).json;
  assert.deepEqual([status.total_count, status.success_count, status.failure_count], [8, 1, 7]);
  assert.equal((await own.post('/api1/collections/MT/objects/', bundle)).json.success_count, 1);
  const answer = await own.get('/api1/collections/MT/objects/');
  assert.deepEqual(answer.json.objects, [alone, inner]);
  assert.doesNotMatch(answer.text, /bundle/);
});

test('T21-3.8-01 T21-3.8-02 resources have the names of their tables, and all that are required', async (t) => {
  const seen = new Set<string>();
  for (const stop of await tour(await openHub(t))) {
    assertBody(stop);
    seen.add(stop.resource ?? 'nothing');
  }
  assert.equal(seen.size, 10, 'all nine resources were looked at');
  const tables: Readonly<Record<string, readonly string[]>> = {
    '/taxii2/': ['title', 'description', 'contact', 'default', 'api_roots'],
    '/api1/': ['title', 'description', 'versions', 'max_content_length'],
    '/api1/collections/RW/': ['id', 'title', 'description', 'alias', 'can_read', 'can_write', 'media_types'],
    '/api1/collections/': ['collections'],
    'objects/?limit=1': ['more', 'next', 'objects'],
  };
  for (const [path, table] of Object.entries(tables)) assert.deepEqual(Object.keys((await hub.get(path)).json), table);
  const [record] = (await hub.get('manifest/')).json.objects;
  assert.deepEqual(Object.keys(record).sort(), ['date_added', 'id', 'media_type', 'version']);
  assert.deepEqual(rows(await hub.get('objects/?limit=1')), ['F2']);
});

test('T21-3.9-02 whoever comes by an SRV record finds discovery at the root of host and port', async (t) => {
  const own = await openHub(t);
  const url = new URL(await own.listen());
  const request = (more: string) =>
    `GET /taxii2/ HTTP/1.1\r\nHost: taxii.example.com:${url.port}\r\nConnection: close\r\nAccept: application/taxii+json;version=2.1\r\n${more}\r\n`;
  const signIn = Buffer.from('alice:alice-password').toString('base64');
  const answer = await own.raw(request(`Authorization: Basic ${signIn}\r\n`));
  assert.match(answer, /^HTTP\/1\.1 200 /);
  const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
  assertResource('discovery', body);
  assert.equal(body.default, `http://taxii.example.com:${url.port}/api1/`);
  await own.change({ remove: 'agreement', name: 'anonymous-agreement' });
  assert.match(await own.raw(request('')), /^HTTP\/1\.1 401 /);
});
