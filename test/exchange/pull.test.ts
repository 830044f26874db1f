import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FeedRunner } from '../../src/exchange/run.ts';
import { COLLECTION } from '../hub-process.ts';
import { hubWith, indicatorText } from './feeds.ts';
import { LocalHub } from './local.ts';
import { type Answering, FaultyServer, later, page, type Reply } from './server.ts';

const TEXTS = Array.from({ length: 2500 }, (_, i) => indicatorText(i));
const GREEN = ',"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]';
const AMBER = ',"object_marking_refs":["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"]';

/** A hub that pulls from a server, in the name of an organisation that may write. */
function puller(port: number, terms = 'pull: {}'): string {
  return hubWith([{ name: 'b', port, terms }]);
}

/** A server with the collection `data`, whose objects are answered as a test says. */
function withObjects(objects: Answering): Answering {
  return (asked, count) => {
    if (asked.path === '/api/collections/')
      return { body: `{"collections":[{"id":"${COLLECTION}","title":"Data","alias":"data","can_read":true}]}` };
    if (asked.path === '/api/') return { body: '{"title":"API","max_content_length":1000000}' };
    return objects(asked, count);
  };
}

function portOf(server: FaultyServer): number {
  return Number(new URL(server.origin).port);
}

test('a pull takes everything once, as it was, and the next one only what is new', async (t) => {
  const there = await LocalHub.open(t, hubWith([]));
  await there.push(TEXTS.slice(0, 2400));
  const here = await LocalHub.open(t, puller(there.port));
  const none = { exchanged: 0, present: 0, skipped: 0, failed: 0 };
  assert.deepEqual(await here.run('pull', 'b'), { ...none, exchanged: 2400 });
  assert.deepEqual(await here.run('pull', 'b'), none);
  await there.push(TEXTS.slice(2400));
  assert.deepEqual(await here.run('pull', 'b'), { ...none, exchanged: 100 });
  assert.deepEqual(await here.run('pull', 'b', { fromStart: true }), { ...none, present: 2500 });
  assert.deepEqual(await here.texts(), TEXTS);
  assert.deepEqual(new Set((await here.rows()).map(({ source }) => source)), new Set(['feed:b']));
  const { counts, failing, upToDate, started, running } = await here.state('pull', 'b');
  assert.deepEqual(
    [counts, failing, running, upToDate],
    [{ ...none, exchanged: 2500, present: 2500 }, 0, false, started],
  );
});

test('every version comes, in the order in which it was added there', async (t) => {
  const there = await LocalHub.open(t, hubWith([]));
  const versions = ['2026-01-03', '2026-01-01', '2026-01-02'].map((day) =>
    indicatorText(1).replace('"modified":"2026-01-01', `"modified":"${day}`),
  );
  for (const version of versions) await there.push([version]);
  const here = await LocalHub.open(t, puller(there.port));
  await here.run('pull', 'b');
  assert.deepEqual(await here.texts(), versions);
});

describe('filters', () => {
  test('types and a TLP ceiling: what they leave out is passed over, not refused', async (t) => {
    const there = await LocalHub.open(t, hubWith([]));
    const identity = `{"type":"identity","spec_version":"2.1","id":"identity--00000000-0000-4000-8000-000000000001","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"x","identity_class":"organization"}`;
    await there.push([indicatorText(1, GREEN), indicatorText(2, AMBER), indicatorText(3), identity]);
    const here = await LocalHub.open(t, puller(there.port, 'pull: { types: [indicator], max_tlp: green }'));
    assert.deepEqual(await here.run('pull', 'b'), { exchanged: 2, present: 0, skipped: 1, failed: 0 });
    assert.deepEqual(await here.texts(), [indicatorText(1, GREEN), indicatorText(3)]);
    assert.deepEqual(await here.failures('b'), []);
  });

  test('also where the other server does not know them', async (t) => {
    const rows = [
      { text: indicatorText(1), date: '2024-01-01T00:00:01.5Z' },
      { text: indicatorText(2).replaceAll('indicator', 'x-thing'), date: '2024-01-01T00:00:02.5Z' },
    ];
    const server = await FaultyServer.start(
      t,
      withObjects(({ query }) => page(later(rows, query), false)),
    );
    const here = await LocalHub.open(t, puller(portOf(server), 'pull: { types: [indicator] }'));
    assert.deepEqual(await here.run('pull', 'b'), { exchanged: 1, present: 0, skipped: 1, failed: 0 });
  });

  test('a first run begins at added_after', async (t) => {
    const server = await FaultyServer.start(
      t,
      withObjects(() => ({ body: '{}' })),
    );
    const here = await LocalHub.open(t, puller(portOf(server), 'pull: { added_after: "2024-05-01T00:00:00.5Z" }'));
    await here.run('pull', 'b');
    assert.equal(server.asked.at(-1)?.query.get('added_after'), '2024-05-01T00:00:00.5Z');
  });
});

