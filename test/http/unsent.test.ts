import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createUnsent } from '../../src/http/unsent.ts';
import { isCode } from '../auth/sign-in.ts';
import { authorization, COLLECTIONS, OBJECTS, V21 } from './fixture.ts';
import { openHub } from './hub.ts';

const CARRIER = new EventEmitter();
const LIMITS = { unsentBytes: 400, unsentWaitMs: 20 };

test('a caller that does not read has a part of the room, and the others have the rest', async () => {
  const unsent = createUnsent(LIMITS);
  const response = new EventEmitter();
  await unsent.room('a');
  unsent.hold('a', 100, response, CARRIER);
  await assert.rejects(unsent.room('a'), isCode('server.busy'));
  await unsent.room('b');
  for (const caller of ['b', 'c', 'd']) unsent.hold(caller, 100, response, CARRIER);
  await assert.rejects(unsent.room('e'), isCode('server.busy'), 'all of it is taken');
});

test('room is free again once an answer is sent, or its client gone, and counts once', async () => {
  const unsent = createUnsent(LIMITS);
  for (const events of [['finish'], ['close'], ['finish', 'close']]) {
    const response = new EventEmitter();
    unsent.hold('a', 100_000, response, CARRIER);
    await assert.rejects(unsent.room('b'), isCode('server.busy'));
    const waiting = unsent.room('a');
    for (const event of events) response.emit(event);
    await waiting;
    await unsent.room('b');
  }
});

test('pages that nobody reads are bounded; who asks for more is told when to come back', async (t) => {
  const hub = await openHub(t, { withoutRows: true, server: { unsentBytes: 4, unsentWaitMs: 500 } });
  const text = 'x'.repeat(1 << 20);
  const objects = Array.from({ length: 15 }, (_, i) => ({
    id: OBJECTS['campaign--g'].replace(/.$/, i.toString(16)),
    type: 'campaign',
    specVersion: '2.1' as const,
    version: '2020-01-01T00:00:00Z',
    marking: 'clear' as const,
    json: JSON.stringify({ text }),
  }));
  await hub.store.objects.commit({ collection: COLLECTIONS.RW, source: 'import', objects });
  const { port, hostname } = new URL(await hub.listen());
  const socket = connect(Number(port), hostname);
  t.after(() => socket.destroy());
  socket.pause();
  const head = [`Host: ${hostname}`, `Accept: ${V21}`, `Authorization: ${authorization('alice')}`];
  const request = `GET /api1/collections/${COLLECTIONS.RW}/objects/ HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`;
  // More than the system takes off the hub's hands.
  socket.write(request.repeat(12));
  const refused = async () => {
    // Requests that come without a socket leave no turn to those that come by one.
    await wait(20);
    const answer = await hub.get('objects/?limit=1');
    return answer.status === 200 ? undefined : answer;
  };
  let answer = await refused();
  while (answer === undefined) answer = await refused();
  assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '5']);
  socket.resume();
  while ((await refused()) !== undefined);
});

test('answers of clients that go without taking them leave nothing behind', async (t) => {
  const hub = await openHub(t, { server: { unsentBytes: 4, unsentWaitMs: 3000 } });
  const { port, hostname } = new URL(await hub.listen());
  const head = [`Host: ${hostname}`, `Accept: ${V21}`, `Authorization: ${authorization('alice')}`];
  const request = `GET /api1/collections/${COLLECTIONS.RW}/objects/ HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`;
  const page = `GET /console/sign-in/ HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
  // While the answer is made, also with others that wait behind it on the same connection.
  for (const requests of [request, request.repeat(5), page.repeat(5)]) {
    const socket = connect(Number(port), hostname, () => socket.write(requests));
    await once(hub.app.server, 'request');
    socket.destroy();
  }
  await wait(500);
  const { status } = await hub.get('objects/?limit=1');
  assert.equal(status, 200);
});
