import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubWith, indicatorText } from './feeds.ts';
import { LocalHub } from './local.ts';

test('a pull does not bring a recalled object back, and lists it as refused', async (t) => {
  const there = await LocalHub.open(t, hubWith([]));
  await there.push([indicatorText(1), indicatorText(2)]);
  const here = await LocalHub.open(t, hubWith([{ name: 'b', port: there.port, terms: 'pull: {}' }]));
  const { id } = JSON.parse(indicatorText(1)) as { readonly id: string };
  await here.store.recalls.begin({ object: id, reason: 'x', by: 'cli' });
  assert.deepEqual(await here.run('pull', 'b'), { exchanged: 1, present: 0, skipped: 0, failed: 1 });
  assert.deepEqual(await here.texts(), [indicatorText(2)]);
  const [failure] = await here.failures('b');
  assert.equal(failure?.id, id);
  assert.match(failure?.reason ?? '', /^This object was recalled on /);
  await here.store.recalls.undo({ object: id, reason: 'x', by: 'cli' });
  assert.equal((await here.run('pull', 'b', { fromStart: true })).exchanged, 1);
  assert.deepEqual((await here.texts()).toSorted(), [indicatorText(1), indicatorText(2)]);
});
