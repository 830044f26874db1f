import type { Micros } from '../../time.ts';
import type { Found, Hit, Referring, Scope, SearchQuery, SearchScope, SearchWord, Summary } from '../search.ts';
import { MAX_HIT_BYTES } from '../search.ts';
import { LANES, laneOf } from './collection-writer.ts';
import { type Facet, readFacets, visibility } from './facets.ts';
import { keyOfId } from './keys.ts';
import { laneWord, searchFollower, sourceWord, targetKey, typeWord } from './search-follower.ts';
import { classOf, ownClass } from './selectors.ts';
import type { Statements } from './statements.ts';

/** To be called in a read transaction. */
export interface SearchReader {
  find(query: SearchQuery): Found;
  summary(scope: Scope, since: number): Summary;
  current(ids: readonly string[], scopes: readonly Scope[]): readonly Hit[];
  referring(ids: readonly string[], scopes: readonly Scope[], limit: number): readonly Referring[];
}

interface Gate {
  readonly num: number;
  readonly type: string;
  readonly marking: number;
  readonly objects: number;
}

interface HitRow extends Omit<Hit, 'asOf' | 'collection' | 'marking'> {
  readonly collection: number;
  readonly marking: number;
}

/** A collection by its number, with the gates through which its scope lets versions. */
interface Opened {
  readonly num: number;
  readonly id: string;
  readonly clock: Micros;
  readonly isVisible: (gate: Pick<Gate, 'type' | 'marking'>) => boolean;
  readonly gates: readonly Gate[];
  /** Those of hidden versions too. */
  readonly all: readonly Gate[];
  /** Nothing of the collection is kept back. */
  readonly whole: boolean;
}

const NOTHING: Found = { hits: [], more: false };

/** A version as it is now; what is no longer current is none. */
const HIT = `SELECT o.num AS position, o.collection, o.id, f.type, o.version_key || o.version_rest AS version,
    o.date_added AS dateAdded, f.marking,
    iif(octet_length(o.json) <= ${MAX_HIT_BYTES}, o.json, '{}') AS json, (SELECT s.name FROM source s WHERE s.num = o.source) AS source
  FROM object o CROSS JOIN facet f ON f.num = o.facet WHERE o.num = ? AND o.lane IS NOT NULL`;

export function searchReader(sql: Statements): SearchReader {
  /** False for the moment in which a new database, or a new definition, has no index yet. */
  const exists = (): boolean =>
    sql
      .values<number>('SELECT 1 FROM follower WHERE name = ? AND version = ?')
      .get(searchFollower.name, searchFollower.version) !== undefined;

  const open = (scope: SearchScope, types?: readonly string[]): Opened | undefined => {
    const found = sql
      .rows<Pick<Opened, 'num' | 'clock'>>('SELECT num, clock FROM collection WHERE id = ?')
      .get(scope.collection);
    if (found === undefined) return undefined;
    const { num, clock } = found;
    const admits = visibility(scope.verdict, types);
    const { classes } = scope;
    const isVisible = ({ type, marking }: Pick<Gate, 'type' | 'marking'>): boolean =>
      admits({ type, marking, num: 0, selectors: 0 } satisfies Facet) &&
      (classes === undefined || classes.has(classOf(ownClass(marking))));
    const all = sql
      .rows<Gate>('SELECT num, type, marking, objects FROM search_gate WHERE collection = ? AND objects > 0')
      .all(num);
    const gates = all.filter(isVisible);
    return { num, clock, id: scope.collection, isVisible, gates, all, whole: gates.length === all.length };
  };

  const openAll = (scopes: readonly SearchScope[], types?: readonly string[]): Map<number, Opened> => {
    const opened = scopes.flatMap((scope) => open(scope, types) ?? []);
    return new Map(opened.map((one) => [one.num, one]));
  };

  const hitAt = (num: number, opened: ReadonlyMap<number, Opened>): Hit | undefined => {
    const row = sql.rows<HitRow>(HIT).get(num);
    const place = row && opened.get(row.collection);
    if (row === undefined || place?.isVisible(row) !== true) return undefined;
    return { ...row, collection: place.id, marking: classOf(ownClass(row.marking)), asOf: place.clock };
  };

  return {
    find(query) {
      if (!exists()) return NOTHING;
      const { scopes, types, from, until, before = Number.MAX_SAFE_INTEGER, limit } = query;
      const opened = openAll(scopes, types);
      const bounds = [
        from === undefined ? 0 : numberBefore(sql, opened, from),
        upper(sql, opened, until, before),
      ] as const;
      const numbers =
        query.words.length === 0 && query.source === undefined
          ? browse(sql, [...opened.values()], bounds)
          : match(sql, expressionOf(sql, query, opened), bounds);
      const hits: Hit[] = [];
      for (const num of numbers) {
        const hit = hitAt(num, opened);
        if (hit === undefined || hit.dateAdded < (from ?? 0) || hit.dateAdded >= (until ?? Number.POSITIVE_INFINITY))
          continue;
        if (hits.length === limit) return { hits, more: true };
        hits.push(hit);
      }
      return { hits, more: false };
    },
    summary(scope, since) {
      const opened = exists() ? open(scope) : undefined;
      return summaryOf(sql, opened?.gates ?? [], since);
    },
    current(ids, scopes) {
      if (!exists()) return [];
      const opened = openAll(scopes);
      const find = sql.values<number>('SELECT num FROM search_doc WHERE key = ?');
      return ids.flatMap((id) =>
        [...opened.keys()].flatMap((collection) => {
          const hits = find.all(keyOfId(collection, id)).flatMap((num) => hitAt(num, opened) ?? []);
          return hits.filter((hit) => hit.id === id);
        }),
      );
    },
    referring(ids, scopes, limit) {
      if (!exists()) return [];
      const opened = openAll(scopes);
      const visible = new Set([...opened.values()].flatMap(({ gates }) => gates.map(({ num }) => num)));
      const leap = sql.values<number>(
        'SELECT gate FROM search_ref WHERE target = ? AND gate > ? ORDER BY gate LIMIT 1',
      );
      const within = sql.values<number>(
        'SELECT num FROM search_ref WHERE target = ? AND gate = ? ORDER BY num DESC LIMIT ?',
      );
      return ids.map((to) => {
        const target = targetKey(to);
        const hits: Hit[] = [];
        for (let gate = leap.get(target, 0); gate !== undefined; gate = leap.get(target, gate)) {
          if (!visible.has(gate)) continue;
          for (const num of within.all(target, gate, limit - hits.length)) {
            const hit = hitAt(num, opened);
            if (hit !== undefined) hits.push(hit);
          }
          if (hits.length >= limit) break;
        }
        return { to, hits };
      });
    },
  };
}

