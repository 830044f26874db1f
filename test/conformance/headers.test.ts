import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ALIAS, dateAdded, type RowName, V21 } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { ALL, assertError, bare, contents, FIRST, LAST } from './answers.ts';
import { domain, TS6 } from './stix.ts';
import { PAGED, tour } from './tour.ts';

/** For tests that only read. */
const hub = await openHub({ after });

const basic = (text: string): string => Buffer.from(text).toString('base64');
const ALICE = basic('alice:alice-password');

describe('Authorization', () => {
  test('T21-3.2-02 T21-0-01 Basic works, its name in any case', async () => {
    for (const scheme of ['Basic', 'basic', 'BASIC', 'bAsIc', 'Basic  '])
      for (const name of ['authorization', 'Authorization', 'AUTHORIZATION'])
        assert.equal(
          (await hub.get('objects/', { user: null, headers: { [name]: `${scheme} ${ALICE}` } })).status,
          200,
          `${name}: ${scheme}`,
        );
  });

  test('T21-3.2-02 what cannot be read or is not known is 401, never 400 or 500', async () => {
    const wrong = [
      'Basic %%%',
      'Basic',
      'Basic ',
      'Basic =',
      `Basic ${basic('alice')}`,
      `Basic ${basic(':')}`,
      `Basic ${basic('alice:')}`,
      `Basic ${basic('Alice:alice-password')}`,
      `Basic ${basic('alice:alice-password ')}`,
      `Basic ${basic('alice\0:alice-password')}`,
      `Basic ${basic('nobody:alice-password')}`,
      `Basic ${basic('x').repeat(2000)}`,
      `Basic ${ALICE} ${ALICE}`,
      `Basic ${ALICE}, Basic ${ALICE}`,
      `Basic${ALICE}`,
      'Digest username="alice"',
      'Negotiate abc',
      'Bearer',
      'Bearer x',
      'Token x',
      'alice:alice-password',
      ALICE,
      '\u00e9\u00ff',
      ',',
    ];
    for (const authorization of wrong)
      for (const path of ['/taxii2/', '/pub/collections/', 'objects/'])
        assertError(await hub.get(path, { user: null, headers: { authorization } }), 401, authorization);
  });
});

