import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openStore } from '../compose.ts';
import type { Settings } from '../config.ts';
import { AppError } from '../errors.ts';

export interface Restored {
  /** What is wrong with the copy; then nothing was restored. */
  readonly faults: readonly string[];
  /** Where the database that was there is kept. */
  readonly replaced?: string;
}

/** Files that SQLite keeps beside a database while it is open. */
const COMPANIONS = ['-wal', '-shm'];

/**
 * Puts a copy in the place of the database: it is checked before anything changes, and moved there in one step.
 * @throws {AppError} file.unreadable, config.invalid, database.unavailable, database.newer, database.damaged
 */
export async function restoreDatabase(file: string, settings: Settings, force: boolean): Promise<Restored> {
  const target = settings.databaseFile;
  await demandCopy(file);
  if (existsSync(target)) {
    if (!force)
      throw new AppError('config.invalid', {
        description: `There is a database at ${target} already. --force replaces it and keeps it beside the new one.`,
      });
    await demandUnused(settings);
  }
  const incoming = `${target}.restoring`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await copyFile(file, incoming);
    const faults = await faultsOf({ ...settings, databaseFile: incoming }).catch((error: unknown) => {
      throw asOfCopy(error, incoming, file);
    });
    if (faults.length > 0) return { faults };
    await flush(incoming);
    const replaced = await setAside(target);
    await rename(incoming, target);
    await flush(dirname(target));
    return { faults: [], ...(replaced === undefined ? {} : { replaced }) };
  } finally {
    for (const suffix of ['', ...COMPANIONS]) await rm(incoming + suffix, { force: true });
  }
}

/** An empty file passes for an empty database; it is no copy of one. */
async function demandCopy(file: string): Promise<void> {
  const size = existsSync(file) ? (await stat(file)).size : undefined;
  if (size === undefined) throw new AppError('file.unreadable', { description: `${file} does not exist.` });
  if (size === 0) throw new AppError('file.unreadable', { description: `${file} is empty, so no copy of a database.` });
}

/**
 * Whoever closes a database last takes its companions away. So if they are still there after we opened and closed it,
 * another process has it open.
 */
async function demandUnused(settings: Settings): Promise<void> {
  const { databaseFile } = settings;
  try {
    await (await openStore(settings, false))[Symbol.asyncDispose]();
  } catch (error) {
    // What cannot be opened is no hub that runs; replacing it is what a restore is for.
    if (error instanceof AppError && (error.code === 'database.damaged' || error.code === 'database.newer')) return;
    throw error;
  }
  if (COMPANIONS.some((suffix) => existsSync(databaseFile + suffix)))
    throw new AppError('database.unavailable', {
      description: `The database ${databaseFile} is in use. Stop the hub and whatever else works on it, then restore.`,
    });
}

async function faultsOf(settings: Settings): Promise<readonly string[]> {
  await using store = await openStore(settings, false);
  return await store.maintenance.check();
}

/** Says it of the file that was named, not of the one beside the database that it was copied to. */
function asOfCopy(error: unknown, incoming: string, file: string): unknown {
  if (!(error instanceof AppError)) return error;
  const { code, description = error.title, cause } = error;
  const known = description.replaceAll(incoming, file);
  return new AppError(code, {
    description:
      code === 'database.damaged'
        ? `Nothing was restored: ${file} is no copy that "entente backup" wrote. ${known}`
        : known,
    cause,
  });
}

async function setAside(target: string): Promise<string | undefined> {
  for (const suffix of COMPANIONS) await rm(target + suffix, { force: true });
  if (!existsSync(target)) return undefined;
  // Never over the one that an earlier restore set aside.
  let replaced = `${target}.replaced`;
  for (let n = 2; existsSync(replaced); n++) replaced = `${target}.replaced-${n}`;
  await rename(target, replaced);
  return replaced;
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
