import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential } from '../../../src/sharing/model.ts';
import { type OpenStore, openBench } from './harness.ts';

const credential = (user: string): Credential => ({ kind: 'basic', user, passwordHash: 'x', owner: { partner: 'p' } });

export function credentialUsesContract(name: string, open: OpenStore): void {
  test(`${name}: the latest use of each credential is kept, as long as there is the credential`, async (t) => {
    const bench = await openBench(t, open);
    const { catalogue, credentialUses } = bench.store;
    const generation = await catalogue.change(
      await catalogue.generation(),
      ['a', 'b'].map((user) => ({ put: 'credential', value: credential(user), origin: 'hand' }) as const),
      'cli',
    );
    assert.deepEqual(await credentialUses.all(), new Map());
    await credentialUses.note(
      new Map([
        ['basic:a', 20],
        ['basic:gone', 20],
      ]),
    );
    await credentialUses.note(
      new Map([
        ['basic:a', 10],
        ['basic:b', 30],
      ]),
    );
    const expected = new Map([
      ['basic:a', 20],
      ['basic:b', 30],
    ]);
    assert.deepEqual(await credentialUses.all(), expected);
    assert.equal(await catalogue.generation(), generation, 'nobody needs to load the catalogue again');
    await bench.restart();
    assert.deepEqual(await bench.store.credentialUses.all(), expected);
    await bench.store.catalogue.change(generation, [{ remove: 'credential', name: 'basic:a' }], 'cli');
    assert.deepEqual(await bench.store.credentialUses.all(), new Map([['basic:b', 30]]));
  });
}
