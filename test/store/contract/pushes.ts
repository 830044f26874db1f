import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { AppError } from '../../../src/errors.ts';
import type { NewPush, PushPart, PushStatus, StatusLine } from '../../../src/store/store.ts';
import { REFUSALS } from '../../../src/store/store.ts';
import { type Bench, NOW, ONE, type OpenStore, openBench, SECOND, version } from './harness.ts';

function newPush(total: number, leaseUntil = NOW + 60 * SECOND): NewPush {
  const owner = { partner: 'vendor' };
  return { id: randomUUID(), root: 'regional', collection: ONE, owner, requested: NOW, total, leaseUntil };
}

const line = (id: string, message?: string): StatusLine => ({
  id,
  version: '2020-01-01T00:00:00.000Z',
  ...(message === undefined ? {} : { message }),
});

interface Counts {
  readonly complete: boolean;
  readonly successes: StatusLine[];
  readonly failures: StatusLine[];
  readonly pendings: StatusLine[];
}

/** The lists as a client sees them, after a look at the sums. */
async function status(bench: Bench, id: string): Promise<Counts> {
  const push = (await bench.store.pushes.status(id)) as PushStatus;
  const lists = [push.successes, push.failures, push.pendings].map(({ count, json }) => {
    const lines = JSON.parse(`[${json}]`) as StatusLine[];
    assert.equal(lines.length, count);
    return lines;
  });
  const [successes = [], failures = [], pendings = []] = lists;
  assert.equal(successes.length + failures.length + pendings.length, push.total);
  assert.equal(push.complete, pendings.length === 0);
  return { complete: push.complete, successes, failures, pendings };
}

const commit = (bench: Bench, push: PushPart, letters: readonly string[]) =>
  bench.commit({ push, objects: letters.map((letter) => version(letter)) });

const stored = (letter: string): StatusLine => line(version(letter).id);

export function pushContract(name: string, open: OpenStore): void {
  test(`${name}: a push of one part is registered and complete with its only commit`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('c', ' other'));
    const push = newPush(4);
    const lines = [
      { object: 0 },
      { refused: line('indicator--bad', 'why not') },
      { object: 1, message: 'warning: odd' },
      { object: 2 },
    ];
    await commit(bench, { begin: push, id: push.id, part: 0, lines, last: true }, ['a', 'b', 'c']);
    assert.deepEqual(await status(bench, push.id), {
      complete: true,
      successes: [stored('a'), { ...stored('b'), message: 'warning: odd' }],
      failures: [line('indicator--bad', 'why not'), { ...stored('c'), message: REFUSALS.conflict }],
      pendings: [],
    });
    const { id, root, collection, owner, requested, total } = (await bench.store.pushes.status(push.id)) as PushStatus;
    const { leaseUntil: _, ...registered } = push;
    assert.deepEqual({ id, root, collection, owner, requested, total }, registered);
  });

  test(`${name}: T21-4.3.1-08 counts of a push of several parts add up at every moment`, async (t) => {
    const bench = await openBench(t, open);
    const push = newPush(5);
    const parts = [['a', 'b'], ['c', 'd'], ['e']];
    await bench.store.pushes.begin(
      push,
      parts.map((part) => part.map(stored)),
    );
    assert.deepEqual((await status(bench, push.id)).pendings, [...'abcde'].map(stored));
    assert.equal(await bench.store.pushes.pending(), 1);
    for (const [part, letters] of parts.entries()) {
      const lines = letters.map((_, object) => ({ object }));
      await commit(bench, { id: push.id, part, lines, last: part === 2 }, letters);
      const done = parts.slice(0, part + 1).flat();
      const now = await status(bench, push.id);
      assert.deepEqual(now.successes, done.map(stored));
      assert.deepEqual(now.pendings, [...'abcde'].slice(done.length).map(stored));
    }
    assert.equal(await bench.store.pushes.pending(), 0);
    await bench.restart();
    assert.equal((await status(bench, push.id)).complete, true);
  });

  test(`${name}: a push whose lease has lapsed fails what is left of it, and takes nothing more`, async (t) => {
    const bench = await openBench(t, open);
    const push = newPush(2, NOW + SECOND);
    await bench.store.pushes.begin(push, [[stored('a')], [stored('b')]]);
    await commit(bench, { id: push.id, part: 0, lines: [{ object: 0 }], last: false }, ['a']);
    assert.equal(await bench.store.pushes.interrupt(NOW), 0);
    await bench.store.pushes.renew([push.id], NOW + 3 * SECOND);
    assert.equal(await bench.store.pushes.interrupt(NOW + 2 * SECOND), 0);
    assert.equal(await bench.store.pushes.interrupt(NOW + 4 * SECOND), 1);
    const { complete, successes, failures } = await status(bench, push.id);
    assert.deepEqual([complete, successes], [true, [stored('a')]]);
    assert.deepEqual(
      failures.map(({ id, version: text }) => ({ id, version: text })),
      [stored('b')],
    );
    assert.match(failures[0]?.message ?? '', /interrupted.*push it again/);
    const late = commit(bench, { id: push.id, part: 1, lines: [{ object: 0 }], last: true }, ['b']);
    await assert.rejects(late, (error) => error instanceof AppError && error.code === 'server.busy');
    assert.deepEqual(await bench.names({ versions: 'all' }), ['a'], 'the commit is whole or not at all');
    assert.equal(await bench.store.pushes.interrupt(NOW + 9 * SECOND), 0);
  });

  test(`${name}: a lease from before the clock was set back ends no later than any other`, async (t) => {
    const bench = await openBench(t, open);
    const HOUR = 3600 * SECOND;
    const push = newPush(1, NOW + 5 * HOUR);
    await bench.store.pushes.begin(push, [[stored('a')]]);
    assert.equal(await bench.store.pushes.interrupt(NOW), 0, 'whoever works on it renews it in time');
    assert.equal(await bench.store.pushes.interrupt(NOW + 60 * SECOND), 0);
    assert.equal(await bench.store.pushes.interrupt(NOW + 61 * SECOND), 1);
    assert.equal((await status(bench, push.id)).complete, true);
  });

  test(`${name}: statuses are forgotten by the time of their completion`, async (t) => {
    const bench = await openBench(t, open);
    const [done, open_] = [newPush(1), newPush(1)];
    await commit(bench, { begin: done, id: done.id, part: 0, lines: [{ object: 0 }], last: true }, ['a']);
    await bench.store.pushes.begin(open_, [[stored('b')]]);
    assert.equal(await bench.store.pushes.purge(NOW), 0);
    assert.equal(await bench.store.pushes.purge(NOW + 1), 1);
    assert.equal(await bench.store.pushes.status(done.id), undefined);
    assert.equal((await status(bench, open_.id)).complete, false);
    assert.equal(await bench.store.pushes.status('no such push'), undefined);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });
}
