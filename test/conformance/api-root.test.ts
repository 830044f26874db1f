import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { entente, temporary } from '../cli/program.ts';
import { authorization, put, V21 } from '../http/fixture.ts';
import { openHub, real, rows } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { assertError, bare, contents } from './answers.ts';
import { identity, indicator, UNKNOWN } from './stix.ts';

/** For tests that only read, or touch objects of their own. */
const hub = await openHub({ after });

test('T21-4.2-01 T21-4.2.1-01 T21-4.2.1-03 T21-4.2.1-04 T21-4.2.1-05 an API root says its title, versions and limit', async () => {
  const answer = await hub.get('/api1/');
  assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21]);
  assertResource('api-root', answer.json);
  assert.deepEqual(answer.json, {
    title: 'Root api1',
    description: 'The first',
    versions: [V21],
    max_content_length: 10_000,
  });
});

test('T21-4.2.1-02 its description is left out when it is not configured', async () => {
  assert.deepEqual(Object.keys((await hub.get('/strict/')).json), ['title', 'versions', 'max_content_length']);
});

test('T21-4.2-02 every root has a path of its own, which the hub itself does not use', async (t) => {
  const directory = await temporary(t);
  const file = join(directory, 'hub.yaml');
  const applied = async (...paths: string[]) => {
    const roots = paths.map((path, i) => `  - { path: ${JSON.stringify(path)}, title: Root ${i} }`);
    await writeFile(file, `hub: { title: H }\napi_roots:\n${roots.join('\n')}\n`);
    return entente(['apply', file, '--data', join(directory, 'data')]);
  };
  assert.equal((await applied('a-1', '0', 'b')).code, 0);
  const wrong = ['taxii2', 'console', 'healthz', 'readyz', 'metrics', 'A', 'a.b', 'a_b', 'é', 'a b', 'one'];
  for (const path of wrong) {
    const { code, stderr } = await applied('one', path);
    assert.equal(code, 2, path);
    assert.match(stderr, /hub\.yaml:4:\d+: api_roots\[1\]\.path: /, path);
  }
});

test('T21-4.2-03 roots differ in who may enter them', async () => {
  assert.equal((await hub.get('/pub/collections/', { user: null })).json.collections.length, 1);
  assertError(await hub.get('/api1/collections/', { user: null }), 401);
});

test('T21-4.2-04 failures are 401, 404 and 406, and a hidden root answers as an unknown one', async () => {
  assertError(await hub.get('/api1/', { user: null }), 401);
  assertError(await hub.get('/nope/'), 404);
  assertError(await hub.get('/api1/', { accept: 'text/html' }), 406);
  assert.deepEqual(bare(await hub.get('/api2/')), bare(await hub.get('/nope/')));
  assert.deepEqual(bare(await hub.get('/api2/', { user: 'carol' })), bare(await hub.get('/nope/', { user: 'carol' })));
});

test('T21-4.2-05 collections, statuses and cursors of one root do not exist in another', async () => {
  assertError(await hub.get('/api2/collections/RW/', { user: 'ops' }), 404);
  assertError(await hub.get('/api2/collections/RW/objects/', { user: 'ops' }), 404);
  const pushed = await hub.push('RW', [indicator()], { user: 'ops' });
  assert.equal((await hub.get(`/api1/status/${pushed.json.id}/`, { user: 'ops' })).status, 200);
  assertError(await hub.get(`/api2/status/${pushed.json.id}/`, { user: 'ops' }), 404);
  const own = identity();
  assert.equal((await hub.push('TWO', [own], { user: 'bob' })).json.success_count, 1);
  const { next } = (await hub.get('objects/?limit=5')).json;
  assert.deepEqual(rows(await hub.get(`/api2/collections/TWO/objects/?next=${next}`, { user: 'bob' })), [own.id]);
});

const ENVELOPE = JSON.stringify({ objects: [identity()] });

test('T21-4.2.1-06 T21-4.2.1-07 a body up to max_content_length is taken, one octet more is 413 and stores nothing', async () => {
  for (const length of [9999, 10_000]) {
    const answer = await hub.post('objects/', JSON.stringify({ objects: [identity()] }).padEnd(length, ' '));
    assert.deepEqual([answer.status, answer.json.success_count], [202, 1], `${length} octets`);
  }
  const before = await contents(hub);
  assertError(await hub.post('objects/', ENVELOPE.padEnd(10_001, ' ')), 413);
  assert.equal(await contents(hub), before);
});

test('T21-4.2.1-06 T21-4.2.1-07 the limit is the same for a body in chunks', async () => {
  for (const [length, status] of [
    [9999, 202],
    [10_000, 202],
    [10_001, 413],
  ] as const) {
    const body = JSON.stringify({ objects: [identity()] }).padEnd(length, ' ');
    const fields = `Host: h\r\nAccept: ${V21}\r\nContent-Type: ${V21}\r\nAuthorization: ${authorization('alice')}`;
    const head = `POST ${real('objects/')} HTTP/1.1\r\n${fields}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const pieces = [body.slice(0, 100), body.slice(100)].map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
    const answer = await hub.raw(`${head}${pieces.join('')}0\r\n\r\n`);
    assert.equal(Number(answer.slice(9, 12)), status, `${length} octets in chunks`);
  }
});

test('T21-4.2.1-08 it counts octets and not characters', async () => {
  const text = JSON.stringify({ objects: [identity({ name: '日'.repeat(4000) })] });
  assert.ok(text.length < 10_000 && Buffer.byteLength(text) > 10_000);
  assertError(await hub.post('objects/', text), 413);
  const smaller = JSON.stringify({ objects: [identity({ name: '日'.repeat(3000) })] });
  assert.equal((await hub.post('objects/', smaller)).json.success_count, 1);
});

test('T21-4.2.1-05 another limit is another number, and holds at once', async (t) => {
  const hub = await openHub(t);
  await hub.change(put('api-root', { path: 'api1', title: 'Root', maxContentLength: 2000, strict: false }));
  assert.equal((await hub.get('/api1/')).json.max_content_length, 2000);
  assertError(await hub.post('objects/', ENVELOPE.padEnd(2001, ' ')), 413);
  assert.equal((await hub.post(`/api1/collections/MT/objects/`, ENVELOPE.padEnd(2000, ' '))).status, 202);
  assertError(await hub.get(`/api1/status/${UNKNOWN}/`), 404);
});
