import { isObject, type Json, type JsonObject } from '../../stix/json.ts';
import { referencesOf, wordsOf } from '../../stix/words.ts';
import type { Micros } from '../../time.ts';
import type { Faults } from './check.ts';
import type { FollowedRows, Follower } from './followers.ts';
import { keyOfId } from './keys.ts';
import type { Statements } from './statements.ts';

/**
 * The index of current versions (those with an `object.lane`). What a verdict and a filter tell apart stands as words
 * beside the words of the text, so that hidden versions are passed over inside of the index, however many there are.
 * What is counted is counted by gate: collection, type and marking.
 */
export const searchFollower: Follower = {
  name: 'search',
  version: 1,
  tables: ['search_gate', 'search_doc', 'search_ref', 'search_day', 'search_text'],
  schema: [
    `CREATE TABLE search_gate (
  num        INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL,
  type       TEXT NOT NULL,
  marking    INTEGER NOT NULL, -- as in facet.marking
  objects    INTEGER NOT NULL,
  UNIQUE (collection, type, marking)
) STRICT`,
    `-- What the other tables hold of a version, to take it back when the version itself is gone.
CREATE TABLE search_doc (
  key     INTEGER NOT NULL, -- of its id, see keys.ts
  num     INTEGER NOT NULL, -- of object
  gate    INTEGER NOT NULL,
  day     INTEGER NOT NULL, -- on which it was added, since 1970
  targets BLOB NOT NULL,    -- of its entries in search_ref, six bytes each
  PRIMARY KEY (key, num)
) STRICT, WITHOUT ROWID`,
    `-- Who refers to an object, whatever collection that is in.
CREATE TABLE search_ref (
  target INTEGER NOT NULL, -- key of an id
  gate   INTEGER NOT NULL, -- of what refers
  num    INTEGER NOT NULL,
  PRIMARY KEY (target, gate, num)
) STRICT, WITHOUT ROWID`,
    `CREATE TABLE search_day (
  gate    INTEGER NOT NULL,
  day     INTEGER NOT NULL,
  objects INTEGER NOT NULL,
  PRIMARY KEY (gate, day)
) STRICT, WITHOUT ROWID`,
    `CREATE VIRTUAL TABLE search_text USING fts5 (
  gate, name, value, text,
  content = '', contentless_delete = 1, detail = column,
  tokenize = "ascii tokenchars '._@:/\\?&=%+~-'"
)`,
  ],
  apply: applyRows,
  check: checkSearch,
};

/** Words that stand for lane, type and source; no word of a text holds this character. */
export function laneWord(lane: number): string {
  return `§l${lane.toString(36)}`;
}

/** Types that differ only in what no type should hold share a word; whoever finds them looks at the type itself. */
export function typeWord(type: string): string {
  return `§t${type.replace(/[^a-z0-9-]/g, '_').slice(0, 100)}`;
}

export function sourceWord(num: number): string {
  return `§s${num.toString(36)}`;
}

/** The key under which what refers to an object is found. */
export function targetKey(id: string): number {
  return keyOfId(0, id);
}

/** References of one object that are followed; a report of many thousands is found by its first ones. */
const MAX_TARGETS = 2000;
/** Texts that are longer are found by their type and marking only. */
const MAX_JSON = 1 << 20;

interface CurrentRow {
  readonly num: number;
  readonly id: string;
  readonly date_added: Micros;
  readonly source: number;
  readonly json: string;
  readonly collection: number;
  readonly lane: number;
  readonly type: string;
  readonly marking: number;
}

interface DocRow {
  readonly num: number;
  readonly gate: number;
  readonly day: number;
  readonly targets: Buffer;
}

const CURRENT = 'o.num, o.id, o.date_added, o.source, o.json, o.collection, o.lane, f.type, f.marking';
const OF_ID = `SELECT ${CURRENT}
  FROM (SELECT num, position FROM key_recent WHERE key = ? AND position > ''
        UNION ALL SELECT num, position FROM key_settled WHERE key = ? AND position > ''
        ORDER BY position DESC LIMIT -1) k
  CROSS JOIN object o ON o.num = k.num CROSS JOIN facet f ON f.num = o.facet
  WHERE o.id = ? AND o.lane IS NOT NULL LIMIT 1`;

function applyRows(sql: Statements, { added, removed }: FollowedRows): void {
  const touched = new Map([...added, ...removed].map((row) => [`${row.collection} ${row.id}`, row]));
  for (const { collection, id } of touched.values()) bringUpToDate(sql, collection, id);
}

/** Makes the index hold just the current version of an object, as it stands now. */
function bringUpToDate(sql: Statements, collection: number, id: string): void {
  const key = keyOfId(collection, id);
  const current = sql.rows<CurrentRow>(OF_ID).get(key, key, id);
  const gate = current && gateOf(sql, current);
  let held = false;
  for (const doc of sql.rows<DocRow>('SELECT num, gate, day, targets FROM search_doc WHERE key = ?').all(key)) {
    if (doc.num === current?.num && doc.gate === gate) held = true;
    else if (!isOfOther(sql, doc.num, id)) takeOut(sql, key, doc);
  }
  if (current !== undefined && gate !== undefined && !held) putIn(sql, key, current, gate);
}

