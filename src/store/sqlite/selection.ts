import type { StoredVersion } from './collection-writer.ts';
import { keyOfId, keyOfVersion } from './keys.ts';
import { passes, type VersionTest } from './plan.ts';
import { NEWEST_SPEC, SPEC_21 } from './selectors.ts';
import type { Statements } from './statements.ts';

/** Matching versions of named objects, in no order. Their number is that of the versions of these objects. */
export function selectNamed(
  sql: Statements,
  collection: number,
  ids: readonly string[],
  test: VersionTest,
  afterNum: number,
): StoredVersion[] {
  const statement = sql.rows<StoredVersion>(
    `SELECT o.num, o.id, o.facet, o.version_key
     FROM (SELECT num FROM key_recent WHERE key = ? AND position > ''
           UNION ALL SELECT num FROM key_settled WHERE key = ? AND position > '') k
     CROSS JOIN object o ON o.num = k.num WHERE o.id = ?`,
  );
  const selected: StoredVersion[] = [];
  for (const id of new Set(ids)) {
    const key = keyOfId(collection, id);
    const matches = statement.all(key, key, id).filter((version) => passes(test, version));
    const newest = test.newestSpecOnly && matches.some(({ facet }) => selectorsOf(test, facet) & SPEC_21) ? SPEC_21 : 0;
    for (const version of matches)
      if (version.num > afterNum && (newest === 0 || selectorsOf(test, version.facet) & newest)) selected.push(version);
  }
  return selected;
}

/** One range to merge: a facet, or the versions of a facet at an instant, recent or settled. */
type Range = readonly [table: 0 | 1 | 2, key: number, facet: number];

const NEXT = `CASE tab
  WHEN 0 THEN (SELECT num FROM object INDEXED BY object_by_facet WHERE facet = fac AND num > pos ORDER BY num LIMIT 1)
  WHEN 1 THEN (SELECT num FROM key_recent WHERE key = val AND position = fac AND num > pos ORDER BY num LIMIT 1)
  ELSE (SELECT num FROM key_settled WHERE key = val AND position = fac AND num > pos ORDER BY num LIMIT 1) END`;

/** The queue of a recursive query holds the next row of each range, the earliest first. */
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

/** Matching versions of a whole collection by version values, ascending by date added. */
export function* selectByVersion(
  sql: Statements,
  collection: number,
  test: VersionTest,
  afterNum: number,
): Generator<StoredVersion> {
  const ranges: Range[] = [...test.byKeyword].map((facet) => [0, 0, facet]);
  for (const key of test.keys) ranges.push(...rangesOfVersion(sql, keyOfVersion(collection, key), test));
  const versions = sql.rows<StoredVersion>(MERGED).iterate(afterNum, JSON.stringify(ranges));
  for (const version of versions)
    if (passes(test, version) && !isOutdated(sql, collection, test, version)) yield version;
}

/** Only facets that have versions at this instant, found by leaps through the index. */
function rangesOfVersion(sql: Statements, key: number, test: VersionTest): Range[] {
  const ranges: Range[] = [];
  for (const [table, name] of [
    [1, 'key_recent'],
    [2, 'key_settled'],
  ] as const) {
    const leap = sql.values<number>(
      `SELECT position FROM ${name} WHERE key = ? AND position > ? AND position < '' ORDER BY position LIMIT 1`,
    );
    for (let facet = leap.get(key, 0); facet !== undefined; facet = leap.get(key, facet))
      if (test.byValue.has(facet)) ranges.push([table, key, facet]);
  }
  return ranges;
}

/** Whether another match of the same object is of a newer spec version. */
function isOutdated(sql: Statements, collection: number, test: VersionTest, { id, facet }: StoredVersion): boolean {
  if (!test.newestSpecOnly || selectorsOf(test, facet) & (SPEC_21 | NEWEST_SPEC)) return false;
  const key = keyOfId(collection, id);
  const at = sql.rows<StoredVersion>(
    `SELECT o.num, o.id, o.facet, o.version_key
     FROM (SELECT num FROM key_recent WHERE key = ? AND position = ?
           UNION ALL SELECT num FROM key_settled WHERE key = ? AND position = ?) k
     CROSS JOIN object o ON o.num = k.num WHERE o.id = ?`,
  );
  return [...test.keys].some((version) => {
    const other = at.get(key, version, key, version, id);
    return other !== undefined && (selectorsOf(test, other.facet) & SPEC_21) !== 0;
  });
}

/** None of a facet that the test leaves out. */
function selectorsOf(test: VersionTest, facet: number): number {
  return test.byValue.get(facet)?.selectors ?? 0;
}
