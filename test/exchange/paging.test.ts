import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Position } from '../../src/exchange/index.ts';
import { clientOf, datesOf, distinct, FaultyServer, kept, later, page, REF, read, second } from './server.ts';

const ALL = kept(25);
const TEXTS = ALL.map(({ text }) => text);

describe('a list is read to its end, nothing is missed', () => {
  test('by next, and its end is asked for once more', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => {
      const from = Number(query.get('next') ?? 0);
      const rows = query.has('next') ? ALL : later(ALL, query);
      return page(
        rows.slice(from, from + 10),
        rows.length > from + 10,
        rows.length > from + 10 ? String(from + 10) : undefined,
      );
    });
    assert.deepEqual(await read(clientOf(t, server)), TEXTS);
    assert.deepEqual(
      server.asked.map(({ query }) => String(query)),
      ['', 'next=10', 'next=20', 'added_after=2024-01-01T00%3A00%3A24.000500Z'],
    );
  });

  test('`more` without `next`: from the last date on', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => {
      const rows = later(ALL, query);
      return page(rows.slice(0, 10), rows.length > 10);
    });
    assert.deepEqual(distinct(await read(clientOf(t, server))), TEXTS);
  });

  test('`more` without `next`, where dates are equal across the page', async (t) => {
    const equal = kept(25, (i) => second(Math.floor(i / 4)));
    const server = await FaultyServer.start(t, ({ query }) => {
      const rows = later(equal, query);
      return page(rows.slice(0, 10), rows.length > 10);
    });
    assert.deepEqual(distinct(await read(clientOf(t, server))), TEXTS);
  });

  test('`more` without `next`, more equal dates than a page holds: a larger page', async (t) => {
    const equal = kept(25, () => second(1));
    const server = await FaultyServer.start(t, ({ query }) => {
      const rows = later(equal, query);
      const size = Number(query.get('limit') ?? 10);
      return page(rows.slice(0, size), rows.length > size);
    });
    assert.deepEqual(distinct(await read(clientOf(t, server))), TEXTS);
  });

  test('`more` without `next`, more equal dates than any page holds: a clear error, and the position before it', async (t) => {
    const equal = kept(25, (i) => second(i < 5 ? i : 7));
    const server = await FaultyServer.start(t, ({ query }) => {
      const rows = later(equal, query);
      return page(rows.slice(0, 10), rows.length > 10);
    });
    let position: Position = {};
    const reading = async (): Promise<void> => {
      for await (const each of clientOf(t, server).objects(REF)) position = each.position;
    };
    await assert.rejects(reading, { code: 'remote.paging', message: /no "next" leads past them/ });
    assert.deepEqual(position, { addedAfter: '2024-01-01T00:00:07.000499Z' });
  });

  test('`more` that is always true, without `next`: ends', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => page(later(ALL, query).slice(0, 10), true));
    assert.deepEqual(distinct(await read(clientOf(t, server))), TEXTS);
  });

  test('`more` and `next` that are always there: ends', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => {
      const from = Number(query.get('next') ?? 0);
      const rows = query.has('next') ? ALL : later(ALL, query);
      return page(rows.slice(from, from + 10), true, String(Math.min(from + 10, 30)));
    });
    assert.deepEqual(distinct(await read(clientOf(t, server))), TEXTS);
  });

  test('`more: false` that is not true: what follows is found', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => page(later(ALL, query).slice(0, 10), false));
    assert.deepEqual(await read(clientOf(t, server)), TEXTS);
  });

  test('a `next` that repeats itself is no endless loop', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => {
      if (query.has('next')) return page(ALL.slice(10, 20), true, 'same');
      const rows = later(ALL, query);
      return page(rows.slice(0, 10), rows.length > 10, 'same');
    });
    assert.deepEqual(distinct(await read(clientOf(t, server))), TEXTS);
  });

  test('a `next` that stays the same and moves on all the same is followed', async (t) => {
    let place = 0;
    const server = await FaultyServer.start(t, ({ query }) => {
      if (!query.has('next') && query.has('added_after')) return page([], false);
      const rows = ALL.slice(place, place + 10);
      place += 10;
      return page(rows, place < ALL.length, 'cursor');
    });
    assert.deepEqual(await read(clientOf(t, server)), TEXTS);
  });

  test('pages in a circle without dates: a clear error', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => ({
      ...page(ALL.slice(0, 10), true, query.get('next') === 'a' ? 'b' : 'a'),
      headers: {},
    }));
    await assert.rejects(read(clientOf(t, server)), { code: 'remote.paging' });
  });

  test('a `next` that was used up already: from the last date on', async (t) => {
    const used = new Set<string>();
    const server = await FaultyServer.start(t, ({ query }) => {
      const next = query.get('next');
      if (next === '20' || (next !== null && used.has(next))) return { status: 404, body: '{"title":"Gone"}' };
      used.add(next ?? '');
      const rows = next === null ? later(ALL, query) : ALL.slice(Number(next));
      const end = ALL.length - rows.length + 10;
      return page(rows.slice(0, 10), rows.length > 10, rows.length > 10 ? String(end) : undefined);
    });
    assert.deepEqual(distinct(await read(clientOf(t, server))), TEXTS);
  });

  test('a `next` that was used up, without dates: once more from the start', async (t) => {
    let refused = false;
    const server = await FaultyServer.start(t, ({ query }) => {
      const from = Number(query.get('next') ?? 0);
      if (from === 10 && !refused) {
        refused = true;
        return { status: 400 };
      }
      return { ...page(ALL.slice(from, from + 10), from + 10 < 25, String(from + 10)), headers: {} };
    });
    assert.deepEqual(distinct(await read(clientOf(t, server))), TEXTS);
  });

  test('without date headers by next alone; the position has a margin before the time of the server', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => {
      const from = Number(query.get('next') ?? 0);
      const more = from + 10 < 25;
      const { body } = page(ALL.slice(from, from + 10), more, more ? String(from + 10) : undefined);
      return { body: body as string, headers: { date: 'Mon, 01 Jan 2024 12:00:00 GMT' } };
    });
    const positions: Position[] = [];
    for await (const each of clientOf(t, server).objects(REF)) positions.push(each.position);
    assert.deepEqual(positions, [{ next: '10' }, { next: '20' }, { addedAfter: '2024-01-01T11:50:00.000000Z' }]);
  });

  test('pages without objects on the way, and at most a hundred of them', async (t) => {
    const some = await FaultyServer.start(t, ({ query }) => {
      const at = Number(query.get('next') ?? 0);
      if (query.has('added_after')) return page([], false);
      return at % 5 === 0 ? page(ALL.slice(at, at + 5), at < 20, String(at + 1)) : page([], true, String(at + 1));
    });
    assert.deepEqual(await read(clientOf(t, some)), TEXTS);
    const endless = await FaultyServer.start(t, ({ query }) =>
      page([], true, String(Number(query.get('next') ?? 0) + 1)),
    );
    await assert.rejects(read(clientOf(t, endless)), { code: 'remote.paging', message: /pages of it were empty/ });
  });

  test('newest first: complete by next, and the position is the latest date', async (t) => {
    const newest = ALL.toReversed();
    const server = await FaultyServer.start(t, ({ query }) => {
      const from = Number(query.get('next') ?? 0);
      const rows = query.has('next') ? newest : later(newest, query);
      const more = rows.length > from + 10;
      return page(rows.slice(from, from + 10), more, more ? String(from + 10) : undefined);
    });
    let position: Position = {};
    const texts: string[] = [];
    for await (const each of clientOf(t, server).objects(REF)) {
      position = each.position;
      for await (const { text } of each.objects()) texts.push(text);
    }
    assert.deepEqual(
      texts,
      newest.map(({ text }) => text),
    );
    assert.deepEqual(position, { addedAfter: second(24) });
  });

  test('more pages than were asked for at most: a clear error', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => {
      const at = Number(query.get('next') ?? 0);
      return page([{ text: `{"id":"x--${at}"}`, date: second(at) }], true, String(at + 1));
    });
    await assert.rejects(read(clientOf(t, server, { limits: { maxPages: 7 } })), {
      code: 'remote.paging',
      message: /more than 7 pages/,
    });
    assert.equal(server.asked.length, 7);
  });
});

