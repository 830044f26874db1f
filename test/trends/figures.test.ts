import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyTotals, TrendStore } from '../../src/store/trends.ts';
import { countTrends, type TrendRequest } from '../../src/trends/count.ts';
import { trendCsv } from '../../src/trends/document.ts';
import { mergeAliases } from '../../src/trends/merge.ts';

const OPERATOR = { operator: 'ops' };

/** Monday of 2026-W10; weeks are counted from it. */
const MONDAY = Date.parse('2026-03-02') / 86_400_000;
const week = (n: number): number => MONDAY + 7 * n;

/** Weekly counts of each key, the last one in the week of MONDAY. */
function storeOf(counts: Readonly<Record<string, readonly number[]>>): TrendStore {
  const keys = Object.keys(counts);
  const sum = (key: string, from: number, until: number): number =>
    (counts[key] ?? []).reduce((total, count, i, all) => {
      const day = week(i - all.length + 1);
      return from <= day && day < until ? total + count : total;
    }, 0);
  return {
    totals: async (_query, windows) => ({
      keys: keys.map((key, num) => ({ num, key, counts: windows.map(({ from, until }) => sum(key, from, until)) })),
      merges: [],
    }),
    details: async (_query, nums, periods) =>
      nums.map((num) => ({
        num,
        counts: periods.map(({ from, until }) => sum(keys[num] as string, from, until)),
        labels: [{ label: (keys[num] as string).toUpperCase(), objects: 1 }],
        ids: [`malware--${keys[num]}`],
      })),
    reportIds: async () => undefined,
    rememberReport: async (_place, ids) => ids,
  };
}

function requestOf(more: Partial<TrendRequest> = {}): TrendRequest {
  const range = { from: week(-1), until: week(1) };
  return { dimension: 'malware', unit: 'week', basis: 'event', range, top: 20, minCount: 1, ...more };
}

const COUNTS = {
  steady: [8, 8, 8, 8, 8, 8, 8, 8, 8],
  up: [0, 0, 0, 0, 0, 0, 0, 4, 9],
  fresh: [0, 0, 0, 0, 0, 0, 0, 0, 6],
  gone: [1, 1, 1, 1, 1, 1, 1, 9, 0],
  past: [5, 5, 0, 0, 0, 0, 0, 0, 0],
};

test('change, mean of eight, rank, new and gone are as docs/trends.md defines them', async () => {
  const { rows, keys, period } = await countTrends(storeOf(COUNTS), OPERATOR, [], requestOf());
  assert.equal(period.name, '2026-W10');
  assert.equal(keys, 4);
  const figures = Object.fromEntries(
    rows.map((row) => [
      row.key,
      [
        row.total,
        row.count,
        row.before,
        row.change,
        row.changePercent,
        row.mean,
        row.aboveMean,
        row.rank,
        row.rankBefore,
        row.rankChange,
        row.new,
        row.gone,
      ],
    ]),
  );
  assert.deepEqual(figures, {
    steady: [16, 8, 8, 0, 0, 8, 0, 2, 2, 0, false, false],
    up: [13, 9, 4, 5, 125, 0.5, 8.5, 1, 3, 2, false, false],
    gone: [9, 0, 9, -9, -100, 2, -2, null, 1, null, false, true],
    fresh: [6, 6, 0, 6, null, 0, 6, 3, null, null, true, false],
  });
  assert.deepEqual(
    rows.map(({ label }) => label),
    ['STEADY', 'UP', 'GONE', 'FRESH'],
  );
});

test('counts below the threshold are withheld with all that would tell them', async () => {
  const counts = { ...COUNTS, small: [0, 0, 0, 0, 0, 0, 0, 0, 4], lost: [0, 0, 0, 0, 0, 0, 0, 3, 0] };
  const { rows, keys } = await countTrends(storeOf(counts), OPERATOR, [], requestOf({ minCount: 5 }));
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['steady', 'gone', 'up', 'fresh'],
  );
  assert.equal(keys, 4);
  const up = rows[2];
  assert.deepEqual([up?.before, up?.change, up?.mean, up?.rankBefore, up?.counts], [null, null, null, null, [null, 9]]);
  assert.equal(up?.total, 9);
  const gone = rows[1];
  assert.deepEqual([gone?.gone, gone?.mean, gone?.before], [true, null, 9]);
});

test('only the first keys are listed; the others are counted', async () => {
  const { rows, keys } = await countTrends(storeOf(COUNTS), OPERATOR, [], requestOf({ top: 2 }));
  assert.deepEqual([rows.length, keys], [2, 4]);
});

test('who added what is for operators', async () => {
  const request = requestOf({ dimension: 'source' });
  await assert.rejects(countTrends(storeOf({}), { partner: 'vendor' }, [], request), /operators only/);
  assert.deepEqual((await countTrends(storeOf({}), OPERATOR, [], request)).rows, []);
});

test('aliases merge along the chain, under the name that has most', () => {
  const key = (num: number, name: string, count: number): KeyTotals => ({ num, key: name, counts: [count, count] });
  const keys = [key(1, 'a', 3), key(2, 'b', 5), key(3, 'c', 5), key(4, 'd', 1)];
  const merges = [
    { alias: 1, name: 9 },
    { alias: 9, name: 3 },
    { alias: 3, name: 1 },
    { alias: 2, name: 3 },
  ];
  const groups = mergeAliases({ keys, merges });
  assert.deepEqual(
    groups.map(({ main, members, counts }) => [main.key, members.length, counts[0]]),
    [
      ['b', 3, 13],
      ['d', 1, 1],
    ],
  );
});

test('CSV keeps spreadsheets from taking a name for a formula', async () => {
  const trends = await countTrends(storeOf({ '=cmd|"x"': [0, 0, 0, 0, 0, 0, 0, 0, 2] }), OPERATOR, [], requestOf());
  const lines = trendCsv(trends).split('\r\n');
  assert.equal(
    lines[0],
    'key,name,rank,rank_change,count,before,change,change_percent,mean,total,new,gone,2026-W09,2026-W10',
  );
  assert.equal(lines[1], `"'=cmd|""x""","'=CMD|""X""",1,,2,0,2,,0,2,true,false,0,2`);
});
