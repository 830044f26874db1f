import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { authorization, COLLECTIONS, V21 } from '../http/fixture.ts';
import { openHub, real, rows } from '../http/hub.ts';
import { assertError, contents, LAST } from './answers.ts';
import { indicator, NONSENSE } from './stix.ts';

const hub = await openHub({ after });

const URLS = {
  '/taxii2/': 'GET, HEAD, OPTIONS',
  '/api1/': 'GET, HEAD, OPTIONS',
  '/api1/status/x/': 'GET, HEAD, OPTIONS',
  '/api1/collections/': 'GET, HEAD, OPTIONS',
  '/api1/collections/RW/': 'GET, HEAD, OPTIONS',
  'manifest/': 'GET, HEAD, OPTIONS',
  'objects/': 'GET, HEAD, POST, OPTIONS',
  'objects/malware--b/': 'GET, HEAD, DELETE, OPTIONS',
  'objects/malware--b/versions/': 'GET, HEAD, OPTIONS',
};

function head(method: string, path: string, fields: readonly string[] = []): string {
  const all = [`Host: hub.example`, `Accept: ${V21}`, `Authorization: ${authorization('alice')}`, ...fields];
  return `${method} ${real(path)} HTTP/1.1\r\n${all.join('\r\n')}\r\nConnection: close\r\n\r\n`;
}

