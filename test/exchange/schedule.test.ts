import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dueAt, startSchedule } from '../../src/exchange/schedule.ts';
import type { Feed } from '../../src/sharing/model.ts';
import { type FeedState, NO_COUNTS } from '../../src/store/feeds.ts';
import { hubWith, indicatorText, until } from './feeds.ts';
import { LocalHub } from './local.ts';

const MINUTE = 60_000_000;
const NOON = Date.UTC(2026, 0, 1, 12) * 1000;

function feed(schedule?: string): Feed {
  const pull = schedule === undefined ? {} : { schedule };
  return { name: 'b', partner: 'p', collection: 'c', url: 'https://x.example/', remoteCollection: 'd', pull };
}

function state(more: Partial<FeedState>): FeedState {
  return {
    feed: 'b',
    way: 'pull',
    steps: 0,
    running: false,
    failing: 0,
    counts: NO_COUNTS,
    failures: 0,
    pending: 0,
    ...more,
  };
}

describe('when a feed is due', () => {
  test('never without a schedule, and never the way it does not have', () => {
    assert.equal(dueAt(feed(), 'pull', undefined), undefined);
    assert.equal(dueAt(feed('* * * * *'), 'push', undefined), undefined);
  });

  test('at once when it never ran, else at the next time after its last start, in UTC', () => {
    assert.equal(dueAt(feed('*/5 * * * *'), 'pull', undefined), 0);
    assert.equal(dueAt(feed('*/5 * * * *'), 'pull', state({ started: NOON + 1 })), NOON + 5 * MINUTE);
    assert.equal(dueAt(feed('30 6 * * *'), 'pull', state({ started: NOON })), NOON + (18 * 60 + 30) * MINUTE);
  });

  test('after failures not before a pause that grows up to an hour', () => {
    const failed = (failing: number): number | undefined =>
      dueAt(feed('* * * * * *'), 'pull', state({ started: NOON, ended: NOON + MINUTE, failing }));
    assert.deepEqual([1, 2, 3, 30].map(failed), [
      NOON + MINUTE + MINUTE / 2,
      NOON + 2 * MINUTE,
      NOON + 3 * MINUTE,
      NOON + 61 * MINUTE,
    ]);
    const hourly = dueAt(feed('0 * * * *'), 'pull', state({ started: NOON, ended: NOON, failing: 1 }));
    assert.equal(hourly, NOON + 60 * MINUTE, 'the schedule may be later');
    const asked = state({ started: NOON, ended: NOON, failing: 1, notBefore: NOON + 90 * MINUTE });
    assert.equal(dueAt(feed('0 * * * *'), 'pull', asked), NOON + 90 * MINUTE, 'so may what the other server asks for');
  });
});

test('in serve, feeds run as they are due, changes hold at once, and two processes do not run one twice', async (t) => {
  const there = await LocalHub.open(t, hubWith([]));
  await there.push([indicatorText(1)]);
  const here = await LocalHub.open(t, hubWith([]));
  const ended: string[] = [];
  const failed: unknown[] = [];
  const events = {
    ended: (name: string, way: string, result: object) => void ended.push(`${name} ${way} ${'counts' in result}`),
    failed: (error: unknown) => void failed.push(error),
  };
  await using _schedule = startSchedule(here.runner, here.deps, events);
  await using _another = startSchedule(here.runner, here.deps, events);
  await here.apply(hubWith([{ name: 'b', port: there.port, terms: 'pull: { schedule: "* * * * * *" }' }]));
  await until(async () => (await here.texts()).length === 1, 50);
  await there.push([indicatorText(2)]);
  await until(async () => (await here.texts()).length === 2, 50);
  assert.deepEqual(failed, []);
  assert.deepEqual(new Set(ended), new Set(['b pull true']));
  const { present, exchanged } = (await here.state('pull', 'b')).counts;
  assert.deepEqual([present, exchanged], [0, 2]);
});

test('metrics say how feeds are, whichever process ran them', async (t) => {
  const there = await LocalHub.open(t, hubWith([]));
  await there.push([indicatorText(1)]);
  const here = await LocalHub.open(t, hubWith([{ name: 'b', port: there.port, terms: 'pull: {}, push: {}' }]));
  await here.run('pull', 'b');
  await here.run('push', 'b');
  const { text } = await here.metrics.render();
  for (const line of [
    'entente_feed_objects_total{feed="b",way="pull",outcome="exchanged"} 1',
    'entente_feed_objects_total{feed="b",way="push",outcome="skipped"} 1',
    'entente_feed_failing_runs{feed="b",way="pull"} 0',
    'entente_feed_listed_failures{feed="b",way="push"} 0',
    'entente_feed_pushes_pending{feed="b",way="push"} 0',
  ])
    assert.ok(text.includes(`${line}\n`), line);
  assert.match(text, /entente_feed_lag_seconds\{feed="b",way="pull"\} \d/);
  assert.doesNotMatch(text, /feed_pushes_pending\{feed="b",way="pull"\}/);
});