describe('agreements hold for a feed as for anyone', () => {
  const agreed = (grant: string, port: number): string =>
    puller(port).replace(
      /name: b-terms, partner: b-org, grants: \[[^\]]*\]/,
      `name: b-terms, partner: b-org, grants: [${grant}]`,
    );

  test('objects above the ceiling of its partner are refused and listed', async (t) => {
    const there = await LocalHub.open(t, hubWith([]));
    await there.push([indicatorText(1, GREEN), indicatorText(2, AMBER)]);
    const here = await LocalHub.open(t, agreed('{ collection: data, write: true, max_tlp: green }', there.port));
    assert.deepEqual(await here.run('pull', 'b'), { exchanged: 1, present: 0, skipped: 0, failed: 1 });
    const [failure] = await here.failures('b');
    assert.match(failure?.reason ?? '', /above what the agreement lets you write here \(TLP:GREEN\)/);
    await here.apply(agreed('{ collection: data, write: true, max_tlp: red }', there.port));
    assert.equal((await here.run('pull', 'b')).exchanged, 0);
    assert.equal((await here.run('pull', 'b', { retry: true })).exchanged, 1);
    assert.deepEqual(await here.failures('b'), []);
    assert.equal((await here.texts()).length, 2);
  });

  test('an object of others that its partner may not read stays as it is', async (t) => {
    const there = await LocalHub.open(t, hubWith([]));
    await there.push([indicatorText(1).replace('"modified":"2026-01-01', '"modified":"2026-02-01')]);
    const here = await LocalHub.open(t, agreed('{ collection: data, write: true, max_tlp: red }', there.port));
    await here.push([indicatorText(1)]);
    assert.equal((await here.run('pull', 'b')).failed, 1);
    assert.deepEqual(await here.texts(), [indicatorText(1)]);
    assert.match((await here.failures('b'))[0]?.reason ?? '', /does not let you change this object/);
  });

  test('without any it does not run, and nobody is asked', async (t) => {
    const server = await FaultyServer.start(
      t,
      withObjects(() => ({ body: '{}' })),
    );
    const here = await LocalHub.open(t, agreed('{ collection: data, read: true, max_tlp: red }', portOf(server)));
    await assert.rejects(here.run('pull', 'b'), { code: 'permission.denied', message: /lets partner "b-org"/ });
    assert.equal(server.asked.length, 0);
    const { failing, error } = await here.state('pull', 'b');
    assert.equal(failing, 1);
    assert.match(error ?? '', /write in the collection "Data"/);
  });
});

