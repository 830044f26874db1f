import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timestampKey } from '../../../src/time.ts';
import { ALL, allow, idOf, LAST, type OpenStore, openBench, version } from './harness.ts';

const OLD = '2020-01-01T00:00:00Z';
const NEW = '2021-01-01T00:00:00Z';
const GREEN = allow({ classes: ['unmarked', 'clear', 'green'] });

export function visibilityContract(name: string, open: OpenStore): void {
  test(`${name}: a verdict shows the marking classes of its entry and no others`, async (t) => {
    const bench = await openBench(t, open);
    const classes = ['unmarked', 'clear', 'green', 'amber', 'amber+strict', 'red', 'other', 'statement'] as const;
    await bench.add(...classes.map((marking, i) => version(`${i}`, ` ${marking}`, { marking })));
    for (const filter of [LAST, ALL, { ...LAST, ids: classes.map((_, i) => idOf(`${i}`)) }])
      assert.deepEqual(await bench.names(filter, { verdict: GREEN }), ['0 unmarked', '1 clear', '2 green']);
    assert.deepEqual(await bench.names(LAST, { verdict: allow({ classes: ['other'] }) }), ['6 other']);
    assert.deepEqual(await bench.names(LAST, { verdict: allow({ classes: [] }) }), []);
    assert.deepEqual(await bench.names(LAST, { verdict: allow() }), []);
  });

  test(`${name}: entries add up type by type`, async (t) => {
    const bench = await openBench(t, open);
    for (const type of ['indicator', 'malware', 'report'])
      for (const marking of ['green', 'amber', 'red'] as const)
        await bench.add(version(`${type[0]}${marking[0]}`, '', { type, marking }));
    const verdict = allow(
      { types: ['indicator'], classes: ['green'] },
      { types: ['malware', 'indicator'], classes: ['amber'] },
      { types: ['x-none'], classes: ['red'] },
    );
    assert.deepEqual(await bench.names(LAST, { verdict }), ['ig', 'ia', 'ma']);
    assert.deepEqual(await bench.names({ ...LAST, types: ['malware', 'report'] }, { verdict }), ['ma']);
    const whole = allow({ classes: ['green'] }, { types: ['report'], classes: ['red'] });
    assert.deepEqual(await bench.names(LAST, { verdict: whole }), ['ig', 'mg', 'rg', 'rr']);
  });

  test(`${name}: the newest version governs: when it is hidden, so are all before`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', ' old', { modified: OLD }), version('b', ' old', { modified: OLD }));
    assert.deepEqual(await bench.names(ALL, { verdict: GREEN }), ['a old', 'b old']);
    await bench.add(version('a', ' new', { modified: NEW, marking: 'red' }));
    const keys = [timestampKey(OLD) ?? ''];
    for (const filter of [
      LAST,
      ALL,
      { ...ALL, ids: [idOf('a'), idOf('b')] },
      { versions: { first: true, last: false, keys: [] } },
      { versions: { first: false, last: false, keys } },
    ])
      assert.deepEqual(await bench.names(filter, { verdict: GREEN }), ['b old'], JSON.stringify(filter));
    assert.deepEqual(await bench.names(ALL), ['a old', 'b old', 'a new']);
  });

  test(`${name}: an earlier version needs admission of its own too`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(
      version('a', ' new', { modified: NEW }),
      version('a', ' old', { modified: OLD, marking: 'red' }),
      version('a', ' middle', { modified: '2020-06-01T00:00:00Z' }),
    );
    assert.deepEqual(await bench.names(ALL, { verdict: GREEN }), ['a new', 'a middle']);
    // Flags know nothing of TLP: the first version is the hidden one, and no other stands in for it.
    assert.deepEqual(await bench.names({ versions: { first: true, last: false, keys: [] } }, { verdict: GREEN }), []);
  });

  test(`${name}: a version that arrives late governs nothing`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', ' new', { modified: NEW }));
    await bench.add(version('a', ' old', { modified: OLD, marking: 'red' }));
    assert.deepEqual(await bench.names(ALL, { verdict: GREEN }), ['a new']);
    assert.deepEqual(await bench.names(LAST, { verdict: GREEN }), ['a new']);
  });

  test(`${name}: hidden versions do not decide which spec version is the newest by value`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(
      version('a', ' 2.1', { modified: OLD, marking: 'red' }),
      version('a', ' 2.0', { modified: NEW, spec: '2.0' }),
    );
    const filter = {
      versions: { first: false, last: false, keys: [OLD, NEW].map((time) => timestampKey(time) ?? '') },
    };
    assert.deepEqual(await bench.names(filter), ['a 2.1']);
    assert.deepEqual(await bench.names(filter, { verdict: GREEN }), ['a 2.0']);
    assert.deepEqual(await bench.names({ ...filter, ids: [idOf('a')] }, { verdict: GREEN }), ['a 2.0']);
  });
}
