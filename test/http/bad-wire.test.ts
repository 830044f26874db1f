import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { manifestOf } from '../conformance/answers.ts';
import { identity } from '../conformance/stix.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { authorization, V21 } from './fixture.ts';
import { openHub, real } from './hub.ts';
import { answersOf, head, headWithout, line, post, type WireAnswer } from './wire.ts';

/** Requests that no HTTP client sends: each gets an answer that it can read, and none gets past the rules. */

const hub = await openHub({ after });
const before = await manifestOf(hub);
const good = (): string => JSON.stringify({ objects: [identity()] });

afterEach(async () => {
  assert.deepEqual(await manifestOf(hub), before, 'nothing was stored');
  assert.ok(
    hub.log.every(({ level }) => level !== 'error'),
    'no fault of the hub',
  );
});

async function one(request: string | Uint8Array): Promise<WireAnswer> {
  const answers = answersOf(await hub.raw(request));
  assert.equal(answers.length, 1, `${answers.length} answers to ${String(request).slice(0, 200)}`);
  return answers[0] as WireAnswer;
}

function assertWireError(answer: WireAnswer, status: number, what = ''): void {
  assert.equal(answer.status, status, `${what}: ${answer.body}`);
  assert.equal(answer.headers['content-type'], V21, what);
  const body = JSON.parse(answer.body);
  assertResource('error', body);
  assert.equal(body.http_status, String(status), what);
}

describe('what is hardly HTTP', () => {
  test('is 400: no request line, no version, unknown method, folded and nameless fields', async () => {
    const requests = [
      'hello\r\n\r\n',
      '\u0000\u0001\u0002\r\n\r\n',
      'GET /taxii2/\r\n\r\n',
      'GET /taxii2/ HTTP/9.9\r\nHost: h\r\n\r\n',
      'FETCH /taxii2/ HTTP/1.1\r\nHost: h\r\n\r\n',
      'get /taxii2/ HTTP/1.1\r\nHost: h\r\n\r\n',
      'GET taxii2/ HTTP/1.1\r\nHost: h\r\n\r\n',
      'GET /taxii2/ HTTP/1.1\r\nHost : h\r\n\r\n',
      'GET /taxii2/ HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n',
      'GET /taxii2/ HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n',
      'GET /taxii2/ HTTP/1.1\r\nHost: h\r\nX-A: a\u0000b\r\n\r\n',
    ];
    for (const request of requests) assertWireError(await one(request), 400, JSON.stringify(request));
  });

  test('bare CR and bare LF end no line: 400', async () => {
    const plain = head('GET', '/taxii2/');
    const requests = [
      plain.replaceAll('\r\n', '\n'),
      plain.replaceAll('\r\n', '\r'),
      plain.replace('Accept:', 'X-A: a\rX-B: b\r\nAccept:'),
      plain.replace('Accept:', 'X-A: a\nX-B: b\r\nAccept:'),
      plain.replace('Accept:', 'X-A: a\r\r\nAccept:'),
      plain.replace('/taxii2/', '/taxii2/\rX'),
    ];
    for (const request of requests) assertWireError(await one(request), 400, JSON.stringify(request));
  });

  test('lengths that contradict each other or are none are 400', async () => {
    const body = good();
    const length = `Content-Length: ${body.length}`;
    const fields: string[][] = [
      [length, 'Transfer-Encoding: chunked'],
      [length, `Content-Length: ${body.length + 1}`],
      ['Content-Length: +5'],
      ['Content-Length: 0x10'],
      ['Content-Length: -1'],
      ['Content-Length: 5, 5'],
      ['Transfer-Encoding: chunked, identity'],
      ['Transfer-Encoding: gzip'],
    ];
    for (const some of fields) {
      const answers = answersOf(await hub.raw(head('POST', 'objects/', `Content-Type: ${V21}`, ...some) + body));
      assertWireError(answers[0] as WireAnswer, 400, some.join());
    }
    for (const chunks of [
      'zz\r\nx\r\n0\r\n\r\n',
      '-1\r\n\r\n',
      'ffffffffffffffffff\r\nx',
      '5\r\n{"obj',
      '1\nx\r\n0\r\n\r\n',
    ]) {
      const { client, received, closed } = await line(hub);
      client.end(head('POST', 'objects/', `Content-Type: ${V21}`, 'Transfer-Encoding: chunked') + chunks);
      await closed();
      const answers = received() === '' ? [] : answersOf(received());
      for (const answer of answers) assert.equal(answer.status, 400, JSON.stringify(chunks));
    }
  });

  test('a length above every number is 400 or 413, never read', async () => {
    const { status } = await one(
      head('POST', 'objects/', `Content-Type: ${V21}`, 'Content-Length: 99999999999999999999999'),
    );
    assert.ok(status === 400 || status === 413, String(status));
  });
});

