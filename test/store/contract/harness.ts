import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Allowed, type Collection, MARKING_CLASSES, type MarkingClass } from '../../../src/sharing/model.ts';
import type {
  Batch,
  Filter,
  NewObject,
  Outcome,
  Page,
  PageQuery,
  Store,
  StoredObject,
} from '../../../src/store/store.ts';
import type { Clock, Micros } from '../../../src/time.ts';

export type OpenStore = (directory: string, clock: Clock) => Promise<Store>;

/** 2026-01-01T00:00:00Z, the wall clock of tests until they set it. */
export const NOW: Micros = Date.UTC(2026, 0, 1) * 1000;

export const SECOND: Micros = 1_000_000;
export const MILLI: Micros = 1000;

export const ONE = '11111111-1111-4111-8111-111111111111';
export const TWO = '22222222-2222-4222-8222-222222222222';

/** What a plain poll asks for. */
export const LAST: Filter = { versions: { first: false, last: true, keys: [] } };
export const ALL: Filter = { versions: 'all', specVersions: ['2.0', '2.1'] };

export const EVERYTHING = allow({});

/** A store with the two collections ONE and TWO and a clock that tests set. */
export interface Bench {
  readonly store: Store;
  readonly directory: string;
  now: Micros;
  readonly clock: Clock;
  /** Closes the store and opens it again. */
  restart(): Promise<void>;
  /** Opens the same store once more, until the test ends. */
  another(clock?: Clock): Promise<Store>;
  add(...objects: readonly NewObject[]): Promise<readonly Outcome[]>;
  commit(batch: Partial<Batch>): Promise<readonly Outcome[]>;
  page(query?: Partial<PageQuery>): Promise<Page<StoredObject>>;
  /** The names (see `indicator`) of what a query finds, in one page. */
  names(filter: Filter, query?: Partial<PageQuery>): Promise<string[]>;
}

export async function openBench(t: TestContext, open: OpenStore): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'entente-store-'));
  const stores: Store[] = [];
  t.after(async () => {
    for (const store of stores) await store[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  const bench: Bench = {
    directory,
    now: NOW,
    clock: (): Micros => bench.now,
    async another(clock: Clock = bench.clock) {
      const store = await open(directory, clock);
      stores.push(store);
      return store;
    },
    async restart() {
      await stores.shift()?.[Symbol.asyncDispose]();
      stores.unshift(await open(directory, bench.clock));
    },
    get store(): Store {
      return stores[0] as Store;
    },
    add: (...objects: readonly NewObject[]) => bench.commit({ objects }),
    commit: (batch: Partial<Batch>) =>
      bench.store.objects.commit({ collection: ONE, source: 'partner:vendor', objects: [], ...batch }),
    page: (query: Partial<PageQuery> = {}) => pageOf(bench.store, queryOf(query)),
    names: async (filter: Filter, query: Partial<PageQuery> = {}) =>
      (await bench.page({ filter, ...query })).rows.map(({ json }) => (JSON.parse(json) as { name: string }).name),
  };
  await bench.another();
  await bench.store.catalogue.change(
    await bench.store.catalogue.generation(),
    [ONE, TWO].map((id) => ({ put: 'collection', origin: 'hand', value: collection(id) })),
    'cli',
  );
  return bench;
}

/** Takes the collection away with all it holds, and makes it again. */
export async function renew(bench: Bench): Promise<void> {
  const { catalogue } = bench.store;
  const entity = (await catalogue.load()).collection.get(ONE);
  assert.ok(entity);
  await catalogue.change(
    await catalogue.generation(),
    [
      { remove: 'collection', name: ONE },
      { put: 'collection', ...entity },
    ],
    'cli',
  );
}

/** A page, of which it has been seen that it is the same as texts and version by version. */
export async function pageOf({ objects }: Store, query: PageQuery): Promise<Page<StoredObject>> {
  const page = await objects.objects(query);
  const { pieces, ids, ...joined } = await objects.texts(query);
  const [first, last] = [page.rows[0], page.rows.at(-1)];
  const span = first && last && { first: first.dateAdded, last: last.dateAdded };
  assert.deepEqual(joined, { count: page.rows.length, ...span, more: page.more, asOf: page.asOf });
  if (query.filter.ids !== undefined && ids !== undefined)
    assert.deepEqual(
      ids,
      page.rows.map(({ id }) => id),
    );
  assert.equal(pieces.map(String).join(), page.rows.map(({ json }) => json).join());
  return page;
}

export function queryOf(query: Partial<PageQuery>): PageQuery {
  return { collection: ONE, verdict: EVERYTHING, filter: LAST, limit: 1000, maxBytes: 1 << 24, ...query };
}

export function collection(id: string, title = id): Collection {
  return {
    id,
    root: 'regional',
    title,
    mediaTypes: ['application/stix+json;version=2.1'],
    validation: 'standard',
    defaultTlp: 'green',
    unknownMarking: 'red',
    pageDefault: 100,
    pageMax: 1000,
  };
}

export interface AllowOptions {
  readonly types?: readonly string[];
  readonly classes?: readonly MarkingClass[];
  readonly delete?: 'own' | 'any';
}

/** A verdict with one entry for each argument. */
export function allow(...entries: readonly AllowOptions[]): Allowed {
  return {
    kind: 'allowed',
    entries: entries.map(({ types, classes = MARKING_CLASSES, delete: permitted }) => ({
      types: types === undefined ? 'all' : new Set(types),
      maxTlp: 'red',
      classes: new Set(classes),
      ...(permitted === undefined ? {} : { delete: permitted }),
    })),
  };
}

export interface VersionOptions {
  readonly type?: string;
  /** Absent: one version of its own; null: none at all. */
  readonly modified?: string | null;
  readonly spec?: '2.0' | '2.1';
  readonly marking?: MarkingClass;
  readonly dateAdded?: Micros;
  /** More properties of the object. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/**
 * An object version to be committed. Its id is that of the letter, so that the same letter means the same object; its
 * name, which tests look at, is the letter and what `as` says.
 */
export function version(letter: string, as = '', options: VersionOptions = {}): NewObject {
  const { type = 'indicator', modified = '2020-01-01T00:00:00.000Z', spec = '2.1', marking = 'green' } = options;
  const id = idOf(letter, type);
  const object = {
    type,
    spec_version: spec,
    id,
    ...(modified === null ? {} : { modified }),
    name: letter + as,
    ...options.more,
  };
  return {
    id,
    type,
    specVersion: spec,
    marking,
    json: JSON.stringify(object),
    ...(modified === null ? {} : { version: modified }),
    ...(options.dateAdded === undefined ? {} : { dateAdded: options.dateAdded }),
  };
}

export function idOf(letter: string, type = 'indicator'): string {
  return `${type}--00000000-0000-4000-8000-${hash('sha1', letter).slice(0, 12)}`;
}

export function kinds(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ kind }) => kind);
}

export function datesOf(outcomes: readonly Outcome[]): Micros[] {
  return outcomes.flatMap((outcome) => (outcome.kind === 'added' ? [outcome.dateAdded] : []));
}
