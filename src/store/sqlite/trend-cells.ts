import type { TimeBasis } from '../../trends/dimensions.ts';
import type { DayWindow } from '../trends.ts';

/** Counts of a key stand by day and once more by month, so that long ranges are sums of few rows. */
export type Grain = 'day' | 'month';

export function seriesOf(key: number, basis: TimeBasis, grain: Grain): number {
  return 4 * key + offsetOf(basis, grain);
}

/** What is to be added to four times the key. */
export function offsetOf(basis: TimeBasis, grain: Grain): number {
  return (basis === 'arrival' ? 2 : 0) + (grain === 'month' ? 1 : 0);
}

const DAY_MS = 86_400_000;

/** The first day of the month of a day; both since 1970. */
export function monthStart(day: number): number {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS;
}

/** A stretch of days that is read at one grain. */
export interface Stretch extends DayWindow {
  readonly grain: Grain;
}

/**
 * Stretches that hold each day from the first window to the last once, months as far as no window ends within one: days,
 * months, days.
 */
export function stretchesOf(windows: readonly DayWindow[]): readonly Stretch[] {
  const bounds = windows.flatMap(({ from, until }) => [from, until]).sort((a, b) => a - b);
  const [first, last] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const months = monthStart(first) === first ? first : monthAfter(first);
  const cut = bounds.find((bound) => bound > months && monthStart(bound) !== bound) ?? last;
  const days = Math.max(months, monthStart(cut));
  if (months >= last) return [{ grain: 'day', from: first, until: last }];
  const stretches: Stretch[] = [
    { grain: 'day', from: first, until: months },
    { grain: 'month', from: months, until: days },
    { grain: 'day', from: days, until: last },
  ];
  return stretches.filter(({ from, until }) => from < until);
}

function monthAfter(day: number): number {
  return monthStart(monthStart(day) + 31);
}
