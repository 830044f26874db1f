import type { StoredVersion } from './collection-writer.ts';
import type { Facet, Facets } from './facets.ts';
import { keyOfVersion } from './keys.ts';
import type { VersionTest } from './plan.ts';
import { NEWEST_SPEC, SPEC_21 } from './selectors.ts';
import type { Statements } from './statements.ts';
import { versionReader } from './versions.ts';

/** Where versions are selected: a collection with its facets. */
export interface Place {
  readonly sql: Statements;
  readonly collection: number;
  readonly facets: Facets;
  /** Only rows with higher numbers. */
  readonly after: number;
}

/** Matching versions of named objects, ascending by date added. Their number is that of these objects' versions. */
export function selectNamed(place: Place, ids: readonly string[], test: VersionTest): StoredVersion[] {
  const stored = versionReader(place.sql, place.collection);
  const selected: StoredVersion[] = [];
  for (const id of new Set(ids)) {
    const matches = stored.all(id).filter((version) => passes(place, test, version));
    const newest = test.newestSpecOnly && matches.some((version) => facetOf(place, version).selectors & SPEC_21);
    for (const version of matches)
      if (version.num > place.after && (!newest || facetOf(place, version).selectors & SPEC_21)) selected.push(version);
  }
  return selected.sort((a, b) => a.num - b.num);
}

const NEXT = `(CASE tab
  WHEN 0 THEN (SELECT num FROM key_recent WHERE key = val AND position = fac AND num > pos ORDER BY num LIMIT 1)
  ELSE (SELECT num FROM key_settled WHERE key = val AND position = fac AND num > pos ORDER BY num LIMIT 1) END)`;

/** Merges ranges of versions of one facet at one instant: the queue of a recursive query holds the next row of each. */
const MERGED = `
WITH RECURSIVE start (tab, val, fac, pos) AS (
  SELECT value ->> 0, value ->> 1, value ->> 2, ? FROM json_each(?)
), merged (tab, val, fac, pos) AS (
  SELECT tab, val, fac, ${NEXT} FROM start
  UNION ALL
  SELECT tab, val, fac, ${NEXT} FROM merged WHERE pos IS NOT NULL
  ORDER BY 4
)
SELECT o.num, o.id, o.facet, o.version_key FROM merged CROSS JOIN object o ON o.num = merged.pos`;

/** Versions of a whole collection that match by their value and not by a keyword, ascending by date added. */
export function* selectByValue(place: Place, test: VersionTest): Generator<StoredVersion, void, undefined> {
  const ranges = [...test.keys].flatMap((key) => rangesOfVersion(place, keyOfVersion(place.collection, key), test));
  if (ranges.length === 0) return;
  const versions = place.sql.rows<StoredVersion>(MERGED).iterate(place.after, JSON.stringify(ranges));
  for (const version of versions) if (passes(place, test, version) && !isOutdated(place, test, version)) yield version;
}

/** Only facets that have versions at this instant, found by leaps through the index. */
function rangesOfVersion({ sql, facets }: Place, key: number, test: VersionTest): [number, number, number][] {
  const ranges: [number, number, number][] = [];
  for (const [i, table] of ['key_recent', 'key_settled'].entries()) {
    const leap = sql.values<number>(
      `SELECT position FROM ${table} WHERE key = ? AND position > ? AND position < '' ORDER BY position LIMIT 1`,
    );
    for (let num = leap.get(key, 0); num !== undefined; num = leap.get(key, num)) {
      const facet = facets.byNum.get(num);
      if (facet !== undefined && test.byValue(facet)) ranges.push([i, key, num]);
    }
  }
  return ranges;
}

/** Whether another match of the same object is of a newer spec version. */
function isOutdated(place: Place, test: VersionTest, version: StoredVersion): boolean {
  if (!test.newestSpecOnly || facetOf(place, version).selectors & (SPEC_21 | NEWEST_SPEC)) return false;
  const others = versionReader(place.sql, place.collection).all(version.id);
  return others.some((other) => facetOf(place, other).selectors & SPEC_21 && passes(place, test, other));
}

function passes(place: Place, test: VersionTest, version: StoredVersion): boolean {
  const facet = facetOf(place, version);
  return test.byKeyword(facet) || (test.keys.has(version.version_key) && test.byValue(facet));
}

function facetOf({ facets }: Place, { facet: num }: StoredVersion): Facet {
  const facet = facets.byNum.get(num);
  if (facet === undefined) throw new Error(`Facet ${num} of a stored version does not exist.`);
  return facet;
}
