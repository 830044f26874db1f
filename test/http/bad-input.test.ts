import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { assertError, manifestOf } from '../conformance/answers.ts';
import { identity } from '../conformance/stix.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { V21 } from './fixture.ts';
import { openHub } from './hub.ts';
import { answersOf, head, line, post, type WireAnswer } from './wire.ts';

/** Bad input of each kind gets its TAXII error resource, stores nothing and does the hub no harm. */

const hub = await openHub({ after });
const before = await manifestOf(hub);
const good = (): string => JSON.stringify({ objects: [identity()] });

afterEach(async () => {
  assert.deepEqual(await manifestOf(hub), before, 'nothing was stored');
  assert.equal((await hub.get('/api1/collections/WO/objects/', { user: 'ops' })).text.trim(), '{}');
  assert.equal(await hub.store.pushes.pending(), 0);
  assert.ok(
    hub.log.every(({ level }) => level !== 'error'),
    'no fault of the hub',
  );
});

function assertWireError(answer: WireAnswer | undefined, status: number, what = ''): void {
  assert.ok(answer, what);
  assert.equal(answer.status, status, `${what}: ${answer.body}`);
  assert.equal(answer.headers['content-type'], V21, what);
  const body = JSON.parse(answer.body);
  assertResource('error', body);
  assert.equal(body.http_status, String(status), what);
}

describe('bodies', () => {
  test('that are no JSON are 400, and the place of the fault is told', async () => {
    const text = good();
    const bodies = [
      '',
      'x',
      'nul',
      '{',
      text.slice(0, -1),
      text.slice(0, text.length >> 1),
      `${text},`,
      text.replace(':', ''),
    ];
    for (const body of bodies) {
      const answer = await hub.post('objects/', body);
      assertError(answer, 400, body);
      assert.match(answer.json.description, /line \d+|column \d+|byte \d+/i, body);
    }
  });

  test('that break the rules of I-JSON are 400', async () => {
    const text = good();
    const broken: Record<string, string | Buffer> = {
      'a name twice': text.replace('"name"', '"type":"identity","name"'),
      'a name twice, spelled with an escape': text.replace('"name"', '"typ\\u0065":"identity","name"'),
      'a lone surrogate': text.replace('Somebody', '\\udc00'),
      'a control character': text.replace('Somebody', 'a\u0000b'),
      'no UTF-8': Buffer.from(text.replace('Somebody', 'é'), 'latin1'),
      'an overlong encoding': Buffer.concat([
        Buffer.from('{"objects":["'),
        Buffer.from([0xc0, 0xaf]),
        Buffer.from('"]}'),
      ]),
      'a byte order mark': `\ufeff${text}`,
      UTF16: Buffer.from(text, 'utf16le'),
      'a number that is none': text.replace('"Somebody"', '01'),
      'a number beyond every double': text.replace('"Somebody"', '1e999'),
      NaN: text.replace('"Somebody"', 'NaN'),
      'a comment': text.replace('{', '{/* x */'),
      'objects twice': text.replace('{"objects"', '{"objects":[],"objects"'),
    };
    for (const [what, body] of Object.entries(broken)) assertError(await hub.post('objects/', body), 400, what);
  });

  test('nested 10,000 deep are 400 wherever the nesting stands', async () => {
    const deep = '['.repeat(4000) + ']'.repeat(4000);
    const objects = '{"a":'.repeat(1500) + 1 + '}'.repeat(1500);
    for (const body of [
      deep,
      objects,
      `{"x":${deep}}`,
      `{"objects":${deep}}`,
      `{"objects":[{"type":"x","x":${objects}}]}`,
    ])
      assertError(await hub.post('objects/', body), 400, body.slice(0, 30));
    const wide = await openHub({ after }, { maxContentLength: 100_000 });
    const shut = '['.repeat(10_000) + ']'.repeat(10_000);
    for (const body of [shut, `{"objects":[${shut}]}`, `{"objects":[{"x":${shut}}]}`, '['.repeat(90_000)])
      assertError(await wide.post('objects/', body), 400, body.slice(0, 30));
    assert.deepEqual(await manifestOf(wide), before);
  });

  test('with the names of object prototypes are read like any other', async () => {
    const text = good().slice(1);
    for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty'])
      for (const value of ['{"objects":[{}]}', 'null', '[]'])
        assertError(await hub.post('objects/', `{"${name}":${value},"objects":[]}`), 422, name);
    const refused = await hub.post('/api1/collections/RO/objects/', `{"__proto__":{"write":true},${text}`);
    assertError(refused, 403);
    const { json } = await hub.post('objects/', '{"objects":[{"__proto__":{"type":"identity","id":"x"}}]}');
    assert.deepEqual([json.success_count, json.failure_count, json.failures[0].id], [0, 1, 'unknown--0']);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });

  test('of another media type are 415, whatever is in them', async () => {
    for (const contentType of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'application/taxii+json;version=2.0',
      'x',
      '',
      null,
    ])
      assertError(await hub.post('objects/', good(), { contentType }), 415, `${contentType}`);
    assertWireError(
      answersOf(
        await hub.raw(post(good()).replace(V21, V21).replace(`Content-Type: ${V21}`, 'Content-Type: text/html')),
      )[0],
      415,
    );
  });

  test('that are JSON and no envelope are 422', async () => {
    for (const body of [
      'null',
      'true',
      '0',
      '""',
      '[]',
      '{}',
      '{"objects":[]}',
      '{"objects":{}}',
      '{"objects":"x"}',
      '{"object":[{}]}',
    ])
      assertError(await hub.post('objects/', body), 422, body);
  });
});

