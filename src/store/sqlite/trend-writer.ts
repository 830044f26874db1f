import type { SpecVersion } from '../../sharing/model.ts';
import { isObject } from '../../stix/json.ts';
import { dimensionNumber } from '../../trends/dimensions.ts';
import { isNamed, type NamedKey, type TrendFacts, trendFacts } from '../../trends/facts.ts';
import type { FollowedRow } from './followers.ts';
import { ownClass, specOf } from './selectors.ts';
import type { Statements } from './statements.ts';
import { type CountPlace, type Days, trendCounts } from './trend-counts.ts';

const DAY_MICROS = 86_400_000_000;

interface ObjectRow {
  readonly num: number;
  readonly collection: number;
  readonly type: number | null;
  readonly marking: number;
  readonly source: number;
  readonly event_day: number;
  readonly arrival_day: number;
  readonly weight: number;
  readonly target: number | null;
  readonly keys: string | null;
  readonly names: string | null;
}

/** One or more mentions that count alike. */
type Mention = Pick<ObjectRow, 'collection' | 'type' | 'marking' | 'event_day' | 'arrival_day' | 'weight'>;

interface TargetRow {
  readonly num: number;
  readonly object: number | null;
  readonly marking: number | null;
  readonly keys: string | null;
  readonly aliases: string | null;
}

/** How an object counts where it is named. */
interface Named {
  readonly marking: number;
  readonly keys: string;
  readonly aliases: string;
}

type DimensionKey = readonly [dimension: number, key: number];

/** Counts objects in and out, in one write transaction. */
export interface TrendWriter {
  isCounted(num: number): boolean;
  add(row: FollowedRow): void;
  remove(num: number): void;
  flush(): void;
}

