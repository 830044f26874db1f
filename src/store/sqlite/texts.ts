import type { TextPage } from '../store.ts';
import type { StoredVersion } from './collection-writer.ts';
import { PAGE_QUERIES } from './page-queries.ts';
import { type ByteBounds, iterateRanges, queriesOf } from './pages.ts';
import type { Ranges } from './plan.ts';
import type { Statements } from './statements.ts';

/** A page without what it needs no texts for. */
export type Texts = Omit<TextPage, 'asOf'>;

/** Rows joined into one. */
interface JoinedRow {
  readonly count: number;
  /** Dates added, joined by commas. */
  readonly dates: string;
  /** Octets of the last text. */
  readonly lastBytes: number;
  readonly texts: Buffer;
}

/** Rows of ranges: as many as fit. */
export function joinRanges(sql: Statements, ranges: Ranges, bounds: ByteBounds): Texts {
  const { limit, maxBytes, largest } = bounds;
  if ((limit + 1) * largest <= maxBytes) return pageOf(readJoined(sql, ranges, bounds, limit + 1), limit);
  // Texts are measured before any is read: the page must not outgrow its bound on the way.
  const { count, more } = countFitting(sizesOf(sql, ranges, bounds), limit, maxBytes);
  return { ...pageOf(readJoined(sql, ranges, bounds, count), count), more };
}

/** Selected rows, as many as fit. */
export function joinSelected(
  sql: Statements,
  selected: Iterable<StoredVersion>,
  limit: number,
  maxBytes: number,
): Texts {
  const statement = sql.rows<JoinedRow>(PAGE_QUERIES.texts.row);
  const rows: JoinedRow[] = [];
  const ids: string[] = [];
  let bytes = 0;
  for (const { num, id } of selected) {
    const row = statement.get(num);
    if (row === undefined || row.count === 0) continue;
    bytes += row.lastBytes;
    if (rows.length === limit || (rows.length > 0 && bytes > maxBytes))
      return { ...pageOf(rows, limit), ids, more: true };
    rows.push(row);
    ids.push(id);
  }
  return { ...pageOf(rows, limit), ids };
}

function readJoined(sql: Statements, ranges: Ranges, bounds: ByteBounds, wanted: number): JoinedRow[] {
  const rows: JoinedRow[] = [];
  let left = wanted;
  for (const [text, ...values] of queriesOf(sql, 'texts', ranges, bounds)) {
    const row = sql.rows<JoinedRow>(text).get(...values, left);
    if (row === undefined || row.count === 0) continue;
    rows.push(row);
    left -= row.count;
    if (left === 0) break;
  }
  return rows;
}

/** The first `limit` texts of rows that hold at most one more. */
function pageOf(rows: readonly JoinedRow[], limit: number): Texts {
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const more = count > limit;
  const kept = more ? withoutLast(rows) : rows;
  const [first] = kept;
  const last = kept.at(-1);
  if (first === undefined || last === undefined) return { pieces: [], count: 0, more };
  return {
    pieces: kept.map((row) => row.texts),
    count: more ? limit : count,
    first: Number(first.dates.slice(0, (first.dates.indexOf(',') + 1 || Number.POSITIVE_INFINITY) - 1)),
    last: Number(last.dates.slice(last.dates.lastIndexOf(',') + 1)),
    more,
  };
}

function withoutLast(rows: readonly JoinedRow[]): readonly JoinedRow[] {
  const last = rows.at(-1);
  if (last === undefined || last.count === 1) return rows.slice(0, -1);
  const { count, dates, lastBytes, texts } = last;
  const cut: JoinedRow = {
    count: count - 1,
    dates: dates.slice(0, dates.lastIndexOf(',')),
    lastBytes: Number.NaN,
    texts: texts.subarray(0, texts.length - lastBytes - 1),
  };
  return [...rows.slice(0, -1), cut];
}

function* sizesOf(sql: Statements, ranges: Ranges, bounds: ByteBounds): Generator<number, void, undefined> {
  for (const { bytes } of iterateRanges<{ bytes: number }>(sql, 'size', ranges, bounds)) yield bytes;
}

/** How many texts fit, at least one, and whether there are more. */
function countFitting(sizes: Iterable<number>, limit: number, maxBytes: number): { count: number; more: boolean } {
  let count = 0;
  let bytes = 0;
  for (const size of sizes) {
    bytes += size;
    if (count === limit || (count > 0 && bytes > maxBytes)) return { count, more: true };
    count += 1;
  }
  return { count, more: false };
}
