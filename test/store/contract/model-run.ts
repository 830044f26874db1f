import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Allowed, MarkingClass } from '../../../src/sharing/model.ts';
import type { Filter, NewObject, PageQuery } from '../../../src/store/store.ts';
import { timestampKey } from '../../../src/time.ts';
import {
  type Bench,
  idOf,
  kinds,
  NOW,
  ONE,
  type OpenStore,
  openBench,
  pageOf,
  queryOf,
  renew,
  TWO,
  version,
} from './harness.ts';
import { Model } from './model.ts';

/** Object letters with their types. */
const OBJECTS = [
  ['a', 'indicator'],
  ['b', 'indicator'],
  ['c', 'malware'],
  ['d', 'ipv4-addr'],
] as const;
const TIMES = [
  '2020-01-01T00:00:00Z',
  '2020-01-01T00:00:00.000Z',
  '2020-01-01T00:00:00.5Z',
  '2021-01-01T00:00:00Z',
  '2022-01-01T00:00:00Z',
];
const CLASSES: readonly MarkingClass[] = ['unmarked', 'green', 'red'];
const SOURCES = ['partner:one', 'partner:two'];
const KEYS = [...new Set(TIMES.map((time) => timestampKey(time) ?? ''))];

const object: fc.Arbitrary<NewObject> = fc
  .record({
    of: fc.constantFrom(...OBJECTS),
    modified: fc.oneof(
      { arbitrary: fc.constantFrom(...TIMES), weight: 6 },
      { arbitrary: fc.constant(null), weight: 1 },
    ),
    spec: fc.constantFrom('2.1' as const, '2.1' as const, '2.0' as const),
    marking: fc.constantFrom(...CLASSES),
    as: fc.constantFrom('', '', '', ' other'),
  })
  .map(({ of: [letter, type], as, ...options }) => version(letter, as, { type, ...options }));

const filter: fc.Arbitrary<Filter> = fc
  .record({
    ids: fc.option(
      fc.subarray(
        OBJECTS.map(([letter, type]) => idOf(letter, type)),
        { minLength: 1 },
      ),
      { nil: undefined },
    ),
    types: fc.option(fc.subarray(['indicator', 'malware', 'x-none'], { minLength: 1 }), { nil: undefined }),
    specVersions: fc.option(fc.subarray(['2.0', '2.1'] as const), { nil: undefined }),
    versions: fc.oneof(
      fc.constant('all' as const),
      fc.record({ first: fc.boolean(), last: fc.boolean(), keys: fc.oneof(fc.constant([]), fc.subarray(KEYS)) }),
    ),
  })
  .map(({ versions, ...optional }) => ({
    versions,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  }));

const verdict: fc.Arbitrary<Allowed> = fc
  .array(
    fc.record({
      types: fc.oneof(
        fc.constant('all' as const),
        fc.subarray(['indicator', 'malware']).map((types) => new Set(types)),
      ),
      maxTlp: fc.constant('red' as const),
      classes: fc.subarray([...CLASSES], { minLength: 1 }).map((classes) => new Set(classes)),
      delete: fc.constantFrom('own' as const, 'any' as const),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((entries) => ({ kind: 'allowed', entries }));

/** Which row a query starts after, if any: its number among those stored. */
const after = fc.option(fc.nat(20), { nil: undefined });

const query = fc.record({
  filter,
  verdict,
  after,
  limit: fc.integer({ min: 1, max: 6 }),
  maxBytes: fc.integer({ min: 100, max: 2000 }),
});

const step = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      source: fc.constantFrom(...SOURCES),
      objects: fc.array(object, { minLength: 1, maxLength: 8 }),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({ kind: fc.constant('remove' as const), by: fc.constantFrom(...SOURCES), verdict, filter }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('retain' as const),
      by: fc.constantFrom(...SOURCES),
      verdict,
      rows: fc.nat(10),
      limit: fc.integer({ min: 1, max: 5 }),
    }),
    weight: 1,
  },
);

