import { AppError } from '../errors.ts';
import type { Allowed, Collection, SpecVersion } from '../sharing/model.ts';
import type { Filter, ObjectRecord, ObjectStore, PageQuery, TextPage } from '../store/store.ts';
import { formatCursor, parseCursor } from '../taxii/cursor.ts';
import type { Match, TaxiiQuery, VersionMatch } from '../taxii/query.ts';
import type { Micros } from '../time.ts';

/** One page of what a verdict lets its holder see, with what goes beside it in a response. */
export interface ReadPage {
  readonly count: number;
  /** Present exactly when more rows match: the place after the last one. */
  readonly next?: string;
  /** Date added of the first row. */
  readonly first?: Micros;
  /**
   * Date added of the last row. Without rows: the place from which the page was read, if it was not the beginning, so
   * that clients which keep this as their cursor keep it.
   */
  readonly last?: Micros;
  /** Ids of the rows, where the request named ids. */
  readonly ids?: readonly string[];
  /** What was selected, also by the `next` that the request brought. */
  readonly filter: Filter;
  /** The collection's clock at the read. */
  readonly asOf: Micros;
}

/** A page of objects. */
export interface ReadTexts extends ReadPage {
  /** As in `TextPage`. */
  readonly pieces: readonly Buffer[];
}

/** A page of what is known of objects. */
export interface ReadRecords extends ReadPage {
  /** Ascending by date added. */
  readonly rows: readonly ObjectRecord[];
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
export function readObjects(from: Readable, query: TaxiiQuery): Promise<ReadTexts> {
  return readTexts(from, query, query.match);
}

/**
 * @throws {AppError} cursor.invalid, query.invalid
 * Source: TAXII 2.1 §5.3
 */
export function readManifest(from: Readable, query: TaxiiQuery): Promise<ReadRecords> {
  return readRecords(from, query, query.match);
}

/**
 * The selected versions of one object.
 * @throws {AppError} not-found when there is no such object, or none of the versions that the request names; cursor.invalid,
 * query.invalid
 * Source: TAXII 2.1 §5.6
 */
export async function readObject(from: Readable, id: string, query: TaxiiQuery): Promise<ReadTexts> {
  const page = await readTexts(from, query, { ...query.match, ids: [id] });
  if (page.count === 0) await demandObject(from, id, query.match.versions);
  return page;
}

/**
 * Every version of one object.
 * @throws {AppError} not-found when there is no such object; cursor.invalid, query.invalid
 * Source: TAXII 2.1 §5.8
 */
export async function readVersions(from: Readable, id: string, query: TaxiiQuery): Promise<ReadRecords> {
  const page = await readRecords(from, query, { ...query.match, ids: [id], versions: 'all' });
  if (page.count === 0) await demandObject(from, id, undefined);
  return page;
}

async function readTexts(from: Readable, query: TaxiiQuery, requested: Match): Promise<ReadTexts> {
  const asked = ask(from, query, requested);
  const page = asked.query === undefined ? NOTHING : await from.objects.texts(asked.query);
  return { pieces: page.pieces, ...besides(from, asked, page) };
}

async function readRecords(from: Readable, query: TaxiiQuery, requested: Match): Promise<ReadRecords> {
  const asked = ask(from, query, requested);
  if (asked.query === undefined) return { rows: [], ...besides(from, asked, NOTHING) };
  const { rows, more, asOf } = await from.objects.manifest(asked.query);
  const [first] = rows;
  const last = rows.at(-1);
  const span = first && last && { first: first.dateAdded, last: last.dateAdded };
  const named = asked.filter.ids && { ids: rows.map(({ id }) => id) };
  return { rows, ...besides(from, asked, { count: rows.length, more, asOf, ...span, ...named }) };
}

const NOTHING: TextPage = { pieces: [], count: 0, more: false, asOf: 0 };

/** What a request comes down to. */
interface Asked {
  readonly match: Match;
  readonly after: Micros | undefined;
  readonly filter: Filter;
  /** Absent: nothing can match. */
  readonly query?: PageQuery;
}

function ask({ collection, verdict }: Readable, query: TaxiiQuery, requested: Match): Asked {
  const cursor = query.next === undefined ? undefined : parseCursor(query.next, collection.id, requested);
  const match = cursor?.match ?? requested;
  const after = later(cursor?.position, query.after);
  const filter = toFilter(match, LAST);
  if (matchesNothing(filter)) return { match, after, filter };
  const limit = Math.min(query.limit ?? collection.pageDefault, collection.pageMax);
  const place = after === undefined ? {} : { after };
  return {
    match,
    after,
    filter,
    query: { collection: collection.id, verdict, filter, ...place, limit, maxBytes: MAX_PAGE_BYTES },
  };
}

/** What goes beside the entries of a page. */
function besides({ collection }: Readable, { match, after, filter }: Asked, page: Omit<TextPage, 'pieces'>): ReadPage {
  const { count, first, last, more, asOf } = page;
  const known = { count, filter, asOf, ...(page.ids === undefined ? {} : { ids: page.ids }) };
  if (first === undefined || last === undefined) return after === undefined ? known : { ...known, last: after };
  if (!more) return { ...known, first, last };
  return { ...known, next: formatCursor(collection.id, { position: last, match }), first, last };
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
