import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { clientOf, FaultyServer, kept, later, page, REF, type Reply, read } from './server.ts';

const ALL = kept(3);
const TEXTS = ALL.map(({ text }) => text);
const GOOD = page(ALL, false);

/** A server that answers the first requests as given, then as it should. */
function faultyFirst(...replies: readonly Reply[]): Parameters<typeof FaultyServer.start>[1] {
  return ({ query }, count) => replies[count - 1] ?? page(later(ALL, query), false);
}

describe('what another server sends', () => {
  for (const [what, body] of [
    ['{}', '{}'],
    ['nothing', ''],
    ['an empty list', '{"objects":[]}'],
    ['null', '{"objects":null,"more":null,"next":null}'],
  ] as const)
    test(`no objects as ${what}`, async (t) => {
      const server = await FaultyServer.start(t, () => ({ body }));
      assert.deepEqual(await read(clientOf(t, server)), []);
      assert.equal(server.asked.length, 1);
    });

  for (const type of [
    'application/taxii+json; version=2.1',
    'application/taxii+json;version="2.1"; charset=utf-8',
    'application/vnd.oasis.taxii+json; version=2.0',
    'application/json',
    'application/stix+json;version=2.1',
    'text/plain',
    '',
  ])
    test(`the media type ${JSON.stringify(type)}`, async (t) => {
      const server = await FaultyServer.start(t, ({ query }) => {
        const reply = page(later(ALL, query), false);
        return { ...reply, headers: { ...reply.headers, 'content-type': type } };
      });
      assert.deepEqual(await read(clientOf(t, server)), TEXTS);
    });

  test('a page for people is refused with what it is', async (t) => {
    const server = await FaultyServer.start(t, () => ({ body: '<html>', headers: { 'content-type': 'text/html' } }));
    await assert.rejects(read(clientOf(t, server)), { code: 'remote.invalid', message: /"text\/html"/ });
  });

  test('texts stay as they were sent: order, escapes, numbers; only white space goes', async (t) => {
    const text = '{ "z":1.0e+2 ,\n "a":"\\u00e9/\\/", "id":"x--1","big":12345678901234567890 }';
    const server = await FaultyServer.start(t, ({ query }) => ({
      body: query.has('added_after') ? '{}' : `{"objects" : [ ${text} ]}`,
    }));
    assert.deepEqual(await read(clientOf(t, server)), [
      '{"z":1.0e+2,"a":"\\u00e9/\\/","id":"x--1","big":12345678901234567890}',
    ]);
  });

  test('an object that is no I-JSON fails alone', async (t) => {
    const server = await FaultyServer.start(t, () => ({
      body: '{"objects":[{"id":"x--1"},{"id":"x--2","id":"x--3"},{"id":"x--4"}],"more":false}',
    }));
    const items: (string | undefined)[] = [];
    for await (const each of clientOf(t, server).objects(REF))
      for await (const { fault } of each.objects()) items.push(fault);
    assert.equal(items.length, 3);
    assert.match(String(items[1]), /"id" stands twice/);
    assert.deepEqual([items[0], items[2]], [undefined, undefined]);
  });

  test('members beside the objects, in any order and twice, do no harm', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => ({
      body: query.has('next') ? '{}' : '{"x":[{"objects":[1]}],"x":2,"objects":[{"id":"x--1"}],"next":7,"more":"true"}',
    }));
    assert.deepEqual(await read(clientOf(t, server)), ['{"id":"x--1"}']);
    assert.deepEqual(
      server.asked.map(({ query }) => query.get('next')),
      [null, '7'],
    );
  });

  for (const [what, body] of [
    ['a list', '[{"id":"x--1"}]'],
    ['objects that are no list', '{"objects":{"id":"x--1"}}'],
  ] as const)
    test(`${what} instead of an envelope is refused`, async (t) => {
      const server = await FaultyServer.start(t, () => ({ body }));
      await assert.rejects(read(clientOf(t, server)), { code: 'remote.invalid', message: /no TAXII envelope/ });
    });
});

describe('a body that breaks off', () => {
  const long = page(
    kept(3).map((row) => ({ ...row, text: row.text.replace('}', `,"x":"${'y'.repeat(900_000)}"}`) })),
    false,
  );
  const length = String(long.body).length;

  for (const breakAt of [10, 1_500_000, length - 1])
    test(`after ${breakAt} octets is asked for again, and nothing comes twice`, async (t) => {
      const server = await FaultyServer.start(t, ({ query }, count) =>
        query.has('added_after') ? { body: '{}' } : count < 3 ? { ...long, breakAt } : long,
      );
      assert.equal((await read(clientOf(t, server))).length, 3);
      assert.equal(server.asked.length, 4);
    });

  test('with the whole length announced and sent, in the middle of an object', async (t) => {
    const server = await FaultyServer.start(t, faultyFirst({ body: String(GOOD.body).slice(0, 60) }));
    assert.deepEqual(await read(clientOf(t, server)), TEXTS);
  });

  test('every time: a clear error', async (t) => {
    const server = await FaultyServer.start(t, () => ({ ...GOOD, breakAt: 60 }));
    await assert.rejects(read(clientOf(t, server)), { code: 'remote.unreachable', message: /the connection broke/ });
    assert.equal(server.asked.length, 4);
  });
});

describe('packed bodies', () => {
  const plain = Buffer.from(String(GOOD.body));
  for (const [encoding, packed] of [
    ['gzip', gzipSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['deflate', deflateSync(plain)],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
  ] as const) {
    const reply: Reply = { headers: { ...GOOD.headers, 'content-encoding': encoding }, body: packed };

    test(`${encoding} is unpacked`, async (t) => {
      const server = await FaultyServer.start(t, ({ query }) => (query.has('added_after') ? { body: '{}' } : reply));
      assert.deepEqual(await read(clientOf(t, server)), TEXTS);
    });

    test(`${encoding} that is cut short or damaged is asked for again`, async (t) => {
      const cut = { ...reply, body: packed.subarray(0, packed.length - 9) };
      const damaged = {
        ...reply,
        body: Buffer.concat([packed.subarray(0, 12), Buffer.alloc(20, 7), packed.subarray(32)]),
      };
      const server = await FaultyServer.start(t, faultyFirst(cut, damaged));
      assert.deepEqual(await read(clientOf(t, server)), TEXTS);
    });
  }

  for (const [encoding, bomb] of [
    ['gzip', gzipSync(Buffer.alloc(20_000_000, 0x20))],
    ['br', brotliCompressSync(Buffer.alloc(20_000_000, 0x20))],
    ['zstd', zstdCompressSync(Buffer.alloc(20_000_000, 0x20))],
    ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(20_000_000, 0x20)))],
  ] as const)
    test(`${encoding} that expands without end is refused, not tried again`, async (t) => {
      const server = await FaultyServer.start(t, () => ({ body: bomb, headers: { 'content-encoding': encoding } }));
      const client = clientOf(t, server, { limits: { maxPageBytes: 1_000_000, maxResourceBytes: 1_000_000 } });
      await assert.rejects(read(client), { code: 'remote.invalid', message: /larger than 1000000 octets/ });
      await assert.rejects(client.discovery(), { code: 'remote.invalid', message: /larger than 1000000 octets/ });
      assert.equal(server.asked.length, 2);
    });

  test('an encoding that was not asked for is refused', async (t) => {
    const server = await FaultyServer.start(t, () => ({ body: '{}', headers: { 'content-encoding': 'compress' } }));
    await assert.rejects(read(clientOf(t, server)), { code: 'remote.invalid', message: /encoded as "compress"/ });
  });
});