export function trendWriter(sql: Statements): TrendWriter {
  const counts = trendCounts(sql);
  const typeOf = memo(
    (key: number) => sql.values<string>('SELECT key FROM trend_key WHERE num = ?').get(key) as string,
  );
  const sourceOf = memo((num: number) =>
    counts.key({
      dimension: 'source',
      key: sql.values<string>('SELECT name FROM source WHERE num = ?').get(num) as string,
    }),
  );
  const targetOf = (collection: number, id: string): TargetRow =>
    sql.rows<TargetRow>('SELECT * FROM trend_target WHERE collection = ? AND id = ?').get(collection, id) ??
    (sql
      .rows<TargetRow>('INSERT INTO trend_target VALUES (NULL, ?, ?, NULL, NULL, NULL, NULL) RETURNING *')
      .get(collection, id) as TargetRow);

  const add = (row: FollowedRow): void => {
    const { num, collection, id, type, marking, source, json, dateAdded, selectors } = row;
    const facts = factsOf(json, specOf(selectors));
    const arrival = Math.floor(dateAdded / DAY_MICROS);
    const own = ownClass(marking);
    if (facts === undefined) {
      insertObject([num, collection, null, own, sourceOf(source), arrival, arrival, 0, null, null, null]);
      return;
    }
    const target = isNamed(id) ? targetOf(collection, id) : undefined;
    const targets = facts.names.map((name) => targetOf(collection, name));
    const keys = facts.keys.map((key): DimensionKey => [dimensionNumber(key.dimension), counts.key(key)]);
    const stored: ObjectRow = {
      num,
      collection,
      type: counts.key({ dimension: 'type', key: type }),
      marking: own,
      source: sourceOf(source),
      event_day: facts.day ?? arrival,
      arrival_day: arrival,
      weight: facts.weight,
      target: target?.num ?? null,
      keys: keys.length === 0 ? null : JSON.stringify(keys),
      names: targets.length === 0 ? null : JSON.stringify(targets.map((one) => one.num)),
    };
    insertObject(Object.values(stored));
    countObject(stored, 1);
    for (const one of targets) {
      sql.rows('INSERT INTO trend_mention VALUES (?, ?)').run(one.num, num);
      countMention(stored, one, 1);
    }
    if (target !== undefined) setNamed(collection, target, num, namedOf(own, facts));
  };

  const insertObject = (values: readonly (string | number | null)[]): void =>
    void sql.rows('INSERT INTO trend_object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(...values);

  const remove = (num: number): void => {
    const stored = sql.rows<ObjectRow>('SELECT * FROM trend_object WHERE num = ?').get(num);
    if (stored === undefined) return;
    sql.rows('DELETE FROM trend_object WHERE num = ?').run(num);
    countObject(stored, -1);
    for (const target of listOf<number>(stored.names)) {
      sql.rows('DELETE FROM trend_mention WHERE target = ? AND source = ?').run(target, num);
      countMention(stored, targetAt(target), -1);
      dropUnused(target);
    }
    if (stored.target === null) return;
    const target = targetAt(stored.target);
    if (target.object !== num) return;
    setNamed(stored.collection, target, null, undefined);
    dropUnused(target.num);
  };

  const targetAt = (num: number): TargetRow =>
    sql.rows<TargetRow>('SELECT * FROM trend_target WHERE num = ?').get(num) as TargetRow;

  const dropUnused = (target: number): void =>
    void sql
      .rows(
        `DELETE FROM trend_target WHERE num = ? AND object IS NULL
         AND NOT EXISTS (SELECT 1 FROM trend_mention WHERE target = trend_target.num)`,
      )
      .run(target);

  const countObject = (row: ObjectRow, sign: 1 | -1): void => {
    if (row.type === null) return;
    const place = { collection: row.collection, type: typeOf(row.type), own: row.marking, named: row.marking };
    const keys: DimensionKey[] = [[TYPE, row.type], [SOURCE, row.source], ...listOf<DimensionKey>(row.keys)];
    for (const [dimension, key] of keys) counts.add(dimension, key, place, daysOf(row), sign);
  };

  const countMention = (row: Mention, target: Pick<TargetRow, 'marking' | 'keys'>, sign: 1 | -1): void => {
    if (target.marking === null || row.type === null) return;
    const place = { collection: row.collection, type: typeOf(row.type), own: row.marking, named: target.marking };
    for (const [dimension, key] of listOf<DimensionKey>(target.keys))
      counts.add(dimension, key, place, daysOf(row), sign * row.weight);
  };

  const namedOf = (marking: number, { named }: TrendFacts): Named & { readonly labels: readonly NamedKey[] } => {
    const names = named.filter(({ alias }) => !alias);
    const aliases = named.filter(({ alias }) => alias);
    return {
      marking,
      keys: JSON.stringify(names.map((name): DimensionKey => [dimensionNumber(name.dimension), counts.key(name)])),
      aliases: JSON.stringify(aliases.map((alias) => counts.key(alias))),
      labels: names,
    };
  };

  /** The mentions of a target, however many, are counted anew only when it counts in another way. */
  const setNamed = (
    collection: number,
    before: TargetRow,
    object: number | null,
    after: ReturnType<typeof namedOf> | undefined,
  ): void => {
    const { num } = before;
    if (before.marking !== (after?.marking ?? null) || before.keys !== (after?.keys ?? null)) {
      const mentions = sql.rows<Mention>(
        `SELECT o.collection, o.type, o.marking, o.event_day, o.arrival_day, sum(o.weight) AS weight
         FROM trend_mention m CROSS JOIN trend_object o ON o.num = m.source WHERE m.target = ?
         GROUP BY o.type, o.marking, o.event_day, o.arrival_day`,
      );
      for (const mention of mentions.all(num)) {
        countMention(mention, before, -1);
        if (after !== undefined) countMention(mention, after, 1);
      }
    }
    countAliases(collection, before, -1);
    for (const [, key] of listOf<DimensionKey>(before.keys))
      sql.rows('DELETE FROM trend_name WHERE key = ? AND target = ?').run(key, num);
    sql
      .rows('UPDATE trend_target SET object = ?, marking = ?, keys = ?, aliases = ? WHERE num = ?')
      .run(object, after?.marking ?? null, after?.keys ?? null, after?.aliases ?? null, num);
    if (after === undefined) return;
    countAliases(collection, after, 1);
    for (const [i, [, key]] of listOf<DimensionKey>(after.keys).entries())
      sql.rows('INSERT INTO trend_name VALUES (?, ?, ?)').run(key, num, after.labels[i]?.label ?? '');
  };

  const countAliases = (
    collection: number,
    named: Pick<TargetRow, 'marking' | 'keys' | 'aliases'>,
    sign: 1 | -1,
  ): void => {
    const [first] = listOf<DimensionKey>(named.keys);
    if (first === undefined || named.marking === null) return;
    const [dimension, name] = first;
    const place: CountPlace = { collection, type: '', own: named.marking, named: named.marking };
    for (const alias of listOf<number>(named.aliases)) counts.alias(dimension, alias, name, place, sign);
  };

  return {
    isCounted: (num) => sql.values<number>('SELECT 1 FROM trend_object WHERE num = ?').get(num) !== undefined,
    add,
    remove,
    flush: () => counts.flush(),
  };
}

const TYPE = dimensionNumber('type');
const SOURCE = dimensionNumber('source');

/** A text that is damaged counts nowhere; `check` says what is wrong with it. */
function factsOf(json: string, specVersion: SpecVersion): TrendFacts | undefined {
  try {
    const object: unknown = JSON.parse(json);
    return isObject(object) ? trendFacts(object, specVersion) : undefined;
  } catch {
    return undefined;
  }
}

function daysOf({ event_day, arrival_day }: Mention): Days {
  return { event: event_day, arrival: arrival_day };
}

function listOf<T>(json: string | null): readonly T[] {
  return json === null ? [] : (JSON.parse(json) as T[]);
}

function memo<T>(find: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>();
  return (key) => {
    const value = known.get(key) ?? find(key);
    known.set(key, value);
    return value;
  };
}
