import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../src/errors.ts';
import { collection, ONE, type OpenStore, openBench, TWO } from './harness.ts';

export function catalogueContract(name: string, open: OpenStore): void {
  test(`${name}: a change of several entities is made whole and raises the generation`, async (t) => {
    const bench = await openBench(t, open);
    const { catalogue } = bench.store;
    const before = await catalogue.generation();
    const hub = { title: 'Hub' };
    const partner = { name: 'vendor', identity: 'identity--1' };
    const after = await catalogue.change(
      before,
      [
        { put: 'hub', value: hub, origin: 'file' },
        { put: 'partner', value: partner, origin: 'hand' },
        { remove: 'collection', name: TWO },
        { put: 'collection', value: collection(ONE, 'renamed'), origin: 'file' },
      ],
      'cli',
    );
    assert.ok(after > before);
    const loaded = await catalogue.load();
    assert.equal(loaded.generation, after);
    assert.equal(await catalogue.generation(), after);
    assert.deepEqual([...loaded.hub], [['hub', { origin: 'file', value: hub }]]);
    assert.deepEqual([...loaded.partner], [['vendor', { origin: 'hand', value: partner }]]);
    assert.deepEqual([...loaded.collection], [[ONE, { origin: 'file', value: collection(ONE, 'renamed') }]]);
    assert.deepEqual([loaded.agreement.size, loaded.operator.size, loaded.credential.size], [0, 0, 0]);
    await bench.restart();
    assert.deepEqual(await bench.store.catalogue.load(), loaded);
  });

  test(`${name}: of two changes from the same generation the second is refused`, async (t) => {
    const bench = await openBench(t, open);
    const other = await bench.another();
    const generation = await bench.store.catalogue.generation();
    const put = (named: string) => [{ put: 'operator', value: { name: named }, origin: 'hand' }] as const;
    const changes = [
      bench.store.catalogue.change(generation, put('a'), 'cli'),
      other.catalogue.change(generation, put('b'), 'cli'),
    ];
    const settled = await Promise.allSettled(changes);
    const refused = settled.filter((result) => result.status === 'rejected');
    assert.equal(refused.length, 1);
    assert.ok(refused[0]?.reason instanceof AppError && refused[0].reason.code === 'catalogue.changed');
    const { operator } = await bench.store.catalogue.load();
    assert.equal(operator.size, 1);
    assert.deepEqual(await other.catalogue.load(), await bench.store.catalogue.load());
  });
}
