import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { EXIT } from './failure.ts';
import { count, writeLine } from './io.ts';
import { showProgress } from './progress.ts';
import { restoreDatabase } from './restore.ts';
import { type CommonOptions, command, print, type Session, settingsOf, withStore } from './session.ts';

interface RestoreOptions extends CommonOptions {
  readonly force?: true;
}

export function backupCommand(session: Session): Command {
  return command(session, 'backup', 'write a consistent copy of the database, also while the hub serves', [
    'backup /backups/hub-2026-01-31.db',
  ])
    .argument('<FILE>', 'new file')
    .action((file: string, options: CommonOptions) => backup(session, resolve(file), options));
}

export function restoreCommand(session: Session): Command {
  return command(session, 'restore', 'put a copy that "backup" wrote in the place of the database', [
    'restore /backups/hub-2026-01-31.db',
    'restore /backups/hub-2026-01-31.db --force',
  ])
    .argument('<FILE>', 'copy that "entente backup" wrote')
    .option('--force', 'replace the database that is there; it is kept beside the new one')
    .action((file: string, options: RestoreOptions) => restore(session, resolve(file), options));
}

export function checkCommand(session: Session): Command {
  return command(session, 'check', 'look for damage in the database and in what the hub derives from it', [
    'check',
    'check --json',
  ]).action((options: CommonOptions) => check(session, options));
}

async function backup(session: Session, file: string, options: CommonOptions): Promise<void> {
  await withStore(session, options, false, (store) => store.maintenance.backup(file));
  const { size } = await stat(file);
  await print(session, { file, bytes: size }, [`${count(size, 'byte')} written to ${file}.`]);
}

async function restore(session: Session, file: string, options: RestoreOptions): Promise<void> {
  const settings = settingsOf(session, options);
  const result = await restoreDatabase(file, settings, options.force ?? false);
  if (result.faults.length > 0) {
    await print(session, { restored: false, faults: result.faults }, [
      ...result.faults,
      `${file} is damaged (${count(result.faults.length, 'fault')}); nothing was restored.`,
    ]);
    session.exitCode = EXIT.findings;
    return;
  }
  const { replaced } = result;
  await print(session, { restored: true, database: settings.databaseFile, replaced: replaced ?? null }, [
    `${settings.databaseFile} is now as in ${file}.`,
    ...(replaced === undefined ? [] : [`The database that was there is kept as ${replaced}.`]),
  ]);
}

async function check(session: Session, options: CommonOptions): Promise<void> {
  const faults = await findFaults(session, options);
  await print(session, { sound: faults.length === 0, faults }, [
    ...faults,
    faults.length === 0 ? 'The database is sound.' : `${count(faults.length, 'fault')} found.`,
  ]);
  if (faults.length === 0) return;
  session.exitCode = EXIT.findings;
  if (!session.json) await writeLine(session.io.stderr, 'Restore a backup with "entente restore FILE --force".');
}

/** A database that is too damaged to be opened has that one fault. */
async function findFaults(session: Session, options: CommonOptions): Promise<readonly string[]> {
  using progress = showProgress(session, 'checking');
  try {
    return await withStore(session, options, false, (store) =>
      store.maintenance.check((done, total) => progress.update(done, total)),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'database.damaged') return [error.message];
    throw error;
  }
}
