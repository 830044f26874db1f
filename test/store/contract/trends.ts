import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MarkingClass } from '../../../src/sharing/model.ts';
import type { NewObject, Store } from '../../../src/store/store.ts';
import type { TrendQuery } from '../../../src/store/trends.ts';
import { DIMENSIONS } from '../../../src/trends/dimensions.ts';
import { keptCounts, plain, seesBy, storedVersions } from '../../trends/kept-counts.ts';
import { naiveCounts } from '../../trends/naive.ts';
import {
  ALL,
  type AllowOptions,
  allow,
  collection,
  idOf,
  LAST,
  ONE,
  type OpenStore,
  openBench,
  TWO,
  version,
} from './harness.ts';

/** 2026-01-05, and the days that the objects of these tests have. */
const MONDAY = 20_458;
const JANUARY = { from: MONDAY - 10, until: MONDAY + 40 };

const LETTERS = ['a', 'b', 'c'];
const CLASSES: readonly MarkingClass[] = ['unmarked', 'green', 'amber', 'red'];
const TYPES = [
  'malware',
  'intrusion-set',
  'attack-pattern',
  'vulnerability',
  'location',
  'identity',
  'indicator',
  'sighting',
  'relationship',
  'report',
  'grouping',
  'observed-data',
  'ipv4-addr',
] as const;
const NAMES = ['Red Fox', 'red-fox', 'REDFOX', 'Blue', 'Green'];
const NAMED = TYPES.slice(0, 6);

const name = fc.constantFrom(...NAMES);
const names = fc.uniqueArray(name, { maxLength: 3 });
const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-01-${String(n).padStart(2, '0')}T12:00:00Z`);
const named = fc
  .tuple(fc.constantFrom(...NAMED), fc.constantFrom(...LETTERS))
  .map(([type, letter]) => idOf(letter, type));
const phases = fc.subarray(['delivery', 'Exploitation']);
const PATTERNS = [
  `[ipv4-addr:value = '1.2.3.4'] AND [file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']`,
  `[domain-name:value = 'a.example' OR ipv6-addr:value = '::1']`,
  `[email-message:subject = 'x' AND file:name = 'y']`,
  'no pattern',
];

/** Everything that any type may carry; each type looks at its own. */
const properties = fc.record(
  {
    name,
    aliases: names,
    x_mitre_aliases: names,
    revoked: fc.boolean(),
    country: fc.constantFrom('nl', 'NL', 'fr'),
    region: fc.constantFrom('western-europe', 'Western Europe'),
    sectors: fc.subarray(['energy', 'Health_Care']),
    kill_chain_phases: phases.map((list) => list.map((phase) => ({ kill_chain_name: 'chain', phase_name: phase }))),
    external_references: fc.subarray([{ source_name: 'x' }, { source_name: 'CVE', external_id: 'CVE-2026-1' }]),
    indicator_types: fc.subarray(['anomalous-activity', 'benign']),
    pattern: fc.constantFrom(...PATTERNS),
    pattern_type: fc.constantFrom('stix', 'snort'),
    last_seen: day,
    published: day,
    first_observed: day,
    count: fc.constantFrom(0, 1, 7),
    sighting_of_ref: named,
    where_sighted_refs: fc.array(named, { maxLength: 2 }),
    source_ref: named,
    target_ref: named,
    object_refs: fc.array(named, { maxLength: 4 }),
  },
  { requiredKeys: [] },
);

const added = fc
  .record({
    type: fc.constantFrom(...TYPES, ...NAMED),
    letter: fc.constantFrom(...LETTERS),
    modified: day,
    marking: fc.constantFrom(...CLASSES),
    more: properties,
  })
  .map(({ type, letter, modified, marking, more }): NewObject => {
    const id = idOf(letter, type);
    const object = { ...more, type, spec_version: '2.1', id, created: '2026-01-01T00:00:00Z', modified };
    const isObservable = type === 'ipv4-addr';
    const json = JSON.stringify(isObservable ? { type, id, value: `${letter}${modified}` } : object);
    return { id, type, specVersion: '2.1', marking, json, ...(isObservable ? {} : { version: modified }) };
  });