type Bounds = readonly [above: number, below: number];

/** Numbers of the versions that an expression selects, the highest first. */
function match(sql: Statements, expression: string | undefined, bounds: Bounds): Iterable<number> {
  if (expression === undefined) return [];
  return sql
    .values<number>(
      'SELECT rowid FROM search_text WHERE search_text MATCH ? AND rowid > ? AND rowid < ? ORDER BY rowid DESC',
    )
    .iterate(expression, ...bounds);
}

/** Numbers of all visible current versions, the highest first: ranges of an index, merged as pages of objects are. */
function browse(sql: Statements, opened: readonly Opened[], [above, below]: Bounds): Iterable<number> {
  const ranges = opened.flatMap((one) => rangesOf(sql, one));
  return sql.values<number>(BROWSE).iterate(below, JSON.stringify(ranges), above);
}

const NEXT = `(CASE kind
  WHEN 0 THEN (SELECT num FROM object INDEXED BY object_by_lane WHERE lane = val AND num < pos ORDER BY num DESC LIMIT 1)
  ELSE (SELECT num FROM object INDEXED BY object_by_facet WHERE facet = val AND num < pos ORDER BY num DESC LIMIT 1) END)`;

/** The queue of a recursive query holds the next row of each range. */
const BROWSE = `
WITH RECURSIVE start (kind, val, pos) AS (
  SELECT value ->> 0, value ->> 1, ? FROM json_each(?)
), merged (kind, val, pos) AS (
  SELECT kind, val, ${NEXT} FROM start
  UNION ALL
  SELECT kind, val, ${NEXT} FROM merged WHERE pos IS NOT NULL
  ORDER BY 3 DESC
)
SELECT pos FROM merged WHERE pos > ?`;

/** Lanes where all of their versions are visible, else facets. */
function rangesOf(sql: Statements, { num, isVisible }: Opened): [kind: 0 | 1, value: number][] {
  const current = readFacets(sql, num).list.flatMap((facet) => {
    const lane = laneOf(num, facet);
    return lane === undefined ? [] : [{ facet, lane, visible: isVisible(facet) }];
  });
  return [...Map.groupBy(current, ({ lane }) => lane)].flatMap(([lane, some]): [0 | 1, number][] => {
    if (some.every(({ visible }) => visible)) return [[0, lane]];
    return some.flatMap(({ facet, visible }): [1, number][] => (visible ? [[1, facet.num]] : []));
  });
}

