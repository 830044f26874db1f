import { AppError } from '../../errors.ts';
import type { CollectionCounts, ObjectRecord, Page, PageQuery, StoredObject } from '../store.ts';
import { type Facet, facetReader } from './facets.ts';
import { COLUMNS, type Columns, numberAt, readRanges, takeWithin } from './pages.ts';
import { planRanges, planTest } from './plan.ts';
import { selectByVersion, selectNamed } from './selection.ts';
import { LAST } from './selectors.ts';
import type { Statements } from './statements.ts';

/** To be called in a read transaction, so that facets and rows fit together. */
export interface ObjectReader {
  objects(query: PageQuery): Page<StoredObject>;
  manifest(query: PageQuery): Page<ObjectRecord>;
  counts(collection: string): CollectionCounts;
}

interface CollectionState {
  readonly num: number;
  readonly clock: number;
  readonly facets: number;
  readonly largest: number;
  readonly removed: number;
}

const EMPTY: Page<never> = { rows: [], more: false };

export function objectReader(sql: Statements): ObjectReader {
  const facetsOf = facetReader(sql);
  const find = sql.rows<CollectionState>('SELECT num, clock, facets, largest, removed FROM collection WHERE id = ?');
  const state = (id: string): CollectionState => {
    const row = find.get(id);
    if (row === undefined) throw new AppError('not-found', { description: `There is no collection ${id} (any more).` });
    return row;
  };
  const page = <T>(columns: Columns, query: PageQuery): Page<T> => {
    const collection = state(query.collection);
    // Nothing new: the commonest answer, and the cheapest.
    if (query.after !== undefined && query.after >= collection.clock) return EMPTY;
    const facets = facetsOf(collection.num, collection.facets);
    if (query.filter.ids !== undefined || hasKeys(query))
      return readSelected(sql, columns, collection.num, facets, query);
    const ranges = planRanges(collection.num, facets, query.verdict, query.filter);
    if (ranges === undefined) return EMPTY;
    const { limit, maxBytes } = query;
    return readRanges(sql, columns, collection.num, ranges, query.after, {
      limit,
      maxBytes,
      largest: collection.largest,
    });
  };
  return {
    objects: (query) => page('object', query),
    manifest: (query) => page('record', query),
    counts(id) {
      const { num, clock, removed } = state(id);
      const rows = sql
        .rows<{ type: string; selectors: number; versions: number }>(
          'SELECT type, selectors, versions FROM facet WHERE collection = ? AND versions > 0',
        )
        .all(num);
      const types = new Map<string, number>();
      for (const { type, versions } of rows) types.set(type, (types.get(type) ?? 0) + versions);
      const sum = (some: typeof rows): number => some.reduce((total, row) => total + row.versions, 0);
      return {
        // Each object has exactly one last version.
        objects: sum(rows.filter(({ selectors }) => selectors & LAST)),
        versions: sum(rows),
        removed,
        types: [...types]
          .map(([type, versions]) => ({ type, versions }))
          .sort((a, b) => b.versions - a.versions || (a.type < b.type ? -1 : 1)),
        ...(clock > 0 ? { lastAdded: clock } : {}),
      };
    },
  };
}

function hasKeys({ filter: { versions } }: PageQuery): boolean {
  return versions !== 'all' && versions.keys.length > 0;
}

/** Chooses the rows first, then reads them one by one. */
function readSelected<T>(
  sql: Statements,
  columns: Columns,
  collection: number,
  facets: readonly Facet[],
  { verdict, filter, after, limit, maxBytes }: PageQuery,
): Page<T> {
  const test = planTest(facets, verdict, filter);
  const position = numberAt(sql, collection, after);
  const get = sql.rows<T>(`SELECT ${COLUMNS[columns]} FROM object o WHERE o.num = ?`);
  const selected =
    filter.ids === undefined
      ? selectByVersion(sql, collection, test, position)
      : selectNamed(sql, collection, filter.ids, test, position).sort((a, b) => a.num - b.num);
  return takeWithin(read(selected, get.get.bind(get)), { limit, maxBytes });
}

function* read<T>(selected: Iterable<{ readonly num: number }>, get: (num: number) => T | undefined): Generator<T> {
  for (const { num } of selected) {
    const row = get(num);
    if (row !== undefined) yield row;
  }
}
