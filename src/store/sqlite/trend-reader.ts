import { admits } from '../../sharing/decide.ts';
import type { Allowed } from '../../sharing/model.ts';
import { ALIASED, dimensionNumber, isMentionDimension, NAMED_TYPE } from '../../trends/dimensions.ts';
import {
  type DayWindow,
  type KeyDetails,
  type KeyTotals,
  MAX_KEY_IDS,
  type TrendQuery,
  type TrendStore,
  type TrendTotals,
} from '../trends.ts';
import { classOf, governingClass, ownClass } from './selectors.ts';
import type { Statements } from './statements.ts';
import { monthStart, offsetOf, seriesOf, stretchesOf } from './trend-cells.ts';
import { trendFollower } from './trend-follower.ts';

/** To be called in a read transaction. */
export type TrendReader = {
  [K in 'totals' | 'details']: (...args: Parameters<TrendStore[K]>) => Awaited<ReturnType<TrendStore[K]>>;
};

interface Facet {
  readonly num: number;
  readonly collection: number;
  readonly type: string;
  readonly marking: number;
}

const NOTHING: TrendTotals = { keys: [], merges: [] };

export function trendReader(sql: Statements): TrendReader {
  return {
    totals(query, windows) {
      if (!isThere(sql)) return NOTHING;
      const facets = visibleFacets(sql, query);
      return { keys: readTotals(sql, query, facets, windows), merges: readMerges(sql, query, facets) };
    },
    details(query, keys, periods) {
      if (!isThere(sql)) return [];
      const facets = visibleFacets(sql, query);
      const places = namedPlaces(sql, query);
      return keys.map((num) => ({
        num,
        counts: readCounts(sql, query, num, facets, periods),
        ...readNames(sql, num, places),
      }));
    },
  };
}

/** The follower may not have begun yet. */
function isThere(sql: Statements): boolean {
  const { name, version } = trendFollower;
  return sql.values('SELECT 1 FROM follower WHERE name = ? AND version = ?').get(name, version) !== undefined;
}

/** Which facets a reader may see; nothing is tested where it is all of them. */
interface VisibleFacets {
  /** SQL that tests `c.facet`, and its value. */
  readonly test: string;
  readonly values: readonly string[];
}

function visibleFacets(sql: Statements, query: TrendQuery): VisibleFacets {
  const { dimension } = query;
  const verdicts = verdictsOf(sql, query);
  const named = isMentionDimension(dimension) ? NAMED_TYPE[dimension] : undefined;
  const all = sql
    .rows<Facet>('SELECT num, collection, type, marking FROM trend_facet WHERE dimension = ?')
    .all(dimensionNumber(dimension));
  const visible = all.filter(({ collection, type, marking }) => {
    const verdict = verdicts.get(collection);
    if (verdict === undefined) return false;
    // Aliases stand by themselves: their facets have no type of a source.
    if (type !== '' && !admits(verdict, type, classOf(ownClass(marking)))) return false;
    return named === undefined || admits(verdict, named, classOf(governingClass(marking)));
  });
  if (visible.length === all.length) return { test: '', values: [] };
  const numbers = JSON.stringify(visible.map(({ num }) => num));
  return { test: 'AND c.facet IN (SELECT value FROM json_each(?))', values: [numbers] };
}

function verdictsOf(sql: Statements, { places }: TrendQuery): ReadonlyMap<number, Allowed> {
  const numberOf = sql.values<number>('SELECT num FROM collection WHERE id = ?');
  return new Map(
    places.flatMap(({ collection, verdict }) => {
      const num = numberOf.get(collection);
      return num === undefined ? [] : [[num, verdict] as const];
    }),
  );
}

