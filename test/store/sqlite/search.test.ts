import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { admits, classesUpTo } from '../../../src/sharing/decide.ts';
import { type Allowed, type Collection, MARKING_CLASSES, TLP_LEVELS } from '../../../src/sharing/model.ts';
import { searchWords } from '../../../src/stix/words.ts';
import { openSqliteStore } from '../../../src/store/sqlite/store.ts';
import type { NewObject, Store } from '../../../src/store/store.ts';

const COLLECTIONS = ['d2eee80b-8355-44cd-a653-be3749df7d3e', '4e0ecf18-81c0-48c6-8a09-01d3bb93123e'];
const TYPES = ['malware', 'indicator', 'relationship'];
const WORDS = ['alpha', 'beta', 'gamma'];
const SOURCES = ['partner:a', 'import'];

const collectionAt = (i: number): Collection => ({
  id: COLLECTIONS[i] as string,
  root: 'api',
  title: `Collection ${i}`,
  mediaTypes: ['application/stix+json;version=2.1'],
  validation: 'standard',
  defaultTlp: 'green',
  unknownMarking: 'red',
  pageDefault: 100,
  pageMax: 100,
});

const EVERYTHING: Allowed = {
  kind: 'allowed',
  entries: [{ types: 'all', maxTlp: 'red', classes: new Set(MARKING_CLASSES), delete: 'any' }],
};

async function opened(t: { after(end: () => Promise<void>): void }): Promise<Store> {
  const directory = await mkdtemp(join(tmpdir(), 'entente-search-'));
  const store = await openSqliteStore({ file: join(directory, 'hub.db'), create: true, recentKeys: 8 });
  t.after(async () => {
    await store[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });
  const root = { path: 'api', title: 'Root', maxContentLength: 1_000_000, strict: false };
  await store.catalogue.change(
    await store.catalogue.generation(),
    [
      { put: 'api-root', value: root, origin: 'hand' },
      ...COLLECTIONS.map((_, i) => ({ put: 'collection' as const, value: collectionAt(i), origin: 'hand' as const })),
    ],
    'cli',
  );
  return store;
}

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const idOf = (n: number): string => `${TYPES[n % TYPES.length]}--${uuid(n)}`;

interface Version {
  readonly collection: number;
  readonly object: number;
  readonly version: number;
  readonly spec: '2.0' | '2.1';
  readonly marking: NewObject['marking'];
  readonly words: readonly string[];
  readonly target: number;
  readonly source: string;
}

function newObject({ object, version, spec, marking, words, target }: Version): NewObject {
  const modified = new Date(Date.UTC(2026, 0, 1 + version)).toISOString();
  const json = JSON.stringify({
    type: TYPES[object % TYPES.length],
    id: idOf(object),
    modified,
    name: words.join(' '),
    target_ref: idOf(target),
  });
  return {
    id: idOf(object),
    type: TYPES[object % TYPES.length] as string,
    specVersion: spec,
    version: modified,
    marking,
    json,
  };
}

const version = fc.record({
  collection: fc.nat(1),
  object: fc.nat(8),
  version: fc.nat(6),
  spec: fc.constantFrom('2.0', '2.1', '2.1', '2.1'),
  marking: fc.constantFrom(...MARKING_CLASSES),
  words: fc.subarray(WORDS),
  target: fc.nat(8),
  source: fc.constantFrom(...SOURCES),
}) as fc.Arbitrary<Version>;

type Step =
  | { readonly add: readonly Version[] }
  | { readonly remove: { readonly collection: number; readonly object: number; readonly version?: number } }
  | { readonly follow: true };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ add: fc.array(version, { minLength: 1, maxLength: 6 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      remove: fc.record(
        { collection: fc.nat(1), object: fc.nat(8), version: fc.nat(6) },
        { requiredKeys: ['collection', 'object'] },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ follow: true } as const) },
);

