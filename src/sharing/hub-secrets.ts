import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import type { CredentialEntry } from './hub-document.ts';

export type Secret = { readonly password: string } | { readonly hash: string };

export interface SecretSources {
  /** The value of an environment variable. */
  readonly environment: (name: string) => string | undefined;
  /** What `password_file` is relative to. */
  readonly directory: string;
  readonly isHash: (text: string) => boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Finds the password or hash that a credential of a hub file points to.
 * @throws {AppError} config.invalid; no message holds the secret
 */
export async function findSecret(entry: CredentialEntry, sources: SecretSources): Promise<Secret> {
  if (entry.password_hash !== undefined) {
    if (!sources.isHash(entry.password_hash))
      throw unusable(entry, 'password_hash is not a hash of the form scrypt$N$r$p$salt$hash');
    return { hash: entry.password_hash };
  }
  const password =
    entry.password_env === undefined
      ? await readPasswordFile(entry, sources.directory)
      : readVariable(entry, entry.password_env, sources.environment);
  if (password === '') throw unusable(entry, 'the password is empty');
  if (CONTROL.test(password)) throw unusable(entry, 'the password holds a line break or another control character');
  return { password };
}

function readVariable(entry: CredentialEntry, name: string, environment: (name: string) => string | undefined): string {
  const value = environment(name);
  if (value === undefined) throw unusable(entry, `the environment variable ${name} (password_env) is not set`);
  return value;
}

/** Editors end the last line; that line break is not part of the password. */
async function readPasswordFile(entry: CredentialEntry, directory: string): Promise<string> {
  const path = resolve(directory, entry.password_file ?? '');
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw unusable(entry, `the file ${path} (password_file) cannot be read: ${(error as Error).message}`);
  }
}

function unusable(entry: CredentialEntry, reason: string): AppError {
  return new AppError('config.invalid', { description: `The credential of user "${entry.user}": ${reason}.` });
}
