import { AppError } from '../errors.ts';
import type { Principal } from '../sharing/model.ts';
import type { DayWindow, KeyDetails, TrendQuery, TrendStore } from '../store/trends.ts';
import type { Dimension, PeriodUnit, TimeBasis } from './dimensions.ts';
import { type Group, mergeAliases } from './merge.ts';
import { type Period, periodBefore, periodsBetween } from './periods.ts';
import type { TrendPlace } from './places.ts';

export interface TrendRequest {
  readonly dimension: Dimension;
  readonly unit: PeriodUnit;
  readonly basis: TimeBasis;
  /** Days; every period that overlaps them belongs to the range. */
  readonly range: DayWindow;
  readonly top: number;
  /** Counts below are withheld, except 0; 1 withholds nothing. */
  readonly minCount: number;
}

/** Trends as docs/trends.md defines them. */
export interface Trends {
  readonly request: TrendRequest;
  /** Of the range, oldest first; never empty. */
  readonly periods: readonly Period[];
  /** The last one of the range, which is compared. */
  readonly period: Period;
  /** By total. */
  readonly rows: readonly TrendRow[];
  /** How many keys there are, shown or not. */
  readonly keys: number;
}

/** Null: withheld, or nothing to compute it from. */
export interface TrendRow {
  readonly key: string;
  readonly label: string;
  /** Other keys that aliases merge with it. */
  readonly merged: readonly string[];
  /** One for each period of the range. */
  readonly counts: readonly (number | null)[];
  readonly total: number;
  readonly count: number;
  readonly before: number | null;
  readonly change: number | null;
  readonly changePercent: number | null;
  readonly mean: number | null;
  readonly aboveMean: number | null;
  readonly rank: number | null;
  readonly rankBefore: number | null;
  readonly rankChange: number | null;
  readonly new: boolean;
  readonly gone: boolean;
  /** Ids of visible objects behind it, some of many. */
  readonly ids: readonly string[];
}

/** The longest range: nobody reads more periods, and each is a column. */
const MAX_DAYS: Readonly<Record<PeriodUnit, number>> = { day: 1000, week: 7000, month: 30_000 };

/** Periods before the last one whose mean it is compared with. */
export const MEAN_PERIODS = 8;

/**
 * Counts for a reader. The places are the reader's, from `trendPlaces`.
 * @throws {AppError} query.invalid when the reader may not ask for this
 */
export async function countTrends(
  store: TrendStore,
  principal: Principal,
  places: readonly TrendPlace[],
  request: TrendRequest,
): Promise<Trends> {
  if (request.dimension === 'source' && !('operator' in principal))
    throw new AppError('query.invalid', { description: 'Who added what is for operators only.' });
  if (request.range.until - request.range.from > MAX_DAYS[request.unit])
    throw new AppError('query.invalid', {
      description: `A range by ${request.unit} has at most ${MAX_DAYS[request.unit].toLocaleString('en')} days; take longer periods.`,
    });
  const periods = periodsBetween(request.unit, request.range);
  const period = periods.at(-1);
  if (period === undefined)
    throw new AppError('query.invalid', { description: 'The range holds no period: it must end after it begins.' });
  const query = queryOf(places, request);
  const range = { from: periods[0]?.from ?? period.from, until: period.until };
  const before = periodBefore(period, 1);
  const groups = mergeAliases(await store.totals(query, [range, period, before]));
  const shown = groups
    .filter((group) => isShown(group, request.minCount))
    .sort((a, b) => (b.counts[0] ?? 0) - (a.counts[0] ?? 0) || (a.main.key < b.main.key ? -1 : 1));
  const ranks = [rankOf(groups, 1), rankOf(groups, 2)] as const;
  const top = shown.slice(0, request.top);
  const asked = [...meanPeriods(period, range), ...periods];
  const keys = top.flatMap(({ members }) => members.map(({ num }) => num));
  const details = new Map((await store.details(query, keys, asked)).map((detail) => [detail.num, detail]));
  const rows = top
    .map((group) => rowOf(group, details, periods.length, ranks, request.minCount))
    .filter(({ total, gone }) => total > 0 || gone)
    .sort(byTotal);
  return { request, periods, period, rows, keys: shown.length - (top.length - rows.length) };
}