describe('bad objects', () => {
  test('are listed, the good ones of the page stored; --retry takes them when they have become good', async (t) => {
    let good = false;
    const bad = indicatorText(2).replace(`[domain-name:value = 'a2.example']`, '[broken');
    const objects = withObjects(({ path, query }): Reply => {
      if (path.includes('indicator--')) return { body: `{"objects":[${good ? indicatorText(2) : bad}]}` };
      if (query.has('added_after')) return { body: '{}' };
      const texts = [
        indicatorText(1),
        bad,
        '{"id":"indicator--00000000-0000-4000-8000-000000000003","id":1}',
        '5',
        indicatorText(4),
      ];
      return page(
        texts.map((text, i) => ({ text, date: `2024-01-01T00:00:0${i}.5Z` })),
        false,
      );
    });
    const server = await FaultyServer.start(t, objects);
    const here = await LocalHub.open(t, puller(portOf(server)));
    assert.deepEqual(await here.run('pull', 'b'), { exchanged: 2, present: 0, skipped: 0, failed: 3 });
    assert.deepEqual(await here.texts(), [indicatorText(1), indicatorText(4)]);
    const listed = await here.failures('b');
    assert.equal(listed.length, 3);
    assert.match(listed.find(({ id }) => id.endsWith('2'))?.reason ?? '', /pattern/);
    assert.match(listed.find(({ id }) => id.endsWith('3'))?.reason ?? '', /stands twice/);
    await here.run('pull', 'b', { retry: true });
    assert.equal((await here.failures('b')).find(({ id }) => id.endsWith('2'))?.tries, 2);
    good = true;
    assert.equal((await here.run('pull', 'b', { retry: true })).exchanged, 1);
    assert.equal(
      (await here.failures('b')).some(({ id }) => id.endsWith('2')),
      false,
    );
    assert.equal((await here.texts()).length, 3);
  });

  test('other content under the same id and version stays out and is listed', async (t) => {
    const there = await LocalHub.open(t, hubWith([]));
    await there.push([indicatorText(1, ',"x_a":1')]);
    const here = await LocalHub.open(t, puller(there.port));
    await here.push([indicatorText(1)]);
    assert.equal((await here.run('pull', 'b')).failed, 1);
    assert.match((await here.failures('b'))[0]?.reason ?? '', /other content/);
    assert.deepEqual(await here.texts(), [indicatorText(1)]);
  });
});

describe('the position', () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    text: indicatorText(i),
    date: `2024-01-01T00:00:${String(i).padStart(2, '0')}.5Z`,
  }));
  const paged = (next: number): Reply => {
    const more = next + 10 < rows.length;
    return page(rows.slice(next, next + 10), more, more ? String(next + 10) : undefined);
  };

  test('is kept when the other server fails on the way; the next run goes on from there', async (t) => {
    let ill = true;
    const server = await FaultyServer.start(
      t,
      withObjects(({ query }) => {
        const next = Number(query.get('next') ?? 0);
        if (next === 20 && ill) return { status: 500, body: '{"title":"Out of order"}' };
        return query.has('added_after') ? page(later(rows, query), false) : paged(next);
      }),
    );
    const here = await LocalHub.open(t, puller(portOf(server)));
    await assert.rejects(here.run('pull', 'b'), { code: 'remote.failed' });
    const { failing, error, position, upToDate } = await here.state('pull', 'b');
    assert.deepEqual([failing, upToDate], [1, undefined]);
    assert.match(error ?? '', /answered 500: Out of order/);
    assert.deepEqual(JSON.parse(position ?? ''), { next: '20', last: '2024-01-01T00:00:19.5Z' });
    assert.equal((await here.texts()).length, 20);
    ill = false;
    const asked = server.asked.length;
    assert.equal((await here.run('pull', 'b')).exchanged, 10);
    assert.deepEqual(
      [...(server.asked[asked + 1]?.query.entries() ?? [])].filter(([key]) => key === 'next'),
      [['next', '20']],
    );
    assert.deepEqual(
      await here.texts(),
      rows.map(({ text }) => text),
    );
    assert.equal((await here.state('pull', 'b')).failing, 0);
  });

  test('begins anew when the feed leads elsewhere', async (t) => {
    const server = await FaultyServer.start(
      t,
      withObjects(({ query }) => page(later(rows, query), false)),
    );
    const here = await LocalHub.open(t, puller(portOf(server)));
    await here.run('pull', 'b');
    await here.apply(puller(portOf(server)).replace('remote_collection: data', 'remote_collection: Data'));
    assert.equal((await here.run('pull', 'b')).present, 30);
  });
});

