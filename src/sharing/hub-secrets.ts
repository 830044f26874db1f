import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import type { BasicEntry, TokenEntry } from './hub-document.ts';

export type Secret = { readonly password: string } | { readonly hash: string };

export interface SecretSources {
  /** The value of an environment variable. */
  readonly environment: (name: string) => string | undefined;
  /** What `password_file` and `token_file` are relative to. */
  readonly directory: string;
  readonly isHash: (text: string) => boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Finds the password or hash that a credential of a hub file points to.
 * @throws {AppError} config.invalid; no message holds the secret
 */
export async function findPassword(entry: BasicEntry, sources: SecretSources): Promise<Secret> {
  const of = `of user "${entry.user}"`;
  if (entry.password_hash !== undefined) {
    if (!sources.isHash(entry.password_hash))
      throw unusable(of, 'password_hash is not a hash of the form scrypt$N$r$p$salt$hash');
    return { hash: entry.password_hash };
  }
  const { password_env: variable, password_file: file } = entry;
  const password = await readSecret(of, 'password', { variable, file }, sources);
  if (password === '') throw unusable(of, 'the password is empty');
  if (CONTROL.test(password)) throw unusable(of, 'the password holds a line break or another control character');
  return { password };
}

/**
 * Finds the token that a credential of a hub file points to.
 * @throws {AppError} config.invalid; no message holds the secret
 */
export async function findToken(
  { token_env: variable, token_file: file }: TokenEntry,
  name: string,
  sources: Omit<SecretSources, 'isHash'> & { readonly isToken: (text: string) => boolean },
): Promise<string> {
  const of = `token:${name}`;
  const token = await readSecret(of, 'token', { variable, file }, sources);
  if (!sources.isToken(token))
    throw unusable(
      of,
      'what stands there is no token of the form "ent_" and 43 characters of base64url, 256 random bits; docs/hub-file.md has a line that makes one',
    );
  return token;
}

interface Source {
  readonly variable: string | undefined;
  readonly file: string | undefined;
}

async function readSecret(
  of: string,
  what: 'password' | 'token',
  { variable, file = '' }: Source,
  { environment, directory }: Pick<SecretSources, 'environment' | 'directory'>,
): Promise<string> {
  if (variable !== undefined) {
    const value = environment(variable);
    if (value === undefined) throw unusable(of, `the environment variable ${variable} (${what}_env) is not set`);
    return value;
  }
  const path = resolve(directory, file);
  try {
    // Editors end the last line; that line break is not part of the secret.
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw unusable(of, `the file ${path} (${what}_file) cannot be read: ${(error as Error).message}`);
  }
}

function unusable(of: string, reason: string): AppError {
  return new AppError('config.invalid', { description: `The credential ${of}: ${reason}.` });
}