describe('positions', () => {
  test('from any of them the rest follows, and nothing is missed', async (t) => {
    const server = await FaultyServer.start(t, ({ query }) => {
      const from = Number(query.get('next') ?? 0);
      const rows = query.has('next') ? ALL : later(ALL, query);
      const more = rows.length > from + 10;
      return page(rows.slice(from, from + 10), more, more ? String(from + 10) : undefined);
    });
    const client = clientOf(t, server);
    const read1: string[] = [];
    for await (const each of client.objects(REF)) {
      for await (const { text } of each.objects()) read1.push(text);
      const rest = await read(client, { from: JSON.parse(JSON.stringify(each.position)) as Position });
      assert.deepEqual(distinct([...read1, ...rest]), TEXTS);
    }
  });

  test('dates of any fraction are sent back as they came', async (t) => {
    const dates = ['2024-01-01T00:00:00.1Z', '2024-01-01T00:00:00.12345678901234Z', '2024-01-01T00:00:00.123457Z'];
    const server = await FaultyServer.start(t, ({ query }) => {
      const at = dates.indexOf(query.get('added_after') ?? '') + 1;
      const date = dates[at];
      return date === undefined ? { body: '{}' } : page([{ text: `{"id":"x--${at}"}`, date }], false);
    });
    assert.deepEqual(await read(clientOf(t, server)), ['{"id":"x--0"}', '{"id":"x--1"}', '{"id":"x--2"}']);
  });

  test('where a server knows whole seconds only, the last second is asked for again', async (t) => {
    const rows = [{ text: '{"id":"x--1"}', date: '2024-01-01T00:00:05Z' }];
    const server = await FaultyServer.start(t, ({ query }) => page(later(rows, query), false));
    await read(clientOf(t, server), { from: { addedAfter: '2024-01-01T00:00:05Z' } });
    assert.equal(server.asked[0]?.query.get('added_after'), '2024-01-01T00:00:04.999999Z');
  });

  test('dates that are none are as if they were not there', async (t) => {
    const server = await FaultyServer.start(t, () => ({
      ...page(ALL.slice(0, 2), false),
      headers: { ...datesOf(ALL.slice(0, 2)), 'x-taxii-date-added-last': 'yesterday' },
    }));
    const positions: Position[] = [];
    for await (const each of clientOf(t, server).objects(REF)) positions.push(each.position);
    assert.deepEqual(positions[0], { addedAfter: second(0) });
  });
});