describe('a server that is slow, breaks off, is busy or lies: the pull ends right', () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    text: indicatorText(i),
    date: `2024-01-01T00:00:${String(i).padStart(2, '0')}.5Z`,
  }));
  const answers: Record<string, (rows: typeof ROWS, count: number) => Reply> = {
    'breaks off every other time': (some, count) => ({
      ...page(some.slice(0, 10), some.length > 10),
      ...(count % 2 === 1 ? { breakAt: 400 } : {}),
    }),
    'answers 429 and 503 in between': (some, count) =>
      count % 3 === 0
        ? page(some.slice(0, 10), some.length > 10)
        : { status: count % 3 === 1 ? 429 : 503, headers: { 'retry-after': '0' } },
    'says more for ever': (some) => page(some.slice(0, 10), true),
    'never says more': (some) => page(some.slice(0, 10), false),
    'says nothing now and then': (some, count) =>
      count % 4 === 1 ? { silent: true } : page(some.slice(0, 10), some.length > 10),
  };
  const ROWS = rows;
  for (const [what, answer] of Object.entries(answers))
    test(what, async (t) => {
      let count = 0;
      const server = await FaultyServer.start(
        t,
        withObjects(({ query }) => answer(later(rows, query), ++count)),
      );
      const here = await LocalHub.open(t, puller(portOf(server)));
      const runner = new FeedRunner({
        ...here.deps,
        client: { retry: { attempts: 5, pauseMs: 1 }, timeouts: { headerMs: 200 } },
      });
      await runner.run('b', 'pull');
      assert.deepEqual(
        await here.texts(),
        rows.map(({ text }) => text),
      );
      assert.equal((await here.state('pull', 'b')).failing, 0);
    });
});

test('a server that asks to come back much later is not asked before', async (t) => {
  const server = await FaultyServer.start(
    t,
    withObjects(() => ({ status: 429, headers: { 'retry-after': '7200' } })),
  );
  const here = await LocalHub.open(t, puller(portOf(server)));
  await assert.rejects(here.run('pull', 'b'), { code: 'remote.busy' });
  const { notBefore, ended } = await here.state('pull', 'b');
  assert.ok((notBefore ?? 0) - (ended ?? 0) > 7_000_000_000);
});

test('a feed runs in one process at a time', async (t) => {
  let release: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = await FaultyServer.start(
    t,
    withObjects(async () => {
      await waiting;
      return { body: '{}' };
    }),
  );
  const here = await LocalHub.open(t, puller(portOf(server)));
  const first = here.run('pull', 'b');
  while (server.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal((await here.state('pull', 'b')).running, true);
  await assert.rejects(here.run('pull', 'b'), { code: 'feed.busy' });
  release();
  await first;
  await here.run('pull', 'b');
});

test('a run that is stopped is no failure, and lets go of the feed', async (t) => {
  const server = await FaultyServer.start(
    t,
    withObjects(() => ({ silent: true })),
  );
  const here = await LocalHub.open(t, puller(portOf(server)));
  const stop = new AbortController();
  const run = here.run('pull', 'b', { signal: stop.signal });
  while (server.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort(new Error('stopped'));
  await assert.rejects(run, /stopped/);
  const { failing, running, error } = await here.state('pull', 'b');
  assert.deepEqual([failing, running, error], [0, false, undefined]);
});

test('what a run brings is in the ledger, under its name and agreement', async (t) => {
  const there = await LocalHub.open(t, hubWith([]));
  await there.push([indicatorText(1), indicatorText(2)]);
  const here = await LocalHub.open(t, puller(there.port));
  await here.run('pull', 'b');
  const { rows } = await here.store.ledger.read({ limit: 100, kinds: ['push'] });
  const records = rows.map(({ text }) => JSON.parse(text));
  assert.deepEqual(
    records.map(({ who, agreements, added }) => [who, agreements, added]),
    [['feed:b', ['b-terms'], { indicator: { unmarked: 2 } }]],
  );
});
