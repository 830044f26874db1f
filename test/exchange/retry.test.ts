import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TaxiiClient } from '../../src/exchange/index.ts';
import { clientOf, FaultyServer, kept, later, page, REF, type Reply, read } from './server.ts';

const ALL = kept(3);
const TEXTS = ALL.map(({ text }) => text);
const STATUS = '{"id":"1","status":"complete","total_count":1,"success_count":1,"failure_count":0,"pending_count":0}';

function first(...replies: readonly Reply[]): Parameters<typeof FaultyServer.start>[1] {
  return ({ query, method }, count) =>
    replies[count - 1] ?? (method === 'POST' ? { status: 202, body: STATUS } : page(later(ALL, query), false));
}

describe('requests that fail are tried again', () => {
  for (const reply of [
    { status: 429 },
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 503, headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' } },
    { status: 500 },
    { status: 502, body: '<html>Bad gateway' },
    { status: 504 },
    { status: 200, breakAt: 5, body: '{"objects":[]}' },
  ] satisfies Reply[])
    test(`reading, after ${JSON.stringify(reply)}`, async (t) => {
      const server = await FaultyServer.start(t, first(reply, reply));
      assert.deepEqual(await read(clientOf(t, server)), TEXTS);
    });

  test('reading, after a server that says nothing', async (t) => {
    const server = await FaultyServer.start(t, first({ silent: true }));
    assert.deepEqual(await read(clientOf(t, server, { timeouts: { headerMs: 50 } })), TEXTS);
  });

  test('as often as asked for, then with what the other server said', async (t) => {
    const server = await FaultyServer.start(t, () => ({
      status: 503,
      headers: { 'retry-after': '1' },
      body: '{"title":"Busy","description":"Back at \\u001b[31mnoon"}',
    }));
    const client = clientOf(t, server, { retry: { attempts: 2, pauseMs: 1, maxPauseMs: 2000 } });
    await assert.rejects(read(client), {
      code: 'remote.busy',
      message: `${server.origin}/api/collections/data/objects/ answered 503: Busy. Back at \\u{1b}[31mnoon.`,
      details: { url: `${server.origin}/api/collections/data/objects/`, status: 503, retry_after_seconds: 1 },
    });
    assert.equal(server.asked.length, 2);
  });

  test('not when the other server asks to wait longer than may be waited', async (t) => {
    const server = await FaultyServer.start(t, () => ({ status: 429, headers: { 'retry-after': '86400' } }));
    await assert.rejects(read(clientOf(t, server)), {
      code: 'remote.busy',
      details: { url: `${server.origin}/api/collections/data/objects/`, status: 429, retry_after_seconds: 86_400 },
    });
    assert.equal(server.asked.length, 1);
  });

  test('a push that was turned away, but none that may have been taken', async (t) => {
    const turned = await FaultyServer.start(t, first({ status: 429 }, { status: 503 }));
    assert.equal((await clientOf(t, turned).add(REF, ['{"id":"x--1"}'])).successCount, 1);
    assert.equal(turned.asked.length, 3);
    for (const reply of [{ status: 500 }, { status: 202, body: STATUS, breakAt: 5 }, { status: 202, body: '{"id":' }]) {
      const server = await FaultyServer.start(t, first(reply));
      await assert.rejects(clientOf(t, server).add(REF, ['{"id":"x--1"}']), /.*/);
      assert.equal(server.asked.length, 1, JSON.stringify(reply));
    }
  });

  test('not refusals: 400, 401, 403, 404, 406', async (t) => {
    for (const [status, code] of [
      [400, 'remote.refused'],
      [401, 'remote.credentials'],
      [403, 'remote.credentials'],
      [404, 'remote.not-found'],
      [406, 'remote.refused'],
    ] as const) {
      const server = await FaultyServer.start(t, () => ({ status }));
      await assert.rejects(read(clientOf(t, server)), { code });
      assert.equal(server.asked.length, 1);
    }
  });

  test('a server that is not there, with what it is', async (t) => {
    const gone = await FaultyServer.start(t, () => ({}));
    const client = new TaxiiClient({
      url: 'http://127.0.0.1:1/',
      allow: ['127.0.0.1'],
      retry: { attempts: 2, pauseMs: 1 },
    });
    t.after(() => client[Symbol.asyncDispose]());
    await assert.rejects(client.discovery(), { code: 'remote.unreachable', message: /nothing listens there/ });
    assert.equal(gone.asked.length, 0);
  });
});

describe('time', () => {
  test('a body that stops coming', async (t) => {
    const server = await FaultyServer.start(t, () => ({
      headers: { 'content-length': '100' },
      body: '{"objects":[',
    }));
    const client = clientOf(t, server, { timeouts: { idleMs: 50 }, retry: { attempts: 2, pauseMs: 1 } });
    await assert.rejects(read(client), { code: 'remote.unreachable', message: /stopped coming/ });
    assert.equal(server.asked.length, 2);
  });

  test('an answer that takes too long altogether', async (t) => {
    const server = await FaultyServer.start(t, () => ({ silent: true }));
    const client = clientOf(t, server, { timeouts: { totalMs: 50 }, retry: { attempts: 1 } });
    await assert.rejects(read(client), { code: 'remote.unreachable', message: /took too long/ });
  });

  test('a signal ends requests and pauses, with its reason', async (t) => {
    const silent = await FaultyServer.start(t, () => ({ silent: true }));
    const busy = await FaultyServer.start(t, () => ({ status: 503, headers: { 'retry-after': '2' } }));
    for (const server of [silent, busy]) {
      const stop = new AbortController();
      const reading = read(clientOf(t, server), { signal: stop.signal });
      while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      stop.abort(new Error('enough'));
      await assert.rejects(reading, (error: Error) => /enough|aborted/.test(error.message));
    }
  });
});
