import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { COLLECTION } from '../hub-process.ts';
import { hubWith, indicatorText } from './feeds.ts';
import { LocalHub } from './local.ts';
import { type Answering, type Asked, FaultyServer, type Reply } from './server.ts';

const NONE = { exchanged: 0, present: 0, skipped: 0, failed: 0 };

function pusher(port: number, terms = 'push: {}'): string {
  return hubWith([{ name: 'b', port, terms }]);
}

interface Posted {
  readonly ids: readonly string[];
  readonly octets: number;
}

/** A server that takes pushes, and answers them as a test says; all of each unless it does. */
class Taker {
  readonly posts: Posted[] = [];
  readonly server: FaultyServer;

  private constructor(server: FaultyServer) {
    this.server = server;
  }

  static async start(
    t: Parameters<typeof FaultyServer.start>[0],
    answer: (posted: Posted, asked: Asked, count: number) => Reply | undefined = () => undefined,
    maxContentLength = 1_000_000,
  ): Promise<Taker> {
    const answering: Answering = (asked) => {
      if (asked.path === '/api/') return { body: `{"title":"API","max_content_length":${maxContentLength}}` };
      if (asked.path === '/api/collections/')
        return { body: `{"collections":[{"id":"${COLLECTION}","title":"Data","alias":"data","can_write":true}]}` };
      const objects = asked.body === '' ? [] : (JSON.parse(asked.body) as { objects: { id: string }[] }).objects;
      const posted = { ids: objects.map(({ id }) => id), octets: Buffer.byteLength(asked.body) };
      if (asked.method === 'POST') taker.posts.push(posted);
      return answer(posted, asked, taker.posts.length) ?? statusReply(posted.ids.length, []);
    };
    const taker = new Taker(await FaultyServer.start(t, answering));
    return taker;
  }

  get port(): number {
    return Number(new URL(this.server.origin).port);
  }
}

function statusReply(successes: number, failures: readonly object[], status = 'complete', pendings = 0): Reply {
  return {
    status: 202,
    body: JSON.stringify({
      id: 'status-1',
      status,
      total_count: successes + failures.length + pendings,
      success_count: successes,
      failure_count: failures.length,
      pending_count: pendings,
      failures,
    }),
  };
}

/** A server that takes one object a push, and is not done with any before it is released. */
async function waitingTaker(t: Parameters<typeof Taker.start>[0]): Promise<{ taker: Taker; release: () => void }> {
  let done = false;
  const taker = await Taker.start(
    t,
    (_, { method }, count) => {
      const { body } = method === 'GET' && done ? statusReply(1, []) : statusReply(0, [], 'pending', 1);
      return { status: 202, body: String(body).replace('status-1', `status-${count}`) };
    },
    indicatorText(10).length + 100,
  );
  return {
    taker,
    release: () => {
      done = true;
    },
  };
}