function queryOf(places: readonly TrendPlace[], { dimension, basis }: TrendRequest): TrendQuery {
  return {
    dimension,
    basis,
    places: places.map(({ collection, verdict }) => ({ collection: collection.id, verdict })),
  };
}

/** Those of the last eight before the period that lie before the range. */
function meanPeriods(period: Period, range: DayWindow): Period[] {
  const first = periodBefore(period, MEAN_PERIODS);
  return first.from < range.from ? periodsBetween(period.unit, { from: first.from, until: range.from }) : [];
}

/** Whether a key has something to show; where it has nothing in the period, earlier ones of the range may be withheld still. */
function isShown({ counts: [total = 0, count = 0, before = 0] }: Group, minCount: number): boolean {
  return count >= minCount || (count === 0 && (total >= minCount || before >= minCount));
}

function isWithheld(count: number, minCount: number): boolean {
  return count > 0 && count < minCount;
}

type Rank = (count: number) => number | null;

/** @param window whose counts are ranked */
function rankOf(groups: readonly Group[], window: number): Rank {
  const sorted = groups.map(({ counts }) => counts[window] ?? 0).sort((a, b) => b - a);
  const ranks = new Map<number, number>();
  for (const [i, count] of sorted.entries()) if (!ranks.has(count)) ranks.set(count, i + 1);
  return (count) => (count === 0 ? null : (ranks.get(count) ?? null));
}

function rowOf(
  group: Group,
  details: ReadonlyMap<number, KeyDetails>,
  periods: number,
  [rankNow, rankThen]: readonly [Rank, Rank],
  minCount: number,
): TrendRow {
  const parts = group.members.flatMap(({ num }) => details.get(num) ?? []);
  const exact = (parts[0]?.counts ?? []).map((_, i) => parts.reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0));
  const series = exact.map((count) => (isWithheld(count, minCount) ? null : count));
  const counts = series.slice(-periods);
  const count = exact.at(-1) ?? 0;
  const before = series.at(-2) ?? null;
  const eight = series.slice(-1 - MEAN_PERIODS, -1);
  const mean = eight.includes(null) ? null : eight.reduce<number>((sum, one) => sum + (one ?? 0), 0) / MEAN_PERIODS;
  const rank = rankNow(group.counts[1] ?? 0);
  const rankBefore = before === null ? null : rankThen(group.counts[2] ?? 0);
  const change = before === null ? null : count - before;
  return {
    key: group.main.key,
    label: labelOf(group, details),
    merged: group.members.filter(({ key }) => key !== group.main.key).map(({ key }) => key),
    counts,
    total: counts.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    count,
    before,
    change,
    changePercent: change === null || before === null || before === 0 ? null : round((100 * change) / before),
    mean: mean === null ? null : round(mean),
    aboveMean: mean === null ? null : round(count - mean),
    rank,
    rankBefore,
    rankChange: rank === null || rankBefore === null ? null : rankBefore - rank,
    new: count > 0 && eight.every((one) => one === 0),
    gone: count === 0 && before !== null && before > 0,
    ids: parts.flatMap(({ ids }) => ids),
  };
}

/** The spelling of the main name that most objects use. */
function labelOf({ main }: Group, details: ReadonlyMap<number, KeyDetails>): string {
  const labels = details.get(main.num)?.labels ?? [];
  const [first, ...others] = labels;
  if (first === undefined) return main.key;
  return others.reduce((best, one) => (one.objects > best.objects ? one : best), first).label;
}

function byTotal(a: TrendRow, b: TrendRow): number {
  return b.total - a.total || (a.key < b.key ? -1 : 1);
}

/** To two digits after the point. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
