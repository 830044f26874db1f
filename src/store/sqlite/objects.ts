import { AppError } from '../../errors.ts';
import type { CollectionCounts, KeptObject, ObjectRecord, Page, PageQuery, StoredObject, TextPage } from '../store.ts';
import type { StoredVersion } from './collection-writer.ts';
import { type Facets, readFacets } from './facets.ts';
import { type Columns, PAGE_QUERIES } from './page-queries.ts';
import { type ByteBounds, iterateRanges, numberAt, type Rows, readRanges, takeWithin } from './pages.ts';
import { planTest, type Ranges, rangePlanner } from './plan.ts';
import { selectByValue, selectNamed } from './selection.ts';
import { classOf, LAST, ownClass } from './selectors.ts';
import type { Statements } from './statements.ts';
import { joinRanges, joinSelected, type Texts } from './texts.ts';

/** To be called in a read transaction, so that facets and rows fit together. */
export interface ObjectReader {
  texts(query: PageQuery): TextPage;
  objects(query: PageQuery): Page<StoredObject>;
  kept(query: PageQuery): Page<KeptObject>;
  manifest(query: PageQuery): Page<ObjectRecord>;
  counts(collection: string): CollectionCounts;
}

interface CollectionRow {
  readonly num: number;
  readonly clock: number;
  readonly facets: number;
  readonly largest: number;
  readonly removed: number;
}

type KeptRow = Omit<KeptObject, 'marking'> & {
  /** As in `facet.marking`. */
  readonly marking: number;
};

/** A collection with what was learned of its facets, which holds as long as none comes or goes. */
interface Known {
  readonly state: number;
  readonly facets: Facets;
  readonly plan: ReturnType<typeof rangePlanner>;
}

/** Where the rows of a page are. */
type Located =
  | { readonly ranges: Ranges; readonly bounds: ByteBounds }
  /** Ascending by date added, each once. */
  | { readonly selected: Iterable<StoredVersion> };

const EMPTY: Rows<never> = { rows: [], more: false };

export function objectReader(sql: Statements): ObjectReader {
  const known = new Map<number, Known>();
  const find = sql.rows<CollectionRow>('SELECT num, clock, facets, largest, removed FROM collection WHERE id = ?');
  const collectionOf = (id: string): CollectionRow => {
    const row = find.get(id);
    if (row === undefined) throw new AppError('not-found', { description: `There is no collection ${id} (any more).` });
    return row;
  };
  const learn = ({ num, facets: state }: CollectionRow): Known => {
    const cached = known.get(num);
    if (cached?.state === state) return cached;
    const facets = readFacets(sql, num);
    const learned = { state, facets, plan: rangePlanner(num, facets) };
    known.set(num, learned);
    return learned;
  };
  /** @returns undefined when there can be no rows */
  const locate = (collection: CollectionRow, query: PageQuery): Located | undefined => {
    const { verdict, filter, after, limit, maxBytes } = query;
    // Nothing new: the commonest answer, and the cheapest.
    if (after !== undefined && after >= collection.clock) return undefined;
    const { facets, plan } = learn(collection);
    const ranges = filter.ids === undefined ? plan(verdict, filter) : undefined;
    if (filter.ids !== undefined || (filter.versions !== 'all' && filter.versions.keys.length > 0))
      return { selected: selectVersions(sql, collection.num, facets, ranges, query) };
    const { num, largest } = collection;
    return ranges && { ranges, bounds: { collection: num, after, limit, maxBytes, largest } };
  };
  const page = <T>(columns: Columns, query: PageQuery): Page<T> => {
    const collection = collectionOf(query.collection);
    const { rows, more } = rowsOf<T>(columns, query, locate(collection, query));
    return { rows, more, asOf: collection.clock };
  };
  const rowsOf = <T>(columns: Columns, { limit, maxBytes }: PageQuery, located: Located | undefined): Rows<T> => {
    if (located === undefined) return EMPTY;
    if ('ranges' in located) return readRanges(sql, columns, located.ranges, located.bounds);
    return takeWithin(readRows<T>(sql, columns, located.selected), limit, maxBytes);
  };
  const textsOf = ({ limit, maxBytes }: PageQuery, located: Located | undefined): Texts => {
    if (located === undefined) return { pieces: [], count: 0, more: false };
    if ('ranges' in located) return joinRanges(sql, located.ranges, located.bounds);
    return joinSelected(sql, located.selected, limit, maxBytes);
  };
  return {
    texts(query) {
      const collection = collectionOf(query.collection);
      return { ...textsOf(query, locate(collection, query)), asOf: collection.clock };
    },
    objects: (query) => page('object', query),
    kept(query) {
      const { rows, ...rest } = page<KeptRow>('kept', query);
      return { rows: rows.map((row) => ({ ...row, marking: classOf(ownClass(row.marking)) })), ...rest };
    },
    manifest: (query) => page('record', query),
    counts: (id) => countCollection(sql, collectionOf(id)),
  };
}

/** Versions of named objects, or those that keywords and values select: ascending by date added, each once. */
function selectVersions(
  sql: Statements,
  collection: number,
  facets: Facets,
  ranges: Ranges | undefined,
  { verdict, filter, after, limit }: PageQuery,
): Iterable<StoredVersion> {
  const place = { sql, collection, facets, after: numberAt(sql, collection, after) };
  const test = planTest(verdict, filter);
  if (filter.ids !== undefined) return selectNamed(place, filter.ids, test);
  const byValue = selectByValue(place, test);
  if (ranges === undefined) return byValue;
  return mergeVersions(iterateRanges(sql, 'version', ranges, { collection, after, limit }), byValue);
}

/** Generators that end without a value. */
type Versions = Generator<StoredVersion, void, undefined>;

function* mergeVersions(a: Versions, b: Versions): Versions {
  try {
    let left = a.next();
    let right = b.next();
    while (!left.done || !right.done) {
      if (!left.done && (right.done || left.value.num < right.value.num)) {
        yield left.value;
        left = a.next();
      } else if (!right.done) {
        yield right.value;
        right = b.next();
      }
    }
  } finally {
    // A page may end before its queries do.
    a.return(undefined);
    b.return(undefined);
  }
}

function* readRows<T>(sql: Statements, columns: Columns, selected: Iterable<StoredVersion>): Generator<T> {
  const statement = sql.rows<T>(PAGE_QUERIES[columns].row);
  for (const { num } of selected) {
    const row = statement.get(num);
    if (row !== undefined) yield row;
  }
}

function countCollection(sql: Statements, { num, clock, removed }: CollectionRow): CollectionCounts {
  const { list } = readFacets(sql, num);
  const types = new Map<string, number>();
  for (const { type, versions } of list) types.set(type, (types.get(type) ?? 0) + versions);
  const sum = (some: typeof list): number => some.reduce((total, { versions }) => total + versions, 0);
  return {
    // Each object has exactly one last version.
    objects: sum(list.filter(({ selectors }) => selectors & LAST)),
    versions: sum(list),
    removed,
    types: [...types]
      .map(([type, versions]) => ({ type, versions }))
      .sort((a, b) => b.versions - a.versions || (a.type < b.type ? -1 : 1)),
    ...(clock > 0 ? { lastAdded: clock } : {}),
  };
}
