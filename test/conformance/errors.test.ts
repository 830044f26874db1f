import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { V21 } from '../http/fixture.ts';
import { type Ask, openHub } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { assertError, bare } from './answers.ts';
import { domain, UNKNOWN } from './stix.ts';
import { tour } from './tour.ts';

/** For tests that only read. */
const hub = await openHub({ after });

/** Requests that fail, one of each kind. */
const FAILURES: readonly (readonly [string, string, number, Ask?])[] = [
  ['GET', 'objects/?limit=0', 400],
  ['POST', 'objects/', 400, { body: '{' }],
  ['GET', 'objects/?next=x', 400],
  ['GET', 'objects/', 401, { user: null }],
  ['GET', 'objects/', 401, { headers: { authorization: 'Basic x' } }],
  ['GET', '/api1/collections/WO/objects/', 403],
  ['GET', '/nope/', 404],
  ['GET', '/a/b/c/d/e/f/g/', 404],
  ['GET', '/', 404],
  ['PUT', 'objects/', 405],
  ['GET', 'objects/', 406, { accept: 'text/html' }],
  ['POST', 'objects/', 413, { body: ' '.repeat(10_001) }],
  ['POST', 'objects/', 415, { body: {}, contentType: 'text/plain' }],
  ['POST', 'objects/', 422, { body: {} }],
];

describe('a fault of the hub', () => {
  test('T21-3.6-01 T21-3.6.1-06 is a neutral 500 whose cause is in the log only', async (t) => {
    const own = await openHub(t);
    const secret = 'SQLITE_IOERR at /srv/secret.db';
    for (const method of ['texts', 'manifest'] as const)
      t.mock.method(own.store.objects, method, () => Promise.reject(new Error(secret)));
    for (const path of ['objects/', 'manifest/', 'objects/indicator--a/', 'objects/indicator--a/versions/']) {
      const answer = await own.get(path);
      assertError(answer, 500, path);
      assert.deepEqual(Object.keys(answer.json).sort(), ['error_id', 'http_status', 'title'], path);
      assert.doesNotMatch(answer.text, /SQLITE|secret|Error|\bat \b|\.ts|node_modules/);
      const line = own.log.find(({ request }) => request === answer.json.error_id);
      assert.match(JSON.stringify(line), /SQLITE_IOERR/);
    }
    assert.equal((await own.get('/api1/collections/')).status, 200, 'and the rest goes on');
  });

  test('T21-3.6-01 what is thrown in whatever form is 500', async (t) => {
    const own = await openHub(t);
    const thrown = ['text', null, undefined, { statusCode: 200 }, { statusCode: 404 }, Object.create(null)];
    for (const value of thrown) {
      const mock = t.mock.method(own.store.objects, 'texts', () => Promise.reject(value));
      assertError(await own.get('objects/'), 500, String(typeof value));
      mock.mock.restore();
    }
  });
});

test('T21-3.6.1-01 T21-3.6.1-03 T21-3.6.1-06 T21-0-08 every error has a title, its status as a string and our media type', async () => {
  for (const [method, path, status, ask] of FAILURES) {
    const answer = await hub.request(method, path, ask);
    assertError(answer, status, `${method} ${path}`);
    assert.ok(answer.json.title.length > 0);
    assert.equal(typeof answer.json.http_status, 'string');
    assert.equal(answer.json.http_status, String(answer.status));
  }
});

test('T21-3.6.1-06 also those that the framework or the HTTP parser raise', async () => {
  const { host } = new URL(await hub.listen());
  const head = `HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n`;
  for (const [request, status] of [
    [`GET /%zz/ ${head}\r\n`, 400],
    [`GET /api1/%c3/ ${head}\r\n`, 400],
    ['nonsense\r\n\r\n', 400],
    [`GET / ${head}X: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
    [`POST /api1/ ${head}Content-Length: x\r\n\r\n`, 400],
    [`BREW / ${head}\r\n`, 400],
    [`POST /taxii2/ ${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 405],
  ] as const) {
    const text = await hub.raw(request);
    const [, code, headers = '', body = ''] = /^HTTP\/1\.1 (\d+) [^\r]*\r\n(.*?)\r\n\r\n(\{.*\})/s.exec(text) ?? [];
    assert.equal(Number(code), status, `${request.slice(0, 40)}: ${text.slice(0, 200)}`);
    assert.match(headers, /^content-type: application\/taxii\+json;version=2\.1$/im);
    assertResource('error', JSON.parse(body));
    assert.equal(JSON.parse(body).http_status, String(status));
  }
});

test('T21-3.6.1-02 equal failures have one error_code and each an error_id of its own, all of them strings', async () => {
  const codes = new Set<string>();
  for (const [method, path, status, ask] of FAILURES) {
    const first = (await hub.request(method, path, ask)).json;
    const second = (await hub.request(method, path, ask)).json;
    for (const name of ['description', 'error_id', 'error_code'])
      if (name in first) assert.ok(typeof first[name] === 'string' && first[name] !== '', `${status} ${name}`);
    assert.equal(first.error_code, second.error_code);
    assert.notEqual(first.error_id, second.error_id);
    codes.add(first.error_code);
    assert.equal(
      hub.log.filter(({ request }) => request === first.error_id).length,
      1,
      `${status}: the id stands in the log`,
    );
  }
  assert.ok(codes.size >= 11, [...codes].join());
});

test('T21-3.6.1-04 external_details is left out, which says that there is nothing more', async (t) => {
  for (const { answer } of await tour(await openHub(t)))
    if (answer.status >= 400) assert.equal('external_details' in answer.json, false);
});

test('T21-3.6.1-05 details name the parameter at fault', async () => {
  for (const [query, details] of [
    ['limit=0', { parameter: 'limit', value: '0' }],
    ['added_after=yesterday', { parameter: 'added_after', value: 'yesterday' }],
    ['match[version]=all,last', { parameter: 'match[version]', value: 'all,last' }],
  ] as const)
    assert.deepEqual((await hub.get(`objects/?${query}`)).json.details, details);
});

test('T21-3.6.1-07 an error tells nothing of what the client may not know', async () => {
  const at = (name: string) => `/api1/collections/${name}/`;
  const requests: readonly (readonly [string, string, Ask?])[] = [
    ['GET', ''],
    ['GET', 'manifest/'],
    ['GET', 'objects/'],
    ['GET', 'objects/?limit=0'],
    ['GET', 'objects/indicator--a/'],
    ['GET', 'objects/indicator--a/versions/'],
    ['POST', 'objects/', { body: { objects: [domain()] } }],
    ['POST', 'objects/', { body: '{', contentType: 'text/plain' }],
    ['DELETE', 'objects/indicator--a/'],
    ['GET', '', { accept: 'text/html' }],
    ['GET', 'objects/', { user: null }],
    ['GET', 'objects/', { headers: { authorization: 'Basic x' } }],
  ];
  for (const [method, path, ask] of requests) {
    const hidden = await hub.request(method, at('HID') + path, ask);
    assert.ok(hidden.status >= 400 && hidden.headers['content-type'] === V21);
    assert.deepEqual(bare(hidden), bare(await hub.request(method, at(UNKNOWN) + path, ask)), `${method} ${path}`);
    assert.doesNotMatch(hidden.text, /HID|e94cdfcc/);
  }
});
