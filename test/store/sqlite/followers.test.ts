import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openWriter, type Sqlite } from '../../../src/store/sqlite/connection.ts';
import { checkFollowers, type Follower, readFollowers } from '../../../src/store/sqlite/followers.ts';
import { statementsOf } from '../../../src/store/sqlite/statements.ts';
import { createWriter, type Writer, type WriterCalls } from '../../../src/store/sqlite/writer-calls.ts';
import { ALL, allow, collection, idOf, NOW, ONE, TWO, version } from '../contract/harness.ts';

/** Keeps the ids of all rows by their numbers, and refuses to hear of one twice. */
function register(revision = 1): Follower {
  return {
    name: 'register',
    version: revision,
    tables: ['registered'],
    schema: ['CREATE TABLE registered (num INTEGER PRIMARY KEY, id TEXT NOT NULL) STRICT'],
    apply(sql, { added, removed }) {
      for (const { num, id } of added) sql.rows('INSERT INTO registered VALUES (?, ?)').run(num, id);
      for (const { num } of removed) sql.rows('DELETE FROM registered WHERE num = ?').run(num);
    },
    check(sql, faults) {
      const wrong = sql.values<string>('SELECT id FROM registered EXCEPT SELECT id FROM object').all();
      for (const id of wrong) faults.add(`${id} is registered and gone.`);
    },
  };
}

interface Bench {
  readonly db: Sqlite;
  readonly writer: Writer;
  readonly follower: Follower;
  call<K extends keyof WriterCalls>(method: K, ...args: Parameters<WriterCalls[K]>): void;
}

function open(t: TestContext | undefined, follower = register()): Bench & Disposable {
  const directory = mkdtempSync(join(tmpdir(), 'entente-followers-'));
  const db = openWriter(join(directory, 'hub.db'), true);
  const writer = createWriter(db, 8, [follower]);
  const bench = {
    db,
    writer,
    follower,
    call<K extends keyof WriterCalls>(method: K, ...args: Parameters<WriterCalls[K]>) {
      const [settled] = writer.run([{ method, args, now: NOW } as Parameters<Writer['run']>[0][number]]);
      if (settled && 'error' in settled) throw settled.error;
    },
    [Symbol.dispose]() {
      db.close();
      rmSync(directory, { recursive: true });
    },
  };
  t?.after(() => bench[Symbol.dispose]());
  const value = (id: string) => ({ put: 'collection', origin: 'hand', value: collection(id) }) as const;
  bench.call('change', 1, [value(ONE), value(TWO)], 'cli');
  return bench;
}

function add({ call }: Bench, to: string, ...letters: string[]): void {
  const objects = letters.map((letter) => version(letter));
  call('commit', { collection: to, source: 'import', objects });
}

function remove({ call }: Bench, from: string, ...letters: string[]): void {
  const select = { ids: letters.map((letter) => idOf(letter)), filter: ALL };
  call('remove', { collection: from, verdict: allow({ delete: 'any' }), select, by: 'x', reason: 'delete' });
}

function catchUp({ writer }: Bench): void {
  while (writer.follow());
}

const nums = (db: Sqlite, table: string): unknown[] =>
  db.prepare(`SELECT num FROM ${table} ORDER BY num`).pluck().all();

function assertFollowed({ db, follower }: Bench): void {
  assert.deepEqual(nums(db, 'registered'), nums(db, 'object'));
  assert.deepEqual(readFollowers(statementsOf(db), [follower]), [{ name: 'register', behind: 0 }]);
}

test('a follower hears of every row that comes and goes, also of those that were there before it', (t) => {
  const bench = open(t);
  add(bench, ONE, 'a', 'b', 'c');
  remove(bench, ONE, 'b');
  catchUp(bench);
  assertFollowed(bench);
  add(bench, TWO, 'a');
  remove(bench, ONE, 'c');
  assert.equal(readFollowers(statementsOf(bench.db), [bench.follower])[0]?.behind, 2);
  catchUp(bench);
  assertFollowed(bench);
});

