import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, describe, type TestContext, test } from 'node:test';
import { authorization, V21 } from './fixture.ts';
import { type Hub, openHub, real } from './hub.ts';

/** Of the tests that do not mind what others have pushed. */
const hub = await openHub({ after });

const IDENTITY = {
  type: 'identity',
  spec_version: '2.1',
  id: 'identity--0a3c7c2e-9f0b-4f5e-8a53-0c1d7c3e0b11',
  created: '2020-01-01T00:00:00.000Z',
  modified: '2020-01-01T00:00:00.000Z',
  name: 'x',
};

function head(method: string, path: string, fields: Readonly<Record<string, string>> = {}): string {
  const all = { Host: 'hub.example', Accept: V21, Authorization: authorization('alice'), ...fields };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${real(path)} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function post(fields: Readonly<Record<string, string>>, path = 'objects/'): string {
  return head('POST', path, { 'Content-Type': V21, ...fields });
}

/** An answer as it stands on the wire. */
function parsed(text: string): { status: number; fields: string; json: Record<string, unknown> } {
  const [fields = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(fields.slice(9, 12)), fields, json: JSON.parse(body) };
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

const CHUNKED = { 'Transfer-Encoding': 'chunked' };

/** A connection on which what comes back can be waited for. */
async function connection(t: TestContext, hub: Hub): Promise<{ socket: Socket; until(text: string): Promise<string> }> {
  const socket = connect(Number(new URL(await hub.listen()).port), '127.0.0.1');
  t.after(() => socket.destroy());
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  socket.on('error', () => undefined);
  return {
    socket,
    async until(text) {
      while (!received.includes(text)) await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      return received;
    },
  };
}

describe('what the HTTP parser refuses has an error resource too', () => {
  const refused = (text: string, status: number): void => {
    const answer = parsed(text);
    assert.equal(answer.status, status);
    assert.ok(answer.fields.includes(`Content-Type: ${V21}`), answer.fields);
    assert.match(answer.fields, /\r\nDate: .*\r\n/);
    assert.deepEqual([typeof answer.json.title, answer.json.http_status], ['string', String(status)]);
  };
  test('a query of 100 KB and a URL of 1 MiB (T21-3.4-24)', async () => {
    for (const length of [100_000, 1 << 20])
      refused(await hub.raw(head('GET', `objects/?match[id]=${'a'.repeat(length)}`)), 431);
  });
  test('a header field of 100 KB', async () => {
    refused(await hub.raw(head('GET', 'objects/', { Accept: 'a'.repeat(100_000) })), 431);
  });
  test('what is no HTTP', async () => {
    refused(await hub.raw('hello\r\n\r\n'), 400);
    refused(await hub.raw(post({ 'Content-Length': 'abc' })), 400);
    refused(await hub.raw(post({ 'Content-Length': '5', ...CHUNKED })), 400);
  });
  test('a request without Host', async () => {
    refused(await hub.raw('GET /taxii2/ HTTP/1.1\r\nConnection: close\r\n\r\n').then(normalise), 400);
  });
  test('a header or a body that never ends', async (t) => {
    const hub = await openHub(t, { server: { headersTimeoutMs: 50, requestTimeoutMs: 100 } });
    refused(await hub.raw('GET /taxii2/ HTTP/1.1\r\nHost: x\r\n'), 408);
    refused(await hub.raw(`${post({ 'Content-Length': '100' })}{"objects"`), 408);
    assert.equal((await hub.get('/taxii2/')).status, 200);
  });
});

/** Header names as `answerUnreadable` writes them. */
function normalise(text: string): string {
  return text.replace('content-type:', 'Content-Type:');
}

describe('a body over max_content_length', () => {
  test('is refused by its announced length, before any of it is read (T21-4.2.1-07)', async () => {
    const answer = parsed(await hub.raw(post({ 'Content-Length': '1000000000' })));
    assert.deepEqual([answer.status, answer.json.error_code], [413, 'body.too-large']);
    assert.match(answer.fields, /connection: close/i);
  });
  test('is cut off near the limit when it comes in chunks (T21-4.2.1-08)', async (t) => {
    const { socket, until } = await connection(t, hub);
    socket.write(post(CHUNKED));
    const piece = chunk('x'.repeat(1 << 16));
    let sent = 0;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const send = (): void => {
      while (!socket.destroyed && sent < 1 << 30) {
        sent += piece.length;
        if (!socket.write(piece)) {
          socket.once('drain', send);
          return;
        }
      }
    };
    socket.write(chunk('{"objects":["'));
    send();
    await closed;
    assert.match(await until('HTTP/1.1 413'), /connection: close/i);
    assert.ok(sent < 64 << 20, `${sent} octets went out before the connection closed`);
  });
  test('is told by one octet, whichever way it comes (A26, T21-4.2.1-06)', async () => {
    const envelope = JSON.stringify({ objects: [IDENTITY] });
    for (const [length, status] of [
      [9_999, 202],
      [10_000, 202],
      [10_001, 413],
    ] as const) {
      const body = envelope.padEnd(length, ' ');
      const plain = await hub.raw(post({ 'Content-Length': String(length), Connection: 'close' }) + body);
      assert.equal(parsed(plain).status, status, `${length} octets`);
      const pieces = `${chunk(body.slice(0, 5000))}${chunk(body.slice(5000))}0\r\n\r\n`;
      const chunked = await hub.raw(post({ ...CHUNKED, Connection: 'close' }) + pieces);
      assert.equal(parsed(chunked).status, status, `${length} octets in chunks`);
    }
    const wide = JSON.stringify({ objects: ['日'.repeat(4000)] });
    assert.equal((await hub.post('objects/', wide)).status, 413, 'octets, not characters');
  });
});

describe('Expect: 100-continue', () => {
  const expect = { Expect: '100-continue', Connection: 'close' };
  test('is answered with the final status when that is known without the body (T21-D-13)', async () => {
    const cases: [Record<string, string>, string, number][] = [
      [{ Authorization: 'Basic eDp5', 'Content-Length': '10' }, 'objects/', 401],
      [{ 'Content-Length': '10001' }, 'objects/', 413],
      [{ 'Content-Length': '10' }, '/api1/collections/RO/objects/', 403],
      [{ 'Content-Length': '10', 'Content-Type': 'text/plain' }, 'objects/', 415],
    ];
    for (const [fields, path, status] of cases) {
      const text = await hub.raw(post({ ...expect, ...fields }, path));
      assert.ok(!text.includes('100 Continue'));
      assert.equal(parsed(text).status, status);
    }
  });
  test('is told to go on otherwise (client-quirks 6)', async (t) => {
    const body = JSON.stringify({ objects: [IDENTITY] });
    const { socket, until } = await connection(t, hub);
    socket.write(post({ ...expect, 'Content-Length': String(body.length) }));
    await until('100 Continue\r\n\r\n');
    socket.write(body);
    assert.match(await until('"success_count":1'), /HTTP\/1\.1 202/);
  });
  test('of something else is passed over', async () => {
    assert.match(await hub.raw(head('GET', 'objects/', { Expect: 'x', Connection: 'close' })), /^HTTP\/1\.1 200/);
  });
});

test('an upload that breaks off stores nothing (T21-D-14)', async (t) => {
  const hub = await openHub(t);
  const body = JSON.stringify({ objects: [IDENTITY] });
  for (const fields of [{ 'Content-Length': String(body.length + 1) }, CHUNKED]) {
    const { socket } = await connection(t, hub);
    socket.write(post(fields) + ('Content-Length' in fields ? body : chunk(body)));
    while (hub.app.server.listening && (await connections(hub)) === 0) await once(hub.app.server, 'connection');
    socket.destroy();
    while ((await connections(hub)) > 0) await new Promise(setImmediate);
  }
  assert.equal((await hub.get(`objects/${IDENTITY.id}/`)).status, 404);
  assert.equal(await hub.store.pushes.pending(), 0);
  assert.ok(hub.log.every((line) => line.level !== 'error'));
});

function connections(hub: Hub): Promise<number> {
  return new Promise((resolve, reject) =>
    hub.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

test('one connection serves many requests, refused ones and small unread bodies between them (client-quirks 6)', async (t) => {
  const hub = await openHub(t);
  const { socket, until } = await connection(t, hub);
  const body = 'no json';
  const length = { 'Content-Length': String(body.length) };
  socket.write(head('GET', 'objects/?limit=0'));
  await until('query.invalid');
  socket.write(post(length, '/api1/collections/RO/objects/') + body);
  await until('permission.denied');
  socket.write(post(length) + body);
  await until('body.invalid');
  socket.write(head('DELETE', 'objects/malware--b/', length) + body);
  await until('HTTP/1.1 200');
  socket.write(head('GET', 'objects/malware--b/'));
  assert.equal((await until('not-found')).match(/HTTP\/1\.1 /g)?.length, 5);
});

test('closing lets requests finish and ends idle connections', async (t) => {
  const hub = await openHub(t);
  const body = JSON.stringify({ objects: [IDENTITY] });
  const idle = await connection(t, hub);
  idle.socket.write(head('GET', '/taxii2/'));
  await idle.until('api_roots');
  const busy = await connection(t, hub);
  busy.socket.write(post({ 'Content-Length': String(body.length), Expect: '100-continue' }));
  await busy.until('100 Continue');
  const closed = hub.app.close();
  await once(idle.socket, 'close');
  busy.socket.write(body);
  const answer = await busy.until('"success_count":1');
  assert.match(answer, /HTTP\/1\.1 202/);
  await closed;
});
