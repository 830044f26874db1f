import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Allowed, MarkingClass } from '../../../src/sharing/model.ts';
import type { NewObject } from '../../../src/store/store.ts';
import { ALL, allow, type Bench, kinds, LAST, ONE, type OpenStore, openBench, renew, TWO, version } from './harness.ts';

const FIRST = '2020-01-01T00:00:00.000Z';
const SECOND = '2021-01-01T00:00:00.000Z';
const THIRD = '2022-01-01T00:00:00.000Z';

const OPEN: readonly MarkingClass[] = ['unmarked', 'clear', 'green'];
const SEES_GREEN = allow({ classes: OPEN });
const NOTHING: Allowed = { kind: 'allowed', entries: [] };

/** A version of somebody else's object, then what a partner that sees only so much makes of it. */
export function sightContract(name: string, open: OpenStore): void {
  const push = (bench: Bench, sees: Allowed, ...objects: readonly NewObject[]) =>
    bench.commit({ source: 'partner:pusher', sees, objects });

  test(`${name}: no version is added to an object whose newest one the pusher may not see, and none is opened`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', ' open'), version('a', ' shut', { modified: SECOND, marking: 'red' }));
    for (const modified of ['2019-01-01T00:00:00Z', '2020-06-01T00:00:00Z', THIRD]) {
      const outcomes = await push(bench, SEES_GREEN, version('a', ' pushed', { modified }));
      assert.deepEqual(outcomes, [{ kind: 'withheld', version: modified }]);
    }
    assert.deepEqual(await bench.names(ALL, { verdict: SEES_GREEN }), []);
    assert.deepEqual(await bench.names(ALL), ['a open', 'a shut']);
  });

  test(`${name}: each of several versions in one batch is refused`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', ' shut', { marking: 'red' }));
    const third = version('a', ' pushed', { modified: THIRD });
    const outcomes = await push(bench, SEES_GREEN, version('a', '', { modified: SECOND }), third, third, version('b'));
    assert.deepEqual(kinds(outcomes), ['withheld', 'withheld', 'withheld', 'added']);
  });

  test(`${name}: what the pusher added itself is its own, whatever its marking`, async (t) => {
    const bench = await openBench(t, open);
    for (const sees of [SEES_GREEN, NOTHING]) {
      const letter = sees === NOTHING ? 'a' : 'b';
      await push(bench, sees, version(letter, ' 1', { marking: 'red' }));
      const outcomes = await push(
        bench,
        sees,
        version(letter, ' 1', { marking: 'red' }),
        version(letter, ' other', { marking: 'red' }),
        version(letter, ' 2', { modified: SECOND }),
      );
      assert.deepEqual(kinds(outcomes), ['present', 'conflict', 'added']);
      await bench.add(version(letter, ' shut', { modified: THIRD, marking: 'red' }));
      const later = await push(bench, sees, version(letter, ' 3', { modified: '2023-01-01T00:00:00Z' }));
      assert.deepEqual(kinds(later), ['withheld']);
    }
  });

  test(`${name}: what the pusher sees it may change, by class and by type`, async (t) => {
    const bench = await openBench(t, open);
    const sees = allow({ types: ['malware'] }, { types: ['indicator'], classes: ['green'] });
    await bench.add(
      version('i', '', { marking: 'red' }),
      version('j', '', { marking: 'red' }),
      version('j', '', { modified: SECOND }),
      version('m', '', { type: 'malware', marking: 'red' }),
      version('t', '', { type: 'tool' }),
    );
    const outcomes = await push(
      bench,
      sees,
      version('i', '', { modified: THIRD }),
      version('j', '', { modified: THIRD }),
      version('m', '', { type: 'malware', modified: THIRD }),
      version('t', '', { type: 'tool', modified: THIRD }),
    );
    assert.deepEqual(kinds(outcomes), ['withheld', 'added', 'added', 'withheld']);
  });

  test(`${name}: T21-5.5-03 an exact duplicate is a success for whoever pushes it, in its own words`, async (t) => {
    const bench = await openBench(t, open);
    const shut = version('a', ' shut', { modified: '2020-01-01T00:00:00.5Z', marking: 'red' });
    await bench.add(shut);
    const spelt = '2020-01-01T00:00:00.500Z';
    assert.deepEqual(await push(bench, NOTHING, shut, { ...shut, version: spelt }), [
      { kind: 'present', version: '2020-01-01T00:00:00.5Z' },
      { kind: 'present', version: spelt },
    ]);
  });

  test(`${name}: other content under a hidden version is refused in the same words as a new version`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', ' shut', { marking: 'red' }), version('a', ' open', { modified: SECOND }));
    const outcomes = await push(
      bench,
      SEES_GREEN,
      version('a', ' guess'),
      version('a', ' guess', { modified: SECOND }),
    );
    assert.deepEqual(outcomes, [
      { kind: 'withheld', version: FIRST },
      { kind: 'conflict', version: SECOND },
    ]);
  });

  test(`${name}: nobody learns that an observable is stored which it may not see`, async (t) => {
    const bench = await openBench(t, open);
    const undated = (as: string, marking: MarkingClass = 'green') => version('a', as, { modified: null, marking });
    await bench.add(undated(' shut', 'red'));
    bench.now += 5_000_000;
    const elsewhere = await bench.commit({
      collection: TWO,
      sees: NOTHING,
      objects: [undated(' shut', 'red'), undated('')],
    });
    const outcomes = await bench.commit({
      source: 'partner:pusher',
      sees: NOTHING,
      objects: [undated(' shut', 'red'), undated('')],
    });
    assert.deepEqual(
      outcomes.map((outcome) => outcome.version),
      elsewhere.map((outcome) => outcome.version),
    );
    assert.deepEqual(kinds(outcomes), ['added', 'added']);
    bench.now += 5_000_000;
    const again = await bench.commit({
      source: 'partner:pusher',
      sees: NOTHING,
      objects: [undated(' shut', 'red'), undated('')],
    });
    assert.deepEqual(
      again,
      outcomes.map(({ version: text }) => ({ kind: 'present', version: text })),
    );
    assert.deepEqual(await bench.names(ALL, { verdict: SEES_GREEN }), ['a']);
    assert.deepEqual(await bench.names(ALL), ['a shut', 'a shut', 'a']);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: an observable that was restricted stays so`, async (t) => {
    const bench = await openBench(t, open);
    const undated = (as: string, marking: MarkingClass = 'green') => version('a', as, { modified: null, marking });
    await bench.add(undated(' open'), undated(' shut', 'red'));
    const outcomes = await push(bench, SEES_GREEN, undated(' pushed'), undated(' open'));
    assert.deepEqual(kinds(outcomes), ['withheld', 'present']);
    assert.deepEqual(await bench.names(ALL, { verdict: SEES_GREEN }), []);
  });

  test(`${name}: whoever may see everything changes everything`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', ' shut', { marking: 'red' }));
    const outcomes = await bench.commit({ source: 'import', objects: [version('a', ' open', { modified: SECOND })] });
    assert.deepEqual(kinds(outcomes), ['added']);
    assert.deepEqual(await bench.names(LAST), ['a open']);
  });

  test(`${name}: whatever is pushed, nobody sees more of objects that the pusher does not see`, async (t) => {
    const bench = await openBench(t, open);
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.array(object, { minLength: 1, maxLength: 6 }),
        sight,
        async (before, pushed, sees) => {
          await renew(bench);
          for (const { source, draws } of before) await bench.commit({ source, objects: draws.map(toVersion) });
          const governed = await hiddenFrom(bench, sees, 'partner:pusher');
          const views = await Promise.all(VIEWS.map((view) => seenIn(bench, view)));
          await push(bench, sees, ...pushed.map(toVersion));
          for (const [i, view] of VIEWS.entries()) {
            const after = await seenIn(bench, view);
            const opened = [...after].filter(
              ([row, { id, source }]) => governed.has(id) && source !== 'partner:pusher' && !views[i]?.has(row),
            );
            assert.deepEqual(opened, []);
          }
        },
      ),
      { numRuns: 150 },
    );
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });
}

// ── what is drawn ────────────────────────────────────────────────────────────────────────────────────────────────────

const CLASSES = ['clear', 'green', 'red'] as const;
const VIEWS = [['clear'], ['clear', 'green'], ['clear', 'green', 'red']].map((classes) =>
  allow({ classes: classes as MarkingClass[] }),
);

const object = fc.record({
  letter: fc.constantFrom('a', 'b'),
  modified: fc.constantFrom(FIRST, SECOND, THIRD, null, null),
  marking: fc.constantFrom(...CLASSES),
  as: fc.constantFrom('', ' other', ' third'),
});
const history = fc.array(
  fc.record({
    source: fc.constantFrom('partner:pusher', 'partner:other', 'import'),
    draws: fc.array(object, { minLength: 1, maxLength: 4 }),
  }),
  { maxLength: 5 },
);
const sight = fc
  .subarray([...CLASSES])
  .map((classes): Allowed => (classes.length === 0 ? NOTHING : allow({ classes })));

function toVersion({ letter, modified, marking, as }: typeof object extends fc.Arbitrary<infer T> ? T : never) {
  return version(modified === null ? letter.toUpperCase() : letter, as, { modified, marking, more: { marking } });
}

/** Objects whose newest version somebody neither sees nor added. */
async function hiddenFrom(bench: Bench, sees: Allowed, source: string): Promise<Set<string>> {
  const all = await bench.store.objects.kept({
    collection: ONE,
    verdict: VIEWS[2] as Allowed,
    filter: ALL,
    limit: 1000,
    maxBytes: 1 << 24,
  });
  const newest = new Map(
    all.rows.toSorted((a, b) => (a.version < b.version ? -1 : 1)).map((row) => [row.id, row] as const),
  );
  return new Set(
    [...newest.values()]
      .filter((row) => row.source !== source && !sees.entries.some(({ classes }) => classes.has(row.marking)))
      .map(({ id }) => id),
  );
}

async function seenIn(bench: Bench, verdict: Allowed) {
  const page = await bench.store.objects.kept({
    collection: ONE,
    verdict,
    filter: ALL,
    limit: 1000,
    maxBytes: 1 << 24,
  });
  return new Map(page.rows.map((row) => [row.dateAdded, row] as const));
}
