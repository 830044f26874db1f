import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { processEnvironment } from '../config.ts';
import { agreementCommand } from './agreement.ts';
import { applyCommand } from './apply.ts';
import { collectionCommand } from './collection.ts';
import { conformCommand } from './conform.ts';
import { credentialCommand } from './credential.ts';
import { demoCommand } from './demo.ts';
import { pullCommand, pushCommand, syncCommand } from './exchange.ts';
import { exportCommand } from './export.ts';
import { reportFailure } from './failure.ts';
import { feedCommand } from './feed.ts';
import { importCommand } from './import.ts';
import { type Io, watch } from './io.ts';
import { ledgerCommand } from './ledger.ts';
import { backupCommand, checkCommand, restoreCommand } from './maintenance.ts';
import { packageFile } from './package.ts';
import { partnerCommand } from './partner.ts';
import { recallCommand } from './recall.ts';
import { serveCommand } from './serve.ts';
import type { Session } from './session.ts';
import { trendsCommand } from './trends.ts';
import { validateCommand } from './validate.ts';

const COMMANDS = [
  serveCommand,
  applyCommand,
  importCommand,
  exportCommand,
  validateCommand,
  partnerCommand,
  credentialCommand,
  agreementCommand,
  collectionCommand,
  ledgerCommand,
  trendsCommand,
  feedCommand,
  pullCommand,
  pushCommand,
  syncCommand,
  recallCommand,
  backupCommand,
  restoreCommand,
  checkCommand,
  conformCommand,
  demoCommand,
];

/** Runs one command line. @returns the exit code */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const session: Session = { io, exitCode: 0, json: false };
  const program = new Command('entente')
    .description('A STIX/TAXII 2.1 exchange hub that keeps cooperation agreements.')
    .version(version(), '--version', 'print the version')
    // What follows a command is that command's: "ledger recipients" has a --version of its own.
    .enablePositionalOptions()
    .helpCommand('help [command]', 'print help for a command')
    .showHelpAfterError('("entente help" lists the commands)')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 done with findings or failures, 2 wrong usage or configuration, 3 could not open something.',
    );
  for (const build of COMMANDS) program.addCommand(build(session));
  for (const each of allCommands(program))
    each.exitOverride().configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
  try {
    await program.parseAsync(args, { from: 'user' });
    return session.exitCode;
  } catch (error) {
    return await reportFailure(error, io, session.json);
  }
}

export function processIo(): Io {
  const { stdin, stdout, stderr } = process;
  return { stdin, stdout: watch(stdout), stderr: watch(stderr), environment: processEnvironment };
}

function allCommands(parent: Command): Command[] {
  return [parent, ...parent.commands.flatMap(allCommands)];
}

function version(): string {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
  return version;
}
