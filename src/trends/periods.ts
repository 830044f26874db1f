import type { DayWindow } from '../store/trends.ts';
import type { PeriodUnit } from './dimensions.ts';

/** A UTC day, an ISO week or a month. */
export interface Period extends DayWindow {
  readonly unit: PeriodUnit;
  /** `2026-01-31`, `2026-W05`, `2026-01`. */
  readonly name: string;
}

const DAY_MS = 86_400_000;

/** The period that a day lies in. @param day since 1970 */
export function periodOf(unit: PeriodUnit, day: number): Period {
  const date = new Date(day * DAY_MS);
  if (unit === 'day') return { unit, from: day, until: day + 1, name: isoDay(day) };
  if (unit === 'week') {
    // 1970-01-01 was a Thursday.
    const from = day - mod(day + 3, 7);
    return { unit, from, until: from + 7, name: weekName(from) };
  }
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const from = Date.UTC(year, month, 1) / DAY_MS;
  return { unit, from, until: Date.UTC(year, month + 1, 1) / DAY_MS, name: isoDay(from).slice(0, 7) };
}

/** Every period that overlaps a range of days, oldest first. */
export function periodsBetween(unit: PeriodUnit, { from, until }: DayWindow): Period[] {
  const periods: Period[] = [];
  if (from >= until) return periods;
  for (let period = periodOf(unit, from); period.from < until; period = periodOf(unit, period.until))
    periods.push(period);
  return periods;
}

/** The period some steps before another one. */
export function periodBefore(period: Period, steps: number): Period {
  let before = period;
  for (let i = 0; i < steps; i++) before = periodOf(period.unit, before.from - 1);
  return before;
}

/** `2026-01-31` */
export function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** A week belongs to the year of its Thursday. Source: ISO 8601 */
function weekName(monday: number): string {
  const thursday = monday + 3;
  const year = new Date(thursday * DAY_MS).getUTCFullYear();
  const first = Date.UTC(year, 0, 1) / DAY_MS;
  return `${year}-W${String(Math.floor((thursday - first) / 7) + 1).padStart(2, '0')}`;
}

function mod(a: number, b: number): number {
  return ((a % b) + b) % b;
}
