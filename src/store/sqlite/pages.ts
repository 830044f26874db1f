import type { Micros } from '../../time.ts';
import { type Columns, PAGE_QUERIES } from './page-queries.ts';
import type { Ranges } from './plan.ts';
import type { Statements } from './statements.ts';

/** Where a page begins and how far it may reach. */
export interface Bounds {
  readonly collection: number;
  readonly after: Micros | undefined;
  readonly limit: number;
}

export interface ByteBounds extends Bounds {
  readonly maxBytes: number;
  /** Of the texts of the collection. */
  readonly largest: number;
}

/** Rows of a page; `more` is true when rows remain. */
export interface Rows<T> {
  readonly rows: readonly T[];
  readonly more: boolean;
}

/** A page of ranges, read at once when it is sure to be small enough, else row by row. */
export function readRanges<T>(sql: Statements, columns: Columns, ranges: Ranges, bounds: ByteBounds): Rows<T> {
  const { limit, maxBytes, largest } = bounds;
  if ((columns === 'object' || columns === 'kept') && (limit + 1) * largest > maxBytes)
    return takeWithin(iterateRanges(sql, columns, ranges, bounds), limit, maxBytes);
  const rows: T[] = [];
  for (const [text, ...values] of queriesOf(sql, columns, ranges, bounds)) {
    const some = sql.rows<T>(text).all(...values, limit + 1 - rows.length);
    if (rows.length === 0 && some.length > limit) return { rows: some.slice(0, limit), more: true };
    rows.push(...some);
    if (rows.length > limit) break;
  }
  const more = rows.length > limit;
  if (more) rows.pop();
  return { rows, more };
}

/** The rows of ranges as they are asked for. */
export function* iterateRanges<T>(
  sql: Statements,
  columns: Columns,
  ranges: Ranges,
  bounds: Bounds,
): Generator<T, void, undefined> {
  for (const [text, ...values] of queriesOf(sql, columns, ranges, bounds))
    yield* sql.rows<T>(text).iterate(...values, bounds.limit + 1);
}

/** Takes rows until the page is full: at least one, with texts of no more than `maxBytes` otherwise. */
export function takeWithin<T>(source: Iterable<T>, limit: number, maxBytes: number): Rows<T> {
  const rows: T[] = [];
  let bytes = 0;
  for (const row of source) {
    const { json } = row as { readonly json?: string };
    if (json !== undefined) bytes += Buffer.byteLength(json);
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

/** A text with its values, to which the limit is to be added. */
type Query = readonly [text: string, ...values: (string | number)[]];

/** Queries whose rows follow each other. */
export function* queriesOf(sql: Statements, columns: Columns, ranges: Ranges, bounds: Bounds): Generator<Query> {
  const { collection, after, limit } = bounds;
  const texts = PAGE_QUERIES[columns];
  if (ranges.kind === 'whole') {
    yield [texts.whole, collection, after ?? 0];
  } else if (ranges.kind === 'lanes') {
    const position = numberAt(sql, collection, after);
    yield [texts.lanes(ranges.numbers.length), ...ranges.numbers.flatMap((lane) => [lane, position])];
  } else if (ranges.dense) {
    const end = dateBehind(sql, bounds, limit * ROWS_PASSED);
    yield [texts.stretch, collection, after ?? 0, end ?? Number.MAX_SAFE_INTEGER, ranges.json];
    if (end !== undefined) yield [texts.facets, numberAt(sql, collection, end), ranges.json];
  } else {
    yield [texts.facets, numberAt(sql, collection, after), ranges.json];
  }
}

/** How many rows may be looked at for each one that is wanted, before the ranges are merged after all. */
const ROWS_PASSED = 4;

function dateBehind(sql: Statements, { collection, after }: Bounds, rows: number): Micros | undefined {
  const statement = sql.values<number>(
    `SELECT date_added FROM object INDEXED BY object_by_date WHERE collection = ? AND date_added > ?
     ORDER BY date_added LIMIT 1 OFFSET ?`,
  );
  return statement.get(collection, after ?? 0, rows);
}
