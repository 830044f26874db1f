import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { formatMicros, parseInstant } from '../../src/time.ts';
import { type Hub, openHub } from '../http/hub.ts';
import { LAST } from './answers.ts';
import { domain, TS6 } from './stix.ts';

const SECOND = 1_000_000;
const MT = '/api1/collections/MT/';

async function dates(hub: Hub): Promise<string[]> {
  const { objects = [] } = (await hub.get(`${MT}manifest/?limit=10000`)).json;
  return objects.map(({ date_added }: { date_added: string }) => date_added);
}

const many = (count: number) => Array.from({ length: count }, () => domain());

async function push(hub: Hub, count: number): Promise<string[]> {
  const objects = many(count);
  const { json } = await hub.push('MT', objects);
  assert.equal(json.success_count, count);
  return objects.map(({ id }) => id);
}

function assertIncreasing(list: readonly string[]): void {
  for (const [i, date] of list.entries()) {
    assert.match(date, TS6);
    if (i > 0) assert.ok(date > String(list[i - 1]), `${date} follows ${list[i - 1]}`);
  }
}

describe('date_added', () => {
  test('T21-D-07 it grows strictly in commit order, whatever the clock does, and across restarts', async (t) => {
    const hub = await openHub(t, { maxContentLength: 1_000_000 });
    const order: string[] = [];
    const round = async (): Promise<void> => {
      await Promise.all(Array.from({ length: 8 }, async () => order.push(...(await push(hub, 5)))));
    };
    await round();
    hub.clockOffset = -3600 * SECOND;
    await round();
    await hub.restart();
    await round();
    const list = await dates(hub);
    assert.equal(list.length, 120);
    assertIncreasing(list);
    const { objects } = (await hub.get(`${MT}objects/`)).json;
    assert.deepEqual(new Set(objects.map(({ id }: { id: string }) => id)), new Set(order));
  });

  test('T21-D-07 T21-3.3-04 a thousand objects of one envelope stand on whole milliseconds, in its order', async (t) => {
    const hub = await openHub(t, { maxContentLength: 1_000_000 });
    const ids = await push(hub, 1000);
    const list = await dates(hub);
    assertIncreasing(list);
    assert.equal(list.length, 1000);
    for (const date of list) assert.match(date, /000Z$/);
    const { objects } = (await hub.get(`${MT}objects/`)).json;
    assert.deepEqual(
      objects.map(({ id }: { id: string }) => id),
      ids,
    );
  });

  test('T21-D-07 T21-D-09 a collection never runs more than 61 s ahead of the clock, and each commit ends on a millisecond', async (t) => {
    const hub = await openHub(t, { maxContentLength: 2_000_000 });
    hub.clockOffset = 59 * SECOND;
    await push(hub, 1000);
    hub.clockOffset = 0;
    const lasts: string[] = [];
    for (let i = 0; i < 4; i++) {
      await push(hub, 1000);
      lasts.push((await dates(hub)).at(-1) as string);
    }
    const now = hub.clock();
    const list = await dates(hub);
    assert.equal(list.length, 5000);
    assertIncreasing(list);
    assert.ok((parseInstant(list.at(-1) as string) as number) - now <= 61 * SECOND, list.at(-1));
    assert.ok(
      list.some((date) => !date.endsWith('000Z')),
      'finer steps were used',
    );
    for (const last of lasts) assert.match(last, /000Z$/);
  });

  test('T21-D-09 without a bulk load it is not after the Date header but for the steps', async (t) => {
    const hub = await openHub(t);
    const before = formatMicros(hub.clock());
    await push(hub, 3);
    const answer = await hub.get(`${MT}objects/`);
    const limit = formatMicros(hub.clock() + 3000);
    for (const date of await dates(hub)) assert.ok(before <= date && date <= limit, `${before} ${date} ${limit}`);
    assert.ok((answer.headers[LAST] ?? '') <= limit);
  });
});

const hub = await openHub({ after }, { maxContentLength: 1_000_000 });

test('T21-D-08 a follower beside a slow large writer and fast small ones misses nothing and gets nothing twice', async () => {
  const writing = { done: false };
  const writers = [
    ...Array.from({ length: 2 }, () => push(hub, 1000)),
    ...Array.from({ length: 3 }, async () => {
      const ids: string[] = [];
      for (let i = 0; i < 20; i++) ids.push(...(await push(hub, 3)));
      return ids;
    }),
  ];
  const follow = async (cut: boolean, limit: number): Promise<string[]> => {
    const seen: string[] = [];
    let cursor = '';
    for (let quiet = 0; quiet < 3; ) {
      const finished = writing.done;
      const after = cursor === '' ? '' : `&added_after=${cursor}`;
      const answer = await hub.get(`${MT}objects/?limit=${limit}${after}`);
      const { objects = [] } = answer.json;
      seen.push(...objects.map(({ id }: { id: string }) => id));
      const last = answer.headers[LAST];
      if (last !== undefined) cursor = cut ? last.replace(/\d{3}Z$/, 'Z') : last;
      if (finished && objects.length === 0) quiet += 1;
      await new Promise(setImmediate);
    }
    return seen;
  };
  const following = [follow(false, 1000), follow(true, 1000), follow(false, 37)];
  const written = (await Promise.all(writers)).flat();
  writing.done = true;
  for (const seen of await Promise.all(following)) {
    assert.equal(new Set(seen).size, seen.length, 'nothing comes twice');
    assert.deepEqual(seen.toSorted(), written.toSorted());
  }
});
