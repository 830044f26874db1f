import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorization } from './fixture.ts';
import { openHub } from './hub.ts';

test('T21-B-04 a connection that asks on without reading its answers is ended, and others are served', async (t) => {
  const hub = await openHub(t);
  const request = `GET /api1/ HTTP/1.1\r\nHost: hub\r\nAccept: */*\r\nAuthorization: ${authorization('alice')}\r\n\r\n`;
  const flood = await hub.raw(request.repeat(200));
  assert.ok(flood.split('HTTP/1.1 ').length - 1 < 200);
  assert.equal((await hub.get('/api1/')).status, 200);
});

test('T21-D-01 a few requests sent ahead are answered in their order', async (t) => {
  const hub = await openHub(t);
  const head = `Host: hub\r\nAccept: */*\r\nAuthorization: ${authorization('alice')}\r\n`;
  const answers = await hub.raw(
    `GET /api1/ HTTP/1.1\r\n${head}\r\nGET /nope/ HTTP/1.1\r\n${head}\r\nGET /api1/ HTTP/1.1\r\n${head}Connection: close\r\n\r\n`,
  );
  assert.deepEqual(
    [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]),
    ['200', '404', '200'],
  );
});
