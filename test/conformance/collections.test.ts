import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { entente, temporary } from '../cli/program.ts';
import { ALIAS, agreement, COLLECTIONS, type CollectionName, put, type UserName, V21 } from '../http/fixture.ts';
import { type Hub, openHub, rootOf } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { assertError, bare, contents } from './answers.ts';
import { campaign20, indicator, NONSENSE, UNKNOWN, UUID4 } from './stix.ts';

/** For tests that only read, or touch objects of their own. */
const hub = await openHub({ after });

const STIX21 = 'application/stix+json;version=2.1';
const STIX20 = 'application/stix+json;version=2.0';
const OPERATIONS = [
  ['GET', '/api1/collections/'],
  ['GET', '/api1/collections/RW/'],
  ['GET', 'manifest/'],
  ['GET', 'objects/'],
  ['POST', 'objects/'],
  ['GET', 'objects/indicator--a/'],
  ['DELETE', 'objects/indicator--a/'],
  ['GET', 'objects/indicator--a/versions/'],
] as const;
const READS = ['manifest/', 'objects/', 'objects/indicator--a/', 'objects/indicator--a/versions/'];

describe('every endpoint of section 5', () => {
  test('T21-5-01 failed authentication is 401 on all eight operations, also in an API root that anonymous may read', async () => {
    const before = await contents(hub);
    for (const credentials of ['alice:wrong', 'alice:'])
      for (const [method, path] of OPERATIONS) {
        const headers = { authorization: `Basic ${btoa(credentials)}` };
        const body = method === 'POST' ? { objects: [indicator()] } : undefined;
        assertError(await hub.request(method, path, { headers, body }), 401, `${credentials} ${method} ${path}`);
        assertError(await hub.get('/pub/collections/PUB/objects/', { headers }), 401);
      }
    const nobody = { authorization: `Basic ${btoa('nobody:alice-password')}` };
    assertError(await hub.get('objects/', { headers: nobody }), 401);
    assert.equal(await contents(hub), before);
  });

  test('T21-5-02 without can_read nothing is read: 403', async () => {
    for (const name of ['WO', 'NO'])
      for (const path of READS) assertError(await hub.get(`/api1/collections/${name}/${path}`), 403, `${name} ${path}`);
  });

  test('T21-5-03 without can_write nothing is added: 403', async () => {
    for (const name of ['RO', 'NO'] as const) {
      assertError(await hub.push(name, [indicator()]), 403, name);
      const kept = await hub.get(`/api1/collections/${name}/objects/`, { user: 'ops' });
      assert.deepEqual(kept.json, {}, name);
    }
  });

  test('T21-5-04 T21-5.1.1-01 an API root may have no collection, and then its list is an empty object', async () => {
    await hub.change(put('api-root', { path: 'empty', title: 'Empty', maxContentLength: 1000, strict: false }));
    const answer = await hub.get('/empty/collections/', { user: 'ops' });
    assert.deepEqual([answer.status, answer.headers['content-type'], answer.text.trim()], [200, V21, '{}']);
    assertResource('collections', answer.json);
  });

  test('T21-5-05 checks come in order: credentials, Accept, root, collection, right, type and size, query, body', async () => {
    const all = { accept: 'text/html', contentType: 'text/plain', body: 'x'.repeat(10_001) };
    const at = async (path: string, ask: object) => (await hub.request('POST', path, ask)).status;
    const RO = '/api1/collections/RO/objects/?limit=0';
    assert.equal(await at(RO, { ...all, user: null }), 401);
    assert.equal(await at(RO, all), 406);
    assert.equal(await at('/nope/collections/RO/objects/', { ...all, accept: V21 }), 404);
    assert.equal(await at('/api1/collections/HID/objects/', { ...all, accept: V21 }), 404);
    assert.equal(await at(RO, { ...all, accept: V21 }), 403);
    assert.equal(await at('objects/', { ...all, accept: V21 }), 415);
    assert.equal(await at('objects/', { body: all.body }), 413);
    assert.equal(await at('objects/', { body: 'no JSON' }), 400);
    assert.equal((await hub.get('/api1/collections/WO/objects/?limit=0')).status, 403);
    assert.equal((await hub.get('objects/?limit=0', { accept: 'text/html' })).status, 406);
    assert.equal((await hub.get('objects/indicator--unknown/?limit=0')).status, 400);
  });
});