/** Two ids may have the same key. */
function isOfOther(sql: Statements, num: number, id: string): boolean {
  const owner = sql.values<string>('SELECT id FROM object WHERE num = ? AND lane IS NOT NULL').get(num);
  return owner !== undefined && owner !== id;
}

function gateOf(sql: Statements, { collection, type, marking }: CurrentRow): number {
  const known = sql
    .values<number>('SELECT num FROM search_gate WHERE collection = ? AND type = ? AND marking = ?')
    .get(collection, type, marking);
  if (known !== undefined) return known;
  return sql
    .values<number>('INSERT INTO search_gate VALUES (NULL, ?, ?, ?, 0) RETURNING num')
    .get(collection, type, marking) as number;
}

function putIn(sql: Statements, key: number, row: CurrentRow, gate: number): void {
  const { num, lane, source, json } = row;
  const object = parse(json);
  const targets = targetsOf(object);
  const day = dayOf(row.date_added);
  const { name, value, text } = wordsOf(object);
  const words = [laneWord(lane), typeWord(row.type), sourceWord(source)];
  const joined = (words: ReadonlySet<string>): string => [...words].join(' ');
  sql
    .rows('INSERT INTO search_text (rowid, gate, name, value, text) VALUES (?, ?, ?, ?, ?)')
    .run(num, words.join(' '), joined(name), joined(value), joined(text));
  sql.rows('INSERT INTO search_doc VALUES (?, ?, ?, ?, ?)').run(key, num, gate, day, pack(targets));
  for (const target of targets) sql.rows('INSERT OR IGNORE INTO search_ref VALUES (?, ?, ?)').run(target, gate, num);
  count(sql, gate, day, 1);
}

function takeOut(sql: Statements, key: number, { num, gate, day, targets }: DocRow): void {
  sql.rows('DELETE FROM search_text WHERE rowid = ?').run(num);
  sql.rows('DELETE FROM search_doc WHERE key = ? AND num = ?').run(key, num);
  for (const target of unpack(targets))
    sql.rows('DELETE FROM search_ref WHERE target = ? AND gate = ? AND num = ?').run(target, gate, num);
  count(sql, gate, day, -1);
}

function count(sql: Statements, gate: number, day: number, change: 1 | -1): void {
  sql.rows('UPDATE search_gate SET objects = objects + ? WHERE num = ?').run(change, gate);
  sql
    .rows('INSERT INTO search_day VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET objects = objects + excluded.objects')
    .run(gate, day, change);
}

export const DAY: Micros = 86_400_000_000;

function dayOf(dateAdded: Micros): number {
  return Math.floor(dateAdded / DAY);
}

/** Of a text that is damaged nothing is found; that it is, the check of objects tells. */
function parse(json: string): JsonObject {
  if (json.length > MAX_JSON) return {};
  try {
    const value: Json = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function targetsOf(object: JsonObject): number[] {
  const ids = [...referencesOf(object).keys()].slice(0, MAX_TARGETS);
  return [...new Set(ids.map(targetKey))];
}

const KEY_BYTES = 6;

function pack(keys: readonly number[]): Buffer {
  const packed = Buffer.alloc(keys.length * KEY_BYTES);
  for (const [i, key] of keys.entries()) packed.writeUIntBE(key, i * KEY_BYTES, KEY_BYTES);
  return packed;
}

function unpack(packed: Buffer): number[] {
  return Array.from({ length: packed.length / KEY_BYTES }, (_, i) => packed.readUIntBE(i * KEY_BYTES, KEY_BYTES));
}

function checkSearch(sql: Statements, faults: Faults): void {
  const counted = (text: string): number => sql.values<number>(`SELECT ${text}`).get() as number;
  const known = sql.rows<DocRow & { readonly type: string; readonly marking: number; readonly collection: number }>(
    `SELECT d.num, d.gate, d.day, d.targets, g.collection, g.type, g.marking
     FROM search_doc d JOIN search_gate g ON g.num = d.gate WHERE d.key = ? AND d.num = ?`,
  );
  const current = `SELECT ${CURRENT} FROM object o CROSS JOIN facet f ON f.num = o.facet WHERE o.lane IS NOT NULL`;
  let objects = 0;
  let references = 0;
  for (const row of sql.rows<CurrentRow>(current).iterate()) {
    objects += 1;
    const doc = known.get(keyOfId(row.collection, row.id), row.num);
    const targets = targetsOf(parse(row.json));
    references += targets.length;
    const fits =
      doc !== undefined &&
      doc.collection === row.collection &&
      doc.type === row.type &&
      doc.marking === row.marking &&
      doc.day === dayOf(row.date_added) &&
      doc.targets.equals(pack(targets));
    if (!fits) faults.add(`The search index does not hold row ${row.num} (${row.id}) as it is.`);
  }
  const expect = (what: string, found: number, expected: number): void => {
    if (found !== expected) faults.add(`The search index holds ${found} ${what} instead of ${expected}.`);
  };
  expect('versions', counted('count(*) FROM search_doc'), objects);
  expect('texts', counted('count(*) FROM search_text'), objects);
  expect('references', counted('count(*) FROM search_ref'), references);
  expect('versions by type and marking', counted('coalesce(sum(objects), 0) FROM search_gate'), objects);
  expect('versions by day', counted('coalesce(sum(objects), 0) FROM search_day'), objects);
}
