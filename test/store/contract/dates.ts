import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewObject } from '../../../src/store/store.ts';
import type { Micros } from '../../../src/time.ts';
import {
  ALL,
  allow,
  type Bench,
  datesOf,
  idOf,
  kinds,
  MILLI,
  NOW,
  ONE,
  type OpenStore,
  openBench,
  SECOND,
  version,
} from './harness.ts';

const many = (from: number, count: number): NewObject[] =>
  Array.from({ length: count }, (_, i) => version(`${from + i}`));

export function datesContract(name: string, open: OpenStore): void {
  test(`${name}: T21-3.3-04 one commit gives distinct dates in its order, on whole milliseconds`, async (t) => {
    const bench = await openBench(t, open);
    bench.now = NOW + 1;
    const dates = datesOf(await bench.add(...many(0, 1000)));
    assert.deepEqual(
      dates,
      Array.from({ length: 1000 }, (_, i) => NOW + i * MILLI),
    );
    assert.deepEqual(
      (await bench.page({ limit: 2000 })).rows.map((row) => row.dateAdded),
      dates,
    );
  });

  test(`${name}: T21-D-07 beyond 60 s ahead of the wall clock dates step by 10 µs, the last of a commit on a whole millisecond`, async (t) => {
    const bench = await openBench(t, open);
    const far = NOW + 60 * SECOND + MILLI;
    await bench.add({ ...version('x'), dateAdded: far });
    const dates = datesOf(await bench.add(...many(0, 3)));
    assert.deepEqual(dates, [far + 10, far + 20, far + MILLI]);
    // What is present already does not take the last place.
    const next = datesOf(await bench.add(version('new'), version('x')));
    assert.deepEqual(next, [far + 2 * MILLI]);
    bench.now += MILLI;
    assert.deepEqual(datesOf(await bench.add(...many(10, 2))), [far + 2 * MILLI + 10, far + 3 * MILLI]);
  });

  test(`${name}: T21-D-09 a bulk load never runs more than 61 s ahead of the wall clock`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add({ ...version('x'), dateAdded: NOW + 59 * SECOND });
    let last = 0;
    for (let i = 0; i < 20; i++) last = Math.max(...datesOf(await bench.add(...many(i * 500, 500))));
    assert.ok(last <= NOW + 61 * SECOND, `${last - NOW}`);
    assert.equal(last % MILLI, 0);
  });

  test(`${name}: a clock set back never takes dates back, nor does a restart or a removal`, async (t) => {
    const bench = await openBench(t, open);
    let last = 0;
    const later = async (letter: string): Promise<void> => {
      const [date = 0] = datesOf(await bench.add(version(letter)));
      assert.ok(date > last, `${letter}: ${date} after ${last}`);
      last = date;
    };
    await later('a');
    bench.now = NOW - 3600 * SECOND;
    await later('b');
    await bench.restart();
    await later('c');
    await remove(bench, 'c');
    await bench.restart();
    await later('d');
    await remove(bench, 'a', 'b', 'd');
    await later('e');
    bench.now = NOW + SECOND;
    await later('f');
    assert.equal(last, NOW + SECOND);
  });

  test(`${name}: removals tick the clock`, async (t) => {
    const bench = await openBench(t, open);
    const clock = async (): Promise<Micros> => (await bench.store.objects.counts(ONE)).lastAdded ?? 0;
    await bench.add(version('a'), version('b'));
    const before = await clock();
    await remove(bench, 'a', 'b');
    assert.equal(await clock(), before + 2 * MILLI);
  });

  test(`${name}: given dates are kept when they exceed the last and are no more than 61 s ahead`, async (t) => {
    const bench = await openBench(t, open);
    const past = NOW - 1000 * SECOND;
    const given = [past, past + 1, NOW + 61 * SECOND, NOW + 61 * SECOND + 2];
    const outcomes = await bench.add(...given.map((dateAdded, i) => ({ ...version(`${i}`), dateAdded })));
    assert.deepEqual(kinds(outcomes), ['added', 'added', 'added', 'misdated']);
    assert.deepEqual(datesOf(outcomes), given.slice(0, 3));
    await bench.add(version('clocked'));
    assert.deepEqual(await bench.add({ ...version('late'), dateAdded: NOW }), [
      { kind: 'misdated', version: '2020-01-01T00:00:00.000Z' },
    ]);
  });

  test(`${name}: records with equal source dates step by 1 µs, also over commits and restarts`, async (t) => {
    const bench = await openBench(t, open);
    const at = (letter: string, dateAdded: Micros): NewObject => ({ ...version(letter), dateAdded });
    const date = NOW - SECOND;
    assert.deepEqual(datesOf(await bench.add(at('a', date), at('b', date))), [date, date + 1]);
    await bench.restart();
    const outcomes = await bench.add(at('b', date), at('c', date), at('d', date + 1), at('e', date + 9));
    assert.deepEqual(kinds(outcomes), ['present', 'added', 'added', 'added']);
    assert.deepEqual(datesOf(outcomes), [date + 2, date + 3, date + 9]);
    assert.deepEqual(kinds(await bench.add(at('f', date))), ['misdated']);
  });

  test(`${name}: after dates of the clock a record must exceed the last one again`, async (t) => {
    const bench = await openBench(t, open);
    const date = NOW - SECOND;
    await bench.add({ ...version('a'), dateAdded: date });
    await bench.add(version('b'));
    assert.deepEqual(kinds(await bench.add({ ...version('c'), dateAdded: date })), ['misdated']);
    assert.deepEqual(await bench.names(ALL), ['a', 'b']);
  });

  test(`${name}: T21-5.7-11 a removed version that is posted again gets a later date`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'), version('b'));
    await remove(bench, 'a');
    const [date = 0] = datesOf(await bench.add(version('a')));
    assert.ok(date > NOW + MILLI);
    assert.deepEqual(await bench.names(ALL), ['b', 'a']);
  });
}

async function remove(bench: Bench, ...letters: readonly string[]): Promise<void> {
  const ids = letters.map((letter) => idOf(letter));
  const verdict = allow({ delete: 'any' });
  const select = { ids, filter: ALL };
  const result = await bench.store.objects.remove({
    collection: ONE,
    verdict,
    select,
    by: 'operator:ops',
    reason: 'delete',
  });
  assert.equal(result.removed, letters.length);
}