const entry = fc
  .record({ types: fc.option(fc.subarray(TYPES, { minLength: 1 })), maxTlp: fc.constantFrom(...TLP_LEVELS) })
  .map(({ types, maxTlp }) => ({
    types: types === null ? ('all' as const) : new Set(types),
    maxTlp,
    classes: classesUpTo(maxTlp, collectionAt(0)),
  }));
const verdict: fc.Arbitrary<Allowed> = fc
  .array(entry, { minLength: 1, maxLength: 2 })
  .map((entries) => ({ kind: 'allowed', entries }));

/** What is stored, by collection and object: a list of versions. */
class Model {
  readonly held = new Map<string, Version[]>();

  apply(one: Version): void {
    const key = `${one.collection} ${one.object}`;
    const list = this.held.get(key) ?? [];
    if (!list.some(({ version: known }) => known === one.version)) list.push(one);
    this.held.set(key, list);
  }

  remove({ collection, object, version: only }: { collection: number; object: number; version?: number }): void {
    const key = `${collection} ${object}`;
    this.held.set(
      key,
      (this.held.get(key) ?? []).filter((one) => only !== undefined && one.version !== only),
    );
  }

  /** The newest of the newest spec version, if it and the newest of all are admitted. */
  visible(collection: number, allowed: Allowed): Version[] {
    return [...this.held.values()].flatMap((list) => {
      const sorted = list.toSorted((a, b) => a.version - b.version);
      const newest = sorted.at(-1);
      const shown = sorted.findLast(({ spec }) => spec === '2.1') ?? newest;
      if (newest === undefined || shown === undefined || shown.collection !== collection) return [];
      const type = TYPES[shown.object % TYPES.length] as string;
      return admits(allowed, type, shown.marking) && sees(allowed, type, shown.marking, newest.marking) ? [shown] : [];
    });
  }
}

/** Classes of all entries that admit a type add up. */
function sees({ entries }: Allowed, type: string, ...classes: NewObject['marking'][]): boolean {
  const all = new Set(
    entries.filter(({ types }) => types === 'all' || types.has(type)).flatMap((one) => [...one.classes]),
  );
  return classes.every((one) => all.has(one));
}

test('search, summaries and references are what follows from the objects, whatever comes and goes', {
  timeout: 200_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 14 }),
      fc.tuple(verdict, verdict),
      fc.subarray(WORDS),
      fc.option(fc.constantFrom(...TYPES)),
      fc.option(fc.constantFrom(...SOURCES)),
      async (steps, verdicts, words, type, source) => {
        const ends: (() => Promise<void>)[] = [];
        const store = await opened({ after: (end) => void ends.push(end) });
        try {
          const model = new Model();
          for (const one of steps) {
            if ('follow' in one) await store.followers.catchUp();
            else if ('add' in one)
              for (const added of one.add) {
                const [outcome] = await store.objects.commit({
                  collection: COLLECTIONS[added.collection] as string,
                  source: added.source,
                  objects: [newObject(added)],
                });
                if (outcome?.kind === 'added') model.apply(added);
              }
            else {
              const { collection, object, version: only } = one.remove;
              const keys =
                only === undefined
                  ? undefined
                  : [new Date(Date.UTC(2026, 0, 1 + only)).toISOString().replace(/\.?0*Z$/, '')];
              await store.objects.remove({
                collection: COLLECTIONS[collection] as string,
                verdict: EVERYTHING,
                select: {
                  ids: [idOf(object)],
                  filter: {
                    ids: [idOf(object)],
                    specVersions: ['2.0', '2.1'],
                    versions: keys === undefined ? 'all' : { first: false, last: false, keys },
                  },
                },
                by: 'operator:o',
                reason: 'delete',
              });
              model.remove(one.remove);
            }
          }
          await store.followers.catchUp();
          const scopes = COLLECTIONS.map((collection, i) => ({ collection, verdict: verdicts[i] as Allowed }));
          const visible = scopes.flatMap((scope, i) => model.visible(i, scope.verdict));
          const expected = visible.filter(
            (one) =>
              words.every((word) => one.words.includes(word)) &&
              (type === null || TYPES[one.object % TYPES.length] === type) &&
              (source === null || one.source === source),
          );
          const query = {
            scopes,
            words: searchWords(words.join(' ')),
            where: 'name' as const,
            ...(type === null ? {} : { types: [type] }),
            ...(source === null ? {} : { source }),
          };
          const whole = await store.search.find({ ...query, limit: 100 });
          const name = (one: { collection: string; id: string; json: string }) => `${one.collection} ${one.json}`;
          assert.deepEqual(
            whole.hits.map(name).sort(),
            expected.map((one) => `${COLLECTIONS[one.collection]} ${newObject(one).json}`).sort(),
          );
          assert.deepEqual(
            whole.hits.map(({ position }) => position),
            whole.hits.map(({ position }) => position).sort((a, b) => b - a),
          );
          const paged: string[] = [];
          for (let before: number | undefined, more = true; more; ) {
            const page = await store.search.find({ ...query, limit: 2, ...(before === undefined ? {} : { before }) });
            paged.push(...page.hits.map(name));
            before = page.hits.at(-1)?.position;
            more = page.more;
          }
          assert.deepEqual(paged, whole.hits.map(name));
          for (const [i, scope] of scopes.entries()) {
            const { objects, days } = await store.search.summary(scope, 0);
            assert.equal(objects, model.visible(i, scope.verdict).length);
            assert.equal(
              days.reduce((sum, day) => sum + day.objects, 0),
              objects,
            );
          }
          const [referring] = await store.search.referring([idOf(3)], scopes, 100);
          assert.deepEqual(
            referring?.hits.map(name).sort(),
            visible
              .filter(({ target }) => target === 3)
              .map((one) => `${COLLECTIONS[one.collection]} ${newObject(one).json}`)
              .sort(),
          );
          assert.deepEqual(await store.maintenance.check(), []);
        } finally {
          for (const end of ends) await end();
        }
      },
    ),
    { numRuns: Number(process.env.SEARCH_RUNS ?? 12) },
  );
});

