import { AppError } from '../errors.ts';
import type { Allowed, Collection, SpecVersion } from '../sharing/model.ts';
import type { Filter, ObjectRecord, ObjectStore, Page, PageQuery, StoredObject } from '../store/store.ts';
import { formatCursor, parseCursor } from '../taxii/cursor.ts';
import type { Match, TaxiiQuery, VersionMatch } from '../taxii/query.ts';
import type { Micros } from '../time.ts';

/** One page of what a verdict lets its holder see, with what goes beside it in a response. */
export interface ReadPage<T> {
  /** Ascending by date added. */
  readonly rows: readonly T[];
  /** Present exactly when more rows match: the place after the last one. */
  readonly next?: string;
  /** Date added of the first row. */
  readonly first?: Micros;
  /**
   * Date added of the last row. Without rows: the place from which the page was read, if it was not the beginning, so
   * that clients which keep this as their cursor keep it.
   */
  readonly last?: Micros;
  /** What was selected, also by the `next` that the request brought. */
  readonly filter: Filter;
  /** The collection's clock at the read. */
  readonly asOf: Micros;
}

/** What may be read: everything that reads objects needs a verdict. */
export interface Readable {
  readonly objects: ObjectStore;
  readonly collection: Collection;
  readonly verdict: Allowed;
}

/** A page also ends before this many octets of objects, with one object at least. */
const MAX_PAGE_BYTES = 16 << 20;

const LAST: VersionMatch = { first: false, last: true, keys: [] };
const EVERY_SPEC: readonly SpecVersion[] = ['2.0', '2.1'];

/**
 * @throws {AppError} cursor.invalid, query.invalid
 * Source: TAXII 2.1 §5.4
 */
export function readObjects(from: Readable, query: TaxiiQuery): Promise<ReadPage<StoredObject>> {
  return readPage(from, query, query.match, (page) => from.objects.objects(page));
}

/**
 * @throws {AppError} cursor.invalid, query.invalid
 * Source: TAXII 2.1 §5.3
 */
export function readManifest(from: Readable, query: TaxiiQuery): Promise<ReadPage<ObjectRecord>> {
  return readPage(from, query, query.match, (page) => from.objects.manifest(page));
}

/**
 * The selected versions of one object.
 * @throws {AppError} not-found when there is no such object, or none of the versions that the request names; cursor.invalid,
 * query.invalid
 * Source: TAXII 2.1 §5.6
 */
export async function readObject(from: Readable, id: string, query: TaxiiQuery): Promise<ReadPage<StoredObject>> {
  const match = { ...query.match, ids: [id] };
  const page = await readPage(from, query, match, (q) => from.objects.objects(q));
  if (page.rows.length === 0) await demandObject(from, id, query.match.versions);
  return page;
}

/**
 * Every version of one object.
 * @throws {AppError} not-found when there is no such object; cursor.invalid, query.invalid
 * Source: TAXII 2.1 §5.8
 */
export async function readVersions(from: Readable, id: string, query: TaxiiQuery): Promise<ReadPage<ObjectRecord>> {
  const match: Match = { ...query.match, ids: [id], versions: 'all' };
  const page = await readPage(from, query, match, (q) => from.objects.manifest(q));
  if (page.rows.length === 0) await demandObject(from, id, undefined);
  return page;
}

async function readPage<T extends ObjectRecord>(
  { collection, verdict }: Readable,
  query: TaxiiQuery,
  requested: Match,
  fetch: (query: PageQuery) => Promise<Page<T>>,
): Promise<ReadPage<T>> {
  const cursor = query.next === undefined ? undefined : parseCursor(query.next, collection.id, requested);
  const match = cursor?.match ?? requested;
  const after = later(cursor?.position, query.after);
  const filter = toFilter(match, LAST);
  const page = matchesNothing(filter)
    ? { rows: [], more: false, asOf: 0 }
    : await fetch({
        collection: collection.id,
        verdict,
        filter,
        ...(after === undefined ? {} : { after }),
        limit: Math.min(query.limit ?? collection.pageDefault, collection.pageMax),
        maxBytes: MAX_PAGE_BYTES,
      });
  const { rows, more, asOf } = page;
  const first = rows[0]?.dateAdded;
  const last = rows.at(-1)?.dateAdded;
  if (first === undefined || last === undefined)
    return { rows: [], filter, asOf, ...(after === undefined ? {} : { last: after }) };
  if (!more) return { rows, first, last, filter, asOf };
  return { rows, next: formatCursor(collection.id, { position: last, match }), first, last, filter, asOf };
}

/**
 * An empty page is right for an object that is there but was excluded by `added_after` or its spec version, wrong for
 * one that is not there, or not in a version that was asked for by value (TAXII 2.1 §5.6, §5.7).
 */
async function demandObject(from: Readable, id: string, versions: VersionMatch | undefined): Promise<void> {
  const named = versions !== undefined && versions !== 'all' && !versions.first && !versions.last;
  const page = await from.objects.manifest({
    collection: from.collection.id,
    verdict: from.verdict,
    filter: { ids: [id], specVersions: EVERY_SPEC, versions: named ? versions : 'all' },
    limit: 1,
    maxBytes: MAX_PAGE_BYTES,
  });
  if (page.rows.length > 0) return;
  throw new AppError('not-found', {
    description: named
      ? 'The collection does not hold this object in the version asked for.'
      : 'The collection does not hold this object.',
  });
}

/** @param versions what counts when the request does not say */
export function toFilter(match: Match, versions: VersionMatch): Filter {
  return {
    ...(match.ids === undefined ? {} : { ids: match.ids }),
    ...(match.types === undefined ? {} : { types: match.types }),
    ...(match.specVersions === undefined ? {} : { specVersions: match.specVersions.filter(isStored) }),
    versions: match.versions ?? versions,
  };
}

/** Spec versions are asked for freely; only these occur. */
function isStored(version: string): version is SpecVersion {
  return version === '2.0' || version === '2.1';
}

function matchesNothing(filter: Filter): boolean {
  return filter.specVersions?.length === 0;
}

function later(a: Micros | undefined, b: Micros | undefined): Micros | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
