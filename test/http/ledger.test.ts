import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { receiptsOf, recipientsOf } from '../../src/ledger/recipients.ts';
import { recordsOf } from '../../src/ledger/select.ts';
import type { Disclosure, LedgerRecord } from '../../src/store/ledger.ts';
import { openWriter } from '../../src/store/sqlite/connection.ts';
import { agreement, COLLECTIONS, OBJECTS, put } from './fixture.ts';
import { type Hub, openHub } from './hub.ts';

/**
 * Every URL that can be read, with the address of one that answers 200, and what a read of it is in the ledger. A new
 * route has to be entered here.
 */
const ROUTES: Readonly<Record<string, readonly [path: string, read: string | undefined]>> = {
  '/taxii2/': ['/taxii2/', undefined],
  '/:root/': ['/api1/', undefined],
  '/:root/status/:status/': ['/api1/status/', undefined],
  '/:root/collections/': ['/api1/collections/', undefined],
  '/:root/collections/:collection/': ['/api1/collections/RW/', undefined],
  '/:root/collections/:collection/manifest/': ['manifest/', 'manifest'],
  '/:root/collections/:collection/objects/': ['objects/', 'objects'],
  '/:root/collections/:collection/objects/:object/': ['objects/indicator--a/', 'object'],
  '/:root/collections/:collection/objects/:object/versions/': ['objects/indicator--a/versions/', 'versions'],
  '/healthz': ['/healthz', undefined],
  '/readyz': ['/readyz', undefined],
  '/metrics': ['/metrics', undefined],
};

async function records(hub: Hub, kind: LedgerRecord['kind'], atLeast: number): Promise<LedgerRecord[]> {
  for (;;) {
    const { rows } = await hub.store.ledger.read({ limit: 1000, kinds: [kind] });
    if (rows.length >= atLeast) return rows.map(({ text }) => JSON.parse(text) as LedgerRecord);
    await wait(5);
  }
}

async function disclosures(hub: Hub, atLeast: number): Promise<Disclosure[]> {
  return (await records(hub, 'disclosure', atLeast)) as Disclosure[];
}

test('every successful read of objects, at whatever URL, leaves a record; nothing else does', async (t) => {
  const hub = await openHub(t);
  const { id } = (await hub.push('RW', [{ type: 'nonsense' }])).json;
  const expected: string[] = [];
  for (const method of ['GET', 'HEAD'])
    for (const [path, read] of Object.values(ROUTES)) {
      const at = path === '/api1/status/' ? `${path}${id}/` : path;
      const answer = await hub.request(method, at);
      if (at.startsWith('/healthz') || at.startsWith('/readyz') || at.startsWith('/metrics')) continue;
      assert.equal(answer.status, 200, `${method} ${at}`);
      if (read !== undefined) expected.push(method === 'HEAD' ? 'head' : read);
    }
  const found = await disclosures(hub, expected.length);
  assert.deepEqual(
    found.map(({ read }) => read),
    expected,
  );
});

test('the table above names every route there is but those of the console', async (t) => {
  const hub = await openHub(t);
  await hub.app.ready();
  const all = urlsOf(hub.app.printRoutes({ commonPrefix: false }));
  const urls = all.filter((url) => !url.startsWith('/console'));
  assert.deepEqual(urls.sort(), Object.keys(ROUTES).map(bare).sort());
});

function bare(url: string): string {
  return url.replace(/\/$/, '');
}

/** Paths of a printed tree of routes that answer GET. */
function urlsOf(tree: string): string[] {
  const stack: string[] = [];
  const urls: string[] = [];
  for (const line of tree.split('\n')) {
    const match = /^([\s│]*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line);
    if (match === null) continue;
    const [, indent = '', part = '', methods = ''] = match;
    const depth = indent.length / 4;
    stack.length = depth;
    stack[depth] = part;
    if (/\bGET\b/.test(methods)) urls.push(bare(stack.join('')));
  }
  return [...new Set(urls)];
}

test('a record says who was sent what, by which request and under which agreement', async (t) => {
  const hub = await openHub(t);
  const answer = await hub.get('objects/?limit=2&match[type]=indicator');
  const [record] = await disclosures(hub, 1);
  assert.ok(record);
  assert.deepEqual(record.credentials, ['basic:alice']);
  assert.deepEqual([record.who, record.read, record.collection], ['partner:alice', 'objects', COLLECTIONS.RW]);
  assert.equal(record.count, answer.json.objects.length);
  assert.deepEqual(record.filter?.types, ['indicator']);
  assert.deepEqual(
    record.entries.map(({ agreement }) => agreement),
    ['alice-agreement'],
  );
  const line = hub.log.find(({ request }) => request === record.request);
  assert.equal(line?.status, 200);
});

test('what is refused or not there leaves no record of a disclosure', async (t) => {
  const hub = await openHub(t);
  for (const path of ['objects/malware--unknown/', '/api1/collections/HID/objects/', '/api1/collections/NO/objects/'])
    assert.ok((await hub.get(path)).status >= 400);
  await hub.get('objects/', { accept: 'text/html' });
  await hub.get('objects/?added_after=nonsense');
  await hub.get('objects/?added_after=2999-01-01T00:00:00Z');
  await records(hub, 'contact', 1);
  assert.deepEqual(await disclosures(hub, 0), []);
});

