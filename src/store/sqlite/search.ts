import type { Found, Hit, Scope, SearchQuery, SearchScope, SearchWord, Summary } from '../search.ts';
import { type Facet, visibility } from './facets.ts';
import { keyOfId } from './keys.ts';
import { gateWord, searchFollower, sourceWord, targetKey } from './search-follower.ts';
import { classOf, ownClass } from './selectors.ts';
import type { Statements } from './statements.ts';

/** To be called in a read transaction. */
export interface SearchReader {
  find(query: SearchQuery): Found;
  summary(scope: Scope, since: number): Summary;
  current(id: string, scopes: readonly Scope[]): readonly Hit[];
  referring(id: string, scopes: readonly Scope[], limit: number): readonly Hit[];
}

interface Gate {
  readonly num: number;
  readonly type: string;
  readonly marking: number;
  readonly objects: number;
}

interface HitRow extends Omit<Hit, 'collection' | 'marking'> {
  readonly collection: number;
  readonly marking: number;
}

/** A collection by its number, with the gates through which its scope lets versions. */
interface Opened {
  readonly num: number;
  readonly id: string;
  readonly isVisible: (gate: Pick<Gate, 'type' | 'marking'>) => boolean;
  readonly gates: readonly Gate[];
  /** Nothing of the collection is kept back. */
  readonly whole: boolean;
}

const NOTHING: Found = { hits: [], more: false };

/** A version as it is now; what is no longer current is none. */
const HIT = `SELECT o.num AS position, o.collection, o.id, f.type, o.version_key || o.version_rest AS version,
    o.date_added AS dateAdded, f.marking, o.json, (SELECT s.name FROM source s WHERE s.num = o.source) AS source
  FROM object o CROSS JOIN facet f ON f.num = o.facet WHERE o.num = ? AND o.lane IS NOT NULL`;

export function searchReader(sql: Statements): SearchReader {
  /** False for the moment in which a new database, or a new definition, has no index yet. */
  const exists = (): boolean =>
    sql
      .values<number>('SELECT 1 FROM follower WHERE name = ? AND version = ?')
      .get(searchFollower.name, searchFollower.version) !== undefined;

  const open = (scope: SearchScope, types?: readonly string[]): Opened | undefined => {
    const num = sql.values<number>('SELECT num FROM collection WHERE id = ?').get(scope.collection);
    if (num === undefined) return undefined;
    const admits = visibility(scope.verdict, types);
    const { classes } = scope;
    const isVisible = ({ type, marking }: Pick<Gate, 'type' | 'marking'>): boolean =>
      admits({ type, marking, num: 0, selectors: 0 } satisfies Facet) &&
      (classes === undefined || classes.has(classOf(ownClass(marking))));
    const all = sql
      .rows<Gate>('SELECT num, type, marking, objects FROM search_gate WHERE collection = ? AND objects > 0')
      .all(num);
    const gates = all.filter(isVisible);
    return { num, id: scope.collection, isVisible, gates, whole: gates.length === all.length };
  };

  const openAll = (scopes: readonly SearchScope[], types?: readonly string[]): Map<number, Opened> => {
    const opened = scopes.flatMap((scope) => open(scope, types) ?? []);
    return new Map(opened.map((one) => [one.num, one]));
  };

  const hitAt = (num: number, opened: ReadonlyMap<number, Opened>): Hit | undefined => {
    const row = sql.rows<HitRow>(HIT).get(num);
    const place = row && opened.get(row.collection);
    if (row === undefined || place?.isVisible(row) !== true) return undefined;
    return { ...row, collection: place.id, marking: classOf(ownClass(row.marking)) };
  };

  return {
    find(query) {
      if (!exists()) return NOTHING;
      const { scopes, types, from, until, before = Number.MAX_SAFE_INTEGER, limit } = query;
      const opened = openAll(scopes, types);
      const expression = expressionOf(sql, query, opened);
      if (expression === undefined) return NOTHING;
      const numbers = sql
        .values<number>(
          'SELECT rowid FROM search_text WHERE search_text MATCH ? AND rowid > ? AND rowid < ? ORDER BY rowid DESC',
        )
        .iterate(
          expression,
          from === undefined ? 0 : numberBefore(sql, opened, from),
          upper(sql, opened, until, before),
        );
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
    current(id, scopes) {
      if (!exists()) return [];
      const opened = openAll(scopes);
      const find = sql.values<number>('SELECT num FROM search_doc WHERE key = ?');
      return [...opened.values()].flatMap(({ num: collection }) => {
        const hits = find.all(keyOfId(collection, id)).flatMap((num) => hitAt(num, opened) ?? []);
        return hits.filter((hit) => hit.id === id);
      });
    },
    referring(id, scopes, limit) {
      if (!exists()) return [];
      const opened = openAll(scopes);
      const visible = new Set([...opened.values()].flatMap(({ gates }) => gates.map(({ num }) => num)));
      const leap = sql.values<number>(
        'SELECT gate FROM search_ref WHERE target = ? AND gate > ? ORDER BY gate LIMIT 1',
      );
      const within = sql.values<number>(
        'SELECT num FROM search_ref WHERE target = ? AND gate = ? ORDER BY num DESC LIMIT ?',
      );
      const target = targetKey(id);
      const hits: Hit[] = [];
      for (let gate = leap.get(target, 0); gate !== undefined; gate = leap.get(target, gate)) {
        if (!visible.has(gate)) continue;
        for (const num of within.all(target, gate, limit)) {
          const hit = hitAt(num, opened);
          if (hit !== undefined) hits.push(hit);
        }
        if (hits.length >= limit) break;
      }
      return hits.slice(0, limit);
    },
  };
}

/** What the index is asked for; undefined when nothing can match. */
function expressionOf(
  sql: Statements,
  { words, where, source }: SearchQuery,
  opened: ReadonlyMap<number, Opened>,
): string | undefined {
  const gates = [...opened.values()].flatMap((one) => one.gates);
  if (gates.length === 0) return undefined;
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
  if (!everything || parts.length === 0)
    parts.push(`gate : (${gates.map(({ num }) => `"${gateWord(num)}"`).join(' OR ')})`);
  return parts.join(' AND ');
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