const place = fc.constantFrom(ONE, TWO);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ add: fc.array(added, { minLength: 1, maxLength: 5 }), to: place }) },
  {
    weight: 2,
    arbitrary: fc.record({
      remove: fc.uniqueArray(fc.tuple(fc.constantFrom(...TYPES), fc.constantFrom(...LETTERS)), { maxLength: 5 }),
      last: fc.boolean(),
      from: place,
    }),
  },
  { weight: 2, arbitrary: fc.constant('follow' as const) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

const entry: fc.Arbitrary<AllowOptions> = fc.record(
  { types: fc.subarray([...TYPES]), classes: fc.subarray([...CLASSES]) },
  { requiredKeys: ['classes'] },
);
const reader = fc.record({ one: fc.array(entry, { maxLength: 2 }), two: fc.array(entry, { maxLength: 1 }) });

/** Collections of the same ids that hold nothing; what they held is cleared away meanwhile. */
async function empty(store: Store, ...ids: string[]): Promise<void> {
  const { catalogue } = store;
  await catalogue.change(
    await catalogue.generation(),
    ids.map((id) => ({ remove: 'collection', name: id })),
    'cli',
  );
  await catalogue.change(
    await catalogue.generation(),
    ids.map((id) => ({ put: 'collection', origin: 'hand', value: collection(id) })),
    'cli',
  );
}

async function perform(store: Store, step: Action): Promise<void> {
  if (step === 'follow') return store.followers.catchUp();
  if (step === 'clear') {
    await empty(store, TWO);
  } else if ('add' in step) {
    await store.objects.commit({ collection: step.to, source: 'partner:vendor', objects: step.add });
  } else {
    const ids = step.remove.map(([type, letter]) => idOf(letter, type));
    const versions = step.last ? ({ first: false, last: true, keys: [] } as const) : 'all';
    await store.objects.remove({
      collection: step.from,
      verdict: allow({ delete: 'any' }),
      select: { ids, filter: { ...ALL, ids, versions } },
      by: 'operator:ops',
      reason: 'delete',
    });
  }
}

export function trendContract(label: string, open: OpenStore): void {
  test(`${label}: trends are those that a naive count of docs/trends.md finds, whatever came and went, for any reader`, async (t) => {
    const { store } = await openBench(t, open);
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), reader, async (actions, { one, two }) => {
        await empty(store, ONE, TWO);
        for (const step of actions) await perform(store, step);
        await store.followers.catchUp();
        const versions = await storedVersions(store, [ONE, TWO]);
        const everything: TrendQuery['places'] = [ONE, TWO].map((id) => ({ collection: id, verdict: allow({}) }));
        const some = [
          { collection: ONE, verdict: allow(...one) },
          { collection: TWO, verdict: allow(...two) },
        ];
        for (const places of [everything, some])
          for (const dimension of DIMENSIONS)
            for (const basis of ['event', 'arrival'] as const)
              assert.deepEqual(
                plain(await keptCounts(store, dimension, basis, places, JANUARY)),
                plain(naiveCounts(versions, dimension, basis, seesBy(places))),
                `${dimension} by ${basis}`,
              );
      }),
      { numRuns: 150 },
    );
    assert.deepEqual(await store.maintenance.check(), []);
  });

  test(`${label}: a mention counts from when the object that it names is there, under its name, as the higher of both`, async (t) => {
    const bench = await openBench(t, open);
    const { store } = bench;
    const malware = (modified: string, more: Record<string, unknown>, marking: MarkingClass = 'green'): NewObject =>
      version('m', '', { type: 'malware', modified, marking, more });
    const mentions = async (...classes: MarkingClass[]): Promise<unknown> => {
      await store.followers.catchUp();
      const places = [{ collection: ONE, verdict: allow({ classes }) }];
      return plain(await keptCounts(store, 'malware', 'event', places, JANUARY));
    };
    const sighting = { sighting_of_ref: idOf('m', 'malware'), count: 7, last_seen: '2026-01-05T23:59:59Z' };
    await bench.add(version('s', '', { type: 'sighting', more: sighting }));
    assert.deepEqual(await mentions('green'), []);
    await bench.add(malware('2026-01-01T00:00:00Z', { name: 'Red Fox' }));
    assert.deepEqual(await mentions('green'), [['redfox', [[MONDAY, 7]]]]);
    await bench.add(malware('2026-01-02T00:00:00Z', { name: 'Blue' }, 'amber'));
    assert.deepEqual(await mentions('green'), []);
    assert.deepEqual(await mentions('amber'), []);
    assert.deepEqual(await mentions('green', 'amber'), [['blue', [[MONDAY, 7]]]]);
    await bench.add(malware('2026-01-03T00:00:00Z', { name: 'Blue', revoked: true }));
    assert.deepEqual(await mentions('green', 'amber'), []);
    const select = { ids: [idOf('m', 'malware')], filter: LAST };
    const removal = {
      collection: ONE,
      verdict: allow({ delete: 'any' }),
      by: 'operator:ops',
      reason: 'delete',
    } as const;
    await store.objects.remove({ ...removal, select });
    assert.deepEqual(await mentions('green', 'amber'), [['blue', [[MONDAY, 7]]]]);
    await store.objects.remove({ ...removal, select: { ids: [idOf('s', 'sighting')], filter: ALL } });
    assert.deepEqual(await mentions('green', 'amber'), []);
  });

  test(`${label}: an alias merges for those who see the object that lists it, unless two names claim it`, async (t) => {
    const bench = await openBench(t, open);
    const { store } = bench;
    const tool = (letter: string, more: Record<string, unknown>, marking: MarkingClass = 'green'): NewObject =>
      version(letter, '', { type: 'tool', marking, more });
    const mention = (letter: string): NewObject =>
      version(letter, '', {
        type: 'relationship',
        more: { created: '2026-01-05T00:00:00Z', source_ref: 'x', target_ref: idOf(letter, 'tool') },
      });
    const keys = async (...classes: MarkingClass[]): Promise<string[]> => {
      await store.followers.catchUp();
      const places = [{ collection: ONE, verdict: allow({ classes }) }];
      return [...(await keptCounts(store, 'tool', 'event', places, JANUARY)).keys()].sort();
    };
    await bench.add(
      tool('a', { name: 'Adder' }),
      tool('b', { name: 'Boa' }),
      tool('c', { name: 'Cobra', aliases: ['BOA'] }, 'amber'),
      ...['a', 'b', 'c'].map(mention),
    );
    assert.deepEqual(await keys('green'), ['adder', 'boa']);
    assert.deepEqual(await keys('green', 'amber'), ['adder', 'boa']);
    await bench.add(version('c2', '', { type: 'tool', marking: 'amber', more: { name: 'Cobra' } }));
    assert.equal((await keys('green', 'amber')).length, 2);
    await bench.add(version('d', '', { type: 'tool', more: { name: 'Adder', aliases: ['boa'] } }));
    assert.deepEqual(await keys('green'), ['adder']);
    assert.deepEqual(await keys('green', 'amber'), ['adder', 'boa', 'cobra']);
  });
}
