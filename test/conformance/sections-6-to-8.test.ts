import assert from 'node:assert/strict';
import { randomBytes, scryptSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { hashToken, newToken } from '../../src/auth/bearer.ts';
import { entente, temporary } from '../cli/program.ts';
import { authorization, put, V21 } from '../http/fixture.ts';
import { openHub, real, rows } from '../http/hub.ts';
import { assertError } from './answers.ts';
import { identity, indicator } from './stix.ts';

const hub = await openHub({ after });

test('T21-6-01 channels are reserved and not there', async () => {
  for (const path of ['/api1/channels/', '/api1/channels/x/', '/api1/collections/RW/channels/'])
    for (const method of ['GET', 'POST', 'DELETE'])
      assertError(await hub.request(method, path), 404, `${method} ${path}`);
});

describe('custom properties', () => {
  test('T21-7.1.1-01 T21-7.1.1-07 those of an envelope are passed over', async () => {
    const objects = [indicator()];
    const posted = { x_acme_com_ticket: { deep: [1] }, X_A: 1, 'x-a': 2, é: 3, x: 4, objects };
    const answer = await hub.post('objects/', posted);
    assert.deepEqual([answer.status, answer.json.success_count], [202, 1]);
    const kept = await hub.get(`objects/${objects[0]?.id}/`);
    assert.deepEqual(kept.json, { more: false, objects });
    for (const body of [answer, kept]) assert.doesNotMatch(body.text, /ticket/);
  });

  test('T21-7.1.1-07 a strict root refuses them with 422', async () => {
    for (const custom of [{ x_acme_com_y: 1 }, { type: 'bundle', id: 'bundle--1' }]) {
      const at = '/strict/collections/ST/objects/';
      assertError(await hub.post(at, { ...custom, objects: [indicator()] }), 422);
      assert.deepEqual((await hub.get(at)).json, {});
    }
    const answer = await hub.post('/strict/collections/ST/objects/', {
      more: false,
      next: 'x',
      objects: [indicator()],
    });
    assert.equal(answer.json.success_count, 1, 'more and next are no custom properties');
  });

  test('T21-7.1.1-09 T21-S-10 custom content of STIX objects is stored and comes back whole', async () => {
    const extension = 'extension-definition--04b8d4c4-5e0a-4b1b-9f2c-8e8e7f3b9a11';
    const custom = {
      ...identity(),
      type: 'x-acme-com-sensor',
      id: 'x-acme-com-sensor--5f3d1a2b-7c6e-4d5f-8a9b-0c1d2e3f4a5b',
      reading: 1.5,
    };
    const objects = [
      indicator({ x_foo: { a: [1, { b: null }], c: '' }, x_acme_com_rating: 0.1 }),
      indicator({ extensions: { [extension]: { extension_type: 'property-extension', level: 7, more: [true] } } }),
      indicator({ rank: 5, extensions: { [extension]: { extension_type: 'toplevel-property-extension' } } }),
      custom,
    ];
    for (const object of objects) {
      const text = JSON.stringify(object);
      const { json } = await hub.post('objects/', `{"objects":[${text}]}`);
      assert.equal(json.success_count, 1, JSON.stringify(json.failures));
      const answer = await hub.get(`objects/${object.id}/`, { accept: V21 });
      assert.equal(answer.text, `{"more":false,"objects":[${text}]}`);
    }
    const listed = (await hub.get('objects/?match[type]=x-acme-com-sensor')).json.objects;
    assert.deepEqual(listed, [custom], 'and can be asked for by its type');
  });
});

describe('a TAXII 2.1 server', () => {
  test('T21-8.2.1-01 discovery stands at /taxii2/ and no configuration moves it', async (t) => {
    assert.equal((await hub.get('/taxii2/')).status, 200);
    const directory = await temporary(t);
    const file = join(directory, 'hub.yaml');
    await writeFile(file, 'hub: { title: H }\napi_roots: [{ path: taxii2, title: T }]');
    const taken = await entente(['apply', file, '--data', join(directory, 'data')]);
    assert.equal(taken.code, 2);
    assert.match(taken.stderr, /taxii2/);
    const moved = await entente([
      'serve',
      '--public-url',
      'https://hub.example/deep/',
      '--data',
      directory,
      '--port',
      '0',
    ]);
    assert.equal(moved.code, 2);
    assert.match(moved.stderr, /without a path/);
  });

  test('T21-8.2.1-02 a hub without any API root is refused at start-up', async (t) => {
    const directory = await temporary(t);
    const file = join(directory, 'hub.yaml');
    for (const roots of ['', 'api_roots: []', 'api_roots:']) {
      await writeFile(file, `hub: { title: H }\n${roots}\n`);
      const serve = ['serve', '--hub', file, '--data', join(directory, 'data'), '--port', '0'];
      const { code, stderr } = await entente(serve);
      assert.equal(code, 2, roots);
      assert.match(stderr, /api_roots/);
    }
  });

  test('T21-8.2.1-03 what is not TAXII lives outside of every API root', async () => {
    for (const path of ['/healthz', '/readyz']) assert.equal((await hub.get(path, { user: null })).status, 200);
    for (const path of ['/api1/healthz', '/api1/metrics/', '/healthz/collections/'])
      assertError(await hub.get(path), 404, path);
  });

  test('T21-8.2.1-06 a request without User-Agent is answered', async () => {
    const fields = `Host: h\r\nAccept: ${V21}\r\nAuthorization: ${authorization('alice')}\r\nConnection: close`;
    assert.match(await hub.raw(`GET ${real('objects/')} HTTP/1.1\r\n${fields}\r\n\r\n`), /^HTTP\/1\.1 200 OK\r\n/);
    const body = JSON.stringify({ objects: [indicator()] });
    const length = `Content-Type: ${V21}\r\nContent-Length: ${body.length}`;
    const answer = await hub.raw(
      `POST ${real('/api1/collections/MT/objects/')} HTTP/1.1\r\n${fields}\r\n${length}\r\n\r\n${body}`,
    );
    assert.match(answer, /^HTTP\/1\.1 202 Accepted\r\n/);
  });
});

describe('signing in', () => {
  test('T21-8.2.2-07 HTTP Basic is taken, with colons and any characters in the password', async () => {
    const password = 'a:b: pässwörd 日本';
    const salt = randomBytes(16);
    const hash = scryptSync(password.normalize('NFC'), salt, 32, { N: 2, r: 8, p: 1 });
    const passwordHash = `scrypt$2$8$1$${salt.toString('base64url')}$${hash.toString('base64url')}`;
    await hub.change(put('credential', { kind: 'basic', user: 'müller', owner: { partner: 'alice' }, passwordHash }));
    const as = (text: string, encoding: BufferEncoding = 'utf8', scheme = 'Basic') =>
      hub.get('/api1/', {
        user: null,
        headers: { authorization: `${scheme} ${Buffer.from(text, encoding).toString('base64')}` },
      });
    assert.equal((await as(`müller:${password}`)).status, 200);
    assert.equal((await as(`müller:${password}`.normalize('NFD'))).status, 200, 'whatever the keyboard');
    assert.equal((await as(`müller:${password}`, 'utf8', 'bAsIc')).status, 200);
    for (const wrong of [`müller:${password} `, 'müller:a', `MÜLLER:${password}`])
      assertError(await as(wrong), 401, wrong);
    assertError(await as(`müller:${password}`, 'latin1'), 401, 'another encoding');
    const challenge = (await hub.get('/api1/', { user: null })).headers['www-authenticate'];
    assert.equal(String(challenge), 'Basic realm="Entente", charset="UTF-8"');
  });

  test('T21-8.2.2-08 T21-8.2.2-11 whom an agreement with anonymous lets in needs no credentials; all others get 401', async () => {
    assert.equal((await hub.get('/pub/collections/PUB/objects/', { user: null })).status, 200);
    for (const path of ['/api1/', '/nope/', 'objects/']) assertError(await hub.get(path, { user: null }), 401, path);
  });

  test('T21-8.2.2-08 Basic can be switched off: 401 with another challenge, while tokens go on', async (t) => {
    const own = await openHub(t);
    const token = newToken();
    await own.change(
      put('hub', { title: 'No passwords', signIn: ['token'] }),
      put('credential', { kind: 'token', name: 'siem', owner: { partner: 'alice' }, tokenHash: hashToken(token) }),
    );
    const refused = await own.get('/api1/', { user: 'alice' });
    assertError(refused, 401);
    assert.equal(String(refused.headers['www-authenticate']), 'Bearer realm="Entente"');
    const answer = await own.get('/api1/', { user: null, headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 200);
  });

  test('T21-8.2.2-10 what a caller may not see is left out, and the rest stays valid', async () => {
    assert.deepEqual(rows(await hub.get('objects/')).slice(0, 6), ['F2', 'F3', 'F4', 'F5', 'F6', 'F9']);
    const listed = (await hub.get('/api1/collections/', { user: 'bob' })).json.collections;
    assert.equal(listed.length, 3);
    assertError(await hub.get('/api1/collections/', { user: 'carol' }), 404);
  });
});
