import { dimensionNumber } from '../../trends/dimensions.ts';
import type { TrendKey } from '../../trends/facts.ts';
import { markingPair } from './selectors.ts';
import type { Statements } from './statements.ts';
import { monthStart, seriesOf } from './trend-cells.ts';

/** Days on which an object counts, since 1970. */
export interface Days {
  readonly event: number;
  readonly arrival: number;
}

/** Who may see a count. */
export interface CountPlace {
  readonly collection: number;
  /** STIX type of the object that counts or that names. */
  readonly type: string;
  /** Marking class of that object, and of the one that is named. */
  readonly own: number;
  readonly named: number;
}

/** The counts in one write transaction; what is added up is written by `flush`. */
export interface TrendCounts {
  key(key: TrendKey): number;
  add(dimension: number, key: number, place: CountPlace, days: Days, count: number): void;
  alias(dimension: number, alias: number, name: number, place: CountPlace, count: 1 | -1): void;
  flush(): void;
}

export function trendCounts(sql: Statements): TrendCounts {
  const keys = new Map<string, number>();
  const facets = new Map<string, number>();
  const cells = new Map<string, [series: number, day: number, facet: number, count: number]>();

  const facetOf = (dimension: number, { collection, type, own, named }: CountPlace): number => {
    const marking = markingPair(own, named);
    const content = `${dimension} ${collection} ${marking} ${type}`;
    const known = facets.get(content);
    if (known !== undefined) return known;
    const num =
      sql
        .values<number>(
          'SELECT num FROM trend_facet WHERE dimension = ? AND collection = ? AND type = ? AND marking = ?',
        )
        .get(dimension, collection, type, marking) ??
      (sql
        .values<number>('INSERT INTO trend_facet VALUES (NULL, ?, ?, ?, ?) RETURNING num')
        .get(dimension, collection, type, marking) as number);
    facets.set(content, num);
    return num;
  };
  const addCell = (series: number, day: number, facet: number, count: number): void => {
    const place = `${series} ${day} ${facet}`;
    const cell = cells.get(place);
    if (cell === undefined) cells.set(place, [series, day, facet, count]);
    else cell[3] += count;
  };
  return {
    key({ dimension, key }) {
      const content = `${dimension} ${key}`;
      const known = keys.get(content);
      if (known !== undefined) return known;
      const number = dimensionNumber(dimension);
      const num =
        sql.values<number>('SELECT num FROM trend_key WHERE dimension = ? AND key = ?').get(number, key) ??
        (sql.values<number>('INSERT INTO trend_key VALUES (NULL, ?, ?) RETURNING num').get(number, key) as number);
      keys.set(content, num);
      return num;
    },
    add(dimension, key, place, days, count) {
      if (count === 0) return;
      const facet = facetOf(dimension, place);
      for (const basis of ['event', 'arrival'] as const) {
        const day = days[basis];
        addCell(seriesOf(key, basis, 'day'), day, facet, count);
        addCell(seriesOf(key, basis, 'month'), monthStart(day), facet, count);
      }
    },
    alias(dimension, alias, name, place, count) {
      change(
        sql,
        'trend_alias',
        'alias = ? AND name = ? AND facet = ?',
        [alias, name, facetOf(dimension, place)],
        count,
      );
    },
    flush() {
      for (const [series, day, facet, count] of cells.values())
        if (count !== 0) change(sql, 'trend_cell', 'series = ? AND day = ? AND facet = ?', [series, day, facet], count);
      cells.clear();
    },
  };
}

/** A row exists as long as its count is not 0, and no count is ever below. */
function change(sql: Statements, table: string, place: string, values: readonly number[], count: number): void {
  if (count > 0) {
    const upsert = `INSERT INTO ${table} VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count`;
    sql.rows(upsert).run(...values, count);
    return;
  }
  const left = sql
    .values<number>(`UPDATE ${table} SET count = count + ? WHERE ${place} RETURNING count`)
    .get(count, ...values);
  if (left === 0) sql.rows(`DELETE FROM ${table} WHERE ${place}`).run(...values);
}
