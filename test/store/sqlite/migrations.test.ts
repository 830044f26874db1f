import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { AppError, type ErrorCode } from '../../../src/errors.ts';
import { type Migration, pendingMigrations } from '../../../src/store/migrate.ts';
import { openReader, openWriter } from '../../../src/store/sqlite/connection.ts';
import { MIGRATIONS } from '../../../src/store/sqlite/migrations/index.ts';
import { openSqliteStore } from '../../../src/store/sqlite/store.ts';

const FIRST: Migration = { number: 1, name: 'first', sql: 'CREATE TABLE a (x)' };
const SECOND: Migration = { number: 2, name: 'second', sql: 'CREATE TABLE b (x)' };

function temporaryFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'entente-migrations-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'hub.db');
}

function tables(file: string): unknown[] {
  const db = openReader(file);
  const names = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all();
  db.close();
  return names;
}

function refuses(code: ErrorCode, pattern: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code && pattern.test(error.description ?? '');
}

test('migrations run in order, once, and go on where a database stands', (t) => {
  const file = temporaryFile(t);
  openWriter(file, true, [FIRST]).close();
  assert.deepEqual(tables(file), ['a', 'migration']);
  openWriter(file, false, [FIRST, SECOND]).close();
  openWriter(file, false, [FIRST, SECOND]).close();
  assert.deepEqual(tables(file), ['a', 'b', 'migration']);
});

test('a directory that is made for a database is its user’s alone', (t) => {
  const file = join(temporaryFile(t), 'data', 'hub.db');
  openWriter(file, true, [FIRST]).close();
  assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
});

test('a database that a newer program made is refused with both versions', (t) => {
  const file = temporaryFile(t);
  openWriter(file, true, [FIRST, SECOND]).close();
  assert.throws(() => openWriter(file, false, [FIRST]), refuses('database.newer', /version 2.*up to 1/));
});

test('a migration that was changed after it ran is refused', (t) => {
  const file = temporaryFile(t);
  openWriter(file, true, [FIRST]).close();
  const changed = { ...FIRST, sql: 'CREATE TABLE a (x, y)' };
  assert.throws(() => openWriter(file, false, [changed]), refuses('database.damaged', /Step 1/));
});

test('a migration that fails leaves the database as it was', (t) => {
  const file = temporaryFile(t);
  openWriter(file, true, [FIRST]).close();
  const failing = { ...SECOND, sql: 'CREATE TABLE b (x); CREATE TABLE a (x)' };
  assert.throws(() => openWriter(file, false, [FIRST, failing]));
  assert.deepEqual(tables(file), ['a', 'migration']);
});

test('the steps of this program are numbered without gaps', () => {
  assert.deepEqual(
    MIGRATIONS.map(({ number }) => number),
    MIGRATIONS.map((_, i) => i + 1),
  );
  assert.deepEqual(pendingMigrations(MIGRATIONS, []), MIGRATIONS);
});

test('a database that is not there is made only when asked for', async (t) => {
  const file = temporaryFile(t);
  await assert.rejects(openSqliteStore({ file }), refuses('database.unavailable', /There is no database/));
  await (await openSqliteStore({ file, create: true }))[Symbol.asyncDispose]();
  await (await openSqliteStore({ file }))[Symbol.asyncDispose]();
});

test('what is no database, or that of another program, is refused and left alone', async (t) => {
  const file = temporaryFile(t);
  writeFileSync(file, 'This is a text and no database at all, however long one looks at it. '.repeat(20));
  await assert.rejects(openSqliteStore({ file }), refuses('database.damaged', /not a usable database/));
  const other = `${file}.other`;
  const db = new Database(other);
  db.exec('CREATE TABLE theirs (x)');
  db.close();
  await assert.rejects(openSqliteStore({ file: other, create: true }), refuses('database.damaged', /another program/));
  assert.deepEqual(tables(other), ['theirs']);
});
