import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import type { Reading, ReadResult } from '../../src/ledger/disclosure.ts';
import { Recorder } from '../../src/ledger/recorder.ts';
import type { LedgerRecord } from '../../src/store/ledger.ts';
import { openWriter } from '../../src/store/sqlite/connection.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';

const COLLECTION = '11111111-1111-4111-8111-111111111111';
const READING: Reading = {
  who: 'partner:vendor',
  credentials: ['basic:vendor'],
  request: 'r',
  read: 'objects',
  collection: COLLECTION,
  verdict: {
    kind: 'allowed',
    entries: [
      { agreement: 'coop', types: new Set(['malware']), maxTlp: 'green', classes: new Set(['clear', 'green']) },
      { agreement: 'coop', types: 'all', maxTlp: 'clear', classes: new Set(['clear']) },
    ],
  },
};
const NEWEST = { versions: { first: false, last: true, keys: [] } };
const EMPTY: ReadResult = { count: 0, filter: NEWEST, asOf: 9 };

function page(...dates: number[]): ReadResult {
  return { count: dates.length, first: Math.min(...dates), last: Math.max(...dates), filter: NEWEST, asOf: 9 };
}

async function setUp(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'entente-recorder-'));
  const file = join(directory, 'hub.db');
  let now = 1000;
  const store = await openSqliteStore({ file, create: true, clock: () => now });
  const events: string[] = [];
  const open = (): Recorder =>
    new Recorder({
      ledger: store.ledger,
      clock: () => now++,
      events: {
        failed: () => events.push('failed'),
        recovered: () => events.push('recovered'),
        gaps: (count) => events.push(`gaps ${count}`),
        closed: ({ count }) => events.push(`closed ${count}`),
      },
    });
  t.after(async () => {
    await store[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  return { store, file, events, open };
}

async function records(store: Store): Promise<LedgerRecord[]> {
  const { rows } = await store.ledger.read({ limit: 100_000 });
  return rows.map(({ text }) => JSON.parse(text) as LedgerRecord);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(5);
}

test('a page becomes a record with everything that who was sent what can be worked out from', async (t) => {
  const { store, open } = await setUp(t);
  const recorder = open();
  recorder.read(READING, page(3, 5));
  await recorder[Symbol.asyncDispose]();
  assert.deepEqual(await records(store), [
    {
      kind: 'disclosure',
      time: 1000,
      who: 'partner:vendor',
      credentials: ['basic:vendor'],
      request: 'r',
      read: 'objects',
      collection: COLLECTION,
      as_of: 9,
      first: 3,
      last: 5,
      count: 2,
      entries: [
        { agreement: 'coop', types: ['malware'], tlp: 'green', classes: ['clear', 'green'] },
        { agreement: 'coop', tlp: 'clear', classes: ['clear'] },
      ],
    },
  ]);
});

test('of ids that were asked for those are recorded that were sent', async (t) => {
  const { store, open } = await setUp(t);
  const recorder = open();
  const filter = { ...NEWEST, ids: ['malware--1', 'malware--3'] };
  recorder.read(READING, { ...page(3), ids: ['malware--3'], filter });
  await recorder[Symbol.asyncDispose]();
  const [record] = await records(store);
  assert.ok(record?.kind === 'disclosure');
  assert.deepEqual(record.filter, { ...NEWEST, ids: ['malware--3'] });
});

test('records are appended without anybody waiting for it, in their order', async (t) => {
  const { store, open } = await setUp(t);
  await using recorder = open();
  for (let i = 1; i <= 2500; i++) recorder.read(READING, page(i));
  await until(async () => (await store.ledger.head()).count === 2500);
  const dates = (await records(store)).map((record) => (record.kind === 'disclosure' ? record.first : 0));
  assert.deepEqual(
    dates,
    Array.from({ length: 2500 }, (_, i) => i + 1),
  );
});

test('reads that send nothing are recorded once and then added up', async (t) => {
  const { store, open } = await setUp(t);
  const recorder = open();
  for (let i = 0; i < 5; i++) recorder.read(READING, EMPTY);
  recorder.read({ ...READING, read: 'manifest' }, EMPTY);
  await recorder[Symbol.asyncDispose]();
  const contact = { kind: 'contact', who: 'partner:vendor', credentials: ['basic:vendor'], agreements: ['coop'] };
  assert.deepEqual(await records(store), [
    { ...contact, read: 'objects', collection: COLLECTION, time: 1000, count: 1, from: 1000, until: 1000 },
    { ...contact, read: 'manifest', collection: COLLECTION, time: 1005, count: 1, from: 1005, until: 1005 },
    { ...contact, read: 'objects', collection: COLLECTION, count: 4, from: 1001, until: 1004, time: 1006 },
  ]);
});

test('guessing from ever more addresses does not fill the ledger', async (t) => {
  const { store, open } = await setUp(t);
  const recorder = open();
  for (let i = 0; i < 5000; i++) recorder.signInFailed(`10.0.${i >> 8}.${i & 255}`, undefined);
  for (let i = 0; i < 5000; i++) recorder.signInFailed('10.0.0.1', undefined);
  await recorder[Symbol.asyncDispose]();
  const found = await records(store);
  assert.ok(found.length <= 1003);
  assert.equal(
    found.reduce((sum, record) => sum + (record.kind === 'sign-in-failure' ? record.count : 0), 0),
    10_000,
  );
});

test('while the ledger cannot be written nothing is let out, and what waits is not lost', async (t) => {
  const { store, file, events, open } = await setUp(t);
  const recorder = open();
  await recorder.start();
  recorder.read(READING, page(1));
  await until(async () => (await store.ledger.head()).count === 1);
  const db = openWriter(file, false);
  t.after(() => db.close());
  db.exec(`CREATE TRIGGER full BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`);
  recorder.read(READING, page(2));
  await until(() => events.includes('failed'));
  const unavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'database.unavailable';
  assert.throws(() => recorder.read(READING, page(3)), unavailable);
  assert.throws(() => recorder.read(READING, EMPTY), unavailable);
  db.exec('DROP TRIGGER full');
  await until(() => events.includes('recovered'));
  recorder.read(READING, page(4));
  await recorder[Symbol.asyncDispose]();
  assert.deepEqual(
    (await records(store)).map((record) => (record.kind === 'disclosure' ? record.first : 0)),
    [1, 2, 4],
  );
  assert.deepEqual(events, ['failed', 'recovered', 'closed 3']);
});

test('what waits for a slow flush is bounded: then readers are told to come again', async (t) => {
  const { store, file, open } = await setUp(t);
  const recorder = open();
  const db = openWriter(file, false);
  t.after(() => db.close());
  db.exec('BEGIN IMMEDIATE');
  const busy = (error: unknown): boolean => error instanceof AppError && error.code === 'server.busy';
  for (let i = 1; i <= 20_000; i++) recorder.read(READING, page(i));
  assert.throws(() => recorder.read(READING, page(20_001)), busy);
  db.exec('COMMIT');
  await until(async () => (await store.ledger.head()).count === 20_000);
  await until(() => {
    try {
      recorder.read(READING, page(20_001));
      return true;
    } catch {
      return false;
    }
  });
  await recorder[Symbol.asyncDispose]();
  assert.equal((await store.ledger.head()).count, 20_001);
});

test('a recorder that was started and ended leaves no gap; one that could not end leaves one', async (t) => {
  const { store, file, events, open } = await setUp(t);
  const first = open();
  await first.start();
  await first[Symbol.asyncDispose]();
  const second = open();
  await second.start();
  assert.deepEqual(events, ['closed 0']);
  const db = openWriter(file, false);
  t.after(() => db.close());
  second.read(READING, page(1));
  db.exec(`CREATE TRIGGER full BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`);
  await second[Symbol.asyncDispose]();
  db.exec('DROP TRIGGER full');
  const third = open();
  await third.start();
  await third[Symbol.asyncDispose]();
  assert.deepEqual(events, ['closed 0', 'failed', 'gaps 1', 'closed 1']);
  assert.deepEqual(
    (await records(store)).map(({ kind }) => kind),
    ['gap'],
  );
});

test('what was added up is appended once at the end, and nothing is tried after it', async (t) => {
  const { store, events, open } = await setUp(t);
  const recorder = open();
  await recorder.start();
  for (const _ of [1, 2]) recorder.read(READING, EMPTY);
  await until(async () => (await records(store)).length === 1);
  await recorder[Symbol.asyncDispose]();
  // Longer than records wait while it is open.
  await wait(400);
  assert.equal((await records(store)).length, 2);
  assert.deepEqual(events, ['closed 2']);
});
