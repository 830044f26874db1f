import type { Micros } from '../../time.ts';
import type { Page } from '../store.ts';
import type { Ranges } from './plan.ts';
import type { Statements } from './statements.ts';

/** How much of a row is read, and so what a page consists of. */
export type Columns = 'object' | 'record' | 'version';

const RECORD = `o.id AS id, o.date_added AS dateAdded, o.version_key || o.version_rest AS version,
  iif(o.facet & 1, '2.1', '2.0') AS specVersion`;

export const COLUMNS: Readonly<Record<Columns, string>> = {
  record: RECORD,
  object: `${RECORD}, o.json AS json`,
  version: 'o.num, o.id, o.facet, o.version_key, o.date_added, o.version_rest, o.source',
};

export interface Bounds {
  readonly limit: number;
  readonly maxBytes: number;
  /** Of the texts of the collection. */
  readonly largest: number;
}

/** A page of ranges, read at once when it is sure to be small enough, else row by row. */
export function readRanges<T>(
  sql: Statements,
  columns: Columns,
  collection: number,
  ranges: Ranges,
  after: Micros | undefined,
  bounds: Bounds,
): Page<T> {
  const statement = sql.rows<T>(rangeQuery(columns, ranges));
  const { limit, maxBytes, largest } = bounds;
  const values = parametersOf(sql, collection, ranges, after, limit + 1);
  if (columns === 'object' && (limit + 1) * largest > maxBytes) return takeWithin(statement.iterate(...values), bounds);
  const rows = statement.all(...values);
  const more = rows.length > limit;
  if (more) rows.pop();
  return { rows, more };
}

/** Takes rows until the page is full: at least one, with texts of no more than `maxBytes` otherwise. */
export function takeWithin<T>(source: Iterable<T>, { limit, maxBytes }: Omit<Bounds, 'largest'>): Page<T> {
  const rows: T[] = [];
  let bytes = 0;
  for (const row of source) {
    bytes += (row as { json?: string }).json === undefined ? 0 : Buffer.byteLength((row as { json: string }).json);
    if (rows.length === limit || (rows.length > 0 && bytes > maxBytes)) return { rows, more: true };
    rows.push(row);
  }
  return { rows, more: false };
}

/** The number of the last row added at or before an instant: rows after it have higher ones. */
export function numberAt(sql: Statements, collection: number, after: Micros | undefined): number {
  if (after === undefined) return 0;
  const statement = sql.values<number>(
    `SELECT num FROM object INDEXED BY object_by_date WHERE collection = ? AND date_added <= ?
     ORDER BY date_added DESC LIMIT 1`,
  );
  return statement.get(collection, after) ?? 0;
}

function rangeQuery(columns: Columns, ranges: Ranges): string {
  const select = `SELECT ${COLUMNS[columns]}`;
  if (ranges.kind === 'whole')
    return `${select} FROM object o INDEXED BY object_by_date WHERE o.collection = ? AND o.date_added > ?
      ORDER BY o.date_added LIMIT ?`;
  const [column, index] = ranges.kind === 'lanes' ? ['lane', 'object_by_lane'] : ['facet', 'object_by_facet'];
  if (ranges.numbers.length === 1)
    return `${select} FROM object o INDEXED BY ${index} WHERE o.${column} = ? AND o.num > ? ORDER BY o.num LIMIT ?`;
  return ranges.kind === 'lanes' ? mergeLanes(select, ranges.numbers.length) : mergeFacets(select);
}

/** Few: SQLite merges the ranges as they are ordered. The outer query keeps the order of the inner one. */
function mergeLanes(select: string, count: number): string {
  const lane = 'SELECT num FROM object INDEXED BY object_by_lane WHERE lane = ? AND num > ?';
  return `${select} FROM (${Array.from({ length: count }, () => lane).join(' UNION ALL ')} ORDER BY num LIMIT ?) k
    CROSS JOIN object o ON o.num = k.num`;
}

/** Any number: the queue of a recursive query holds the next row of each range, the earliest first. */
function mergeFacets(select: string): string {
  const next = (position: string): string => `(SELECT num FROM object INDEXED BY object_by_facet
    WHERE facet = fac AND num > ${position} ORDER BY num LIMIT 1)`;
  return `WITH RECURSIVE start (fac, pos) AS (SELECT value, ? FROM json_each(?)),
    merged (fac, pos) AS (
      SELECT fac, ${next('pos')} FROM start
      UNION ALL SELECT fac, ${next('pos')} FROM merged WHERE pos IS NOT NULL
      ORDER BY 2
    )
    ${select} FROM merged CROSS JOIN object o ON o.num = merged.pos LIMIT ?`;
}

function parametersOf(
  sql: Statements,
  collection: number,
  ranges: Ranges,
  after: Micros | undefined,
  limit: number,
): (string | number)[] {
  if (ranges.kind === 'whole') return [collection, after ?? 0, limit];
  const position = numberAt(sql, collection, after);
  if (ranges.kind === 'lanes' || ranges.numbers.length === 1)
    return [...ranges.numbers.flatMap((number) => [number, position]), limit];
  return [position, `[${ranges.numbers.join(',')}]`, limit];
}