describe('header fields', () => {
  test('ten thousand of them are 431, five hundred are borne', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `a${i.toString(36)}:`);
    assertWireError(await one(head('GET', '/taxii2/', ...many(10_000))), 431);
    assert.equal((await one(head('GET', '/taxii2/', ...many(500)))).status, 200);
  });

  test('one of 100 KB is 431', async () => {
    for (const name of ['Accept', 'Authorization', 'X-Any', 'User-Agent'])
      assertWireError(await one(head('GET', '/taxii2/', `${name}: ${'x'.repeat(100_000)}`)), 431, name);
  });

  test('Host is one and holds a host, or the request is 400', async () => {
    const bad = [
      '',
      'Host: a b',
      'Host: evil/path',
      'Host: x?y',
      'Host: user@host',
      'Host: h:port',
      'Host: [::1',
      'Host: a\tb',
      'Host: h#x',
      'Host: <h>',
      'Host: h\\x',
      'Host: %zz',
      'Host: é',
    ];
    for (const host of [...bad, 'Host: h\r\nHost: h', 'Host: h\r\nhost: evil.example'])
      assertWireError(await one(headWithout(host, 'GET', '/taxii2/')), 400, host);
    for (const host of ['Host: h', 'Host: h:80', 'Host: [::1]:6100', 'Host: 192.0.2.1', 'Host: a_b.example', 'Host:'])
      assert.equal((await one(headWithout(host, 'GET', '/taxii2/'))).status, 200, host);
  });
});

describe('targets', () => {
  test('in absolute form are served, their host counts for nothing else, and strict roots know them too', async () => {
    for (const target of [
      'http://hub.example/taxii2/',
      'http://hub.example:80/taxii2/?x=http://y/',
      'HTTP://hub.example/taxii2/',
    ])
      assert.equal((await one(head('GET', target))).status, 200, target);
    const at = real('/strict/collections/ST/objects/');
    assert.equal((await one(head('GET', `http://hub.example${at}`))).status, 200);
    assertWireError(await one(head('GET', `http://hub.example/${at}`)), 404, 'but no doubled slashes');
    assertWireError(await one(head('GET', 'http://hub.example/nope/')), 404);
    assertWireError(await one(head('GET', `http://hub.example${real('objects/')}?limit=0`)), 400);
  });

  test('of other forms find nothing', async () => {
    for (const target of [
      '*',
      '/*',
      'hub.example:80',
      '//evil.example/taxii2/',
      '/taxii2/;x',
      '/taxii2/%00',
      '/\\taxii2/',
      '/taxii2/..;/',
    ]) {
      const { status } = await one(head('GET', '/taxii2/').replace('/taxii2/', target));
      assert.ok([400, 404].includes(status), `${target} ${status}`);
    }
    const connect = await hub.raw(head('CONNECT', '/taxii2/').replace('/taxii2/', 'evil.example:443'));
    assert.ok(connect === '' || /^HTTP\/1\.1 4\d\d /.test(connect), connect);
  });
});