describe('bodies over max_content_length', () => {
  test('are 413 by their announced length, and nothing of them is taken from the connection', async () => {
    const { client, server, received, closed } = await line(hub);
    const start = head('POST', 'objects/', `Content-Type: ${V21}`, 'Content-Length: 1073741824');
    client.write(start);
    while (!received().includes('\r\n\r\n{')) await new Promise((resolve) => client.once('data', resolve));
    assertWireError(answersOf(received())[0], 413);
    assert.equal(server.bytesRead, Buffer.byteLength(start), 'the answer came before the body');
    const flood = Buffer.alloc(1 << 20, 'x');
    let sent = 0;
    while (!client.destroyed && sent < 64 << 20) {
      sent += flood.length;
      await new Promise((resolve) => client.write(flood, resolve));
    }
    await closed();
    assert.ok(server.bytesRead < 4 << 20, `${server.bytesRead} octets were taken of ${sent} sent`);
  });

  test('are 413 as soon as one octet too many has come in chunks, and the rest is not taken', async () => {
    const { client, server, received, closed } = await line(hub);
    const piece = Buffer.from(`10000\r\n${'x'.repeat(1 << 16)}\r\n`);
    client.write(
      `${head('POST', 'objects/', `Content-Type: ${V21}`, 'Transfer-Encoding: chunked')}d\r\n{"objects":["\r\n`,
    );
    let sent = 0;
    while (!client.destroyed && sent < 64 << 20) {
      sent += piece.length;
      await new Promise((resolve) => client.write(piece, resolve));
    }
    await closed();
    assertWireError(answersOf(received())[0], 413);
    assert.ok(server.bytesRead < 4 << 20, `${server.bytesRead} octets were taken of ${sent} sent`);
  });

  test('hide no second request behind the refused one', async () => {
    const hidden = head('DELETE', 'objects/malware--b/');
    const start = head('POST', 'objects/', `Content-Type: ${V21}`, `Content-Length: ${70_000 + hidden.length}`).replace(
      'Connection: close\r\n',
      '',
    );
    const answers = answersOf(await hub.raw(start + ' '.repeat(70_000) + hidden + hidden));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [413],
    );
  });
});

describe('queries', () => {
  test('that are malformed are 400 and name the parameter', async () => {
    const bad: Record<string, readonly string[]> = {
      limit: ['0', '-1', '1.5', '1e2', 'abc', '', '%201', '0x10', '%2B1', '01', '9007199254740992', '1&limit=2', '١'],
      added_after: [
        'yesterday',
        '',
        '2024-13-01T00:00:00.000000Z',
        '2024-01-01',
        '2024-01-01T00:00:00Z,2024-01-01T00:00:00Z',
        '2024-01-01T00:00:00Z&added_after=2024-01-01T00:00:00Z',
        '0',
      ],
      next: ['', 'zzz', '%00', 'x&next=y', '%F0%9F%98%80', 'AQ', 'A'.repeat(2000), '-', '{"a":1}'],
      'match[id]': ['', ',', 'a,', 'a,,b', 'a,%20b', 'a&match[id]=b', 'a&match%5Bid%5D=b'],
      'match[type]': ['', ',', 'a,,b', 'malware,%20campaign', 'a&match[type]=b'],
      'match[version]': [
        '',
        'foo',
        '2020-01-01',
        'all,last',
        'last,last',
        'first,,last',
        'All',
        '2020-01-01T00:00:00Z,2020-01-01T00:00:00.0Z',
      ],
      'match[spec_version]': ['', '2', '2.x', '2.1.0', 'v2.1', '2.1,', '-2.1', '2.1&match[spec_version]=2.0'],
    };
    for (const [name, values] of Object.entries(bad))
      for (const value of values)
        for (const path of ['objects/', 'manifest/']) {
          const answer = await hub.get(`${path}?${name}=${value}`);
          assertError(answer, 400, `${name}=${value}`);
          assert.equal(answer.json.details.parameter, name, `${name}=${value}`);
        }
    for (const query of ['%zz', 'match[type]=%', 'limit=%c3%28', '%ff=1'])
      assertError(await hub.get(`objects/?${query}`), 400, query);
  });

  test('that look like attacks match nothing or are refused', async () => {
    for (const value of [
      "'OR'1'='1",
      '";DROP%20TABLE%20object;--',
      '../../etc/passwd',
      '%00',
      '$(id)',
      '__proto__',
      '%25%27',
      '*',
      '%',
    ]) {
      for (const name of ['match[id]', 'match[type]']) {
        const answer = await hub.get(`objects/?${name}=${value}`);
        if (answer.status === 200) assert.deepEqual(answer.json, {}, value);
        else assertError(answer, 400, value);
      }
      assert.ok([200, 400].includes((await hub.get(`objects/?${value}=${value}`)).status), value);
    }
  });

  test('of 1 MiB are 431', async () => {
    for (const path of [
      `objects/?match[id]=${'a'.repeat(1 << 20)}`,
      `/${'a'.repeat(1 << 20)}/`,
      `objects/${'%41'.repeat(1 << 19)}/`,
    ])
      for (const method of ['GET', 'POST', 'DELETE'])
        assertWireError(answersOf(await hub.raw(head(method, path)))[0], 431, `${method} ${path.slice(0, 40)}`);
  });
});
