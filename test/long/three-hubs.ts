import { test } from 'node:test';
import { threeHubs } from '../exchange/three-hubs.ts';

// 50,000 objects, 30 kills. OBJECTS and KILLS say otherwise.
const { OBJECTS = '50000', KILLS = '30' } = process.env;

test('kill -9 of any of three hubs in a row, thirty times, while objects go through them', async (t) => {
  await threeHubs(t, {
    objects: Number(OBJECTS),
    batch: 250,
    kills: Number(KILLS),
    random: Math.random,
    told: (text) => t.diagnostic(text),
  });
});
