import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { V21 } from '../http/fixture.ts';
import { type Ask, openHub, real, rows } from '../http/hub.ts';
import { assertError, bare, contents, FIRST } from './answers.ts';
import { domain, NONSENSE, UNKNOWN } from './stix.ts';
import { assertBody, PAGED, tour } from './tour.ts';

/** For tests that only read. */
const hub = await openHub({ after });
const { id: statusId } = (await hub.push('RW', [NONSENSE])).json;

const STIX21 = 'application/stix+json;version=2.1';
const UNPAGED = [
  '/taxii2/',
  '/api1/',
  `/api1/status/${statusId}/`,
  '/api1/collections/',
  '/api1/collections/RW/',
] as const;
const GETS = [...UNPAGED, ...PAGED];
/** The same in the strict root, of a collection in which there is nothing. */
const STRICT = ['/strict/', '/strict/collections/', '/strict/collections/ST/', '/strict/collections/ST/objects/'];

describe('the path', () => {
  test('T21-3.1-01 ends in a slash, and a query stands behind it', async () => {
    assert.deepEqual(rows(await hub.get('objects/?limit=1')), ['F2']);
  });

  test('T21-3.1-01 is served without the slash as well, without a redirect, and not in a strict root (A13)', async (t) => {
    for (const path of GETS.slice(1)) {
      const bareUrl = path.replace(/\/$/, '');
      assert.deepEqual(bare(await hub.get(bareUrl)), bare(await hub.get(path)), path);
      assert.deepEqual(bare(await hub.get(`${bareUrl}?limit=1`)), bare(await hub.get(`${path}?limit=1`)), path);
      assert.deepEqual(
        bare(await hub.get(real(path).replaceAll('/', '//'))),
        bare(await hub.get(path)),
        'client-quirks 2',
      );
    }
    const own = await openHub(t);
    const object = domain();
    assert.equal((await own.post('objects', { objects: [object] })).json.success_count, 1);
    assert.equal((await own.delete(`objects/${object.id}`)).status, 200);
    for (const path of STRICT) {
      assert.equal((await own.get(path)).status, 200, path);
      assertError(await own.get(path.slice(0, -1)), 404, path);
    }
    const at = '/strict/collections/ST/objects';
    assertError(await own.post(at, { objects: [object] }), 404);
    assert.equal((await own.post(`${at}/`, { objects: [object] })).status, 202);
    assertError(await own.delete(`${at}/${object.id}`), 404);
    assert.equal((await own.get(`${at}/${object.id}/`)).status, 200);
  });
});

describe('answers', () => {
  test('T21-3.1-02 T21-3.1-06 T21-3.8-02 each has the resource of its endpoint and exactly our media type', async (t) => {
    for (const stop of await tour(await openHub(t))) {
      const what = `${stop.method} ${stop.path}`;
      assertBody(stop);
      assert.equal(stop.answer.headers['content-type'], V21, what);
      assert.equal(stop.answer.headers['content-length'], String(stop.answer.bytes.length), what);
    }
  });

  test('T21-3.1-03 failures have an error resource, but not those of HEAD', async (t) => {
    const own = await openHub(t);
    const seen = new Set<number>();
    for (const { method, path, answer } of await tour(own)) {
      if (answer.status < 400) continue;
      assertError(answer, answer.status, `${method} ${path}`);
      seen.add(answer.status);
    }
    t.mock.method(own.store.objects, 'texts', () => Promise.reject(new Error('broken')));
    assertError(await own.get('objects/'), 500);
    assert.deepEqual([...seen].sort(), [400, 401, 403, 404, 405, 406, 413, 415, 422]);
    for (const [path, ask, status] of [
      ['objects/?limit=0', {}, 400],
      ['objects/', { user: null }, 401],
      ['/api1/collections/WO/objects/', {}, 403],
      ['/nope/', {}, 404],
      ['manifest/', { accept: 'text/html' }, 406],
    ] as const) {
      const answer = await own.request('HEAD', path, ask);
      assert.deepEqual([answer.status, answer.text, answer.headers['content-type']], [status, '', V21], path);
    }
  });

  test('T21-3.1-14 T21-0-02 all eleven operations are there', async (t) => {
    const own = await openHub(t);
    const { id } = (await own.push('RW', [NONSENSE])).json;
    const operations: readonly (readonly [string, string, number, Ask?])[] = [
      ...GETS.map((path) => ['GET', path.replace(statusId, id), 200] as const),
      ['POST', 'objects/', 202, { body: { objects: [domain()] } }],
      ['DELETE', 'objects/indicator--a/', 200],
    ];
    assert.equal(operations.length, 11);
    for (const [method, path, status, ask] of operations)
      assert.equal((await own.request(method, path, ask)).status, status, `${method} ${path}`);
  });

  test('T21-3.1-13 T21-3.1-15 filters work where the tables list them, and nowhere else', async () => {
    for (const path of PAGED) assert.equal(rows(await hub.get(`${path}?limit=1`)).length, 1, path);
    for (const path of PAGED) assertError(await hub.get(`${path}?limit=0`), 400, path);
    for (const path of UNPAGED)
      assert.deepEqual(bare(await hub.get(`${path}?limit=0&match[id]=x&added_after=x`)), bare(await hub.get(path)));
  });
});