test('T21-3.2-04 T21-8.2.1-06 no User-Agent is needed, on any operation', async (t) => {
  const own = await openHub(t);
  const url = new URL(await own.listen());
  const raw = (method: string, path: string, body = ''): Promise<string> => {
    const length = body === '' ? '' : `Content-Type: ${V21}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    const at = `/api1/collections/${ALIAS}/${path}`;
    const head = `${method} ${at} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\nAccept: ${V21}\r\n`;
    return own.raw(`${head}Authorization: Basic ${ALICE}\r\n${length}\r\n${body}`);
  };
  const object = domain();
  assert.match(await raw('GET', 'objects/'), /^HTTP\/1\.1 200 /);
  assert.match(await raw('POST', 'objects/', JSON.stringify({ objects: [object] })), /^HTTP\/1\.1 202 /);
  assert.match(await raw('DELETE', `objects/${object.id}/`), /^HTTP\/1\.1 200 /);
});

describe('X-TAXII-Date-Added-First and -Last', () => {
  const dates = (first: RowName, last: RowName) => [dateAdded(first), dateAdded(last)];

  test('T21-3.2-06 T21-3.2-07 T21-3.2-08 stand on every page with entries, with six digits', async () => {
    for (const path of PAGED)
      for (const query of ['', 'limit=1', 'match[spec_version]=2.0,2.1', `added_after=${dateAdded('F3')}`]) {
        const answer = await hub.get(`${path}?${query}`);
        assert.ok(rows(answer).length > 0, `${path} ${query}`);
        for (const name of [FIRST, LAST]) assert.match(answer.headers[name] ?? '', TS6, `${path} ${query} ${name}`);
      }
    const { headers } = await hub.get('objects/');
    assert.deepEqual([headers[FIRST], headers[LAST]], dates('F2', 'F9'));
  });

  test('T21-3.2-06 T21-3.2-07 each comes once over the wire', async () => {
    const url = new URL(await hub.listen());
    const head = `GET /api1/collections/${ALIAS}/manifest/ HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n`;
    const text = await hub.raw(`${head}Authorization: Basic ${ALICE}\r\nAccept: ${V21}\r\n\r\n`);
    assert.deepEqual(
      text.match(/^x-taxii-date-added-\S+ \S+(?=\r$)/gim)?.map((line) => line.toLowerCase()),
      [`${FIRST}: ${dateAdded('F2')}`.toLowerCase(), `${LAST}: ${dateAdded('F9')}`.toLowerCase()],
    );
  });

  test('T21-3.2-09 are of the entries of this very answer', async () => {
    const queries: readonly (readonly [string, RowName, RowName])[] = [
      ['limit=2', 'F2', 'F3'],
      ['limit=1', 'F2', 'F2'],
      [`limit=2&added_after=${dateAdded('F3')}`, 'F4', 'F5'],
      ['match[id]=ipv4-addr--c', 'F3', 'F3'],
      ['match[type]=indicator', 'F4', 'F6'],
      ['match[version]=first', 'F2', 'F9'],
      [ALL, 'F1', 'F9'],
      [`${ALL}&limit=8`, 'F1', 'F8'],
    ];
    for (const path of ['objects/', 'manifest/'])
      for (const [query, first, last] of queries) {
        const { headers } = await hub.get(`${path}?${query}`);
        assert.deepEqual([headers[FIRST], headers[LAST]], dates(first, last), `${path} ${query}`);
      }
    for (const [query] of queries) {
      const { headers, json } = await hub.get(`manifest/?${query}`);
      assert.deepEqual([headers[FIRST], headers[LAST]], [json.objects[0].date_added, json.objects.at(-1).date_added]);
    }
    const page = (await hub.get('objects/?limit=2')).json;
    const { headers } = await hub.get(`objects/?limit=2&next=${page.next}`);
    assert.deepEqual([headers[FIRST], headers[LAST]], dates('F4', 'F5'));
  });

  test('T21-3.2-06 T21-3.2-07 without entries Last is the place from which was read, if there is one (A02)', async (t) => {
    const own = await openHub(t);
    for (const path of [...PAGED, '/api1/collections/MT/objects/', '/api1/collections/MT/manifest/']) {
      const { status, headers } = await own.get(`${path}?added_after=2100-01-01T00:00:00Z`);
      assert.deepEqual([status, headers[FIRST], headers[LAST]], [200, undefined, '2100-01-01T00:00:00.000000Z'], path);
    }
    for (const path of ['objects/?match[type]=tool', '/api1/collections/MT/objects/']) {
      const { status, headers } = await own.get(path);
      assert.deepEqual([status, headers[FIRST], headers[LAST]], [200, undefined, undefined], path);
    }
    const { next } = (await own.get('objects/?limit=5')).json;
    await own.delete('objects/campaign--g/');
    for (const [query, last] of [
      ['', dateAdded('F6')],
      [`&added_after=${dateAdded('F2')}`, dateAdded('F6')],
      ['&added_after=2100-01-01T00:00:00.000000Z', '2100-01-01T00:00:00.000000Z'],
    ])
      assert.equal((await own.get(`objects/?next=${next}${query}`)).headers[LAST], last, query);
  });

  test('T21-3.2-10 stand on nothing else', async (t) => {
    for (const { method, path, answer, resource } of await tour(await openHub(t))) {
      const paged = resource === 'envelope' || resource === 'manifest' || resource === 'versions';
      if (paged && answer.text.trim() !== '{}') continue;
      assert.equal(answer.headers[FIRST], undefined, `${method} ${path}`);
      if (!path.includes('added_after')) assert.equal(answer.headers[LAST], undefined, `${method} ${path}`);
    }
  });
});

describe('Accept and Content-Type', () => {
  const lists: readonly (readonly [string, number])[] = [
    [`text/html;q=1, ${V21};q=0.001`, 200],
    [`text/html , ,${V21}`, 200],
    ['application/taxii+json ; version = 2.1', 200],
    ['application/taxii+json;version=2.1;q=0', 406],
    ['application/taxii+json;q=0.000, text/html', 406],
    ['text/html;x=",application/taxii+json;version=2.1"', 406],
    ['application/taxii+json;version="2\\.1"', 200],
    ['application/taxii+json;x="a,b";version=2.1', 200],
    ['application/taxii+xml', 406],
    ['*/json', 406],
    [';;;', 406],
  ];

  test('T21-3.2-01 Accept is read as a list of ranges with parameters and qualities', async () => {
    for (const [accept, status] of lists)
      for (const path of ['/taxii2/', '/api1/', '/api1/collections/RW/', ...PAGED]) {
        const answer = await hub.get(path, { accept });
        assert.equal(answer.status, status, `${accept} ${path}`);
        if (status === 406) assertError(answer, 406);
      }
  });

  test('T21-3.2-03 Content-Type is read as a type with parameters', async (t) => {
    const own = await openHub(t);
    const before = await contents(own);
    for (const contentType of [
      'application/taxii+json;version=2.1,application/taxii+json;version=2.1',
      'application/taxii+json/x',
      'application/taxii+json;version=2.1;charset=iso-8859-1',
      'application/taxii+json;version="2.1',
      'application/*',
      '*/*',
      'application',
    ]) {
      assertError(await own.post('objects/', { objects: [domain()] }, { contentType }), 415, contentType);
      assert.equal(await contents(own), before);
    }
    for (const contentType of [
      'application/taxii+json ; Version = "2.1"',
      'application/taxii+json;charset="UTF-8";version=2.1',
      'application/taxii+json;version=2.1;x=y',
      'application/taxii+json;version=2.1;',
    ])
      assert.equal((await own.post('objects/', { objects: [domain()] }, { contentType })).status, 202, contentType);
  });

  test('T21-3.2-03 on a GET it is passed over, whatever it says (client-quirks 10)', async () => {
    for (const path of ['/taxii2/', ...PAGED])
      for (const contentType of [V21, 'text/plain', 'application/json; charset=latin1', '\u00ff', ''])
        assert.deepEqual(
          bare(await hub.get(path, { headers: { 'content-type': contentType } })),
          bare(await hub.get(path)),
          contentType,
        );
  });
});