describe('GET collections/', () => {
  const ids = async (hub: Hub, user: UserName) =>
    (await hub.get('/api1/collections/', { user })).json.collections?.map(({ id }: { id: string }) => id);
  const sorted = (...names: CollectionName[]) => names.map((name) => COLLECTIONS[name]).sort();

  test('T21-5.1-01 it lists whatever the caller may see, by id', async () => {
    const answer = await hub.get('/api1/collections/');
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21]);
    assertResource('collections', answer.json);
    assert.deepEqual(await ids(hub, 'alice'), sorted('RW', 'RO', 'WO', 'NO', 'MT'));
    assert.deepEqual(await ids(hub, 'bob'), sorted('RO', 'MT', 'HID'));
    assert.deepEqual(await ids(hub, 'ops'), sorted('RW', 'RO', 'WO', 'NO', 'MT', 'HID'));
  });

  test('T21-5.1-02 failures are 401, 404 and 406', async () => {
    assertError(await hub.get('/api1/collections/', { user: null }), 401);
    assertError(await hub.get('/nope/collections/'), 404);
    assertError(await hub.get('/api2/collections/'), 404, 'hidden');
    assertError(await hub.get('/api1/collections/', { accept: 'text/html' }), 406);
  });

  test('T21-5.1-03 two thousand come in one answer, whatever the parameters', async (t) => {
    const hub = await openHub(t);
    const template = (await hub.catalogue.get()).collection.get(COLLECTIONS.MT)?.value;
    assert.ok(template);
    const made = Array.from({ length: 2000 }, (_, i) => ({ ...template, id: randomUUID(), title: `Number ${i}` }));
    await hub.change(...made.map((collection) => put('collection', collection)));
    const plain = await hub.get('/api1/collections/', { user: 'ops' });
    assert.equal(plain.json.collections.length, 2006);
    assert.equal('more' in plain.json, false);
    for (const query of ['limit=1', 'limit=0', 'next=x', 'added_after=x', 'match[id]=x'])
      assert.equal((await hub.get(`/api1/collections/?${query}`, { user: 'ops' })).text, plain.text, query);
  });
});

describe('GET a collection', () => {
  test('T21-5.2-01 its resource equals its entry in the list', async () => {
    for (const user of ['alice', 'bob', 'ops'] as const)
      for (const entry of (await hub.get('/api1/collections/', { user })).json.collections) {
        const answer = await hub.get(`/api1/collections/${entry.id}/`, { user });
        assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21]);
        assertResource('collection', answer.json);
        assert.deepEqual(answer.json, entry);
      }
  });

  test('T21-5.2-02 failures are 401, 404 and 406, and a hidden one answers as an unknown one', async () => {
    assertError(await hub.get('/api1/collections/RW/', { user: null }), 401);
    assertError(await hub.get('/api1/collections/RW/', { accept: 'text/html' }), 406);
    const unknown = await hub.get(`/api1/collections/${UNKNOWN}/`);
    assertError(unknown, 404);
    for (const path of ['/api1/collections/HID/', '/api2/collections/TWO/', '/api1/collections/x/'])
      assert.deepEqual(bare(await hub.get(path)), bare(unknown), path);
  });

  test('T21-5.2-03 it is shown whatever the two flags say', async () => {
    const flags: unknown[] = [];
    for (const name of ['RW', 'RO', 'WO', 'NO']) {
      const { status, json } = await hub.get(`/api1/collections/${name}/`);
      flags.push([status, json.can_read, json.can_write]);
    }
    const expected = [
      [200, true, true],
      [200, true, false],
      [200, false, true],
      [200, false, false],
    ];
    assert.deepEqual(flags, expected);
  });
});

