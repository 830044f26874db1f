import type { Faults, Progress } from './check.ts';
import { FOLLOWED_COLUMNS, readPart } from './follower-rows.ts';
import type { FollowedRow, FollowedRows, Follower, ObjectRow } from './followers.ts';
import { FIRST, LAST } from './selectors.ts';
import type { Statements } from './statements.ts';
import { TREND_SCHEMA, TREND_TABLES } from './trend-schema.ts';
import { type TrendWriter, trendWriter } from './trend-writer.ts';
import { versionReader } from './versions.ts';

/** Counts of what the newest versions of objects say, see docs/trends.md. */
export const trendFollower: Follower = {
  name: 'trends',
  version: 2,
  tables: TREND_TABLES,
  schema: TREND_TABLES.map((table) => `CREATE TABLE ${table} ${TREND_SCHEMA[table]}`),
  apply,
  check,
};

function apply(sql: Statements, rows: FollowedRows): void {
  const writer = trendWriter(sql);
  for (const object of touchedObjects(rows)) recount(sql, writer, object);
  writer.flush();
}

/** One object, with its rows that came and went. */
interface Touched extends Pick<ObjectRow, 'collection' | 'id'> {
  readonly added: FollowedRow[];
  readonly removed: number[];
}

function touchedObjects({ added, removed }: FollowedRows): Iterable<Touched> {
  const objects = new Map<string, Touched>();
  const of = ({ collection, id }: ObjectRow): Touched => {
    const name = `${collection} ${id}`;
    const object = objects.get(name) ?? { collection, id, added: [], removed: [] };
    objects.set(name, object);
    return object;
  };
  for (const row of added) of(row).added.push(row);
  for (const row of removed) of(row).removed.push(row.num);
  return objects.values();
}

/**
 * Sees to it that just the newest version that is stored now is counted. It is counted in before the other is counted out:
 * whoever names the object need not be counted anew when it says the same.
 */
function recount(sql: Statements, writer: TrendWriter, object: Touched): void {
  const newest = onlyVersion(object) ?? newestVersion(sql, object);
  const counted = countedVersion(sql, writer, object);
  if (newest !== undefined && !writer.isCounted(newest.num)) writer.add(newest);
  for (const num of object.removed) writer.remove(num);
  if (counted !== undefined && counted !== newest?.num) writer.remove(counted);
}

/** A new object, mostly: nothing has to be looked up. */
function onlyVersion({ added, removed }: Touched): FollowedRow | undefined {
  const [row] = added;
  const isOnly = added.length === 1 && removed.length === 0 && row !== undefined && row.selectors & FIRST;
  return isOnly && row.selectors & LAST ? row : undefined;
}

function newestVersion(sql: Statements, { collection, id }: Touched): FollowedRow | undefined {
  const isThere = sql.values<string | null>('SELECT id FROM collection WHERE num = ?').get(collection);
  if (isThere === null || isThere === undefined) return undefined;
  const last = versionReader(sql, collection).last(id);
  if (last === undefined) return undefined;
  return sql
    .rows<FollowedRow>(`SELECT ${FOLLOWED_COLUMNS} FROM object o CROSS JOIN facet f ON f.num = o.facet WHERE o.num = ?`)
    .get(last.num);
}

/** The version that is counted so far, if it is stored still: only versions that are new here can be above it. */
function countedVersion(sql: Statements, writer: TrendWriter, object: Touched): number | undefined {
  if (onlyVersion(object) !== undefined || object.removed.some(writer.isCounted)) return undefined;
  for (const { num } of versionReader(sql, object.collection).newestFirst(object.id))
    if (writer.isCounted(num)) return num;
  return undefined;
}

/** Counts everything once more, in temporary tables that hide the real ones meanwhile, and compares. */
function check(sql: Statements, faults: Faults, progress: Progress): void {
  const run = (statement: string): void => void sql.rows(statement).run();
  for (const table of TREND_TABLES) run(`CREATE TEMP TABLE ${table} ${TREND_SCHEMA[table]}`);
  try {
    let done = 0;
    for (let added = 0; ; ) {
      const part = readPart(sql, added, Number.MAX_SAFE_INTEGER);
      if (part.added.length === 0) break;
      apply(sql, part);
      added = part.added.at(-1)?.num ?? added;
      done += part.added.length;
      progress(done, done);
    }
    for (const [what, query] of COMPARED) {
      const rows = (schema: string): string => query.replaceAll('$', schema);
      const differ = (a: string, b: string): number =>
        sql.values<number>(`SELECT count(*) FROM (${rows(a)} EXCEPT ${rows(b)})`).get() as number;
      const count = differ('main', 'temp') + differ('temp', 'main');
      if (count > 0)
        faults.add(`Trends: ${what} differ from the objects in ${count} places; "entente trends rebuild" counts anew.`);
    }
  } finally {
    for (const table of TREND_TABLES) run(`DROP TABLE temp.${table}`);
  }
}

/** What must be the same whatever the numbers are; what removed collections held is still being cleared away. */
const LIVE = '(SELECT num FROM main.collection WHERE id IS NOT NULL)';

const COMPARED: readonly (readonly [what: string, query: string])[] = [
  [
    'counts',
    `SELECT k.dimension, k.key, c.series & 3, c.day, f.collection, f.type, f.marking, c.count
     FROM $.trend_cell c JOIN $.trend_key k ON k.num = c.series / 4 JOIN $.trend_facet f ON f.num = c.facet
     WHERE f.collection IN ${LIVE}`,
  ],
  [
    'names',
    `SELECT k.dimension, k.key, t.collection, t.id, n.label, t.object, t.marking
     FROM $.trend_name n JOIN $.trend_key k ON k.num = n.key JOIN $.trend_target t ON t.num = n.target
     WHERE t.collection IN ${LIVE}`,
  ],
  [
    'aliases',
    `SELECT k.dimension, k.key, n.key, f.collection, f.marking, a.count FROM $.trend_alias a
     JOIN $.trend_key k ON k.num = a.alias JOIN $.trend_key n ON n.num = a.name JOIN $.trend_facet f ON f.num = a.facet
     WHERE f.collection IN ${LIVE}`,
  ],
  [
    'mentions',
    `SELECT t.collection, t.id, m.source FROM $.trend_mention m JOIN $.trend_target t ON t.num = m.target
     WHERE t.collection IN ${LIVE}`,
  ],
];
