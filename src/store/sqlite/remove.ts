import type { Allowed, Entry } from '../../sharing/model.ts';
import type { Micros } from '../../time.ts';
import type { Removal, RemovalResult } from '../store.ts';
import { CollectionWriter, type StoredVersion, type WriterState } from './collection-writer.ts';
import { type Facets, readFacets, visibility } from './facets.ts';
import { appendLedger } from './ledger-writer.ts';
import { PAGE_QUERIES } from './page-queries.ts';
import { readRanges } from './pages.ts';
import { planRanges, planTest } from './plan.ts';
import { removalRecord } from './records.ts';
import { selectNamed } from './selection.ts';
import { versionReader } from './versions.ts';

export interface RemovableVersion extends StoredVersion {
  readonly date_added: Micros;
  readonly version_rest: string;
  readonly source: number;
}

/** To be called in a write transaction. @throws {AppError} not-found */
export function removeVersions(state: WriterState, removal: Removal, now: Micros): RemovalResult {
  const { sql } = state;
  const collection = CollectionWriter.open(state, removal.collection);
  const facets = readFacets(sql, collection.num);
  const selected = select(state, collection.num, facets, removal);
  const by = state.sourceNumber(removal.by);
  const permits = permission(facets, removal.verdict);
  const removed = selected.filter(({ facet, source }) => permits(facet, source === by));
  if (removed.length === 0) return { selected: selected.length, removed: 0 };
  const dates = takeAway(state, collection, removed, { reason: removal.reason, by }, now);
  collection.close();
  appendLedger(sql, [removalRecord(removal, dates, now)]);
  return { selected: selected.length, removed: removed.length };
}

/**
 * Takes versions away, leaving a row of each, and puts right what remains of their objects.
 * @param why with the number of a source
 * @returns when each went, by the collection's clock
 */
export function takeAway(
  { sql }: WriterState,
  collection: CollectionWriter,
  versions: readonly RemovableVersion[],
  why: { readonly reason: string; readonly by: number },
  now: Micros,
): Micros[] {
  const insert = sql.rows('INSERT INTO removal VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const dates: Micros[] = [];
  for (const [i, version] of versions.entries()) {
    const { num, date_added, facet, source, id, version_key, version_rest } = version;
    const removedAt = collection.tick(now, i === versions.length - 1);
    dates.push(removedAt);
    insert.run(
      num,
      collection.num,
      removedAt,
      date_added,
      facet,
      source,
      id,
      version_key,
      version_rest,
      why.reason,
      why.by,
    );
    collection.delete(version);
  }
  const stored = versionReader(sql, collection.num);
  for (const id of new Set(versions.map((version) => version.id))) {
    const left = stored.all(id);
    if (left.length > 0) collection.rederive(left);
  }
  return dates;
}

/** Oldest first. */
function select(
  { sql }: WriterState,
  collection: number,
  facets: Facets,
  { verdict, select: what }: Removal,
): RemovableVersion[] {
  if ('addedBefore' in what) {
    const ranges = planRanges(collection, facets, verdict, { versions: 'all', specVersions: ['2.0', '2.1'] });
    if (ranges === undefined) return [];
    const bounds = { collection, after: undefined, limit: what.limit, maxBytes: 0, largest: 0 };
    const { rows } = readRanges<RemovableVersion>(sql, 'version', ranges, bounds);
    return rows.filter((row) => row.date_added < what.addedBefore);
  }
  const test = planTest(verdict, what.filter);
  const get = sql.rows<RemovableVersion>(PAGE_QUERIES.version.row);
  return selectNamed({ sql, collection, facets, after: 0 }, what.ids, test).flatMap(({ num }) => get.get(num) ?? []);
}

/** Anybody's versions may go where entries that say so admit them, one's own where any entry that permits removal does. */
function permission(facets: Facets, { entries }: Allowed): (facet: number, own: boolean) => boolean {
  const admittedBy = (some: readonly Entry[]) => visibility({ kind: 'allowed', entries: some });
  const anybodys = admittedBy(entries.filter((entry) => entry.delete === 'any'));
  const owners = admittedBy(entries.filter((entry) => entry.delete !== undefined));
  return (num, own) => {
    const facet = facets.byNum.get(num);
    return facet !== undefined && (own ? owners : anybodys)(facet);
  };
}