/** What the index is asked for; undefined when nothing can match. */
function expressionOf(
  sql: Statements,
  { words, where, source }: SearchQuery,
  opened: ReadonlyMap<number, Opened>,
): string | undefined {
  const visible = [...opened.values()].filter(({ gates }) => gates.length > 0);
  if (visible.length === 0) return undefined;
  const parts: string[] = [];
  if (words.length > 0) {
    const columns = where === 'anywhere' ? '{name value text}' : where;
    parts.push(`${columns} : (${words.map(term).join(' AND ')})`);
  }
  if (source !== undefined) {
    const num = sql.values<number>('SELECT num FROM source WHERE name = ?').get(source);
    if (num === undefined) return undefined;
    parts.push(`gate : "${sourceWord(num)}"`);
  }
  const collections = sql.values<number>('SELECT count(*) FROM collection').get() as number;
  const everything = opened.size === collections && [...opened.values()].every(({ whole }) => whole);
  // Words alone are quicker to look up, where nothing has to be kept back.
  if (!everything) parts.push(`gate : (${visible.flatMap(admissions).join(' OR ')})`);
  return parts.join(' AND ');
}

/** What a collection lets through: types with the same visible lanes belong together. */
function admissions({ num, gates, all }: Opened): string[] {
  const lanesOf = Map.groupBy(gates, ({ type }) => type);
  const groups = Map.groupBy(lanesOf, ([, some]) => [...new Set(some.map(({ marking }) => marking))].sort().join());
  return [...groups].map(([markings, members]) => {
    const lanes = `(${markings
      .split(',')
      .map((marking) => `"${laneWord(num * LANES + Number(marking))}"`)
      .join(' OR ')})`;
    const types = new Set(members.map(([type]) => type));
    // Where the lanes hold nothing else, the types need not be looked at.
    const within = new Set(markings.split(',').map(Number));
    if (all.every(({ type, marking }) => types.has(type) || !within.has(marking))) return lanes;
    return `(${lanes} AND (${[...types].map((type) => `"${typeWord(type)}"`).join(' OR ')}))`;
  });
}

function term({ text, prefix }: SearchWord): string {
  return `"${text.replaceAll('"', '')}"${prefix ? ' *' : ''}`;
}

/** A number before those of all rows added at an instant or later, in every collection. */
function numberBefore(sql: Statements, opened: ReadonlyMap<number, Opened>, at: number): number {
  const statement = sql.values<number>(
    `SELECT num FROM object INDEXED BY object_by_date WHERE collection = ? AND date_added >= ? ORDER BY date_added LIMIT 1`,
  );
  return Math.min(...[...opened.keys()].map((num) => (statement.get(num, at) ?? Number.MAX_SAFE_INTEGER) - 1));
}

/** A number behind those of all rows that were added before an instant. */
function upper(
  sql: Statements,
  opened: ReadonlyMap<number, Opened>,
  until: number | undefined,
  before: number,
): number {
  if (until === undefined) return before;
  const statement = sql.values<number>(
    `SELECT num FROM object INDEXED BY object_by_date WHERE collection = ? AND date_added < ?
     ORDER BY date_added DESC LIMIT 1`,
  );
  return Math.min(before, Math.max(...[...opened.keys()].map((num) => (statement.get(num, until) ?? 0) + 1)));
}

function summaryOf(sql: Statements, gates: readonly Gate[], since: number): Summary {
  const types = new Map<string, number>();
  const markings = new Map<number, number>();
  const days = new Map<number, number>();
  const byDay = sql.rows<{ readonly day: number; readonly objects: number }>(
    'SELECT day, objects FROM search_day WHERE gate = ? AND day >= ? AND objects > 0',
  );
  const add = <K>(counts: Map<K, number>, key: K, objects: number): void =>
    void counts.set(key, (counts.get(key) ?? 0) + objects);
  for (const { num, type, marking, objects } of gates) {
    add(types, type, objects);
    add(markings, ownClass(marking), objects);
    for (const row of byDay.all(num, since)) add(days, row.day, row.objects);
  }
  return {
    objects: gates.reduce((sum, { objects }) => sum + objects, 0),
    types: [...types]
      .map(([type, objects]) => ({ type, objects }))
      .sort((a, b) => b.objects - a.objects || (a.type < b.type ? -1 : 1)),
    markings: [...markings]
      .sort(([a], [b]) => a - b)
      .map(([marking, objects]) => ({ marking: classOf(marking), objects })),
    days: [...days].sort(([a], [b]) => a - b).map(([day, objects]) => ({ day, objects })),
  };
}
