import { openReader, openWriter, type Sqlite } from '../../src/store/sqlite/connection.ts';
import { formatMicros } from '../../src/time.ts';
import { int, type Random, randomAt } from '../data/random.ts';
import { ENVELOPE_OBJECTS } from '../load/envelopes.ts';
import { POLLED_TYPE, type Poll } from '../load/polls.ts';
import type { Progress } from '../progress.ts';

type Value = string | number | null;
type Row = readonly Value[];

/**
 * Writes the rows of a hub's objects and of their keys into a database of the same schema, by nothing but their
 * insertion, in transactions as large as an envelope.
 * @returns objects per second
 */
export function rawInsert(hub: string, file: string, progress: Progress): number {
  const from = openReader(hub);
  const to = openWriter(file, true);
  try {
    const insertObject = inserter(to, 'object');
    const insertKey = inserter(to, 'key_recent');
    const write = to.transaction((objects: readonly Row[], keys: readonly Row[]) => {
      for (const row of objects) insertObject(row);
      for (const row of keys) insertKey(row);
    });
    let ms = 0;
    let count = 0;
    for (const { objects, keys } of batches(from)) {
      const began = performance.now();
      write.immediate(objects, keys);
      ms += performance.now() - began;
      count += objects.length;
      progress.step(objects.length);
    }
    return (count / ms) * 1000;
  } finally {
    from.close();
    to.close();
  }
}

function inserter(db: Sqlite, table: string): (row: Row) => void {
  const columns = db.prepare<[string], number>('SELECT count(*) FROM pragma_table_info(?)').pluck().get(table) ?? 0;
  const insert = db.prepare<Value[]>(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`);
  return (row) => void insert.run(...row);
}

/** Rows in the order in which they were stored, each object with its keys. */
function* batches(db: Sqlite): Generator<{ readonly objects: readonly Row[]; readonly keys: readonly Row[] }> {
  const page = db.prepare<[number, number], Row>('SELECT * FROM object WHERE num > ? ORDER BY num LIMIT ?').raw();
  // Their order by number is made once: the tables themselves are sorted by key.
  const keys = db
    .prepare<[], Row>('SELECT * FROM (SELECT * FROM key_recent UNION ALL SELECT * FROM key_settled) ORDER BY num')
    .raw()
    .all();
  let key = 0;
  let after = 0;
  for (;;) {
    const objects = page.all(after, ENVELOPE_OBJECTS);
    if (objects.length === 0) return;
    after = objects.at(-1)?.[0] as number;
    const firstKey = key;
    while (key < keys.length && ((keys[key] as Row).at(-1) as number) <= after) key++;
    yield { objects, keys: keys.slice(firstKey, key) };
  }
}

export interface RawReads extends Disposable {
  /** Objects per second of a walk by pages of `limit`. */
  readonly walk: (limit: number) => number;
  /** Milliseconds of the reading that a poll cannot do without, at random places. */
  readonly pollMs: (poll: Poll) => number;
}

/** How often a poll's reading is repeated. */
const ROUNDS = 300;

/** Reads pages of what `rawInsert` wrote and joins their texts as a Buffer: nothing else that a server does. */
export function openRawReads(file: string): RawReads {
  const db = openReader(file);
  const page = pageReader(db);
  const reads = pollReads(db, page);
  return {
    walk: (limit) => walk(page, limit),
    pollMs: (poll) => {
      const random = randomAt(2, 0);
      const round = (): number => {
        const began = performance.now();
        for (let i = 0; i < ROUNDS; i++) reads[poll](random);
        return (performance.now() - began) / ROUNDS;
      };
      // The first round warms up.
      round();
      return round();
    },
    [Symbol.dispose]: () => db.close(),
  };
}

interface RawPage {
  readonly body: Buffer;
  readonly rows: number;
  /** Date added of the last row. */
  readonly last: number;
}

/** The plus signs keep SQLite from planning at each use, as in the hub (src/store/sqlite/statements.ts). */
function pageReader(db: Sqlite): (after: number, limit: number) => RawPage {
  const collection = db.prepare<[], number>('SELECT collection FROM object LIMIT 1').pluck().get() as number;
  const statement = db
    .prepare<[number, number, number], [number, string]>(
      'SELECT date_added, json FROM object WHERE collection = +? AND date_added > +? ORDER BY date_added LIMIT +?',
    )
    .raw();
  return (after, limit) => {
    const rows = statement.all(collection, after, limit);
    return { body: envelope(rows.map((row) => row[1])), rows: rows.length, last: rows.at(-1)?.[0] ?? after };
  };
}

function envelope(texts: readonly (string | undefined)[]): Buffer {
  return Buffer.from(`{"objects":[${texts.join(',')}]}`);
}

function walk(page: (after: number, limit: number) => RawPage, limit: number): number {
  let objects = 0;
  let after = 0;
  const began = performance.now();
  for (;;) {
    const { rows, last } = page(after, limit);
    objects += rows;
    after = last;
    if (rows < limit) return (objects / (performance.now() - began)) * 1000;
  }
}

function pollReads(
  db: Sqlite,
  page: (after: number, limit: number) => RawPage,
): Readonly<Record<Poll, (random: Random) => unknown>> {
  const dates = db.prepare<[], number>('SELECT date_added FROM object ORDER BY num').pluck().all();
  const ofType = db.prepare<[string], number>('SELECT num FROM object WHERE id LIKE ? ORDER BY num').pluck();
  const nums = ofType.all(`${POLLED_TYPE}--%`);
  const text = db.prepare<[number], string>('SELECT json FROM object WHERE num = ?').pluck();
  const texts = db
    .prepare<[string], string>('SELECT o.json FROM json_each(?) CROSS JOIN object o ON o.num = value')
    .pluck();
  const records = db
    .prepare<[number], [string, number, string, string]>(
      'SELECT id, date_added, version_key, version_rest FROM object WHERE num >= +? ORDER BY num LIMIT 1000',
    )
    .raw();
  const someDate = (random: Random): number => dates[int(random, dates.length)] as number;
  return {
    page: (random) => page(someDate(random), 100),
    delta: () => page(Number.MAX_SAFE_INTEGER, 1000),
    type: (random) => {
      const first = int(random, nums.length);
      return envelope(texts.all(`[${nums.slice(first, first + 100).join(',')}]`));
    },
    manifest: (random) => manifest(records.all(int(random, dates.length))),
    'by-id': (random) => envelope([text.get(nums[int(random, nums.length)] as number)]),
    collections: () => undefined,
  };
}

function manifest(rows: readonly (readonly [string, number, string, string])[]): Buffer {
  const texts = rows.map(
    ([id, date, key, rest]) => `{"id":"${id}","date_added":"${formatMicros(date)}","version":"${key}${rest}"}`,
  );
  return envelope(texts);
}