describe('HTTP/1.0 and pipelining', () => {
  const signIn = `Authorization: ${authorization('alice')}`;

  test('HTTP/1.0 is answered whole, without chunks, and the connection ends', async () => {
    const answer = await one(`GET ${real('objects/')} HTTP/1.0\r\n${signIn}\r\n\r\n`);
    assert.deepEqual(
      [answer.status, answer.headers.connection, answer.headers['transfer-encoding']],
      [200, 'close', undefined],
    );
    assert.equal(JSON.parse(answer.body).objects.length, 6);
    assertWireError(await one('GET /taxii2/ HTTP/1.0\r\nAuthorization: Basic x\r\n\r\n'), 401);
    const body = 'no JSON';
    const fields = `${signIn}\r\nContent-Type: ${V21}\r\nContent-Length: ${body.length}\r\nExpect: 100-continue`;
    assertWireError(await one(`POST ${real('objects/')} HTTP/1.0\r\n${fields}\r\n\r\n${body}`), 400);
  });

  test('requests sent in one go are answered in order', async () => {
    const keep = (text: string) => text.replace('Connection: close\r\n', '');
    const requests = [
      keep(head('GET', 'objects/?limit=1')),
      keep(post('no JSON')),
      keep(head('GET', 'objects/?limit=0')),
      keep(head('DELETE', 'objects/indicator--unknown/')),
      keep(head('GET', '/nope/')),
      head('GET', 'objects/?limit=2'),
    ];
    const answers = answersOf(await hub.raw(requests.join('')));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 400, 400, 404, 404, 200],
    );
    assert.equal(JSON.parse(answers[5]?.body ?? '').objects.length, 2);
  });

  test('nonsense behind a request ends the connection, and nothing behind it is read', async () => {
    const first = head('GET', '/taxii2/').replace('Connection: close\r\n', '');
    const answers = answersOf(await hub.raw(`${first}nonsense\r\n\r\n${head('DELETE', 'objects/malware--b/')}`));
    assertWireError(answers.at(-1) as WireAnswer, 400);
    assert.ok(answers.length <= 2);
  });
});

describe('slow and broken uploads', () => {
  test('a header and a body that never end are 408', async () => {
    const slow = await openHub({ after }, { server: { headersTimeoutMs: 50, requestTimeoutMs: 100 } });
    for (const request of ['GET /taxii2/ HTTP/1.1\r\nHost: h\r\n', post(good()).slice(0, -1)]) {
      const [answer] = answersOf(await slow.raw(request));
      assertWireError(answer as WireAnswer, 408);
    }
    assert.deepEqual(await manifestOf(slow), before);
  });

  test('a body given octet by octet is one like any other, and so is its fault', async () => {
    const { client, received, closed } = await line(hub);
    const body = '{"objects":[}';
    client.write(head('POST', 'objects/', `Content-Type: ${V21}`, `Content-Length: ${body.length}`));
    client.setNoDelay(true);
    for (const octet of body) {
      client.write(octet);
      await new Promise(setImmediate);
    }
    await closed();
    assertWireError(answersOf(received())[0] as WireAnswer, 400);
  });

  test('an upload that is given up stores nothing and is no fault of the hub', async () => {
    const body = good();
    for (const [fields, part] of [
      [`Content-Length: ${body.length + 1}`, body],
      [`Content-Length: ${body.length}`, body.slice(0, -1)],
      ['Transfer-Encoding: chunked', `${body.length.toString(16)}\r\n${body}\r\n`],
    ] as const)
      for (const how of ['destroy', 'reset', 'end'] as const) {
        const { client, server } = await line(hub);
        const gone = new Promise((resolve) => server.once('close', resolve));
        const asked = new Promise((resolve) => hub.app.server.once('request', resolve));
        client.write(head('POST', 'objects/', `Content-Type: ${V21}`, fields) + part);
        await asked;
        if (how === 'destroy') client.destroy();
        else if (how === 'reset') client.resetAndDestroy();
        else client.end();
        await gone;
      }
    assert.equal(await hub.store.pushes.pending(), 0);
  });
});
