import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { applyHubFile, emptyStore, planHubFile } from '../sharing/admin.ts';
import { readHubFile } from '../sharing/hub-file.ts';
import { changeLines } from './administer.ts';
import { hubDeps } from './hub.ts';
import { count, writeLine } from './io.ts';
import { type CommonOptions, command, print, type Session, settingsOf, withStore } from './session.ts';

interface ApplyOptions extends CommonOptions {
  readonly dryRun?: true;
}

export function applyCommand(session: Session): Command {
  return command(session, 'apply', 'make the hub as a hub file says; running it twice changes nothing', [
    'apply hub.yaml',
    'apply hub.yaml --dry-run',
  ])
    .argument('<FILE>', 'hub file, YAML or JSON')
    .option('--dry-run', 'print what would change, and change nothing')
    .action((file: string, options: ApplyOptions) => apply(session, file, options));
}

async function apply(session: Session, file: string, options: ApplyOptions): Promise<void> {
  const hubFile = await readHubFile(file);
  for (const warning of hubFile.warnings) await writeLine(session.io.stderr, `warning: ${warning}`);
  const dryRun = options.dryRun ?? false;
  const deps = hubDeps(file, session.io.environment);
  const fresh = !existsSync(settingsOf(session, options).databaseFile);
  // What cannot be applied makes no database.
  const preview = fresh
    ? await planHubFile(emptyStore(), hubFile, { ...deps, hashPassword: async () => '' })
    : undefined;
  const { differences, warnings } =
    preview !== undefined && dryRun
      ? preview
      : await withStore(session, options, true, (store) => (dryRun ? planHubFile : applyHubFile)(store, hubFile, deps));
  for (const warning of warnings) await writeLine(session.io.stderr, `warning: ${warning}`);
  await print(session, { dry_run: dryRun, changes: differences }, [
    ...differences.flatMap(changeLines),
    summary(differences.length, dryRun),
  ]);
}

function summary(changes: number, dryRun: boolean): string {
  if (changes === 0) return 'Nothing to change: the hub is as the file says.';
  return dryRun ? `${count(changes, 'change')}; nothing was changed (--dry-run).` : `${count(changes, 'change')} made.`;
}