test('the number of a removed row is not given again, so that a follower does not miss the next', (t) => {
  const bench = open(t);
  add(bench, ONE, 'a');
  catchUp(bench);
  remove(bench, ONE, 'a');
  add(bench, ONE, 'b');
  catchUp(bench);
  assert.deepEqual(nums(bench.db, 'object'), [2]);
  assertFollowed(bench);
});

test('a step is bounded; many rows take several', (t) => {
  const bench = open(t);
  for (const part of [1, 2, 3]) add(bench, ONE, ...Array.from({ length: 1000 }, (_, i) => `${part}.${i}`));
  assert.equal(bench.writer.follow(), true);
  const [first] = readFollowers(statementsOf(bench.db), [bench.follower]);
  assert.ok(first !== undefined && first.behind >= 2000 && first.behind < 3000);
  catchUp(bench);
  assertFollowed(bench);
});

test('removals come in the order in which they happened, whatever was added first', (t) => {
  const bench = open(t);
  const letters = Array.from({ length: 400 }, (_, i) => `${i}`);
  add(bench, ONE, ...letters);
  catchUp(bench);
  for (const letter of letters.slice(1).reverse()) remove(bench, ONE, letter);
  catchUp(bench);
  assert.deepEqual(nums(bench.db, 'object'), [1]);
  assertFollowed(bench);
});

test('a follower whose definition changed begins anew, as does one that is told to', (t) => {
  const bench = open(t);
  add(bench, ONE, 'a', 'b');
  catchUp(bench);
  bench.db.exec('DELETE FROM registered');
  bench.call('rebuild', 'register');
  catchUp(bench);
  assertFollowed(bench);
  bench.db.exec('DELETE FROM registered');
  const follower = register(2);
  const renewed = { ...bench, follower, writer: createWriter(bench.db, 8, [follower]) };
  catchUp(renewed);
  assertFollowed(renewed);
  assert.throws(() => bench.call('rebuild', 'other'), /There is: register/);
});

test('a step that fails is undone with its checkpoint', (t) => {
  const failing = { ...register(), apply: () => assert.fail('as planned') };
  const bench = open(t, failing);
  add(bench, ONE, 'a');
  assert.throws(() => bench.writer.follow(), /as planned/);
  assert.equal(bench.db.prepare('SELECT count(*) FROM follower').pluck().get(), 0);
  add(bench, ONE, 'b');
});

test('check asks followers that know of everything', (t) => {
  const bench = open(t);
  const faults: string[] = [];
  const check = (): void =>
    checkFollowers(
      statementsOf(bench.db),
      { add: (fault) => void faults.push(fault) },
      [bench.follower],
      () => undefined,
    );
  add(bench, ONE, 'a');
  catchUp(bench);
  bench.db.exec(`UPDATE registered SET id = 'x'`);
  check();
  assert.deepEqual(faults, ['x is registered and gone.']);
  add(bench, ONE, 'b');
  check();
  assert.equal(faults.length, 1);
});

test('whatever is added, removed and cleared away in whatever order, followers know just what is there', () => {
  const letter = fc.constantFrom(...'abcdef');
  const place = fc.constantFrom(ONE, TWO);
  const action = fc.oneof(
    fc.record({ do: fc.constant('add' as const), to: place, letter }),
    fc.record({ do: fc.constant('remove' as const), to: place, letter }),
    fc.record({ do: fc.constant('follow' as const) }),
    fc.record({ do: fc.constant('clear' as const) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      using bench = open(undefined);
      let generation = 2;
      for (const step of actions) {
        if (step.do === 'add') add(bench, step.to, step.letter);
        else if (step.do === 'remove') remove(bench, step.to, step.letter);
        else if (step.do === 'follow') bench.writer.follow();
        else {
          bench.call(
            'change',
            generation,
            [
              { remove: 'collection', name: TWO },
              { put: 'collection', origin: 'hand', value: collection(TWO) },
            ],
            'cli',
          );
          generation += 1;
          while (bench.writer.clear());
        }
      }
      catchUp(bench);
      assertFollowed(bench);
    }),
    { numRuns: 30 },
  );
});
