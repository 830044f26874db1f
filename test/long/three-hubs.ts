import { test } from 'node:test';
import { threeHubs } from '../exchange/three-hubs.ts';

// The whole of it is OBJECTS=50000 KILLS=30.
const { OBJECTS = '10000', KILLS = '9' } = process.env;

test('kill -9 of any of three hubs in a row, while objects go through them', async (t) => {
  await threeHubs(t, {
    objects: Number(OBJECTS),
    batch: 250,
    kills: Number(KILLS),
    random: Math.random,
    told: (text) => t.diagnostic(text),
  });
});
