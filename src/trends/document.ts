import type { TrendRow, Trends } from './count.ts';
import { isoDay } from './periods.ts';

/** A row in the words of docs/trends.md. */
export interface TrendRowDocument {
  readonly key: string;
  readonly name: string;
  readonly merged: readonly string[];
  readonly total: number;
  readonly count: number;
  readonly before: number | null;
  readonly change: number | null;
  readonly change_percent: number | null;
  readonly mean: number | null;
  readonly above_mean: number | null;
  readonly rank: number | null;
  readonly rank_before: number | null;
  readonly rank_change: number | null;
  readonly new: boolean;
  readonly gone: boolean;
  readonly counts: readonly (number | null)[];
}

/** Trends as JSON for programs. */
export function trendDocument({ request, periods, period, rows, keys }: Trends) {
  return {
    by: request.dimension,
    unit: request.unit,
    time: request.basis,
    min_count: request.minCount,
    period: period.name,
    periods: periods.map(({ name, from, until }) => ({ name, from: isoDay(from), until: isoDay(until) })),
    keys,
    rows: rows.map(rowDocument),
  };
}

export function rowDocument(row: TrendRow): TrendRowDocument {
  return {
    key: row.key,
    name: row.label,
    merged: row.merged,
    total: row.total,
    count: row.count,
    before: row.before,
    change: row.change,
    change_percent: row.changePercent,
    mean: row.mean,
    above_mean: row.aboveMean,
    rank: row.rank,
    rank_before: row.rankBefore,
    rank_change: row.rankChange,
    new: row.new,
    gone: row.gone,
    counts: row.counts,
  };
}

/** Trends as a CSV table, one column a period at its end. Source: RFC 4180 */
export function trendCsv({ periods, rows }: Trends): string {
  const names = ['key', 'name', 'rank', 'rank_change', 'count', 'before', 'change', 'change_percent', 'mean', 'total'];
  const header = [...names, 'new', 'gone', ...periods.map(({ name }) => name)];
  const lines = rows.map((row) => {
    const { counts, ...figures } = rowDocument(row);
    const cells = names.map((name) => figures[name as keyof typeof figures]);
    return [...cells, row.new, row.gone, ...counts];
  });
  return [header, ...lines].map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe: names come from others. */
function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
