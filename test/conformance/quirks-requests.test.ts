import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { entente, temporary } from '../cli/program.ts';
import { authorization, V21 } from '../http/fixture.ts';
import { type Hub, openHub, real, rows } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { assertError } from './answers.ts';
import { indicator } from './stix.ts';

/** What clients as they ship send, each point by its number in the list of their quirks: URLs, bodies, media types. */

const hub = await openHub({ after });

const GETS = [
  '/taxii2/',
  '/api1/',
  '/api1/collections/',
  '/api1/collections/RW/',
  'manifest/',
  'objects/',
  'objects/indicator--a/',
  'objects/indicator--a/versions/',
];
const withoutSlash = (path: string) => real(path).replace(/\/$/, '');

describe('URLs', () => {
  test('quirk 1: every endpoint answers with and without its final slash, without a redirect', async () => {
    for (const path of GETS) {
      const answer = await hub.get(withoutSlash(path));
      assert.deepEqual([answer.status, answer.text], [200, (await hub.get(path)).text], path);
    }
    const object = indicator();
    const { status, json } = await hub.post(withoutSlash('objects/'), { objects: [object] });
    assert.deepEqual([status, json.success_count], [202, 1]);
    assert.equal((await hub.get(`/api1/status/${json.id}`)).status, 200);
    assert.equal((await hub.delete(`objects/${object.id}`)).status, 200);
    assert.equal((await hub.get(`${withoutSlash('objects/')}?limit=1`)).json.objects.length, 1);
  });

  test('quirk 2: repeated slashes count as one', async () => {
    for (const path of GETS)
      for (const many of [real(path).replaceAll('/', '//'), `/${real(path)}`, `${real(path)}//`])
        assert.equal((await hub.get(many)).text, (await hub.get(path)).text, many);
    const doubled = real('/api1/collections/MT/objects/').replaceAll('/', '//');
    const { json } = await hub.post(doubled, { objects: [indicator()] });
    assert.equal(json.success_count, 1);
  });

  test('quirk 3: brackets, colons and commas come bare or encoded, unknown parameters and Range are passed over', async () => {
    const same = [
      'match[type]=indicator,malware&added_after=2024-01-01T00:00:00.000001Z',
      'match%5Btype%5D=indicator%2Cmalware&added_after=2024-01-01T00%3A00%3A00.000001Z',
      'match%5btype%5d=indicator%2cmalware&added_after=2024-01-01T00:00:00.000001Z',
      'match[type%5D=indicator,malware&added_after=2024-01-01T00:00:00.000001Z&x=1&match[x]=y&match%5Bid=z',
    ];
    for (const query of same) assert.deepEqual(rows(await hub.get(`objects/?${query}`)), ['F2', 'F4', 'F6'], query);
    const ranged = await hub.get('objects/', { headers: { range: 'items 0-0' } });
    assert.deepEqual([ranged.status, rows(ranged).length], [200, 6]);
  });

  test('quirk 4: api_roots and default carry what the client used, or the public URL, or what a trusted proxy says', async (t) => {
    const trustProxy = ['10.0.0.0/8'];
    const proxied = await openHub(t, { trustProxy });
    const named = await openHub(t, { trustProxy, publicUrl: 'https://taxii.example:8443' });
    const roots = async (from: Hub, headers: Record<string, string>, remoteAddress: string) => {
      const { json } = await from.get('/taxii2/', { headers, remoteAddress });
      assert.equal(json.default, json.api_roots[0], 'character for character');
      for (const root of json.api_roots) assert.match(root, /\/$/);
      return json.default;
    };
    const forwarded = { host: 'inside:1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'hub.example:444' };
    assert.equal(await roots(hub, { host: 'hub.example:81' }, '192.0.2.1'), 'http://hub.example:81/api1/');
    assert.equal(await roots(hub, forwarded, '10.0.0.1'), 'http://inside:1/api1/', 'nobody is trusted');
    assert.equal(await roots(proxied, forwarded, '192.0.2.1'), 'http://inside:1/api1/', 'not trusted');
    assert.equal(await roots(proxied, forwarded, '10.0.0.1'), 'https://hub.example:444/api1/');
    assert.equal(await roots(named, forwarded, '10.0.0.1'), 'https://taxii.example:8443/api1/');
  });

  test('quirk 5: root paths are one segment without dots, and a dot in a collection title earns a warning', async (t) => {
    const directory = await temporary(t);
    const file = join(directory, 'hub.yaml');
    const apply = async (path: string, title: string) => {
      await writeFile(
        file,
        `hub: { title: H }\napi_roots: [{ path: "${path}", title: R, collections: [{ title: "${title}" }] }]`,
      );
      return entente(['apply', file, '--data', join(directory, 'data')]);
    };
    for (const path of ['v1.0', 'a/b']) assert.equal((await apply(path, 'Data')).code, 2, path);
    const plain = await apply('one', 'Data');
    const dotted = await apply('one', 'Data 1.0');
    assert.deepEqual([plain.code, dotted.code], [0, 0]);
    assert.doesNotMatch(plain.stderr + plain.stdout, /dot/);
    assert.match(dotted.stderr + dotted.stdout, /title.*dot/);
  });

  test('quirk 6: bodies in chunks, 100-continue, close and keep-alive; compression only where it was asked for', async () => {
    const body = (object = indicator()) => JSON.stringify({ objects: [object] });
    const at = real('/api1/collections/MT/objects/');
    const fields = (...more: string[]) =>
      [
        `POST ${at} HTTP/1.1`,
        'Host: h',
        `Authorization: ${authorization('alice')}`,
        `Content-Type: ${V21}`,
        ...more,
      ].join('\r\n');
    const one = body();
    const chunks = [one.slice(0, 7), one.slice(7)]
      .map((piece) => `${piece.length.toString(16)};x=y\r\n${piece}\r\n`)
      .join('');
    const chunked = await hub.raw(
      `${fields('Transfer-Encoding: chunked', 'Connection: close')}\r\n\r\n${chunks}0\r\nX-Trailer: 1\r\n\r\n`,
    );
    assert.match(chunked, /^HTTP\/1\.1 202 [\s\S]*\r\nconnection: close\r\n[\s\S]*"success_count":1/i);
    const two = body();
    const waiting = await hub.raw(
      `${fields('Expect: 100-continue', `Content-Length: ${two.length}`, 'Connection: close')}\r\n\r\n${two}`,
    );
    assert.match(waiting, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 202 /);
    const [three, four] = [body(), body()];
    const both = await hub.raw(
      `${fields(`Content-Length: ${three.length}`)}\r\n\r\n${three}${fields(`Content-Length: ${four.length}`, 'Connection: close')}\r\n\r\n${four}`,
    );
    assert.equal(both.match(/HTTP\/1\.1 202 /g)?.length, 2, 'on one connection');
    assert.doesNotMatch(chunked + waiting + both, /content-encoding/i);
  });
});

describe('content negotiation', () => {
  const STIX21 = 'application/stix+json;version=2.1';

  test('quirk 7: what clients send as Accept is taken for 2.1', async () => {
    const everywhere = [
      V21,
      'application/taxii+json; version=2.1',
      'APPLICATION/TAXII+JSON;VERSION=2.1',
      `${V21};q=0.9`,
      'application/taxii+json',
      '*/*',
      'application/json, text/plain, */*',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
      `application/taxii+json;version=2.0, ${V21}`,
      'application/vnd.oasis.taxii+json; version=2.0, application/taxii+json; version=2.1',
      'application/json',
      null,
    ];
    for (const accept of everywhere)
      for (const path of GETS) {
        const answer = await hub.get(path, { accept });
        assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21], `${accept} ${path}`);
      }
    for (const path of GETS.slice(4)) assert.equal((await hub.get(path, { accept: STIX21 })).status, 200, path);
  });

  test('quirk 8: 406 for 2.0 alone, for an unknown version and for HTML alone', async () => {
    const refused = [
      'application/taxii+json;version=2.0',
      'application/vnd.oasis.taxii+json;version=2.0',
      'application/vnd.oasis.taxii+json; version=2.0',
      'application/taxii+json;version=2.2',
      'application/taxii+json;version=3.0',
      'text/html',
    ];
    for (const accept of refused)
      for (const path of GETS) assertError(await hub.get(path, { accept }), 406, `${accept} ${path}`);
  });

  test('quirk 9: every answer with a body has our exact media type, and errors have a title', async () => {
    const failing = [
      await hub.get('/api1/', { user: null }),
      await hub.get('/nope/'),
      await hub.get('objects/?limit=0'),
      await hub.get('/api1/collections/WO/objects/'),
      await hub.request('PATCH', 'objects/'),
    ];
    for (const answer of failing) {
      assertError(answer, answer.status);
      assert.ok(answer.json.title.length > 0);
    }
    for (const path of GETS)
      assert.equal((await hub.get(path)).headers['content-type'], 'application/taxii+json;version=2.1');
  });

  test('quirk 10: Content-Type on a GET is passed over, whatever it says', async () => {
    for (const type of [V21, 'application/json', 'text/plain', 'nonsense', ''])
      for (const path of GETS)
        assert.equal((await hub.get(path, { headers: { 'content-type': type } })).status, 200, `${type} ${path}`);
  });

  test('quirk 11: POST takes our type with space or charset, STIX and JSON types, envelopes and bundles; others are 415', async () => {
    const taken = [
      V21,
      'application/taxii+json; version=2.1',
      `${V21}; charset=utf-8`,
      'application/taxii+json;version=2.1;charset=UTF-8',
      STIX21,
      'application/stix+json; version=2.1',
      'application/taxii+json',
      'application/json',
      'application/json; charset=utf-8',
    ];
    for (const contentType of taken)
      for (const wrapper of [
        {},
        { type: 'bundle', id: 'bundle--6c3a0f1e-6a51-4d4e-8f0a-1d2c3b4a5f60', spec_version: '2.0' },
      ]) {
        const answer = await hub.post(
          '/api1/collections/MT/objects/',
          { ...wrapper, objects: [indicator()] },
          { contentType, accept: null },
        );
        assert.deepEqual([answer.status, answer.json.success_count], [202, 1], contentType);
        assertResource('status', answer.json);
      }
    for (const contentType of [
      'text/plain',
      'application/octet-stream',
      'application/taxii+json;version=2.0',
      'application/stix+json;version=2.0',
      'multipart/form-data; boundary=x',
      null,
    ])
      assertError(await hub.push('MT', [indicator()], { contentType }), 415, `${contentType}`);
  });

  test('quirk 12: FortiGate gets our envelope in our media type, as many objects as the page holds', async (t) => {
    const accept = 'application/vnd.oasis.stix+json; version=2.0';
    const answer = await hub.get('objects/', { accept });
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21]);
    assert.equal(answer.text, (await hub.get('objects/')).text);
    const small = await openHub(t, { pageDefault: 2, pageMax: 4 });
    assert.equal((await small.get('objects/')).json.objects.length, 2);
    assert.equal(
      (await small.get('objects/', { accept })).json.objects.length,
      4,
      'the cap, since it reads one page only',
    );
  });
});
