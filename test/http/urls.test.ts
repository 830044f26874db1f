import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { after, describe, test } from 'node:test';
import { V21 } from './fixture.ts';
import { openHub, real, rows } from './hub.ts';

/** Of the tests that change nothing in it. */
const hub = await openHub({ after });

const everyUrl = {
  '/taxii2/': 'GET, HEAD',
  '/api1/': 'GET, HEAD',
  '/api1/status/x/': 'GET, HEAD',
  '/api1/collections/': 'GET, HEAD',
  '/api1/collections/RW/': 'GET, HEAD',
  'manifest/': 'GET, HEAD',
  'objects/': 'GET, HEAD, POST',
  'objects/malware--b/': 'GET, HEAD, DELETE',
  'objects/malware--b/versions/': 'GET, HEAD',
};

test('every URL answers 405 with Allow to every other method, and OPTIONS (T21-D-04)', async () => {
  for (const [path, served] of Object.entries(everyUrl)) {
    const allow = `${served}, OPTIONS`;
    const options = await hub.request('OPTIONS', path, { user: null, accept: null });
    assert.deepEqual([options.status, options.headers.allow, options.text], [200, allow, ''], path);
    for (const method of METHODS.filter((name) => name !== 'CONNECT' && !allow.split(', ').includes(name))) {
      const answer = await hub.request(method, path, { headers: { 'content-type': 'no type' } });
      assert.equal(answer.status, 405, `${method} ${path}`);
      assert.equal(answer.headers.allow, allow);
      assert.equal(answer.headers['content-type'], V21);
    }
  }
});

test('HEAD answers as GET does, without a body (T21-D-03)', async () => {
  const url = await hub.listen();
  const headers = { accept: V21, authorization: `Basic ${btoa('alice:alice-password')}` };
  for (const path of Object.keys(everyUrl).filter((path) => !path.includes('status'))) {
    const get = await fetch(url + real(path), { headers });
    const head = await fetch(url + real(path), { headers, method: 'HEAD' });
    const fields = (response: Response) =>
      [...response.headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name));
    assert.deepEqual(fields(head), fields(get), path);
    assert.equal(await head.text(), '');
    assert.notEqual((await get.text()).length, 0);
  }
});

describe('slashes', () => {
  test('one at the end may be missing, several count as one, without a redirect (A13, client-quirks 1 and 2)', async (t) => {
    const hub = await openHub(t);
    for (const path of Object.keys(everyUrl)
      .map(real)
      .filter((path) => !path.includes('status'))) {
      const whole = await hub.get(path);
      assert.equal((await hub.get(path.replace(/\/$/, ''))).text, whole.text, path);
      assert.equal((await hub.get(path.replaceAll('/', '//'))).status, 200, path);
    }
    assert.equal((await hub.post('/api1//collections/RW/objects', { objects: [{}] })).status, 202);
    assert.equal((await hub.get('objects?limit=1')).json.objects.length, 1);
    assert.equal((await hub.delete('objects/malware--b')).status, 200);
  });

  test('are exact in a strict root (A13)', async () => {
    assert.equal((await hub.get('/strict/collections/ST/objects/?limit=1')).status, 200);
    for (const path of [
      '/strict',
      '/strict/collections',
      '/strict//collections/',
      '/strict/collections/ST/objects?a=/',
    ])
      assert.equal((await hub.get(path)).status, 404, path);
  });
});

test('paths are not turned into others (T21-D-12)', async () => {
  const statusOf = async (path: string): Promise<string> => {
    const answer = await hub.raw(
      `GET ${path} HTTP/1.1\r\nHost: h\r\nAuthorization: Basic ${btoa('alice:alice-password')}\r\nConnection: close\r\n\r\n`,
    );
    return answer.slice(9, 12);
  };
  assert.equal(await statusOf('/taxii2/'), '200');
  assert.equal(await statusOf('/api1/./collections/'), '404');
  assert.equal(await statusOf('/api1/%2e%2e/taxii2/'), '404');
  assert.equal(await statusOf('/api1/../taxii2/'), '404');
  assert.equal(await statusOf('/api1%2Fcollections/'), '404');
  assert.equal(await statusOf(real('/api1/collections/RW/objects/x%2Fversions/')), '404');
  assert.equal(await statusOf('http://h/taxii2/'), '200');
});

test('an object id is percent-decoded once (T21-5.6-07)', async () => {
  assert.deepEqual(rows(await hub.get(real('objects/malware--b/').replace('--', '%2D%2D'))), ['F2']);
  assert.equal((await hub.get(real('objects/malware--b/').replace('--', '%252D%252D'))).status, 404);
});

test('a path that cannot be decoded is refused with an error resource (T21-3.6.1-06)', async () => {
  for (const path of ['/%zz/', '/api1/%ff/', '/api1/collections/%/']) {
    const answer = await hub.get(path);
    assert.equal(answer.status, 400, path);
    assert.equal(answer.headers['content-type'], V21);
    assert.equal(answer.json.error_code, 'request.invalid');
  }
});

test('an address that is none is 404, and so are channels (T21-D-10, T21-6-01)', async () => {
  for (const path of ['/api1/channels/', '/api1/x/y/z/', '/api1/collections/RW/objects/a/b/c/', '/taxii2/x/y']) {
    for (const method of ['GET', 'POST', 'PUT']) {
      const answer = await hub.request(method, path, { headers: { 'content-type': 'no type' } });
      assert.equal(answer.status, 404, `${method} ${path}`);
      assert.equal(answer.headers['content-type'], V21);
      assert.equal(answer.json.http_status, String(answer.status));
    }
  }
});

describe('URLs of API roots', () => {
  const roots = async (
    options: Parameters<typeof openHub>[1],
    t: Parameters<typeof openHub>[0],
    headers: object,
    from = '127.0.0.1',
  ) => {
    const hub = await openHub(t, options);
    const answer = await hub.get('/taxii2/', { headers: headers as Record<string, string>, remoteAddress: from });
    assert.equal(answer.json.default, answer.json.api_roots[0]);
    return answer.json.default;
  };
  test('carry scheme, host and port that the client used (client-quirks 4)', async (t) => {
    assert.equal(await roots({}, t, { host: 'hub.example:8443' }), 'http://hub.example:8443/api1/');
    assert.equal(await roots({}, t, { host: '[::1]:6100' }), 'http://[::1]:6100/api1/');
  });
  test('carry the public URL, which wins', async (t) => {
    const publicUrl = 'https://taxii.example/';
    assert.equal(await roots({ publicUrl }, t, { host: 'inside' }), 'https://taxii.example/api1/');
  });
  test('follow forwarded headers of trusted proxies only', async (t) => {
    const headers = { host: 'inside', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'outside.example' };
    const trustProxy = ['10.0.0.0/8'];
    assert.equal(await roots({ trustProxy }, t, headers, '10.1.2.3'), 'https://outside.example/api1/');
    assert.equal(await roots({ trustProxy }, t, headers, '192.0.2.1'), 'http://inside/api1/');
    assert.equal(await roots({}, t, headers, '10.1.2.3'), 'http://inside/api1/');
  });
  test('are relative when the named host cannot stand in a URL (T21-4.1.1-07)', async (t) => {
    for (const host of ['%61', 'a,b', ':80']) assert.equal(await roots({}, t, { host }), '/api1/', host);
  });
});
