import { CommanderError } from 'commander';
import { AppError, type ErrorCode } from '../errors.ts';
import { type Io, OutputClosed, writeJson, writeLine } from './io.ts';

export const EXIT = {
  done: 0,
  /** Done, with findings or failures that were reported. */
  findings: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Could not reach or open something, or a fault of the program. */
  unavailable: 3,
} as const;

const USAGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['config.invalid', 'query.invalid', 'not-found']);

/** What to do about failures whose description does not say it. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  'catalogue.changed': 'Somebody else changes the hub at the same time. Run the command again.',
  'database.damaged': 'Restore a backup with "entente restore FILE --force".',
};

/** Prints why a command failed. @returns the exit code */
export async function reportFailure(error: unknown, io: Io, json: boolean): Promise<number> {
  if (error instanceof OutputClosed) return EXIT.done;
  // Commander has printed what it had to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const known = error instanceof AppError ? error : unexpected(error);
  const { code, title, description, details } = known;
  if (json) await writeJson(io.stderr, { error: { code, title, description, details } });
  else {
    await writeLine(io.stderr, `error: ${description ?? `${title}.`}`);
    const hint = HINTS[code];
    if (hint !== undefined) await writeLine(io.stderr, hint);
  }
  if (known.code === 'internal' && error instanceof Error) await writeLine(io.stderr, error.stack ?? error.message);
  return USAGE.has(code) ? EXIT.usage : EXIT.unavailable;
}

function unexpected(error: unknown): AppError {
  return new AppError('internal', {
    description: 'The program met a fault of its own. Please report it with what stands below.',
    cause: error,
  });
}