test('a search over a time that is set counts both ends as they say', async (t) => {
  const store = await opened(t);
  const objects = Array.from({ length: 6 }, (_, i) => ({
    ...newObject({
      collection: 0,
      object: i * 3,
      version: 0,
      spec: '2.1',
      marking: 'green',
      words: ['alpha'],
      target: 0,
      source: 'import',
    }),
    dateAdded: 1_704_067_200_000_000 + i,
  }));
  await store.objects.commit({ collection: COLLECTIONS[0] as string, source: 'import', objects });
  await store.followers.catchUp();
  const scopes = [{ collection: COLLECTIONS[0] as string, verdict: EVERYTHING }];
  for (const words of [[], searchWords('alpha')]) {
    const { hits } = await store.search.find({
      scopes,
      words,
      where: 'anywhere',
      from: 1_704_067_200_000_001,
      until: 1_704_067_200_000_004,
      limit: 10,
    });
    assert.deepEqual(
      hits.map(({ dateAdded }) => dateAdded - 1_704_067_200_000_000),
      [3, 2, 1],
    );
  }
});

test('a collection that is removed is out of the search at once', async (t) => {
  const store = await opened(t);
  const one = newObject({
    collection: 0,
    object: 0,
    version: 0,
    spec: '2.1',
    marking: 'green',
    words: ['alpha'],
    target: 0,
    source: 'import',
  });
  await store.objects.commit({ collection: COLLECTIONS[0] as string, source: 'import', objects: [one] });
  await store.followers.catchUp();
  await store.catalogue.change(
    await store.catalogue.generation(),
    [{ remove: 'collection', name: COLLECTIONS[0] as string }],
    'cli',
  );
  const scopes = COLLECTIONS.map((collection) => ({ collection, verdict: EVERYTHING }));
  assert.deepEqual(await store.search.find({ scopes, words: searchWords('alpha'), where: 'anywhere', limit: 10 }), {
    hits: [],
    more: false,
  });
  assert.deepEqual(await store.search.current([one.id], scopes), []);
});
