import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readiness, sharedReadiness } from '../../src/observe/health.ts';
import type { Maintenance } from '../../src/store/store.ts';
import { catalogueOf } from '../sharing/catalogue-of.ts';

const catalogue = { get: async () => catalogueOf({}) };

function maintenance(ping: () => Promise<void>): Maintenance {
  return { ping, backup: async () => undefined, check: async () => [] };
}

describe('readiness', () => {
  test('is there when store and catalogue answer', async () => {
    assert.deepEqual(
      await readiness(
        maintenance(async () => undefined),
        catalogue,
      ),
      { ready: true },
    );
  });

  test('is not when either fails, and says why', async () => {
    const cause = new Error('disk full');
    const failing = maintenance(() => Promise.reject(cause));
    assert.deepEqual(await readiness(failing, catalogue), { ready: false, cause });
    const unreadable = { get: () => Promise.reject(cause) };
    assert.deepEqual(
      await readiness(
        maintenance(async () => undefined),
        unreadable,
      ),
      { ready: false, cause },
    );
  });

  test('is not when the store does not answer', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const asked = readiness(
      maintenance(() => new Promise(() => undefined)),
      catalogue,
    );
    t.mock.timers.tick(5000);
    assert.equal((await asked).ready, false);
  });

  test('is looked at once a second, however many ask', async () => {
    let pings = 0;
    let now = 5000;
    const ask = sharedReadiness(
      maintenance(async () => {
        pings += 1;
      }),
      catalogue,
      () => now,
    );
    await Promise.all(Array.from({ length: 50 }, ask));
    now += 999;
    await ask();
    assert.equal(pings, 1);
    now += 1;
    assert.deepEqual(await ask(), { ready: true });
    assert.equal(pings, 2);
  });
});