function idOf(number: number): string {
  return `indicator--00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

const MODIFIED = '2026-01-01T00:00:00.000Z';

test('a push sends everything once, as it is, and the next one only what is new', async (t) => {
  const there = await LocalHub.open(t, hubWith([]));
  const here = await LocalHub.open(t, pusher(there.port));
  const texts = Array.from({ length: 1500 }, (_, i) => indicatorText(i));
  await here.push(texts.slice(0, 1400));
  assert.deepEqual(await here.run('push', 'b'), { ...NONE, exchanged: 1400 });
  assert.deepEqual(await here.run('push', 'b'), NONE);
  await here.push(texts.slice(1400));
  assert.deepEqual(await here.run('push', 'b'), { ...NONE, exchanged: 100 });
  assert.deepEqual(await there.texts(), texts);
});

test('envelopes are no larger than the other server takes; what never fits is listed for good', async (t) => {
  const taker = await Taker.start(t, undefined, 2000);
  const here = await LocalHub.open(t, pusher(taker.port));
  await here.push([
    ...Array.from({ length: 20 }, (_, i) => indicatorText(i)),
    indicatorText(20, `,"x_long":"${'x'.repeat(2000)}"`),
  ]);
  assert.deepEqual(await here.run('push', 'b'), { ...NONE, exchanged: 20, failed: 1 });
  assert.ok(taker.posts.length > 4);
  assert.ok(taker.posts.every(({ octets }) => octets <= 2000));
  assert.deepEqual(
    taker.posts.flatMap(({ ids }) => ids),
    Array.from({ length: 20 }, (_, i) => idOf(i)),
  );
  const [failure] = await here.failures('b');
  assert.deepEqual([failure?.id, failure?.lasting], [idOf(20), true]);
  assert.match(failure?.reason ?? '', /larger than 2000 octets/);
  await here.run('push', 'b');
  assert.equal((await here.failures('b'))[0]?.tries, 1);
});

describe('what comes from there does not go back', () => {
  test('neither what the feed brought nor what its partner pushed; two hubs that sync both ways settle', async (t) => {
    const one = await LocalHub.open(t, hubWith([]));
    const two = await LocalHub.open(t, hubWith([{ name: 'one', port: one.port, terms: 'pull: {}, push: {}' }]));
    await one.apply(hubWith([{ name: 'two', port: two.port, terms: 'pull: {}, push: {}' }]));
    await one.push([indicatorText(1), indicatorText(3)]);
    await two.push([indicatorText(2), indicatorText(3)]);
    const round = async (): Promise<number> => {
      let moved = 0;
      for (const [hub, name] of [
        [one, 'two'],
        [two, 'one'],
      ] as const)
        for (const way of ['pull', 'push'] as const) moved += (await hub.run(way, name)).exchanged;
      return moved;
    };
    await round();
    await round();
    assert.equal(await round(), 0, 'it has settled');
    const expected = [1, 2, 3].map((number) => indicatorText(number));
    for (const hub of [one, two]) assert.deepEqual((await hub.texts()).toSorted(), expected);
    const { counts } = await two.state('push', 'one');
    assert.ok(counts.skipped >= 2, 'what came from there was passed over');
  });

  test('not even a version that was here already when the feed brought it', async (t) => {
    const there = await LocalHub.open(t, hubWith([]));
    await there.push([indicatorText(1)]);
    const here = await LocalHub.open(t, hubWith([{ name: 'b', port: there.port, terms: 'pull: {}, push: {}' }]));
    await here.push([indicatorText(1), indicatorText(2)]);
    assert.deepEqual(await here.run('pull', 'b'), { ...NONE, present: 1 });
    assert.deepEqual(await here.run('push', 'b'), { ...NONE, exchanged: 1, skipped: 1 });
  });
});

describe('what the other server says', () => {
  test('a status that is not complete is kept, over runs, until it is', async (t) => {
    let complete = false;
    const failures = [{ id: idOf(2), version: MODIFIED, message: 'No room' }];
    const taker = await Taker.start(t, (_, { method }) =>
      method === 'POST' ? statusReply(0, [], 'pending', 3) : complete ? statusReply(2, failures) : { status: 500 },
    );
    const here = await LocalHub.open(t, pusher(taker.port));
    await here.push([1, 2, 3].map((number) => indicatorText(number)));
    await assert.rejects(here.run('push', 'b'), { code: 'remote.failed' });
    const waiting = await here.state('push', 'b');
    assert.deepEqual([waiting.pending, waiting.counts.exchanged], [1, 0]);
    complete = true;
    assert.deepEqual(await here.run('push', 'b'), { ...NONE, exchanged: 2, failed: 1 });
    assert.equal(taker.posts.length, 1, 'nothing was sent twice');
    const { pending, failures: listed } = await here.state('push', 'b');
    assert.deepEqual([pending, listed], [0, 1]);
    assert.equal((await here.failures('b'))[0]?.reason, 'No room');
  });

  test('a status that is gone: its objects are sent again', async (t) => {
    const taker = await Taker.start(t, (_, { method }, count) => {
      if (method === 'GET') return { status: 404 };
      return count === 1 ? statusReply(0, [], 'pending', 1) : undefined;
    });
    const here = await LocalHub.open(t, pusher(taker.port));
    await here.push([indicatorText(1)]);
    assert.deepEqual(await here.run('push', 'b'), { ...NONE, failed: 1 });
    assert.deepEqual(await here.run('push', 'b'), { ...NONE, exchanged: 1 });
    assert.deepEqual(await here.failures('b'), []);
    assert.deepEqual(
      taker.posts.map(({ ids }) => ids),
      [[idOf(1)], [idOf(1)]],
    );
  });

  test('objects that fail are tried by five runs, then by --retry alone', async (t) => {
    let well = false;
    const taker = await Taker.start(t, ({ ids }) =>
      well
        ? undefined
        : statusReply(
            0,
            ids.map((id) => ({ id, version: MODIFIED, message: 'Not now' })),
          ),
    );
    const here = await LocalHub.open(t, pusher(taker.port));
    await here.push([indicatorText(1)]);
    for (let run = 0; run < 7; run++) await here.run('push', 'b');
    assert.equal(taker.posts.length, 5);
    well = true;
    assert.deepEqual(await here.run('push', 'b'), NONE);
    assert.deepEqual(await here.run('push', 'b', { retry: true }), { ...NONE, exchanged: 1 });
    assert.deepEqual(await here.failures('b'), []);
  });

  test('failures are found under versions in another writing, and where the server says only how many there are', async (t) => {
    let named = true;
    const taker = await Taker.start(t, ({ ids }) => {
      if (named) return statusReply(2, [{ id: idOf(2), version: '2026-01-01T00:00:00Z', message: 'Bad\u001b[31m' }]);
      const reply = JSON.parse(String(statusReply(1, []).body));
      return { status: 202, body: JSON.stringify({ ...reply, failure_count: 1, total_count: ids.length }) };
    });
    const here = await LocalHub.open(t, pusher(taker.port));
    await here.push([1, 2, 3].map((number) => indicatorText(number)));
    await here.run('push', 'b');
    assert.deepEqual(
      (await here.failures('b')).map(({ id, reason }) => [id, reason]),
      [[idOf(2), 'Bad\\u{1b}[31m']],
    );
    await here.store.feeds.dismiss('b', [(await here.failures('b'))[0]?.num ?? 0]);
    named = false;
    await here.push([4, 5].map((number) => indicatorText(number)));
    await here.run('push', 'b');
    assert.deepEqual(
      (await here.failures('b')).map(({ id }) => id),
      [idOf(4), idOf(5)],
    );
    assert.match((await here.failures('b'))[0]?.reason ?? '', /1 of 2 objects failed and not which/);
  });

  test('an envelope that is refused for one object goes in parts, without that one', async (t) => {
    const taker = await Taker.start(t, ({ ids }) =>
      ids.includes(idOf(5)) ? { status: 422, body: '{"title":"Bad","description":"I do not like it"}' } : undefined,
    );
    const here = await LocalHub.open(t, pusher(taker.port));
    await here.push(Array.from({ length: 16 }, (_, i) => indicatorText(i)));
    assert.deepEqual(await here.run('push', 'b'), { ...NONE, exchanged: 15, failed: 1 });
    const [failure] = await here.failures('b');
    assert.equal(failure?.id, idOf(5));
    assert.match(failure?.reason ?? '', /I do not like it/);
  });

  test('a server that refuses everything gets nothing listed as failed: the run fails, and the position stays', async (t) => {
    const taker = await Taker.start(t, () => ({ status: 422, body: '{"title":"No"}' }));
    const here = await LocalHub.open(t, pusher(taker.port));
    await here.push([1, 2, 3].map((number) => indicatorText(number)));
    await assert.rejects(here.run('push', 'b'), { code: 'remote.refused' });
    const { failures, position } = await here.state('push', 'b');
    assert.deepEqual([failures, position], [0, undefined]);
  });

  test('a push that broke off is sent again by the next run', async (t) => {
    const taker = await Taker.start(t, ({ ids }, _, count) =>
      count === 1 ? { ...statusReply(ids.length, []), breakAt: 3 } : undefined,
    );
    const here = await LocalHub.open(t, pusher(taker.port));
    await here.push([indicatorText(1)]);
    await assert.rejects(here.run('push', 'b'), { code: 'remote.unreachable' });
    assert.deepEqual(await here.run('push', 'b'), { ...NONE, exchanged: 1 });
    assert.equal(taker.posts.length, 2);
  });
});

describe('agreements and filters', () => {
  const GREEN = ',"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]';
  const AMBER = ',"object_marking_refs":["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"]';

  test('only what its partner may see and the filter admits is sent', async (t) => {
    const taker = await Taker.start(t);
    const here = await LocalHub.open(t, pusher(taker.port, 'push: { max_tlp: green, types: [indicator] }'));
    await here.push([indicatorText(1, GREEN), indicatorText(2, AMBER), indicatorText(3)]);
    await here.run('push', 'b');
    assert.deepEqual(
      taker.posts.flatMap(({ ids }) => ids),
      [idOf(1), idOf(3)],
    );
  });

  test('an agreement that is suspended stops it', async (t) => {
    const taker = await Taker.start(t);
    const here = await LocalHub.open(
      t,
      pusher(taker.port).replace('name: b-terms,', 'name: b-terms, suspended: true,'),
    );
    await here.push([indicatorText(1)]);
    await assert.rejects(here.run('push', 'b'), { code: 'permission.denied' });
    assert.equal(taker.server.asked.length, 0);
  });

  test('a feed that is changed while it runs goes on by its new terms, in the next run', async (t) => {
    const { taker, release } = await waitingTaker(t);
    const here = await LocalHub.open(t, pusher(taker.port));
    await here.push(Array.from({ length: 12 }, (_, i) => indicatorText(10 + i)));
    const run = here.run('push', 'b');
    while (taker.posts.length < 8) await wait(5);
    await here.apply(pusher(taker.port, 'push: { types: [malware] }'));
    release();
    await assert.rejects(run, { code: 'catalogue.changed' });
    await here.run('push', 'b');
    assert.equal(taker.posts.length, 8);
  });

  test('nothing goes out that was read before the other server made it wait', async (t) => {
    const { taker, release } = await waitingTaker(t);
    const here = await LocalHub.open(t, pusher(taker.port));
    await here.push(Array.from({ length: 12 }, (_, i) => indicatorText(10 + i)));
    const run = here.run('push', 'b');
    while (taker.posts.length < 8) await wait(5);
    await here.store.recalls.begin({ object: idOf(20), reason: 'wrong', by: 'cli' });
    release();
    await run;
    const bodies = taker.server.asked.map(({ body }) => body).filter((body) => body.includes(idOf(20)));
    assert.deepEqual(
      bodies.map((body) => body.includes('"revoked":true')),
      [true],
    );
  });

  test('what was sent is in the ledger before it is sent, stretch by stretch without what was left out', async (t) => {
    const there = await LocalHub.open(t, hubWith([]));
    await there.push([indicatorText(2)]);
    const here = await LocalHub.open(t, hubWith([{ name: 'b', port: there.port, terms: 'pull: {}, push: {}' }]));
    await here.push([indicatorText(1)]);
    await here.run('pull', 'b');
    await here.push([indicatorText(3), indicatorText(4)]);
    await here.run('push', 'b');
    const { rows } = await here.store.ledger.read({ limit: 100, kinds: ['disclosure'] });
    const records = rows.map(({ text }) => JSON.parse(text));
    assert.deepEqual(
      records.map(({ who, read, count, entries }) => [who, read, count, entries[0].agreement]),
      [
        ['feed:b', 'feed', 1, 'b-terms'],
        ['feed:b', 'feed', 2, 'b-terms'],
      ],
    );
    const sent = await here.store.ledger.sent(idOf(2), records);
    assert.deepEqual(sent, [[], []]);
    assert.equal((await here.store.ledger.sent(idOf(4), records))[1]?.length, 1);
  });
});
