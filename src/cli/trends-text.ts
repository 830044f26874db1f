import type { TrendRow, Trends } from '../trends/count.ts';
import { table } from './table.ts';

const BARS = [...'▁▂▃▄▅▆▇█'];
const NOTHING = '·';
const WITHHELD = '?';

/** Names longer than this are cut in tables for people. */
const NAME_CHARACTERS = 48;

/** A table with the course of each key; `withheld` is a question mark. */
export function trendLines(trends: Trends): string[] {
  const { rows, keys, periods, period, request } = trends;
  const range = `${periods[0]?.name} to ${period.name}`;
  const title = `Trends by ${request.dimension}, ${request.unit} by ${request.unit}, ${range}${request.basis === 'arrival' ? ', by arrival' : ''}`;
  if (rows.length === 0) return [title, '', 'Nothing was counted.'];
  const ranks = alignRight([['RANK'], ...rows.map(({ rank }) => [rank === null ? '-' : String(rank)])]).flat();
  const columns = rows.map((row) => [
    number(row.count),
    changed(row),
    row.mean === null ? '?' : row.mean.toFixed(1),
    number(row.total),
  ]);
  const [header = [], ...cells] = alignRight([[period.name, 'CHANGE', 'MEAN OF 8', 'TOTAL'], ...columns]);
  const body = rows.map((row, i) => [
    ranks[i + 1] ?? '',
    moved(row),
    shortened(row),
    ...(cells[i] ?? []),
    sparkline(row.counts),
  ]);
  const lines = table(['RANK', '', 'NAME', ...header, 'COURSE'], body);
  const rest = keys > rows.length ? [`… and ${keys - rows.length} more; --top shows them.`] : [];
  return [title, '', ...lines, ...rest];
}

/** One sign a period: the higher the more, a dot for none, in the scale of the row. */
export function sparkline(counts: readonly (number | null)[]): string {
  const most = Math.max(1, ...counts.map((count) => count ?? 0));
  return counts
    .map((count) => {
      if (count === null) return WITHHELD;
      return count === 0 ? NOTHING : (BARS[Math.ceil((count / most) * BARS.length) - 1] ?? NOTHING);
    })
    .join('');
}

function moved({ rankChange, new: isNew, gone }: TrendRow): string {
  if (isNew) return 'new';
  if (gone) return 'gone';
  if (rankChange === null || rankChange === 0) return rankChange === 0 ? '=' : '';
  return rankChange > 0 ? `▲${rankChange}` : `▼${-rankChange}`;
}

function changed({ change, changePercent }: TrendRow): string {
  if (change === null) return '?';
  const percent = changePercent === null || change === 0 ? '' : ` (${signed(Math.round(changePercent))} %)`;
  return change === 0 ? '0' : `${signed(change)}${percent}`;
}

function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : `−${number(-value)}`;
}

/** 1549 as 1,549. */
function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function shortened({ label, merged }: TrendRow): string {
  const name = [...label];
  const text = name.length > NAME_CHARACTERS ? `${name.slice(0, NAME_CHARACTERS - 1).join('')}…` : label;
  return merged.length === 0 ? text : `${text} (= ${merged.length} more ${merged.length === 1 ? 'name' : 'names'})`;
}

function alignRight(lines: readonly (readonly string[])[]): string[][] {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines.map((line) => line.map((cell, i) => cell.padStart(widths[i] ?? 0)));
}
