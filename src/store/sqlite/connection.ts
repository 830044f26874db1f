import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../errors.ts';
import { checksum, type Migration, pendingMigrations } from '../migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

export type Sqlite = Database.Database;

/** "ente" in ASCII: tells our databases from others. */
export const APPLICATION_ID = 0x656e7465;

/** How long a writer waits for another process's commit. */
export const WRITER_WAIT_MS = 60_000;

/** A reader waits for nothing but another process's recovery after a crash, which takes a moment. */
const READER_WAIT_MS = 1000;

/** Large enough for several objects, so that little of a page is left empty; only a new database takes the size. */
const PAGE_BYTES = 8192;

/** How much the log of commits may grow before its pages are copied into the database. */
export const CHECKPOINT_BYTES = 32 << 20;

/** The page caches are small because the system caches the file as well; what is written at random profits from more. */
const WRITER_CACHE_KIBIBYTES = 32_768;
const READER_CACHE_KIBIBYTES = 8192;

/**
 * Opens a connection that writes and brings the database up to date.
 * @throws {AppError} database.unavailable, database.newer, database.damaged
 */
export function openWriter(file: string, create: boolean, migrations: readonly Migration[] = MIGRATIONS): Sqlite {
  if (!create && !existsSync(file))
    throw new AppError('database.unavailable', {
      description: `There is no database at ${file}. "entente apply FILE" makes a hub from a hub file.`,
    });
  makeDirectory(file);
  refuseEmpty(file);
  const db = connect(file, false);
  try {
    db.pragma(`page_size = ${PAGE_BYTES}`);
    db.pragma('journal_mode = WAL');
    // Acknowledged means durable: every commit reaches the disk before it returns.
    db.pragma('synchronous = FULL');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_BYTES / PAGE_BYTES}`);
    db.pragma(`journal_size_limit = ${2 * CHECKPOINT_BYTES}`);
    migrate(db, file, migrations);
  } catch (error) {
    db.close();
    throw databaseError(error, file);
  }
  return db;
}

/**
 * Opens a connection that reads, once a writer has brought the database up to date.
 * @throws {AppError} database.unavailable, database.damaged
 */
export function openReader(file: string): Sqlite {
  return connect(file, true);
}

/** How long another process may take from making the file to writing its first page. */
const MAKING_MS = 1000;
const LOOK_AGAIN_MS = 20;

/**
 * SQLite takes an empty file for a new database and throws away the log of commits beside it. A file that somebody cut to
 * nothing must not turn into a new, empty hub.
 */
function refuseEmpty(file: string): void {
  const end = Date.now() + MAKING_MS;
  while (statSync(file, { throwIfNoEntry: false })?.size === 0) {
    if (Date.now() >= end)
      throw new AppError('database.damaged', {
        description: `${file} is empty: it was cut to nothing, or the making of a hub was interrupted. Restore a backup with "entente restore FILE --force", or delete it for a new hub.`,
      });
    // In the thread that writes, which has nothing else to do yet.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
  }
}

function connect(file: string, readonly: boolean): Sqlite {
  try {
    const db = new Database(file, { readonly, timeout: readonly ? READER_WAIT_MS : WRITER_WAIT_MS });
    db.pragma('temp_store = MEMORY');
    db.pragma(`cache_size = -${readonly ? READER_CACHE_KIBIBYTES : WRITER_CACHE_KIBIBYTES}`);
    return db;
  } catch (error) {
    throw databaseError(error, file);
  }
}

/** Takes the write lock only when there is something to do, so that opening never waits for an import elsewhere. */
function migrate(db: Sqlite, file: string, migrations: readonly Migration[]): void {
  if (isOurs(db, file) && outstanding(db, migrations).length === 0) return;
  db.transaction(() => {
    if (!isOurs(db, file)) {
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.exec('CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT');
    }
    const insert = db.prepare('INSERT INTO migration VALUES (?, ?, ?)');
    for (const migration of outstanding(db, migrations)) {
      db.exec(migration.sql);
      insert.run(migration.number, migration.name, checksum(migration));
    }
  }).immediate();
}

/** False for a new, empty database. */
function isOurs(db: Sqlite, file: string): boolean {
  if (db.pragma('application_id', { simple: true }) === APPLICATION_ID) return true;
  const empty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (!empty)
    throw new AppError('database.damaged', { description: `${file} is an SQLite database of another program.` });
  return false;
}

function outstanding(db: Sqlite, migrations: readonly Migration[]): readonly Migration[] {
  const applied = db
    .prepare<[], { number: number; checksum: string }>('SELECT number, checksum FROM migration ORDER BY number')
    .all();
  return pendingMigrations(migrations, applied);
}

function makeDirectory(file: string): void {
  try {
    // Nothing in it is encrypted.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new AppError('database.unavailable', {
      description: `The directory of ${file} cannot be made: ${cause instanceof Error ? cause.message : cause}.`,
      cause,
    });
  }
}

/** What SQLite reports, in words for an operator; any other error as it is. */
export function databaseError(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return new AppError('database.damaged', {
      description: `${file} is not a usable database: ${message}.`,
      cause: error,
    });
  const description = code.startsWith('SQLITE_BUSY')
    ? `The database ${file} was in use by another program for too long.`
    : code === 'SQLITE_FULL'
      ? `The disk that holds ${file} is full. Make room; nothing of what was being written is stored.`
      : `The database ${file} cannot be used: ${message} (${code}).`;
  return new AppError('database.unavailable', { description, cause: error });
}
