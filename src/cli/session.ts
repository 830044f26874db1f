import { Command } from 'commander';
import { openStore } from '../compose.ts';
import { type Flags, loadSettings, type Settings } from '../config.ts';
import type { Store } from '../store/store.ts';
import { systemClock } from '../time.ts';
import { type Io, writeJson, writeLine } from './io.ts';

/** One run of the program. */
export interface Session {
  readonly io: Io;
  /** What the process ends with. */
  exitCode: number;
  /** The command in progress prints JSON. */
  json: boolean;
}

/** Options of every command. */
export interface CommonOptions extends Flags {
  readonly json?: true;
}

/** A command with the options that all have and examples below its help. */
export function command(session: Session, name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--data <DIR>', 'directory of the database and what belongs to it (ENTENTE_DATA, default ./data)')
    .option('--json', 'print JSON for programs instead of text for people')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ entente ${example}`).join('\n')}`)
    .hook('preAction', (_parent, action) => {
      session.json = action.opts<CommonOptions>().json ?? false;
    });
}

export function settingsOf(session: Session, options: CommonOptions): Settings {
  return loadSettings(options, session.io.environment);
}

/** Opens the store of the data directory for the time of `use`. */
export async function withStore<T>(
  session: Session,
  options: CommonOptions,
  create: boolean,
  use: (store: Store, settings: Settings) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(session, options);
  await using store = await openStore(settings, create, systemClock, false);
  return await use(store, settings);
}

/** Prints a result: as one JSON document, or as lines for people. */
export async function print(session: Session, document: unknown, lines: readonly string[]): Promise<void> {
  const { stdout } = session.io;
  if (session.json) await writeJson(stdout, document);
  else for (const line of lines) await writeLine(stdout, line);
}
