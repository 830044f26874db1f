import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NewObject, Store } from '../../../src/store/store.ts';
import type { Micros } from '../../../src/time.ts';
import { datesOf, NOW, ONE, type OpenStore, openBench, queryOf, SECOND, version } from './harness.ts';

const batch = (writer: number, round: number, count: number): NewObject[] =>
  Array.from({ length: count }, (_, i) => version(`${writer}.${round}.${i}`));

async function follow(store: Store, until: () => boolean): Promise<{ name: string; dateAdded: Micros }[]> {
  const seen: { name: string; dateAdded: Micros }[] = [];
  for (let last = false; ; ) {
    const after = seen.at(-1)?.dateAdded;
    const { rows, more } = await store.objects.objects(
      queryOf({ limit: 7, ...(after === undefined ? {} : { after }) }),
    );
    for (const { json, dateAdded } of rows) seen.push({ name: (JSON.parse(json) as { name: string }).name, dateAdded });
    if (!more && last) return seen;
    if (!more) last = until();
    await nextTurn();
  }
}

export function concurrencyContract(name: string, open: OpenStore): void {
  test(`${name}: T21-D-07, T21-D-08 dates of several writers are unique and in commit order, so a follower misses nothing`, async (t) => {
    const bench = await openBench(t, open);
    const skewed = await bench.another(() => bench.now - 3600 * SECOND);
    const ahead = await bench.another(() => bench.now + 30 * SECOND);
    let writing = 3;
    const write = async (store: Store, writer: number): Promise<Micros[]> => {
      const dates: Micros[] = [];
      for (let round = 0; round < 12; round++) {
        const objects = batch(writer, round, 1 + ((writer * 7 + round * 5) % 30));
        dates.push(...datesOf(await store.objects.commit({ collection: ONE, source: `import`, objects })));
      }
      writing -= 1;
      return dates;
    };
    const followers = [bench.store, skewed].map((store) => follow(store, () => writing === 0));
    const dates = await Promise.all([bench.store, skewed, ahead].map(write));
    for (const own of dates)
      assert.deepEqual(
        own,
        own.toSorted((a, b) => a - b),
      );
    const all = dates.flat().toSorted((a, b) => a - b);
    assert.equal(new Set(all).size, all.length);
    for (const seen of await Promise.all(followers))
      assert.deepEqual(
        seen.map(({ dateAdded }) => dateAdded),
        all,
      );
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: calls made at once are each whole or not at all`, async (t) => {
    const bench = await openBench(t, open);
    const gone = '33333333-3333-4333-8333-333333333333';
    const settled = await Promise.allSettled([
      bench.add(version('a')),
      bench.commit({ collection: gone, objects: [version('b')] }),
      bench.add(version('c'), { ...version('d'), version: 'not a time' }),
      bench.add(version('e'), version('a')),
    ]);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await bench.names({ versions: 'all' }), ['a', 'e']);
    assert.equal((await bench.store.objects.counts(ONE)).lastAdded, NOW + 1000);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: the same objects from two writers at once are stored once`, async (t) => {
    const bench = await openBench(t, open);
    const other = await bench.another();
    const objects = batch(0, 0, 100);
    const outcomes = await Promise.all(
      [bench.store, other].map((store) => store.objects.commit({ collection: ONE, source: 'import', objects })),
    );
    assert.equal(datesOf(outcomes.flat()).length, 100);
    assert.equal((await bench.page()).rows.length, 100);
  });

  test(`${name}: what one store acknowledged, another sees at once`, async (t) => {
    const bench = await openBench(t, open);
    const other = await bench.another();
    for (let i = 0; i < 20; i++) {
      const [writer, reader] = i % 2 === 0 ? [bench.store, other] : [other, bench.store];
      const type = `x-type-${i}`;
      await writer.objects.commit({ collection: ONE, source: 'import', objects: [version(`${i}`, '', { type })] });
      const { rows } = await reader.objects.objects(queryOf({}));
      assert.equal(rows.length, i + 1);
    }
  });
}
