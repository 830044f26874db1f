import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { entente, temporary } from '../cli/program.ts';
import { agreement, put, type UserName, V21 } from '../http/fixture.ts';
import { type Hub, openHub } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { assertError } from './answers.ts';

/** For tests that only read. */
const hub = await openHub({ after });

interface Discovery {
  readonly title: string;
  readonly default?: string;
  readonly api_roots?: readonly string[];
}

async function discover(hub: Hub, user: UserName | null = 'alice', headers = {}): Promise<Discovery> {
  const answer = await hub.get('/taxii2/', { user, headers });
  assert.equal(answer.status, 200, answer.text);
  assertResource('discovery', answer.json);
  return answer.json;
}

/** What `entente apply` says to a hub file: its exit code and its complaints. */
async function apply(t: TestContext, lines: string): Promise<{ code: number; stderr: string }> {
  const directory = await temporary(t);
  const file = join(directory, 'hub.yaml');
  await writeFile(file, lines);
  return entente(['apply', file, '--data', join(directory, 'data')]);
}

describe('GET /taxii2/', () => {
  test('T21-4.1-01 T21-4.1.1-01 discovery stands at the root of the host and has a title', async () => {
    const answer = await hub.get('/taxii2/');
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21]);
    assertResource('discovery', answer.json);
    assert.equal(answer.json.title, 'Fixture – 日本');
    for (const path of ['/api1/taxii2/', '/taxii/', '/discovery/']) assertError(await hub.get(path), 404, path);
  });

  test('T21-4.1-03 failures are 401, 404 and 406, in this order', async (t) => {
    const hub = await openHub(t);
    await hub.change({ remove: 'agreement', name: 'anonymous-agreement' });
    assertError(await hub.get('/taxii2/', { user: null, accept: 'text/html' }), 401);
    assertError(await hub.get('/taxii2/', { headers: { authorization: 'Basic YWxpY2U6eA==' } }), 401);
    assertError(await hub.get('/taxii2/', { accept: 'text/html' }), 406);
    assertError(await hub.get('/taxii2/more/'), 404);
  });

  test('T21-4.1.1-02 description and contact are left out when they are not configured', async (t) => {
    const hub = await openHub(t);
    const full = (await hub.get('/taxii2/')).json;
    assert.deepEqual([full.description, full.contact], ['For tests', 'ops@hub.example']);
    await hub.change(put('hub', { title: 'Bare' }));
    assert.deepEqual(Object.keys(await discover(hub)), ['title', 'api_roots']);
    await hub.change(put('hub', { title: 'Bare', description: '', contact: '' }));
    assert.deepEqual(Object.keys(await discover(hub)), ['title', 'api_roots']);
  });
});

describe('default', () => {
  test('T21-4.1.1-03 default is one of the strings in api_roots, for every caller', async (t) => {
    const hub = await openHub(t);
    for (const user of ['alice', 'bob', 'ops'] as const) {
      const { default: preferred, api_roots = [] } = await discover(hub, user);
      assert.equal(new URL(String(preferred)).pathname, '/api1/');
      assert.ok(api_roots.includes(String(preferred)), user);
    }
    await hub.change(put('agreement', agreement('carol', { TWO: 'r' })));
    const carol = await discover(hub, 'carol');
    assert.deepEqual(
      carol.api_roots?.map((url) => new URL(url).pathname),
      ['/api2/'],
    );
    assert.equal('default' in carol, false, 'a default that the caller may not see is none');
  });

  test('T21-4.1.1-03 a default that is no API root is refused at start-up', async (t) => {
    const { code, stderr } = await apply(
      t,
      'hub: { title: H, default_root: two }\napi_roots: [{ path: one, title: O }]',
    );
    assert.equal(code, 2);
    assert.match(stderr, /hub\.default_root: .*no API root.*"two"/);
  });
});

describe('api_roots', () => {
  const paths = ({ api_roots }: Discovery) => api_roots?.map((url) => new URL(url).pathname);

  test('T21-4.1.1-04 T21-4.1.1-05 each caller gets the roots in which it may see something', async () => {
    assert.deepEqual(paths(await discover(hub, 'alice')), ['/api1/', '/strict/']);
    assert.deepEqual(paths(await discover(hub, 'bob')), ['/api1/', '/api2/']);
    assert.deepEqual(paths(await discover(hub, null)), ['/pub/']);
    const carol = await discover(hub, 'carol');
    assert.deepEqual([carol.api_roots, carol.default], [undefined, undefined], 'left out, not empty');
  });

  test('T21-4.1.1-06 T21-4.1.1-10 entries are absolute, have the scheme, host and port of the request and end in /', async () => {
    assert.deepEqual((await discover(hub, 'alice', { host: 'taxii.example:8443' })).api_roots, [
      'http://taxii.example:8443/api1/',
      'http://taxii.example:8443/strict/',
    ]);
  });

  test('T21-4.1.1-06 with a public URL they are absolute https, whatever the request says', async (t) => {
    const hub = await openHub(t, { publicUrl: 'https://taxii.example' });
    const headers = { host: 'inside', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' };
    assert.deepEqual((await discover(hub, 'alice', headers)).api_roots, [
      'https://taxii.example/api1/',
      'https://taxii.example/strict/',
    ]);
  });

  test('T21-4.1.1-06 a public URL that is not http or https, or has more than scheme, host and port, is refused', async (t) => {
    const data = await temporary(t);
    for (const url of ['ftp://hub.example', 'hub.example', 'https://hub.example/api', 'https://hub.example/?x=1']) {
      const { code, stderr } = await entente(['serve', '--public-url', url, '--data', data, '--port', '0']);
      assert.equal(code, 2, url);
      assert.match(stderr, /--public-url/);
    }
  });

  test('T21-4.1.1-07 without a usable host they are relative and begin with exactly one slash', async (t) => {
    const hub = await openHub(t);
    const head = `GET /taxii2/ HTTP/1.0\r\nAuthorization: Basic ${btoa('alice:alice-password')}\r\n\r\n`;
    const body = JSON.parse((await hub.raw(head)).split('\r\n\r\n')[1] ?? '');
    assertResource('discovery', body);
    assert.deepEqual([body.default, body.api_roots], ['/api1/', ['/api1/', '/strict/']]);
  });

  test('T21-4.1.1-06 T21-4.1.1-08 T21-4.1.1-09 T21-4.1.1-10 the hub file takes one path segment for a root and nothing else', async (t) => {
    const wrong = [
      'ftp://host/',
      'http://host/api1/',
      '/api1/',
      '/api1',
      'api1/',
      '//api1/',
      '../api1/',
      '..',
      'api1/?x=1',
      'api1?',
      'api1#x',
      '',
    ];
    for (const path of wrong) {
      const text = `hub: { title: H }\napi_roots: [{ path: ${JSON.stringify(path)}, title: One }]`;
      const { code, stderr } = await apply(t, text);
      assert.equal(code, 2, path);
      assert.match(stderr, /api_roots\[0\]\.path/);
    }
  });
});
