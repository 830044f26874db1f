import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { V21 } from './fixture.ts';
import { openHub, rows } from './hub.ts';

/** Of the tests that change nothing in it. */
const hub = await openHub({ after });

const STIX21 = 'application/stix+json;version=2.1';
const FORTIGATE = 'application/vnd.oasis.stix+json; version=2.0';
const object = { type: 'nonsense' };

test('every answer has exactly our media type, and says that it is private (T21-3.1-06, T21-D-18, T21-D-06)', async (t) => {
  const hub = await openHub(t);
  const answers = [
    await hub.get('/taxii2/'),
    await hub.get('objects/'),
    await hub.get('objects/', { accept: 'application/taxii+json; version="2.1"; charset=utf-8' }),
    await hub.push('RW', [object]),
    await hub.post('objects/', { x: 1 }),
    await hub.post('objects/', 'no json'),
    await hub.post('objects/', object, { contentType: 'text/plain' }),
    await hub.delete('objects/malware--b/'),
    await hub.get('objects/malware--b/'),
    await hub.get('objects/', { user: null }),
    await hub.get('objects/', { accept: 'text/html' }),
    await hub.get('objects/?limit=0'),
    await hub.request('PUT', 'objects/'),
  ];
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200, 202, 422, 400, 415, 200, 404, 401, 406, 400, 405],
  );
  for (const { headers, status, text } of answers) {
    assert.equal(headers['content-type'], V21);
    assert.equal(headers['cache-control'], 'private, no-cache');
    assert.equal(headers.vary, 'Accept, Authorization');
    assert.equal(headers.server, undefined);
    assert.equal(headers['x-powered-by'], undefined);
    if (status >= 400) assert.equal(JSON.parse(text).http_status, String(status));
  }
});

describe('Accept', () => {
  test('is lenient by default and exact in a strict root (A14)', async () => {
    const both = [V21, 'application/taxii+json', `text/html, ${V21}`];
    const lenient = [null, '*/*', 'application/*', 'application/json', STIX21, FORTIGATE];
    for (const accept of [...both, ...lenient]) {
      assert.equal((await hub.get('objects/', { accept })).status, 200, `${accept}`);
      const strict = await hub.get('/strict/collections/ST/objects/', { accept });
      assert.equal(strict.status, lenient.includes(accept) ? 406 : 200, `strict: ${accept}`);
    }
    for (const accept of ['text/html', 'application/taxii+json;version=2.0', `${V21};q=0`])
      for (const path of ['/taxii2/', '/api1/', '/api1/collections/', 'objects/', 'manifest/'])
        assert.equal((await hub.get(path, { accept })).status, 406, `${accept} ${path}`);
  });

  test('takes STIX ranges where objects are concerned only, on the manifest always (T21-5.3-05)', async () => {
    assert.equal((await hub.get('/api1/collections/', { accept: STIX21 })).status, 406);
    assert.equal((await hub.get('objects/malware--b/versions/', { accept: STIX21 })).status, 200);
    assert.equal((await hub.get('/strict/collections/ST/manifest/', { accept: STIX21 })).status, 200);
    assert.equal((await hub.get('manifest/', { accept: `${V21},${STIX21}` })).status, 200);
  });

  test('may come in several header lines (T21-3.1-08)', async () => {
    const url = new URL(await hub.listen());
    const head = `GET /taxii2/ HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n`;
    const signIn = `Authorization: Basic ${btoa('alice:alice-password')}\r\n`;
    assert.match(await hub.raw(`${head}${signIn}Accept: text/html\r\nAccept: ${V21}\r\n\r\n`), /^HTTP\/1\.1 200 /);
  });
});