describe('Accept', () => {
  const served = [
    V21,
    'application/taxii+json',
    'application/taxii+json; version=2.1',
    'application/taxii+json ;version=2.1',
    'Application/TAXII+JSON;Version=2.1',
    'application/taxii+json;version="2.1"',
    `${V21};q=0.1`,
    `text/html, ${V21}`,
    `text/html,application/xhtml+xml,*/*;q=0.8,${V21};q=0.1`,
    `application/taxii+json;version=2.0, ${V21}`,
    `application/vnd.oasis.taxii+json;version=2.0,${V21}`,
    `${V21}, application/taxii+json;version=3.0`,
    `${V21};charset=utf-8`,
  ];

  test('T21-3.1-08 T21-3.1-04 T21-3.1-05 T21-3.2-01 a range that names our type is served everywhere, strict or not', async () => {
    for (const accept of served)
      for (const path of [...GETS, ...STRICT]) {
        const answer = await hub.get(path, { accept });
        assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21], `${accept} ${path}`);
      }
    const push = await hub.push('RW', [NONSENSE], { accept: 'Application/TAXII+JSON; version="2.1"' });
    assert.deepEqual([push.status, push.headers['content-type']], [202, V21]);
  });

  test('T21-3.1-08 also in the second of two header lines', async () => {
    const url = new URL(await hub.listen());
    const signIn = Buffer.from('alice:alice-password').toString('base64');
    for (const path of GETS) {
      const head = `GET ${real(path)} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\nAuthorization: Basic ${signIn}\r\n`;
      assert.match(await hub.raw(`${head}Accept: text/html\r\nACCEPT: ${V21}\r\n\r\n`), /^HTTP\/1\.1 200 /, path);
    }
  });

  test('T21-3.1-10 other types are 406 (client-quirks 8)', async () => {
    for (const accept of [
      'text/html',
      'application/vnd.oasis.taxii+json;version=2.0',
      'application/vnd.oasis.taxii+json',
      'application/taxii+json;version=2.0',
      'application/taxii+json;version=3.0',
      'application/xml',
      'image/*',
      'application/stix+json;version=2.0',
      'nonsense',
    ])
      for (const path of [...GETS, ...STRICT]) {
        const answer = await hub.get(path, { accept });
        assertError(answer, 406, `${accept} ${path}`);
        assert.equal(answer.headers[FIRST], undefined);
      }
  });

  test('T21-3.1-10 what clients really send is served, and 406 in a strict root (A14, client-quirks 7)', async () => {
    for (const accept of [
      null,
      '',
      '*/*',
      'application/*',
      'application/json',
      'application/json, text/plain, */*',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
      '*/*;q=0.1',
    ]) {
      for (const path of GETS) {
        const answer = await hub.get(path, { accept });
        assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21], `${accept} ${path}`);
      }
      for (const path of STRICT) assertError(await hub.get(path, { accept }), 406, `${accept} ${path}`);
    }
    for (const accept of [STIX21, 'application/stix+json', 'application/vnd.oasis.stix+json; version=2.0']) {
      for (const path of PAGED) {
        const answer = await hub.get(path, { accept });
        assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21], `${accept} ${path}`);
      }
      for (const path of UNPAGED) assertError(await hub.get(path, { accept }), 406, `${accept} ${path}`);
      assertError(await hub.get('/strict/collections/ST/objects/', { accept }), 406, accept);
    }
  });

  test('T21-3.1-16 q=0 excludes, and the more specific range decides', async () => {
    for (const accept of [
      `${V21};q=0`,
      `${V21}; q=0.000`,
      '*/*, application/taxii+json;q=0',
      `*/*, ${V21};q=0`,
      `application/*, ${V21};q=0`,
      `application/taxii+json, ${V21};q=0`,
      'application/*;q=0, */*',
      '*/*;q=0',
      `text/html, ${V21};q=0`,
    ])
      for (const path of GETS) assertError(await hub.get(path, { accept }), 406, `${accept} ${path}`);
    for (const accept of [`*/*;q=0, ${V21}`, 'application/*;q=0, application/taxii+json', `${V21}, text/html;q=0`])
      for (const path of GETS) assert.equal((await hub.get(path, { accept })).status, 200, `${accept} ${path}`);
  });
});

