import type { Reading, ReadResult } from '../ledger/disclosure.ts';
import type { Allowed } from '../sharing/model.ts';
import type { Hit, Scope, SearchQuery, SearchStore } from '../store/search.ts';
import type { Filter, KeptObject, ObjectRecord, ObjectStore, Page, PageQuery } from '../store/store.ts';

/** How objects are read for pages. Everything that is read is noted, so that no page can show what nobody records. */
export interface Viewing {
  readonly search: SearchStore;
  readonly objects: {
    /** With their texts. */
    kept(query: PageQuery): Promise<Page<KeptObject>>;
    /** Of the same only ids, versions and where they came from are shown. */
    lines(query: PageQuery): Promise<Page<KeptObject>>;
    manifest(query: PageQuery): Promise<Page<ObjectRecord>>;
  };
  /** What has been read until now, as the ledger takes it. */
  readonly read: () => readonly Viewed[];
}

export interface Viewed {
  readonly reading: Pick<Reading, 'read' | 'collection' | 'verdict'>;
  readonly result: ReadResult;
}

const CURRENT: Filter['versions'] = { first: false, last: true, keys: [] };

export function viewing(search: SearchStore, objects: Pick<ObjectStore, 'kept' | 'manifest'>): Viewing {
  const pages: Viewed[] = [];
  /** By collection; of each object once. */
  const hits = new Map<string, { readonly verdict: Allowed; readonly seen: Map<string, Hit> }>();

  const note = (scopes: readonly Scope[], found: readonly Hit[]): void => {
    for (const hit of found) {
      const verdict = scopes.find(({ collection }) => collection === hit.collection)?.verdict;
      if (verdict === undefined) continue;
      const noted = hits.get(hit.collection) ?? { verdict, seen: new Map<string, Hit>() };
      noted.seen.set(hit.id, hit);
      hits.set(hit.collection, noted);
    }
  };
  const paged = async <T extends ObjectRecord>(
    query: PageQuery,
    read: 'console' | 'versions',
    fetch: (query: PageQuery) => Promise<Page<T>>,
  ): Promise<Page<T>> => {
    const page = await fetch(query);
    const { collection, verdict, filter } = query;
    const [first, last] = [page.rows[0], page.rows.at(-1)];
    if (first !== undefined && last !== undefined)
      pages.push({
        reading: { read, collection, verdict },
        result: {
          count: page.rows.length,
          first: first.dateAdded,
          last: last.dateAdded,
          ids: page.rows.map(({ id }) => id),
          filter,
          asOf: page.asOf,
        },
      });
    return page;
  };

  return {
    search: {
      async find(query: SearchQuery) {
        const found = await search.find(query);
        note(query.scopes, found.hits);
        return found;
      },
      async current(ids, scopes) {
        const found = await search.current(ids, scopes);
        note(scopes, found);
        return found;
      },
      async referring(ids, scopes, limit) {
        const found = await search.referring(ids, scopes, limit);
        for (const one of found) note(scopes, one.hits);
        return found;
      },
      summary: (scope, since) => search.summary(scope, since),
    },
    objects: {
      kept: (query) => paged(query, 'console', (q) => objects.kept(q)),
      lines: (query) => paged(query, 'versions', (q) => objects.kept(q)),
      manifest: (query) => paged(query, 'versions', (q) => objects.manifest(q)),
    },
    read: () => [...pages, ...[...hits].map(([collection, { verdict, seen }]) => ofHits(collection, verdict, seen))],
  };
}

function ofHits(collection: string, verdict: Allowed, seen: ReadonlyMap<string, Hit>): Viewed {
  const hits = [...seen.values()];
  const dates = hits.map(({ dateAdded }) => dateAdded);
  const ids = [...seen.keys()];
  return {
    reading: { read: 'console', collection, verdict },
    result: {
      count: hits.length,
      first: Math.min(...dates),
      last: Math.max(...dates),
      ids,
      filter: { ids, versions: CURRENT },
      asOf: Math.max(...hits.map(({ asOf }) => asOf)),
    },
  };
}
