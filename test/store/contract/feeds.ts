import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type FeedRun,
  type FeedStart,
  type FeedState,
  type FeedStep,
  MAX_FAILURES,
  NO_COUNTS,
  NO_VERSION,
} from '../../../src/store/feeds.ts';
import { ALL, allow, type Bench, NOW, ONE, type OpenStore, openBench, SECOND, version } from './harness.ts';

/** A process that is nowhere, so that its lease alone counts. */
const RUN: FeedRun = { feed: 'cert', way: 'pull', process: 'p1', pid: 2 ** 30, host: 'elsewhere' };
const OTHER: FeedRun = { ...RUN, process: 'p2', host: 'somewhere' };
const START: FeedStart = { target: 'there', anew: false };

function step(number: number, more: Partial<FeedStep> = {}): FeedStep {
  return { number, counts: NO_COUNTS, failures: [], ...more };
}

async function begin(bench: Bench, run = RUN, start: Partial<FeedStart> = {}): Promise<FeedState> {
  const state = await bench.store.feeds.begin(run, { ...START, ...start });
  assert.ok(state);
  return state;
}

export function feedContract(name: string, open: OpenStore): void {
  test(`${name}: a feed is run by one process at a time, each way by itself, until it ends or its lease lapses`, async (t) => {
    const bench = await openBench(t, open);
    const { feeds } = bench.store;
    await begin(bench);
    assert.equal(await feeds.begin(RUN, START), undefined, 'not twice by the same process either');
    assert.equal(await feeds.begin(OTHER, START), undefined);
    await begin(bench, { ...OTHER, way: 'push' });
    await feeds.end(RUN, { upToDate: true });
    await begin(bench, OTHER);
    bench.now += 59 * SECOND;
    assert.equal(await feeds.begin(RUN, START), undefined);
    await feeds.renew(OTHER);
    bench.now += 59 * SECOND;
    assert.equal(await feeds.begin(RUN, START), undefined);
    bench.now += 2 * SECOND;
    await begin(bench);
    for (const late of [
      () => feeds.renew(OTHER),
      () => feeds.advance(OTHER, step(0)),
      () => bench.commit({ source: 'feed:cert', objects: [version('a')], feed: { run: OTHER, step: step(0) } }),
    ])
      await assert.rejects(late, { code: 'feed.busy' });
    assert.deepEqual((await bench.page({ filter: ALL })).rows, [], 'nothing of a run that was taken over is stored');
  });

  test(`${name}: a process on this machine that is gone lets go of its feeds at once`, async (t) => {
    const bench = await openBench(t, open);
    const { hostname } = await import('node:os');
    const gone = { ...RUN, host: hostname(), pid: 2 ** 22 + 1 };
    await begin(bench, gone);
    await begin(bench, { ...OTHER, host: hostname(), pid: process.pid });
    assert.equal(await bench.store.feeds.begin(gone, START), undefined, 'this one is there');
  });

  test(`${name}: steps are written in their order, or not at all after one that failed`, async (t) => {
    const bench = await openBench(t, open);
    const { feeds } = bench.store;
    assert.equal((await begin(bench)).steps, 0);
    await feeds.advance(RUN, step(0, { position: '"one"' }));
    const commit = (number: number, names: readonly string[], position: string) =>
      bench.commit({
        source: 'feed:cert',
        objects: names.map((each) => version(each)),
        feed: { run: RUN, step: step(number, { position }) },
      });
    await assert.rejects(commit(2, ['b'], '"three"'), { code: 'feed.busy' });
    await commit(1, ['a'], '"two"');
    const [state] = await feeds.states();
    assert.deepEqual([state?.position, state?.steps, state?.counts.exchanged], ['"two"', 2, 1]);
    assert.equal((await bench.page({ filter: ALL })).rows.length, 1);
  });

  test(`${name}: position, counts and objects are there together after a restart`, async (t) => {
    const bench = await openBench(t, open);
    await begin(bench);
    await bench.commit({
      source: 'feed:cert',
      objects: [version('a'), version('b')],
      feed: { run: RUN, step: step(0, { position: '{"next":"x"}', counts: { ...NO_COUNTS, skipped: 4 } }) },
    });
    await bench.restart();
    const [state] = await bench.store.feeds.states();
    assert.deepEqual(state, {
      feed: 'cert',
      way: 'pull',
      position: '{"next":"x"}',
      steps: 1,
      running: true,
      started: NOW,
      failing: 0,
      counts: { exchanged: 2, present: 0, skipped: 4, failed: 0 },
      failures: 0,
      pending: 0,
    });
  });

  test(`${name}: the end of a run says whether it was up to date, or why it failed`, async (t) => {
    const bench = await openBench(t, open);
    const { feeds } = bench.store;
    await begin(bench);
    bench.now += SECOND;
    await feeds.end(RUN, { upToDate: true });
    const [fine] = await feeds.states();
    assert.deepEqual([fine?.upToDate, fine?.ended, fine?.running], [NOW, NOW + SECOND, false]);
    for (const failing of [1, 2]) {
      await begin(bench);
      await feeds.end(RUN, { upToDate: false, error: 'No way' });
      const [state] = await feeds.states();
      assert.deepEqual([state?.failing, state?.error, state?.upToDate], [failing, 'No way', NOW]);
    }
    await begin(bench);
    await feeds.end(RUN, { upToDate: true });
    const [well] = await feeds.states();
    assert.deepEqual([well?.failing, well?.error], [0, undefined]);
  });

  test(`${name}: another target, or the wish to, begins anew; a run that somebody else did meanwhile does not`, async (t) => {
    const bench = await openBench(t, open);
    const { feeds } = bench.store;
    const ended = async (start: Partial<FeedStart>): Promise<string | undefined> => {
      const { position, steps } = await begin(bench, RUN, start);
      await feeds.advance(RUN, step(steps, { position: '"p"', failures: [{ id: 'x', version: 'v', reason: 'r' }] }));
      await feeds.end(RUN, { upToDate: true });
      return position;
    };
    assert.equal(await ended({}), undefined);
    assert.equal(await ended({}), '"p"');
    assert.equal(await ended({ anew: true }), undefined);
    assert.equal((await feeds.failures('cert', { limit: 9 })).length, 1);
    assert.equal(await ended({ target: 'elsewhere' }), undefined);
    assert.equal((await feeds.failures('cert', { limit: 9 }))[0]?.tries, 1, 'what failed elsewhere is forgotten');
    assert.equal(await feeds.begin(RUN, { ...START, unlessStartedSince: NOW - 1 }), undefined);
    await begin(bench, RUN, { unlessStartedSince: NOW });
  });

  test(`${name}: what cannot be stored is listed, and taken off the list when it is stored after all`, async (t) => {
    const bench = await openBench(t, open);
    const { feeds } = bench.store;
    await bench.add({ ...version('a'), json: '{"other":1}' });
    await begin(bench);
    const objects = [version('a'), version('b')];
    const failures = [
      { id: objects[1]?.id ?? '', version: objects[1]?.version ?? '', reason: 'Bad' },
      { id: objects[1]?.id ?? '', version: NO_VERSION, reason: 'Bad, too' },
    ];
    await bench.commit({
      source: 'feed:cert',
      objects: objects.slice(0, 1),
      feed: { run: RUN, step: step(0, { failures, counts: { ...NO_COUNTS, failed: 2 } }) },
    });
    assert.deepEqual(
      (await feeds.failures('cert', { limit: 9 })).map(({ reason, tries }) => [reason.slice(0, 20), tries]),
      [
        ['Bad', 1],
        ['Bad, too', 1],
        ['This id and version ', 1],
      ],
    );
    assert.equal((await feeds.states())[0]?.counts.failed, 3);
    await bench.commit({ source: 'feed:cert', objects: objects.slice(1), feed: { run: RUN, step: step(1) } });
    const [left, ...more] = await feeds.failures('cert', { limit: 9, way: 'pull' });
    assert.deepEqual([left?.id, more], [objects[0]?.id, []]);
    await feeds.dismiss('cert', [left?.num ?? 0]);
    assert.deepEqual(await feeds.failures('cert', { limit: 9 }), []);
  });

  test(`${name}: failures are bounded, the oldest go; those that may be tried again are told apart`, async (t) => {
    const bench = await openBench(t, open);
    const { feeds } = bench.store;
    const run: FeedRun = { ...RUN, way: 'push' };
    await begin(bench, run);
    const failures = Array.from({ length: MAX_FAILURES + 5 }, (_, i) => ({ id: `x--${i}`, version: 'v', reason: 'r' }));
    await feeds.advance(run, step(0, { failures }));
    assert.equal((await feeds.states())[0]?.failures, MAX_FAILURES);
    const [oldest] = await feeds.failures('cert', { limit: 1 });
    assert.equal(oldest?.id, 'x--5');
    await feeds.advance(run, step(1, { failures: [{ id: 'x--5', version: 'v', reason: 'again' }] }));
    await feeds.advance(run, step(2, { failures: [{ id: 'x--6', version: 'v', reason: 'never', lasting: true }] }));
    const [first] = await feeds.failures('cert', { limit: 1, triedLessThan: 2 });
    assert.equal(first?.id, 'x--7');
    await feeds.advance(run, step(3, { mended: [{ id: 'x--7', version: 'v' }] }));
    assert.equal((await feeds.failures('cert', { limit: 1, triedLessThan: 2 }))[0]?.id, 'x--8');
  });

  test(`${name}: which versions came from a feed, or were brought by it although they were there`, async (t) => {
    const bench = await openBench(t, open);
    const { feeds } = bench.store;
    await bench.add(version('own'), version('both'));
    await begin(bench);
    const part = { feed: { run: RUN, step: step(0) }, source: 'feed:cert' };
    await bench.commit({ ...part, objects: [version('theirs'), version('both')] });
    const { rows } = await bench.page({ filter: ALL });
    const dates = rows.map(({ dateAdded }) => dateAdded);
    const [own, both, theirs] = dates;
    assert.deepEqual(await feeds.known(ONE, ['feed:cert'], dates), new Set([both, theirs]));
    assert.deepEqual(await feeds.known(ONE, ['partner:vendor'], dates), new Set([own, both]));
    assert.deepEqual(await feeds.known(ONE, ['feed:other'], dates), new Set());
    // The number of the last row is given again.
    await bench.store.objects.remove({
      collection: ONE,
      verdict: allow({ delete: 'any' }),
      select: { ids: rows.map(({ id }) => id), filter: { ...ALL, ids: rows.map(({ id }) => id) } },
      by: 'operator:ops',
      reason: 'delete',
    });
    await bench.add(version('new-1'), version('new-2'), version('new-3'));
    const fresh = (await bench.page({ filter: ALL })).rows.map(({ dateAdded }) => dateAdded);
    assert.deepEqual(await feeds.known(ONE, ['feed:cert'], fresh), new Set());
  });

  test(`${name}: pushes that are not settled are kept, and everything of a feed goes with it`, async (t) => {
    const bench = await openBench(t, open);
    const run: FeedRun = { ...RUN, way: 'push' };
    await begin(bench, run);
    const pushed = { status: 's1', sentAt: NOW, sent: [{ dateAdded: 5, id: 'x--1', version: 'v' }] };
    await bench.store.feeds.advance(
      run,
      step(0, { pushed, failures: [{ id: 'y', version: 'v', reason: 'r', dateAdded: 7 }] }),
    );
    await bench.restart();
    assert.deepEqual(await bench.store.feeds.pending('cert'), [pushed]);
    assert.equal((await bench.store.feeds.states())[0]?.pending, 1);
    await bench.store.feeds.advance(run, step(1, { settled: 's1' }));
    assert.deepEqual(await bench.store.feeds.pending('cert'), []);
    assert.equal((await bench.store.feeds.failures('cert', { limit: 9 }))[0]?.dateAdded, 7);
    await bench.store.catalogue.change(
      await bench.store.catalogue.generation(),
      [{ remove: 'feed', name: 'cert' }],
      'cli',
    );
    assert.deepEqual(await bench.store.feeds.states(), []);
    assert.deepEqual(await bench.store.feeds.failures('cert', { limit: 9 }), []);
  });
}