describe('the collection resource', () => {
  test('T21-5.2.1-01 T21-5.2.1-02 T21-5.2.1-03 it has an id, a title and no description that was not configured', async () => {
    const all: string[] = [];
    for (const root of ['api1', 'api2', 'pub', 'strict'])
      for (const entry of (await hub.get(`/${root}/collections/`, { user: 'ops' })).json.collections) {
        assert.match(entry.id, UUID4);
        assert.ok(entry.title.length > 0);
        assert.equal(entry.description, entry.id === COLLECTIONS.RW ? 'Read and write' : undefined);
        assert.equal('description' in entry, entry.id === COLLECTIONS.RW);
        all.push(entry.id);
      }
    assert.deepEqual(all.toSorted(), Object.values(COLLECTIONS).toSorted(), 'each id once over all roots');
  });

  test('T21-5.2.1-04 an alias stands for the id in every URL, and answers keep the id', async () => {
    for (const end of ['', ...READS]) {
      const byId = await hub.get(`/api1/collections/RW/${end}`);
      assert.deepEqual(bare(await hub.get(`/api1/collections/${ALIAS}/${end}`)), bare(byId), end);
    }
    assert.equal((await hub.get(`/api1/collections/${ALIAS}/`)).json.id, COLLECTIONS.RW);
    const object = indicator();
    assert.equal((await hub.post(`/api1/collections/${ALIAS}/objects/`, { objects: [object] })).json.success_count, 1);
    assert.equal((await hub.get(`objects/${object.id}/`)).status, 200);
    assert.equal((await hub.delete(`/api1/collections/${ALIAS}/objects/${object.id}/`)).status, 200);
    assertError(await hub.get(`/api1/collections/${ALIAS.toUpperCase()}/`), 404, 'aliases compare exactly');
  });

  test('T21-5.2.1-05 T21-5.2.1-06 an alias is unique in its root, one URL segment and never like an id', async (t) => {
    const directory = await temporary(t);
    const file = join(directory, 'hub.yaml');
    const applied = async (first: string, second: string, other: string) => {
      const collections = (...aliases: string[]) =>
        aliases.map((alias) => `{ title: ${JSON.stringify(randomUUID())}, alias: ${JSON.stringify(alias)} }`);
      const root = (path: string, ...aliases: string[]) =>
        `  - { path: ${path}, title: R, collections: [${collections(...aliases).join(', ')}] }`;
      await writeFile(file, `hub: { title: H }\napi_roots:\n${root('a', first, second)}\n${root('b', other)}\n`);
      return entente(['apply', file, '--data', join(directory, 'data')]);
    };
    const twice = await applied('x', 'x', 'y');
    assert.equal(twice.code, 2);
    assert.match(twice.stderr, /collections\[1\]\.alias/);
    for (const alias of ['a/b', '..', '.', '', 'a b', 'a%2Fb', 'é', UNKNOWN, UNKNOWN.toUpperCase(), 'a?b', 'a#b']) {
      const { code, stderr } = await applied('x', alias, 'y');
      assert.equal(code, 2, alias);
      assert.match(stderr, /collections\[1\]\.alias/, alias);
    }
    assert.equal((await applied('x', 'y', 'x')).code, 0, 'in another root it may come again');
  });

  test('T21-5.2.1-07 T21-5.2.1-08 the flags are those of whoever asks', async () => {
    const flags = async (user: UserName) => {
      const { can_read, can_write } = (await hub.get('/api1/collections/RO/', { user })).json;
      return [can_read, can_write];
    };
    assert.deepEqual(await flags('alice'), [true, false]);
    assert.deepEqual(await flags('bob'), [false, true]);
    assert.deepEqual(await flags('ops'), [true, true]);
  });

  test('T21-5.2.1-09 the flags agree with what the endpoints do, for every user and collection, also after a change', async (t) => {
    const hub = await openHub(t);
    const names = Object.keys(COLLECTIONS) as CollectionName[];
    const agree = async (): Promise<void> => {
      for (const user of ['alice', 'bob', 'carol', 'ops'] as const)
        for (const name of names) {
          const at = `/${rootOf(name)}/collections/${name}/`;
          const { status, json } = await hub.get(at, { user });
          const read = (await hub.get(`${at}manifest/`, { user })).status;
          const write = (await hub.push(name, [NONSENSE], { user })).status;
          const expected = status === 404 ? [404, 404] : [json.can_read ? 200 : 403, json.can_write ? 202 : 403];
          assert.deepEqual([read, write], expected, `${user} ${name}`);
        }
    };
    await agree();
    await hub.change(put('agreement', agreement('alice', { RW: 'r', RO: 'w', HID: 'rw' })));
    await agree();
    assert.equal((await hub.get('/api1/collections/HID/')).json.can_write, true);
    assertError(await hub.get('/api1/collections/WO/'), 404, 'revoked');
  });

  test('T21-5.2.1-10 T21-5.2.1-11 media_types lists what the collection can hold', async () => {
    assert.deepEqual((await hub.get('/api1/collections/MT/')).json.media_types, [STIX21]);
    const { media_types } = (await hub.get('/api1/collections/RW/')).json;
    assert.deepEqual(media_types, [STIX21, STIX20]);
    const held = (await hub.get('manifest/?match[version]=all&match[spec_version]=2.0,2.1')).json.objects;
    assert.deepEqual(new Set(held.map((record: { media_type: string }) => record.media_type)), new Set(media_types));
  });

  test('T21-5.2.1-12 an object of another media type is not accepted, and others beside it are', async () => {
    const [old, current] = [campaign20(), indicator()];
    const { status, json } = await hub.push('MT', [old, current]);
    assert.deepEqual([status, json.success_count, json.failure_count], [202, 1, 1]);
    assert.equal(json.failures[0].id, old.id);
    assert.match(json.failures[0].message, /spec_version/);
    const at = `/api1/collections/MT/objects/?match[id]=${old.id},${current.id}`;
    assert.deepEqual((await hub.get(at)).json.objects, [current]);
    assert.deepEqual((await hub.push('MT', [old])).json.failure_count, 1);
    assert.equal((await hub.push('RW', [old])).json.success_count, 1);
  });
});