test('wrong credentials are recorded with the account if there is one, and never with what was sent', async (t) => {
  const hub = await openHub(t);
  const sign = (user: string) => ({
    user: null,
    headers: { authorization: `Basic ${Buffer.from(`${user}:secret-word`).toString('base64')}` },
    remoteAddress: '198.51.100.7',
  });
  assert.equal((await hub.get('objects/', sign('alice'))).status, 401);
  assert.equal((await hub.get('objects/', sign('a-password-in-the-wrong-field'))).status, 401);
  const found = await records(hub, 'sign-in-failure', 2);
  assert.deepEqual(
    found.map((record) => record.kind === 'sign-in-failure' && [record.address, record.credential]),
    [
      ['198.51.100.7', 'basic:alice'],
      ['198.51.100.7', undefined],
    ],
  );
  assert.doesNotMatch(JSON.stringify(found), /secret-word|wrong-field/);
});

test('recipients: who was sent an object, over pages, single reads and manifests', async (t) => {
  const hub = await openHub(t);
  await hub.change(put('agreement', agreement('bob', { RW: 'r' })), put('agreement', agreement('carol', { RW: 'r' })));
  await hub.get('objects/?limit=3');
  await hub.get('manifest/', { user: 'bob' });
  await hub.request('HEAD', 'objects/', { user: 'carol' });
  const object = OBJECTS['indicator--a'];
  const reading = await disclosures(hub, 3);
  const who = reading.map((record) => record.who);
  assert.ok(who.includes('partner:alice'));
  const found = await recipientsOf(hub.store.ledger, object);
  assert.deepEqual(found.find((each) => each.who === 'partner:alice')?.text, true);
  for (const each of found.filter(({ who: name }) => name === 'partner:bob')) assert.equal(each.text, false);
  assert.ok(!found.some((each) => each.who === 'partner:carol'));
  for await (const receipt of receiptsOf(hub.store.ledger, object))
    assert.ok(receipt.versions.every(({ agreements }) => agreements.length === 1));
  assert.deepEqual(await recipientsOf(hub.store.ledger, 'indicator--00000000-0000-4000-8000-000000000000'), []);
});

test('a version may be named in any spelling of its instant', async (t) => {
  const hub = await openHub(t);
  await hub.get('objects/?match[version]=all');
  await disclosures(hub, 1);
  const object = OBJECTS['indicator--a'];
  const [all] = await recipientsOf(hub.store.ledger, object);
  const version = all?.versions[0] ?? '';
  const found = await recipientsOf(
    hub.store.ledger,
    object,
    version.replace(/(\.\d*?)0*Z$/, '$1000Z').replace('..', '.'),
  );
  assert.deepEqual(found[0]?.versions, [version]);
  assert.deepEqual(await recipientsOf(hub.store.ledger, object, '1999-01-01T00:00:00Z'), []);
});

test('records of an object: what was pushed, sent and removed', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const object = { type: 'identity', spec_version: '2.1', id: 'identity--7e53dbf2-0d9b-4f2a-8c6e-0d4a5b1c2d3e' };
  const dates = { created: '2020-01-01T00:00:00.000Z', modified: '2020-01-01T00:00:00.000Z' };
  const pushed = await hub.push('RW', [{ ...object, ...dates, name: 'A' }]);
  assert.equal(pushed.json.success_count, 1, pushed.text);
  await hub.get('objects/');
  await disclosures(hub, 1);
  assert.equal((await hub.delete(`objects/${object.id}/`)).status, 200);
  await hub.get('objects/');
  const kinds: string[] = [];
  for await (const { record } of recordsOf(hub.store.ledger, { object: object.id })) kinds.push(record.kind);
  assert.deepEqual(kinds, ['push', 'disclosure', 'removal']);
  const [push] = await records(hub, 'push', 1);
  assert.ok(push?.kind === 'push');
  assert.deepEqual([push.agreements, push.credentials], [['alice-agreement'], ['basic:alice']]);
});

test('while the ledger cannot be written reads answer 503, and go on by themselves when it can', async (t: TestContext) => {
  const hub = await openHub(t);
  const db = openWriter(`${hub.directory}/hub.db`, false);
  t.after(() => db.close());
  db.exec(`CREATE TRIGGER full BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`);
  await hub.get('objects/');
  while ((await hub.get('objects/')).status === 200) await wait(5);
  const refused = await hub.get('objects/');
  assert.equal(refused.status, 503);
  assert.deepEqual(
    Object.keys(refused.headers).filter((name) => name.startsWith('x-taxii')),
    [],
  );
  assert.equal((await hub.get('/api1/collections/')).status, 200);
  assert.ok(hub.log.some(({ msg }) => msg === 'the ledger cannot be written'));
  db.exec('DROP TRIGGER full');
  while ((await hub.get('objects/')).status !== 200) await wait(5);
  await hub.change(put('partner', { name: 'dora' }));
});