const run = fc.array(fc.record({ step, queries: fc.array(query, { minLength: 1, maxLength: 6 }) }), {
  minLength: 1,
  maxLength: 8,
});

export function modelContract(name: string, open: OpenStore): void {
  test(`${name}: whatever is committed, removed and asked for, pages are those of the naive model`, async (t) => {
    const bench = await openBench(t, open);
    await fc.assert(
      fc.asyncProperty(run, async (steps) => {
        await empty(bench);
        const model = new Model();
        for (const { step: change, queries } of steps) {
          await apply(bench, model, change);
          for (const asked of queries) await compare(bench, model, asked);
        }
        const { objects, versions, removed } = await bench.store.objects.counts(ONE);
        const ids = new Set(model.versions.map((stored) => stored.object.id));
        assert.deepEqual(
          { objects, versions, removed },
          { objects: ids.size, versions: model.versions.length, removed: model.removed },
        );
      }),
      { numRuns: 100 },
    );
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });
}

/** A collection is emptied by removing it; another one stays, so that there is more than one. */
async function empty(bench: Bench): Promise<void> {
  await renew(bench);
  await bench.commit({
    collection: TWO,
    objects: OBJECTS.map(([letter, type]) => version(letter, ' elsewhere', { type })),
  });
}

async function apply(
  bench: Bench,
  model: Model,
  change: typeof step extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
  const { store } = bench;
  if (change.kind === 'commit') {
    const { source, objects } = change;
    const outcomes = await bench.commit({ source, objects });
    assert.deepEqual(kinds(outcomes), model.commit(objects, source, outcomes));
    return;
  }
  const { verdict: permitted, by } = change;
  const select =
    change.kind === 'remove'
      ? { ids: change.filter.ids ?? OBJECTS.map(([letter, type]) => idOf(letter, type)), filter: change.filter }
      : { addedBefore: dateOf(model, change.rows) ?? NOW, limit: change.limit };
  const removal = { collection: ONE, verdict: permitted, select, by, reason: 'delete' } as const;
  assert.deepEqual(await store.objects.remove(removal), model.remove(removal));
}

async function compare(
  bench: Bench,
  model: Model,
  asked: typeof query extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
  const { filter: wanted, verdict: permitted, limit, maxBytes } = asked;
  const start = asked.after === undefined ? undefined : dateOf(model, asked.after);
  const expected = model.select(wanted, permitted, start);
  const found: string[] = [];
  for (let position = start; ; ) {
    const place: Partial<PageQuery> = position === undefined ? {} : { after: position };
    const asPage = queryOf({ filter: wanted, verdict: permitted, limit, maxBytes, ...place });
    const { rows, more } = await pageOf(bench.store, asPage);
    const left = expected.slice(found.length);
    assert.equal(more, left.length > rows.length);
    assert.ok(rows.length <= limit && (rows.length > 0 || !more));
    const bytes = rows.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
    assert.ok(rows.length <= 1 || bytes <= maxBytes);
    const next = left[rows.length];
    if (next && rows.length < limit)
      assert.ok(bytes + Buffer.byteLength(next.object.json) > maxBytes, 'the page ended early');
    assert.deepEqual(
      rows,
      left.slice(0, rows.length).map((stored) => ({
        id: stored.object.id,
        dateAdded: stored.dateAdded,
        version: stored.version,
        specVersion: stored.object.specVersion,
        json: stored.object.json,
      })),
    );
    found.push(...rows.map((row) => row.id));
    position = rows.at(-1)?.dateAdded;
    if (!more) break;
  }
  const whole = queryOf({
    filter: wanted,
    verdict: permitted,
    limit: 1000,
    ...(start === undefined ? {} : { after: start }),
  });
  const manifest = await bench.store.objects.manifest(whole);
  assert.deepEqual(
    manifest.rows.map((row) => [row.id, row.version]),
    expected.map((stored) => [stored.object.id, stored.version]),
  );
}

function dateOf(model: Model, row: number): number | undefined {
  return model.versions[row % Math.max(model.versions.length, 1)]?.dateAdded;
}
