/** A thread for long work that reads the whole database; it lives as long as its job. */
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { checkDatabase } from './check.ts';
import { databaseError, openReader, type Sqlite } from './connection.ts';
import { type ErrorMessage, encodeError } from './messages.ts';
import { type Statements, statementsOf } from './statements.ts';

export type MaintenanceJob =
  | { readonly job: 'backup'; readonly file: string; readonly target: string }
  | { readonly job: 'check'; readonly file: string };

export type MaintenanceReply =
  | { readonly done: number; readonly total: number }
  | { readonly faults: readonly string[] }
  | { readonly error: ErrorMessage };

/** The copy gets its name only when it is whole and on the disk. */
async function backup(db: Sqlite, target: string): Promise<void> {
  if (existsSync(target))
    throw new AppError('file.unreadable', { description: `${target} exists already. Name a new file.` });
  const partial = `${target}.partial`;
  try {
    await rm(partial, { force: true });
    db.prepare('VACUUM INTO ?').run(partial);
    const copy = await open(partial, 'r+');
    await copy.sync();
    await copy.close();
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw new AppError('file.unreadable', {
      description: `The copy ${target} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
      cause: error,
    });
  }
}

async function run(job: MaintenanceJob, post: (reply: MaintenanceReply) => void): Promise<void> {
  let db: Sqlite | undefined;
  try {
    db = openReader(job.file);
    if (job.job === 'check') {
      // What is counted once more for comparison may be larger than memory.
      db.pragma('temp_store = FILE');
      const check = db.transaction((sql: Statements) => checkDatabase(sql, (done, total) => post({ done, total })));
      post({ faults: check(statementsOf(db)) });
    } else {
      await backup(db, job.target);
      post({ faults: [] });
    }
  } catch (error) {
    post({ error: encodeError(databaseError(error, job.file)) });
  } finally {
    db?.close();
  }
}

const port = parentPort;
if (port !== null) await run(workerData as MaintenanceJob, (reply) => port.postMessage(reply));
