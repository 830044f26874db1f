import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubProcess } from '../hub-process.ts';
import { hubWith, indicatorText, pushTo, textsOf } from './feeds.ts';

const TEXTS = Array.from({ length: 2500 }, (_, i) => indicatorText(i));

test('a pull takes everything once, as it was, and the next one only what is new', async (t) => {
  const there = await HubProcess.open(t, hubWith([]));
  await there.start();
  await pushTo(there, TEXTS.slice(0, 2400));
  const here = await HubProcess.open(t, hubWith([{ name: 'b', port: there.port, terms: 'pull: {}' }]));
  const first = JSON.parse(await here.run('pull', 'b', '--json'));
  assert.deepEqual(first, { feed: 'b', way: 'pull', exchanged: 2400, present: 0, skipped: 0, failed: 0 });
  assert.deepEqual(JSON.parse(await here.run('pull', 'b', '--json')), { ...first, exchanged: 0 });
  await pushTo(there, TEXTS.slice(2400));
  assert.equal(JSON.parse(await here.run('pull', 'b', '--json')).exchanged, 100);
  assert.deepEqual(JSON.parse(await here.run('pull', 'b', '--from-start', '--json')), {
    ...first,
    exchanged: 0,
    present: 2500,
  });
  await here.start();
  assert.deepEqual(await textsOf(here), TEXTS);
});