describe('HTTP', () => {
  test('T21-D-01 HTTP/1.1 is spoken, and whoever begins with HTTP/2 gets an answer that says no', async () => {
    assert.match(await hub.raw(head('GET', '/taxii2/')), /^HTTP\/1\.1 200 OK\r\n/);
    const preface = await hub.raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    assert.match(preface, /^HTTP\/1\.1 400 /);
    assert.ok(preface.includes(`Content-Type: ${V21}`));
    const upgrade = await hub.raw(head('GET', '/taxii2/', ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']));
    assert.match(upgrade, /^HTTP\/1\.1 200 /, 'an upgrade may be passed over');
  });

  test('T21-D-02 T21-D-05 T21-D-16 T21-D-17 Range, Origin, conditions and Accept-Encoding change nothing', async () => {
    const plain = await hub.get('objects/');
    const headers = [
      { range: 'items=0-1' },
      { range: 'bytes=0-9' },
      { origin: 'https://elsewhere.example' },
      { 'if-none-match': '*' },
      { 'if-none-match': '"x"' },
      { 'if-modified-since': 'Wed, 01 Jan 2098 00:00:00 GMT' },
      { 'if-match': '"x"' },
      { 'accept-encoding': 'gzip, deflate, br' },
      { te: 'trailers, deflate' },
    ];
    for (const sent of headers) {
      const answer = await hub.get('objects/', { headers: sent });
      assert.deepEqual([answer.status, answer.text], [200, plain.text], JSON.stringify(sent));
      const { date: _a, ...got } = answer.headers;
      const { date: _b, ...expected } = plain.headers;
      assert.deepEqual(got, expected, JSON.stringify(sent));
    }
    for (const name of Object.keys(plain.headers))
      assert.doesNotMatch(name, /^(access-control-.*|etag|last-modified|accept-ranges|content-encoding)$/);
  });

  test('T21-D-05 a preflight is answered without permission', async () => {
    const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' };
    const answer = await hub.request('OPTIONS', 'objects/', { user: null, headers });
    assert.deepEqual(
      Object.keys(answer.headers).filter((name) => name.startsWith('access-control')),
      [],
    );
  });

  test('T21-D-03 HEAD has the header of GET, the length too, and no body', async () => {
    for (const path of [
      '/taxii2/',
      '/api1/',
      'objects/',
      'manifest/?limit=2',
      'objects/indicator--a/versions/',
      '/nope/',
    ]) {
      const [get, only] = [await hub.raw(head('GET', path)), await hub.raw(head('HEAD', path))];
      const withoutDate = (text: string) =>
        text
          .split('\r\n\r\n')[0]
          ?.replace(/\r\ndate: [^\r]*/i, '')
          .replace(/\r\ncontent-length: [^\r]*/i, path === '/nope/' ? '' : '$&');
      assert.equal(withoutDate(only), withoutDate(get), path);
      assert.ok(only.endsWith('\r\n\r\n'), path);
      assert.match(only, /\r\ncontent-length: [1-9]/i, path);
    }
  });

  test('T21-D-04 a known URL answers any other method with 405 and Allow', async () => {
    for (const [path, allow] of Object.entries(URLS)) {
      const served = allow.split(', ');
      for (const method of METHODS.filter((name) => name !== 'CONNECT' && !served.includes(name))) {
        const answer = await hub.request(method, path);
        assert.deepEqual([answer.status, answer.headers.allow], [405, allow], `${method} ${path}`);
        if (method !== 'HEAD') assertError(answer, 405, `${method} ${path}`);
      }
      const options = await hub.request('OPTIONS', path);
      assert.deepEqual([options.status, options.headers.allow, options.text], [200, allow, ''], path);
    }
  });

  test('T21-D-06 answers are private and name what they depend on', async () => {
    for (const answer of [
      await hub.get('objects/'),
      await hub.get('/nope/'),
      await hub.get('/api1/', { user: null }),
    ]) {
      assert.equal(answer.headers['cache-control'], 'private, no-cache');
      assert.equal(answer.headers.vary, 'Accept, Authorization');
    }
  });

  test('T21-D-10 an unknown path is 404 with an error resource', async () => {
    for (const path of ['/', '/x', '/favicon.ico', '/x/y/z', '/api1/x/', '/api1/collections/RW/x/', 'objects/a/b/'])
      assertError(await hub.get(path), 404, path);
    for (const path of ['/', '/x/y/z', '/api1/x/', '/api1/collections/RW/x/', 'objects/a/b/'])
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
        assertError(await hub.request(method, path, { user: null }), 404, `${method} ${path}`);
  });

  test('T21-D-11 too much at once is 503 with a whole number of seconds in Retry-After', async (t) => {
    const hub = await openHub(t);
    t.mock.method(hub.store.pushes, 'pending', () => Promise.resolve(64));
    const answer = await hub.push('RW', [indicator()]);
    assertError(answer, 503);
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
    assert.equal(answer.json.error_code, 'server.busy');
  });

  test('T21-D-12 paths are not normalised into others, and a UUID in capitals is the same', async () => {
    const status = async (path: string) => (await hub.raw(head('GET', path))).slice(9, 12);
    assert.equal(await status('/api1//collections/'), '200', 'repeated slashes count as one');
    for (const path of ['/api1/./collections/', '/api1/%2e%2e/taxii2/', '/api1/../taxii2/', '/x/../api1/', '/API1/'])
      assert.equal(await status(path), '404', path);
    for (const path of ['/api2/..%2fapi1/', '/api1%2fcollections/', '/%61pi1%00/'])
      assert.equal(await status(path), '404', path);
    const upper = await hub.get(`/api1/collections/${COLLECTIONS.RW.toUpperCase()}/`);
    assert.equal(upper.json.id, COLLECTIONS.RW);
  });

  test('T21-D-13 whoever waits for 100 Continue gets the final answer at once when it is known', async () => {
    const cases: [string, number, string[]][] = [
      ['objects/', 401, ['Content-Length: 10', 'Authorization: Basic eA==']],
      ['objects/', 413, ['Content-Length: 10001']],
      ['/api1/collections/RO/objects/', 403, ['Content-Length: 10']],
    ];
    for (const [path, status, fields] of cases) {
      const own = fields.some((field) => field.startsWith('Authorization'))
        ? head('POST', path, [`Content-Type: ${V21}`, 'Expect: 100-continue', ...fields]).replace(
            /Authorization: Basic YW.*\r\n/,
            '',
          )
        : head('POST', path, [`Content-Type: ${V21}`, 'Expect: 100-continue', ...fields]);
      const answer = await hub.raw(own);
      assert.equal(Number(answer.slice(9, 12)), status, answer);
      assert.ok(!answer.includes('100 Continue'));
    }
  });

  test('T21-D-18 the media type is ours to the byte on every path through the code', async () => {
    const paths = ['/taxii2/', '/nope/', '/%zz/', 'objects/?limit=0', 'objects/', 'objects/indicator--a/'];
    const requests = paths.map((path) => head('GET', path));
    const body = JSON.stringify({ objects: [NONSENSE] });
    requests.push(head('PUT', 'objects/'), head('DELETE', 'objects/unknown/'), head('OPTIONS', '/taxii2/'));
    for (const type of [V21, 'text/plain', 'nonsense'])
      requests.push(head('POST', 'objects/', [`Content-Type: ${type}`, `Content-Length: ${body.length}`]) + body);
    requests.push(`${head('POST', 'objects/', [`Content-Type: ${V21}`, 'Content-Length: 1'])}{`);
    requests.push(head('POST', 'objects/', [`Content-Type: ${V21}`, 'Content-Length: 20000']));
    requests.push('nonsense\r\n\r\n', `GET /taxii2/?${'x'.repeat(70_000)} HTTP/1.1\r\nHost: h\r\n\r\n`);
    const seen = new Set<string>();
    for (const request of requests) {
      const answer = await hub.raw(request);
      seen.add(answer.slice(9, 12));
      assert.match(answer, /\r\ncontent-type: application\/taxii\+json;version=2\.1\r\n/i, request.slice(0, 200));
    }
    assert.deepEqual([...seen].sort(), ['200', '202', '400', '404', '405', '413', '415', '431']);
  });
});

describe('adding', () => {
  test('T21-D-14 an upload that breaks off stores nothing and leaves no status', async (t) => {
    const hub = await openHub(t);
    const before = await contents(hub);
    const body = JSON.stringify({ objects: [indicator()] });
    const began = t.mock.method(hub.store.pushes, 'begin');
    const committed = t.mock.method(hub.store.objects, 'commit');
    for (const [fields, part] of [
      [[`Content-Length: ${body.length + 1}`], body],
      [['Transfer-Encoding: chunked'], `${body.length.toString(16)}\r\n${body}\r\n`],
      [[`Content-Length: ${body.length}`], body.slice(0, 50)],
    ] as const) {
      const seen = new Promise<void>((resolve) => hub.app.server.once('request', () => resolve()));
      const socket = cut(await hub.listen(), head('POST', 'objects/', [`Content-Type: ${V21}`, ...fields]) + part);
      await seen;
      socket.destroy();
    }
    while (hub.log.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await contents(hub), before);
    assert.deepEqual([began.mock.callCount(), committed.mock.callCount()], [0, 0]);
    assert.ok(
      hub.log.every(({ level }) => level !== 'error'),
      JSON.stringify(hub.log),
    );
  });

  test('T21-D-15 T21-5.5-03 the same envelope twice is a success twice and adds once', async (t) => {
    const hub = await openHub(t);
    const objects = [indicator(), indicator()];
    for (let i = 0; i < 2; i++) assert.equal((await hub.push('MT', objects)).json.success_count, 2);
    const answer = await hub.get('/api1/collections/MT/objects/?match[version]=all');
    assert.deepEqual(answer.json.objects, objects);
    assert.deepEqual(rows(await hub.get(`/api1/collections/MT/objects/?added_after=${answer.headers[LAST]}`)), []);
  });
});

function cut(url: string, request: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(request);
  return socket;
}