describe('what a request need not have or is not asked for', () => {
  test('Content-Type, Range, conditions and Origin on a GET change nothing (client-quirks 3, 10, T21-D-02, -05, -16)', async () => {
    const plain = await hub.get('objects/');
    const headers = {
      'content-type': 'complete nonsense',
      range: 'items=0-1',
      'if-none-match': '*',
      origin: 'https://elsewhere.example',
      'accept-encoding': 'gzip',
      'user-agent': '',
    };
    const answer = await hub.get('objects/', { headers });
    assert.deepEqual([answer.status, answer.text], [200, plain.text]);
    assert.deepEqual(Object.keys(answer.headers), Object.keys(plain.headers));
  });

  test('a deletion passes over its body, whatever it is (T21-5.7-13)', async (t) => {
    const hub = await openHub(t);
    for (const contentType of ['nonsense', 'application/json', null])
      assert.equal((await hub.delete('objects/?', { body: '{', contentType })).status, 405);
    assert.equal((await hub.delete('objects/malware--b/', { body: '{', contentType: 'nonsense' })).status, 200);
    assert.equal((await hub.get('objects/malware--b/')).status, 404);
  });

  test('the query string of a POST means nothing (T21-5.5-18)', async () => {
    assert.equal((await hub.post('objects/?match[type]=x&limit=0&%zz', { objects: [object] })).status, 202);
  });
});

describe('a body', () => {
  test('has one of the media types that are taken, fewer in a strict root (A16)', async () => {
    const both = [V21, 'application/taxii+json', 'APPLICATION/TAXII+JSON; VERSION="2.1"', `${V21}; charset=utf-8`];
    const lenient = ['application/json', STIX21];
    const neither = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/taxii+json;version=2.0',
      'x',
      null,
    ];
    for (const contentType of [...both, ...lenient, ...neither]) {
      const taken = await hub.push('RW', [object], { contentType });
      assert.equal(taken.status, neither.includes(contentType) ? 415 : 202, `${contentType}`);
      const strict = await hub.push('ST', [object], { contentType });
      assert.equal(
        strict.status,
        contentType !== null && both.includes(contentType) ? 202 : 415,
        `strict: ${contentType}`,
      );
    }
  });

  test('comes without an encoding (T21-5.5-19)', async () => {
    assert.equal((await hub.push('RW', [object], { headers: { 'content-encoding': 'gzip' } })).status, 415);
    assert.equal((await hub.push('RW', [object], { headers: { 'content-encoding': 'Identity' } })).status, 202);
  });

  test('that is refused leaves nothing behind (T21-3.1-12)', async () => {
    const before = rows(await hub.get('objects/?match[version]=all'));
    const identity = {
      type: 'identity',
      spec_version: '2.1',
      id: 'identity--0a3c7c2e-9f0b-4f5e-8a53-0c1d7c3e0b11',
      created: '2020-01-01T00:00:00.000Z',
      modified: '2020-01-01T00:00:00.000Z',
      name: 'x',
    };
    assert.equal((await hub.push('RW', [identity], { accept: 'text/html' })).status, 406);
    assert.equal((await hub.push('RW', [identity], { contentType: 'text/plain' })).status, 415);
    assert.deepEqual(rows(await hub.get('objects/?match[version]=all')), before);
  });
});

test('refusals that settings would mend are in the log with the header and the client (client-quirks 40)', async (t) => {
  const hub = await openHub(t);
  const headers = { 'user-agent': 'Feed\u009b/1' };
  const { error_id } = (await hub.get('objects/', { accept: 'text/html', headers })).json;
  await hub.push('RW', [object], { contentType: 'text/plain' });
  await hub.get('objects/?limit=0');
  const [accept, contentType, query] = hub.log as {
    request?: string;
    level?: string;
    error?: Record<string, string>;
  }[];
  assert.equal(accept?.request, error_id);
  assert.deepEqual(
    [accept?.level, accept?.error?.header, accept?.error?.userAgent],
    ['warn', 'Accept: text/html', 'Feed\\u{9b}/1'],
  );
  assert.equal(contentType?.error?.header, 'Content-Type: text/plain');
  assert.match(query?.error?.description ?? '', /limit/);
});