describe('Content-Type of a POST', () => {
  const at = { RW: '/api1/collections/RW/objects/', ST: '/strict/collections/ST/objects/' };

  test('T21-3.1-09 T21-3.2-03 our type is taken in every spelling, strict or not', async (t) => {
    const own = await openHub(t);
    for (const contentType of [
      V21,
      'application/taxii+json',
      'application/taxii+json; version=2.1',
      'application/taxii+json;version="2.1"',
      'APPLICATION/TAXII+JSON;VERSION=2.1',
      `${V21};charset=utf-8`,
      `${V21}; charset=UTF-8`,
    ])
      for (const path of Object.values(at)) {
        const answer = await own.post(path, { objects: [domain()] }, { contentType });
        assert.deepEqual([answer.status, answer.json.success_count], [202, 1], `${contentType} ${path}`);
      }
  });

  test('T21-3.1-11 other types are 415, and nothing is stored', async (t) => {
    const own = await openHub(t);
    const before = await contents(own);
    for (const contentType of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/taxii+json;version=2.0',
      'application/taxii+json;version=3.0',
      'application/stix+json;version=2.0',
      'application/vnd.oasis.stix+json;version=2.0',
      'application/octet-stream',
      'nonsense',
      '',
      null,
    ])
      for (const path of Object.values(at))
        assertError(await own.post(path, { objects: [domain()] }, { contentType }), 415, `${contentType} ${path}`);
    assert.equal(await contents(own), before);
    assert.deepEqual((await own.get(at.ST)).json, {});
  });

  test('T21-3.1-11 types that clients really send are taken, and 415 in a strict root (A16, client-quirks 11)', async (t) => {
    const own = await openHub(t);
    for (const contentType of [
      'application/json',
      'application/json; charset=utf-8',
      STIX21,
      'application/stix+json; version=2.1',
    ]) {
      const answer = await own.post(at.RW, { objects: [domain()] }, { contentType });
      assert.deepEqual([answer.status, answer.json.success_count], [202, 1], contentType);
      assertError(await own.post(at.ST, { objects: [domain()] }, { contentType }), 415, contentType);
    }
  });

  test('T21-3.1-12 with an Accept that is not served it is 406, and nothing is stored', async (t) => {
    const own = await openHub(t);
    const before = await contents(own);
    for (const accept of ['text/html', 'application/taxii+json;version=2.0', `${V21};q=0`])
      assertError(await own.post(at.RW, { objects: [domain()] }, { accept }), 406, accept);
    assertError(await own.post(at.RW, { objects: [domain()] }, { accept: 'text/html', contentType: 'text/html' }), 406);
    assert.equal(await contents(own), before);
    assert.equal((await own.post(at.RW, { objects: [domain()] }, { accept: null })).status, 202, 'client-quirks 11');
    assertError(await own.post(`/api1/collections/${UNKNOWN}/objects/`, '', { contentType: null }), 404);
  });
});
