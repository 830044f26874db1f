import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AppError } from '../../../src/errors.ts';
import { ALL, allow, idOf, ONE, type OpenStore, openBench, version } from './harness.ts';

const letters = Array.from({ length: 60 }, (_, i) => `${i}`);

export function maintenanceContract(name: string, open: OpenStore): void {
  test(`${name}: check finds no fault after versions in any order, restrictions and removals`, async (t) => {
    const bench = await openBench(t, open);
    const year = (letter: string, of: number, more = {}) =>
      version(letter, ` ${of}`, { modified: `${of}-01-01T00:00:00Z`, ...more });
    await bench.add(...letters.map((letter) => year(letter, 2020)), version('x', '', { modified: null }));
    await bench.add(...letters.map((letter) => year(letter, 2022, { marking: 'red' })));
    await bench.add(...letters.map((letter) => year(letter, 2021, { spec: '2.0' })));
    await bench.add(...letters.map((letter) => year(letter, 2019)));
    await bench.store.objects.remove({
      collection: ONE,
      verdict: allow({ delete: 'any' }),
      select: {
        ids: letters.slice(20).map((letter) => idOf(letter)),
        filter: { ...ALL, versions: { first: false, last: true, keys: [] } },
      },
      by: 'operator:ops',
      reason: 'delete',
    });
    const steps: number[] = [];
    const faults = await bench.store.maintenance.check((done, total) => steps.push(done / total));
    assert.deepEqual(faults, []);
    assert.equal(steps.at(-1), 1);
  });

  test(`${name}: ping answers, and throws when the store is closed`, async (t) => {
    const bench = await openBench(t, open);
    await bench.store.maintenance.ping();
    const closed = await bench.another();
    await closed[Symbol.asyncDispose]();
    await assert.rejects(closed.maintenance.ping());
  });

  test(`${name}: a backup taken while the store is written to is a whole store`, async (t) => {
    const bench = await openBench(t, open);
    const copies = join(bench.directory, 'copies');
    await bench.add(...letters.map((letter) => version(letter)));
    const target = join(copies, 'copy.db');
    await mkdir(copies);
    const backup = bench.store.maintenance.backup(target);
    for (let i = 100; i < 120; i++) await bench.add(version(`${i}`));
    await backup;
    await assert.rejects(
      bench.store.maintenance.backup(target),
      (error) => error instanceof AppError && error.code === 'file.unreadable',
    );
  });
}
