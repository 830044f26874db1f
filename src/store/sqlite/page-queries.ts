/** How much of a row is read: what a page consists of, or what a selection needs. */
export type Columns = 'object' | 'kept' | 'record' | 'version' | 'size' | 'texts';

/** The statements of pages. The last parameter of each is the limit. */
export interface PageQueries {
  /** One row by its number. */
  readonly row: string;
  /** Parameters: collection, after. */
  readonly whole: string;
  /** Rows of some facets in a stretch of the collection. Parameters: collection, after, until, facets as JSON. */
  readonly stretch: string;
  /** Parameters: number of the row before, facets as JSON. */
  readonly facets: string;
  /** Parameters, for each lane: lane, number of the row before. */
  lanes(count: number): string;
}

const RECORD = `o.id AS id, o.date_added AS dateAdded, o.version_key || o.version_rest AS version,
  iif(o.facet & 1, '2.1', '2.0') AS specVersion`;

export const PAGE_QUERIES: Readonly<Record<Columns, PageQueries>> = {
  record: queriesOf(RECORD),
  object: queriesOf(`${RECORD}, o.json AS json`),
  kept: queriesOf(`${RECORD}, o.json AS json, (SELECT f.marking FROM facet f WHERE f.num = o.facet) AS marking,
    (SELECT s.name FROM source s WHERE s.num = o.source) AS source`),
  version: queriesOf('o.num, o.id, o.facet, o.version_key, o.date_added, o.version_rest, o.source'),
  size: queriesOf('octet_length(o.json) AS bytes'),
  texts: joinedQueries(queriesOf('o.date_added AS dateAdded, o.json AS json')),
};

/**
 * All rows in one, as `JoinedRow`: an object a row costs several times as much. A subquery with a limit is run as it stands,
 * so rows are joined in its order; beside max() a column is that of the row it was found in.
 */
function joinedQueries({ row, whole, stretch, facets, lanes }: PageQueries): PageQueries {
  const joined = (rows: string): string => `SELECT count(*) AS count, group_concat(dateAdded) AS dates,
    max(dateAdded), octet_length(json) AS lastBytes, CAST(group_concat(json, ',') AS BLOB) AS texts FROM (${rows}) page`;
  const known: string[] = [];
  return {
    row: joined(row),
    whole: joined(whole),
    stretch: joined(stretch),
    facets: joined(facets),
    lanes: (count) => (known[count] ??= joined(lanes(count))),
  };
}

function queriesOf(columns: string): PageQueries {
  const select = `SELECT ${columns}`;
  const byDate = `${select} FROM object o INDEXED BY object_by_date WHERE o.collection = ? AND o.date_added > ?`;
  const lanes: string[] = [];
  return {
    row: `${select} FROM object o WHERE o.num = ?`,
    whole: `${byDate} ORDER BY o.date_added LIMIT ?`,
    stretch: `${byDate} AND o.date_added <= ? AND o.facet IN (SELECT value FROM json_each(?)) ORDER BY o.date_added LIMIT ?`,
    facets: mergeFacets(select),
    lanes: (count) => (lanes[count] ??= mergeLanes(select, count)),
  };
}

/** Few: SQLite merges the ranges as they are ordered. The outer query keeps the order of the inner one. */
function mergeLanes(select: string, count: number): string {
  if (count === 1)
    return `${select} FROM object o INDEXED BY object_by_lane WHERE o.lane = ? AND o.num > ? ORDER BY o.num LIMIT ?`;
  const lane = 'SELECT num FROM object INDEXED BY object_by_lane WHERE lane = ? AND num > ?';
  return `${select} FROM (${Array.from({ length: count }, () => lane).join(' UNION ALL ')} ORDER BY num LIMIT ?) k
    CROSS JOIN object o ON o.num = k.num`;
}

/** Any number: the queue of a recursive query holds the next row of each range, the earliest first. */
function mergeFacets(select: string): string {
  const next = `(SELECT num FROM object INDEXED BY object_by_facet
    WHERE facet = fac AND num > pos ORDER BY num LIMIT 1)`;
  return `WITH RECURSIVE start (fac, pos) AS (SELECT value, ? FROM json_each(?)),
    merged (fac, pos) AS (
      SELECT fac, ${next} FROM start
      UNION ALL SELECT fac, ${next} FROM merged WHERE pos IS NOT NULL
      ORDER BY 2
    )
    ${select} FROM merged CROSS JOIN object o ON o.num = merged.pos LIMIT ?`;
}