/** Keys are met in the order of their names, so nothing is sorted. */
function readTotals(
  sql: Statements,
  query: TrendQuery,
  facets: VisibleFacets,
  windows: readonly DayWindow[],
): KeyTotals[] {
  const stretches = stretchesOf(windows);
  const sums = windows.map((_, i) => `sum(iif(c.day >= ? AND c.day < ?, c.count, 0)) AS w${i}`);
  const rows = sql.rows<Record<string, number> & { readonly key: string }>(
    `WITH stretch (grain, start, stop) AS MATERIALIZED (VALUES ${stretches.map(() => '(?, ?, ?)').join(', ')})
     SELECT k.num, k.key, ${sums.join(', ')}
     FROM trend_key k CROSS JOIN stretch CROSS JOIN trend_cell c
       ON c.series = 4 * k.num + stretch.grain AND c.day >= stretch.start AND c.day < stretch.stop ${facets.test}
     WHERE k.dimension = ? GROUP BY k.key`,
  );
  return rows
    .all(
      ...stretches.flatMap(({ grain, from, until }) => [offsetOf(query.basis, grain), from, until]),
      ...windows.flatMap(({ from, until }) => [from, until]),
      ...facets.values,
      dimensionNumber(query.dimension),
    )
    .map((row) => ({ num: row.num as number, key: row.key, counts: windows.map((_, i) => row[`w${i}`] as number) }));
}

/** An alias merges with the one name that all visible objects which list it have. */
function readMerges(sql: Statements, { dimension }: TrendQuery, facets: VisibleFacets): TrendTotals['merges'] {
  if (!ALIASED.has(dimension)) return [];
  return sql
    .rows<{ alias: number; name: number }>(
      `SELECT c.alias, min(c.name) AS name FROM trend_key k CROSS JOIN trend_alias c ON c.alias = k.num ${facets.test}
       WHERE k.dimension = ? GROUP BY k.key HAVING min(c.name) = max(c.name)`,
    )
    .all(...facets.values, dimensionNumber(dimension));
}

function readCounts(
  sql: Statements,
  { basis }: TrendQuery,
  key: number,
  facets: VisibleFacets,
  periods: readonly DayWindow[],
): readonly number[] {
  const counts = periods.map(() => 0);
  const days = sql.rows<{ day: number; count: number }>(
    `SELECT c.day, sum(c.count) AS count FROM trend_cell c WHERE c.series = ? AND c.day >= ? AND c.day < ? ${facets.test}
     GROUP BY c.day`,
  );
  const [first, last] = [periods[0], periods.at(-1)];
  const ofMonths = periods.every(({ from, until }) => monthStart(from) === from && monthStart(until) === until);
  const series = seriesOf(key, basis, ofMonths ? 'month' : 'day');
  let at = 0;
  for (const { day, count } of days.all(series, first?.from ?? 0, last?.until ?? 0, ...facets.values)) {
    while (day >= (periods[at]?.until ?? Number.POSITIVE_INFINITY)) at += 1;
    counts[at] = (counts[at] ?? 0) + count;
  }
  return counts;
}

/** Collection and class of the named objects that a reader may see, as a JSON list. */
function namedPlaces(sql: Statements, query: TrendQuery): string | undefined {
  const { dimension } = query;
  if (!isMentionDimension(dimension)) return undefined;
  const type = NAMED_TYPE[dimension];
  const classes = Array.from({ length: 7 }, (_, number) => number);
  return JSON.stringify(
    [...verdictsOf(sql, query)].flatMap(([collection, verdict]) =>
      classes.filter((number) => admits(verdict, type, classOf(number))).map((number) => 8 * collection + number),
    ),
  );
}

function readNames(sql: Statements, key: number, places: string | undefined): Pick<KeyDetails, 'labels' | 'ids'> {
  if (places === undefined) return { labels: [], ids: [] };
  const visible = `FROM trend_name n CROSS JOIN trend_target t ON t.num = n.target
    WHERE n.key = ? AND 8 * t.collection + t.marking IN (SELECT value FROM json_each(?))`;
  return {
    labels: sql
      .rows<{ label: string; objects: number }>(`SELECT n.label, count(*) AS objects ${visible} GROUP BY n.label`)
      .all(key, places),
    ids: sql.values<string>(`SELECT t.id ${visible} ORDER BY n.target LIMIT ${MAX_KEY_IDS}`).all(key, places),
  };
}
