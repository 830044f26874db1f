import { test } from 'node:test';
import { threeHubs } from './three-hubs.ts';

test('kill -9 of any of three hubs in a row loses nothing, repeats nothing and echoes nothing', async (t) => {
  let seed = 20260101;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  await threeHubs(t, { objects: 2000, batch: 100, kills: 3, random, told: (text) => t.diagnostic(text) });
});
