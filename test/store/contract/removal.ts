import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Allowed } from '../../../src/sharing/model.ts';
import type { Filter, RemovalResult } from '../../../src/store/store.ts';
import { ALL, allow, type Bench, idOf, LAST, NOW, ONE, type OpenStore, openBench, TWO, version } from './harness.ts';

const OLD = '2020-01-01T00:00:00Z';
const NEW = '2021-01-01T00:00:00Z';
const ANY = allow({ delete: 'any' });

function remove(bench: Bench, filter: Filter, by = 'operator:ops', verdict: Allowed = ANY): Promise<RemovalResult> {
  const select = { ids: filter.ids ?? [], filter };
  return bench.store.objects.remove({ collection: ONE, verdict, select, by, reason: 'delete' });
}

const A: Filter = { ...ALL, ids: [idOf('a')] };

export function removalContract(name: string, open: OpenStore): void {
  test(`${name}: T21-5.7-05 all versions of an object go, in this collection only`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', '', { modified: OLD }), version('b'), version('a', '', { modified: NEW }));
    await bench.commit({ collection: TWO, objects: [version('a')] });
    assert.deepEqual(await remove(bench, A), { selected: 2, removed: 2 });
    assert.deepEqual(await bench.names(ALL), ['b']);
    assert.deepEqual(await bench.names(A), []);
    assert.deepEqual(await bench.names(ALL, { collection: TWO }), ['a']);
    assert.deepEqual(await remove(bench, A), { selected: 0, removed: 0 });
  });

  test(`${name}: T21-5.7-10 removing the newest version uncovers the one before`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(
      version('a', ' old', { modified: OLD }),
      version('a', ' 2.0', { modified: '2022-01-01T00:00:00Z', spec: '2.0', marking: 'red' }),
      version('a', ' new', { modified: NEW }),
    );
    const green = { verdict: allow({ classes: ['green'] }) };
    assert.deepEqual(await bench.names(LAST, green), []);
    await remove(bench, { ...A, specVersions: ['2.0'] });
    assert.deepEqual(await bench.names(LAST, green), ['a new']);
    await remove(bench, { ...LAST, ids: [idOf('a')] });
    assert.deepEqual(await bench.names(LAST, green), ['a old']);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: T21-5.7-03 a version by value, T21-5.7-04 by keyword`, async (t) => {
    const bench = await openBench(t, open);
    for (const year of [2019, 2020, 2021, 2022])
      await bench.add(version('a', ` ${year}`, { modified: `${year}-01-01T00:00:00Z` }));
    const by = (versions: Filter['versions']): Filter => ({ ...A, versions });
    await remove(bench, by({ first: false, last: false, keys: ['2020-01-01T00:00:00'] }));
    assert.deepEqual(await bench.names(ALL), ['a 2019', 'a 2021', 'a 2022']);
    await remove(bench, by({ first: true, last: true, keys: [] }));
    assert.deepEqual(await bench.names(ALL), ['a 2021']);
    assert.deepEqual(await remove(bench, by({ first: false, last: false, keys: ['2020-01-01T00:00:00'] })), {
      selected: 0,
      removed: 0,
    });
  });

  test(`${name}: what others added stays where only own versions may go`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', ' own', { modified: OLD }));
    await bench.commit({ source: 'partner:other', objects: [version('a', ' theirs', { modified: NEW })] });
    const own = allow({ delete: 'own' });
    assert.deepEqual(await remove(bench, A, 'partner:third', own), { selected: 2, removed: 0 });
    assert.deepEqual(await remove(bench, A, 'partner:vendor', own), { selected: 2, removed: 1 });
    assert.deepEqual(await bench.names(ALL), ['a theirs']);
  });

  test(`${name}: hidden versions are neither selected nor removed`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(
      version('a', ' hidden', { modified: OLD, marking: 'red' }),
      version('a', ' seen', { modified: NEW }),
      version('b', '', { marking: 'red' }),
    );
    const green = allow({ classes: ['green'], delete: 'any' });
    const both = { ...ALL, ids: [idOf('a'), idOf('b')] };
    assert.deepEqual(await remove(bench, both, 'partner:vendor', green), { selected: 1, removed: 1 });
    assert.deepEqual(await bench.names(ALL), ['a hidden', 'b']);
  });

  test(`${name}: an entry permits the removal of what it admits itself`, async (t) => {
    const bench = await openBench(t, open);
    await bench.commit({
      source: 'partner:other',
      objects: [version('a', '', { marking: 'amber' }), version('m', '', { type: 'malware' })],
    });
    const verdict = allow(
      { classes: ['green', 'amber'], delete: 'own' },
      { types: ['malware'], classes: ['green'], delete: 'any' },
    );
    const filter = { ...ALL, ids: [idOf('a'), idOf('m', 'malware')] };
    assert.deepEqual(await remove(bench, filter, 'partner:vendor', verdict), { selected: 2, removed: 1 });
    assert.deepEqual(await bench.names(ALL), ['a']);
  });

  test(`${name}: retention removes the oldest first, as many as asked for`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(...[...'abcdef'].map((letter) => version(letter)));
    const retain = (verdict: Allowed, limit: number): Promise<RemovalResult> =>
      bench.store.objects.remove({
        collection: ONE,
        verdict,
        select: { addedBefore: NOW + 4000, limit },
        by: 'operator:retention',
        reason: 'retention',
      });
    assert.deepEqual(await retain(ANY, 3), { selected: 3, removed: 3 });
    assert.deepEqual(await bench.names(ALL), ['d', 'e', 'f']);
    assert.deepEqual(await retain(ANY, 3), { selected: 1, removed: 1 });
    assert.deepEqual(await retain(ANY, 3), { selected: 0, removed: 0 });
    assert.deepEqual(await bench.names(ALL), ['e', 'f']);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: a removed collection takes its objects along, and may come back empty`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(...[...'abcdef'].map((letter) => version(letter)));
    const { catalogue } = bench.store;
    const entity = (await catalogue.load()).collection.get(ONE);
    assert.ok(entity);
    await catalogue.change(await catalogue.generation(), [{ remove: 'collection', name: ONE }], 'cli');
    await assert.rejects(bench.page());
    await catalogue.change(await catalogue.generation(), [{ put: 'collection', ...entity }], 'cli');
    assert.deepEqual(await bench.page(), { rows: [], more: false, asOf: 0 });
    await bench.add(version('a', ' again'));
    assert.deepEqual(await bench.names(ALL), ['a again']);
    await bench.restart();
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });
}
