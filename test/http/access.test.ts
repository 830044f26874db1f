import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { agreement, COLLECTIONS, put, type UserName } from './fixture.ts';
import { type Answer, type Ask, type Hub, openHub } from './hub.ts';

/** Of the tests that change nothing in it. */
const hub = await openHub({ after });

const UNKNOWN = '3c1f0b7e-6f0c-4a2b-9d55-0f6f1c3f8a11';

/** The answer without what differs between two occurrences of anything. */
function bare({ status, headers, text }: Answer): unknown {
  const { date: _date, 'content-length': _length, ...rest } = headers;
  return { status, headers: rest, body: text.replace(/"error_id":"[^"]*"/, '') };
}

const everyRead = ['', 'objects/', 'manifest/', 'objects/indicator--a/', 'objects/indicator--a/versions/'];

test('every combination of rights has its answer (M3, A23)', async (t) => {
  const hub = await openHub(t);
  const expected = {
    RW: [200, 200, 202, 200],
    RO: [200, 200, 403, 403],
    WO: [200, 403, 202, 403],
    NO: [200, 403, 403, 404],
    HID: [404, 404, 404, 404],
    [UNKNOWN]: [404, 404, 404, 404],
  };
  for (const [name, [collection, read, write, remove]] of Object.entries(expected)) {
    const at = `/api1/collections/${name}`;
    assert.equal((await hub.get(`${at}/`)).status, collection, name);
    for (const path of ['objects/', 'manifest/']) assert.equal((await hub.get(`${at}/${path}`)).status, read, name);
    const body = { objects: [{ type: 'nonsense' }] };
    assert.equal((await hub.post(`${at}/objects/`, body)).status, write, name);
    assert.equal((await hub.delete(`${at}/objects/malware--b/`)).status, remove, name);
  }
  for (const path of ['objects/indicator--a/', 'objects/indicator--a/versions/'])
    assert.equal((await hub.get(`/api1/collections/WO/${path}`)).status, 403);
});

test('deletion says nothing about objects to whoever may not delete (T21-5.7-02)', async () => {
  for (const [name, status] of Object.entries({ RO: 403, WO: 403, NO: 404 })) {
    const known = await hub.delete(`/api1/collections/${name}/objects/malware--b/`);
    const unknown = await hub.delete(`/api1/collections/${name}/objects/malware--unknown/`);
    assert.equal(known.status, status);
    assert.deepEqual(bare(known), bare(unknown));
  }
});

test('what is hidden answers as what is absent does (T21-3.6.1-07, T21-B-06)', async () => {
  for (const path of everyRead)
    assert.deepEqual(
      bare(await hub.get(`/api1/collections/HID/${path}`)),
      bare(await hub.get(`/api1/collections/${UNKNOWN}/${path}`)),
    );
  for (const path of ['', 'collections/', 'status/x/', 'collections/TWO/objects/'])
    assert.deepEqual(bare(await hub.get(`/api2/${path}`)), bare(await hub.get(`/nope/${path}`)));
  for (const accept of ['*/*', 'text/html', null])
    assert.deepEqual(
      bare(await hub.get('/strict/', { user: 'bob', accept })),
      bare(await hub.get('/nope/', { user: 'bob', accept })),
      `a hidden strict root is not told by Accept: ${accept}`,
    );
});

test('roots are listed to those who have something in them, and to operators (T21-4.1.1-04, -05)', async () => {
  const rootsOf = async (user: UserName): Promise<unknown> => {
    const { api_roots, default: preferred } = (await hub.get('/taxii2/', { user })).json;
    return [api_roots?.map((url: string) => new URL(url).pathname), preferred && new URL(preferred).pathname];
  };
  assert.deepEqual(await rootsOf('alice'), [['/api1/', '/strict/'], '/api1/']);
  assert.deepEqual(await rootsOf('bob'), [['/api1/', '/api2/'], '/api1/']);
  assert.deepEqual(await rootsOf('carol'), [undefined, undefined]);
  assert.deepEqual(await rootsOf('ops'), [['/api1/', '/api2/', '/pub/', '/strict/'], '/api1/']);
  assert.equal((await hub.get('/api2/', { user: 'alice' })).status, 404);
  assert.equal((await hub.get('/api2/', { user: 'ops' })).status, 200);
});

describe('without credentials', () => {
  const nobody: Ask = { user: null };
  test('everything but what anonymous may see asks to sign in, whether or not it is there (T21-1.6.9-01)', async () => {
    const paths = ['/api1/', '/nope/', '/api1/collections/', '/api1/status/x/', `/api1/collections/${UNKNOWN}/`];
    for (const path of [...paths, ...everyRead.map((end) => `/api1/collections/RW/${end}`)]) {
      const answer = await hub.get(path, nobody);
      assert.equal(answer.status, 401, path);
      assert.deepEqual(bare(answer), bare(await hub.get('/api1/', nobody)), path);
      assert.match(String(answer.headers['www-authenticate']), /^Basic realm="[^"]+"/);
    }
    for (const [method, path] of [
      ['POST', 'objects/'],
      ['DELETE', 'objects/indicator--a/'],
    ] as const)
      assert.equal((await hub.request(method, path, nobody)).status, 401);
    assert.equal(
      (await hub.get('objects/', { user: null, accept: 'text/html' })).status,
      401,
      'before Accept is judged',
    );
  });

  test('what anonymous may read is served (T21-4.2-03)', async () => {
    const discovery = await hub.get('/taxii2/', nobody);
    assert.deepEqual(
      discovery.json.api_roots.map((url: string) => new URL(url).pathname),
      ['/pub/'],
    );
    assert.equal((await hub.get('/pub/collections/', nobody)).json.collections.length, 1);
    assert.equal((await hub.get('/pub/collections/PUB/objects/', nobody)).status, 200);
    assert.equal((await hub.get('/pub/collections/PUB/objects/', { user: null, accept: 'text/html' })).status, 406);
    assert.equal((await hub.get('/pub/collections/PUB/objects/indicator--a/', nobody)).status, 404);
    assert.equal((await hub.push('PUB', [{}], nobody)).status, 401, 'a right that credentials might give');
    assert.equal((await hub.get('/pub/status/3c1f0b7e-6f0c-4a2b-9d55-0f6f1c3f8a11/', nobody)).status, 401);
  });

  test('discovery asks to sign in when there is nothing for anonymous (T21-4.1-03)', async (t) => {
    const hub = await openHub(t);
    await hub.change({ remove: 'agreement', name: 'anonymous-agreement' });
    assert.equal((await hub.get('/taxii2/', nobody)).status, 401);
  });
});

test('credentials that are wrong are refused everywhere, also where anonymous may read (T21-5-01)', async () => {
  const wrong = { authorization: `Basic ${Buffer.from('alice:wrong').toString('base64')}` };
  for (const authorization of [wrong.authorization, 'Basic %%%', 'Basic', 'Unknown x', ''])
    for (const path of ['/taxii2/', '/pub/collections/PUB/objects/', 'objects/', '/nope/']) {
      const answer = await hub.get(path, { user: null, headers: { authorization } });
      assert.equal(answer.status, 401, `${authorization} ${path}`);
      assert.equal(answer.json.http_status, '401');
    }
});

test('checks come in order: who, Accept, root, collection, right, type and size, query, body (T21-5-05)', async () => {
  const bad = { accept: 'text/html', contentType: 'text/plain', body: 'no json' };
  const statusOf = async (ask: Ask, path = '/api1/collections/RO/objects/'): Promise<number> =>
    (await hub.request('POST', path, ask)).status;
  assert.equal(await statusOf({ ...bad, user: null }), 401);
  assert.equal(await statusOf(bad), 406);
  assert.equal(await statusOf(bad, '/nope/collections/RO/objects/'), 406);
  assert.equal(await statusOf({ ...bad, accept: null }, '/nope/collections/RO/objects/'), 404);
  assert.equal(await statusOf({ ...bad, accept: null }, '/api1/collections/HID/objects/'), 404);
  assert.equal(await statusOf({ ...bad, accept: null }), 403);
  for (const contentType of ['text/plain', 'not a type', null])
    assert.equal(await statusOf({ ...bad, accept: null, contentType }, 'objects/'), 415);
  assert.equal(await statusOf({ accept: null, body: 'x'.repeat(10_001) }, 'objects/'), 413);
  assert.equal(await statusOf({ accept: null, body: 'no json' }, 'objects/?limit=0'), 400);
  assert.equal((await hub.get('objects/?limit=0', { accept: 'text/html' })).status, 406);
  assert.equal((await hub.get('/api1/collections/WO/objects/?limit=0')).status, 403);
});

test('an administrative change holds from the next request on (T21-5.2.1-09)', async (t) => {
  const hub = await openHub(t);
  const flags = async (): Promise<unknown> => {
    const { can_read, can_write } = (await hub.get('/api1/collections/RW/')).json;
    return { can_read, can_write };
  };
  assert.deepEqual(await flags(), { can_read: true, can_write: true });
  await hub.change(put('agreement', agreement('alice', { RW: 'w' })));
  assert.deepEqual(await flags(), { can_read: false, can_write: true });
  assert.equal((await hub.get('objects/')).status, 403);
  await hub.change(put('agreement', agreement('alice', { RO: 'r' })));
  assert.equal((await hub.get('objects/')).status, 404);
});

test('a status is for the partner that pushed and for operators, within its root (A29, T21-4.2-05)', async (t) => {
  const hub = await openHub(t);
  await hub.change(put('agreement', agreement('bob', { RW: 'rw', TWO: 'rw' })));
  const pushed = await hub.push('RW', [{ type: 'nonsense' }]);
  assert.equal(pushed.status, 202);
  const { id } = pushed.json;
  assert.deepEqual((await hub.get(`/api1/status/${id}/`)).json, pushed.json);
  assert.deepEqual((await hub.get(`/api1/status/${id.toUpperCase()}/`, { user: 'ops' })).json, pushed.json);
  const unknown = bare(await hub.get(`/api1/status/${UNKNOWN}/`, { user: 'bob' }));
  assert.deepEqual(bare(await hub.get(`/api1/status/${id}/`, { user: 'bob' })), unknown);
  assert.deepEqual(bare(await hub.get('/api1/status/not-a-uuid/', { user: 'bob' })), unknown);
  assert.equal((await hub.get(`/api2/status/${id}/`, { user: 'ops' })).status, 404);
});

test('a cursor gives no right (T21-B-01)', async (t) => {
  const hub = await openHub(t);
  const { next } = (await hub.get('objects/?limit=1')).json;
  assert.equal((await hub.get(`objects/?next=${next}`, { user: 'bob' })).status, 404);
  await hub.change(put('agreement', agreement('alice', { RW: '' })));
  assert.equal((await hub.get(`objects/?next=${next}`)).status, 403);
});

test('the sign-in of a partner says who it was in the log, and nothing else of it (T21-B-03)', async (t) => {
  const hub = await openHub(t);
  await hub.get('objects/?limit=2');
  await hub.get('objects/', { user: null, headers: { authorization: 'Basic c2VjcmV0OnNlY3JldA==' } });
  await hub.get('objects/', { user: null, headers: { authorization: 'a-bare-secret' } });
  const lines = logged(hub);
  assert.deepEqual(
    [lines[0]?.who, lines[0]?.method, lines[0]?.status, lines[0]?.count, lines[0]?.route],
    ['partner:alice', 'GET', 200, 2, '/:root/collections/:collection/objects/'],
  );
  assert.equal(lines[1]?.error?.header, 'Authorization: Basic');
  assert.equal(lines[2]?.error?.header, 'Authorization: unknown scheme');
  assert.ok(!/c2VjcmV0|bare-secret|limit=2/.test(JSON.stringify(lines)));
});

interface Line {
  readonly who?: string;
  readonly method?: string;
  readonly status?: number;
  readonly count?: number;
  readonly route?: string;
  readonly error?: { readonly header?: string };
}

function logged(hub: Hub): readonly Line[] {
  return hub.log;
}

test('a collection is found by its UUID in capitals and by its alias, each in its own root (A28, T21-D-12)', async () => {
  const byId = await hub.get('/api1/collections/RW/');
  assert.deepEqual((await hub.get(`/api1/collections/${COLLECTIONS.RW.toUpperCase()}/`)).json, byId.json);
  assert.deepEqual((await hub.get('/api1/collections/my-alias/')).json, byId.json);
  assert.equal((await hub.get('/api2/collections/my-alias/', { user: 'bob' })).json.id, COLLECTIONS.TWO);
  assert.equal((await hub.get('/api2/collections/RW/', { user: 'ops' })).status, 404);
});
