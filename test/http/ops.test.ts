import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import { openHub } from './hub.ts';

test('anybody may ask whether the hub is alive and ready, and learns nothing else', async (t) => {
  const hub = await openHub(t);
  for (const [path, text] of [
    ['/healthz', '{"status":"alive"}'],
    ['/readyz', '{"status":"ready"}'],
  ] as const) {
    const answer = await hub.get(path, { user: null, accept: null, remoteAddress: '192.0.2.1' });
    assert.deepEqual([answer.status, answer.text, answer.headers['cache-control']], [200, text, 'no-store']);
    assert.equal((await hub.request('HEAD', path, { user: null })).status, 200);
  }
});

test('a store that does not work makes the hub not ready, and the log says why', async (t) => {
  const hub = await openHub(t);
  const broken = t.mock.method(hub.store.maintenance, 'ping', () => Promise.reject(new Error('disk full')));
  const answer = await hub.get('/readyz', { user: null });
  assert.deepEqual([answer.status, answer.text], [503, '{"status":"not ready"}']);
  assert.match(JSON.stringify(hub.log), /disk full/);
  broken.mock.restore();
  assert.equal((await hub.get('/readyz', { user: null })).status, 503, 'for a second it says the same');
  while ((await hub.get('/readyz', { user: null })).status !== 200) await wait(100);
});

test('metrics are for the machine itself and for operators', async (t) => {
  const hub = await openHub(t);
  const from = (remoteAddress: string, user: 'alice' | 'ops' | null, headers = {}) =>
    hub.get('/metrics', { user, remoteAddress, headers });
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    assert.equal((await from(address, null)).status, 200, address);
  assert.equal((await from('192.0.2.1', 'ops')).status, 200);
  assert.equal((await from('192.0.2.1', 'alice')).status, 403);
  assert.equal((await from('192.0.2.1', null)).status, 401);
  for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'])
    assert.equal((await from('127.0.0.1', null, { [header]: 'x' })).status, 401, 'handed on by a proxy');
});

test('metrics are for operators only once a proxy is announced, which may hand on without a trace', async (t) => {
  for (const options of [{ publicUrl: 'https://hub.example' }, { trustProxy: ['loopback'] }]) {
    const hub = await openHub(t, options);
    const from = (user: 'ops' | null) => hub.get('/metrics', { user, remoteAddress: '127.0.0.1' });
    assert.deepEqual([(await from(null)).status, (await from('ops')).status], [401, 200]);
  }
});

test('metrics count requests by pattern, objects and failed sign-ins', async (t) => {
  const hub = await openHub(t);
  await hub.get('objects/?limit=2');
  await hub.get('objects/', { headers: { authorization: 'Basic eDp5' } });
  await hub.push('RW', [{ type: 'nonsense' }]);
  await hub.delete('objects/malware--b/');
  const { text, headers } = await hub.get('/metrics', { remoteAddress: '127.0.0.1' });
  assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
  const route = 'route="/:root/collections/:collection/objects/"';
  for (const line of [
    `entente_http_requests_total{${route},method="GET",status="200"} 1`,
    `entente_http_requests_total{${route},method="GET",status="401"} 1`,
    `entente_http_requests_total{${route},method="POST",status="202"} 1`,
    'entente_objects_served_total 2',
    'entente_objects_removed_total 1',
    'entente_push_objects_total{outcome="refused"} 1',
    'entente_sign_in_failures_total 1',
    'entente_pushes_pending 0',
  ])
    assert.ok(text.split('\n').includes(line), `${line} is not in\n${text}`);
});

test('a fault of the hub is told without its cause, which is in the log under the same id (T21-3.6-01)', async (t) => {
  const hub = await openHub(t);
  t.mock.method(hub.store.objects, 'texts', () => Promise.reject(new Error('secret path /var/lib/x')));
  const answer = await hub.get('objects/');
  assert.equal(answer.status, 500);
  assert.deepEqual(Object.keys(answer.json), ['title', 'error_id', 'http_status']);
  const line = hub.log.find((entry) => entry.request === answer.json.error_id);
  assert.equal(line?.level, 'error');
  assert.match(JSON.stringify(line), /secret path/);
});

test('a hub that has too much to do says so, and when to come back (T21-D-11)', async (t) => {
  const hub = await openHub(t);
  const busy = new AppError('server.busy', { description: 'Later.', headers: { 'Retry-After': '10' } });
  t.mock.method(hub.store.pushes, 'pending', () => Promise.reject(busy));
  const answer = await hub.push('RW', [{ type: 'nonsense' }]);
  assert.deepEqual([answer.status, answer.headers['retry-after'], answer.json.description], [503, '10', 'Later.']);
});
