import type { Allowed, Entry } from '../../sharing/model.ts';
import type { Micros } from '../../time.ts';
import type { Removal, RemovalResult } from '../store.ts';
import { CollectionWriter, type StoredVersion, type WriterState } from './collection-writer.ts';
import { visibleFacets } from './facets.ts';
import { readRanges } from './pages.ts';
import { planRanges, planTest } from './plan.ts';
import { selectNamed } from './selection.ts';
import { versionReader } from './versions.ts';

interface RemovableVersion extends StoredVersion {
  readonly date_added: Micros;
  readonly version_rest: string;
  readonly source: number;
}

/** To be called in a write transaction. @throws {AppError} not-found */
export function removeVersions(state: WriterState, removal: Removal, now: Micros): RemovalResult {
  const { sql } = state;
  const collection = CollectionWriter.open(state, removal.collection);
  const selected = select(state, collection, removal);
  const by = state.sourceNumber(removal.by);
  const permits = permitted(collection, removal.verdict);
  const removed = selected.filter(({ facet, source }) => permits(facet, source === by));
  if (removed.length === 0) return { selected: selected.length, removed: 0 };
  const insert = sql.rows('INSERT INTO removal VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const [i, version] of removed.entries()) {
    const { date_added, facet, source, id, version_key, version_rest } = version;
    const removedAt = collection.tick(now, i === removed.length - 1);
    insert.run(collection.num, removedAt, date_added, facet, source, id, version_key, version_rest, removal.reason, by);
    collection.delete(version);
  }
  const stored = versionReader(sql, collection.num);
  for (const id of new Set(removed.map((version) => version.id))) {
    const left = stored.all(id);
    if (left.length > 0) collection.rederive(left);
  }
  collection.close();
  return { selected: selected.length, removed: removed.length };
}

/** Oldest first. */
function select(
  state: WriterState,
  collection: CollectionWriter,
  { verdict, select: what }: Removal,
): RemovableVersion[] {
  const { sql } = state;
  const facets = collection.facets.held();
  if ('addedBefore' in what) {
    const everything = { versions: 'all', specVersions: ['2.0', '2.1'] } as const;
    const ranges = planRanges(collection.num, facets, verdict, everything);
    if (ranges === undefined) return [];
    const bounds = { limit: what.limit, maxBytes: Number.POSITIVE_INFINITY, largest: 0 };
    const { rows } = readRanges<RemovableVersion>(sql, 'version', collection.num, ranges, undefined, bounds);
    return rows.filter((row) => row.date_added < what.addedBefore);
  }
  const test = planTest(facets, verdict, what.filter);
  const get = sql.rows<RemovableVersion>(
    'SELECT num, id, facet, version_key, date_added, version_rest, source FROM object WHERE num = ?',
  );
  return selectNamed(sql, collection.num, what.ids, test, 0)
    .sort((a, b) => a.num - b.num)
    .map(({ num }) => get.get(num) as RemovableVersion);
}

/** Anybody's versions may go where entries that say so admit them, one's own where any entry that permits removal does. */
function permitted(collection: CollectionWriter, { entries }: Allowed): (facet: number, own: boolean) => boolean {
  const facets = collection.facets.held();
  const admittedBy = (some: readonly Entry[]): ReadonlySet<number> =>
    new Set(visibleFacets(facets, { kind: 'allowed', entries: some }).map((facet) => facet.num));
  const anybodys = admittedBy(entries.filter((entry) => entry.delete === 'any'));
  const owners = admittedBy(entries.filter((entry) => entry.delete !== undefined));
  return (facet, own) => (own ? owners : anybodys).has(facet);
}
