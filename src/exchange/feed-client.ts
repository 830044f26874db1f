import { readFile } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import type { Feed, SecretPlace, SpecVersion } from '../sharing/model.ts';
import { TaxiiClient } from './client.ts';
import type { ClientOptions, CollectionRef } from './client-types.ts';
import type { ClientAuth } from './credentials.ts';
import type { CollectionInfo } from './resources.ts';

/** What a feed's connections need from the machine. */
export interface FeedSurroundings {
  /** The value of an environment variable. */
  readonly environment: (name: string) => string | undefined;
  readonly spoolDirectory: string;
  /** Other than the client's own; tests do not wait as long. */
  readonly client?: Pick<ClientOptions, 'retry' | 'timeouts'>;
}

/** A feed's server, ready to be asked. */
export interface FeedClient extends AsyncDisposable {
  readonly client: TaxiiClient;
  readonly ref: CollectionRef;
  readonly info: CollectionInfo;
}

/**
 * Connects to a feed's server with the secrets as they are now, and finds its collection.
 * @throws {AppError} config.invalid when a secret cannot be had, remote.…
 */
export async function openFeedClient(
  feed: Feed,
  { environment, spoolDirectory, client: own = {} }: FeedSurroundings,
  signal: AbortSignal,
): Promise<FeedClient> {
  const { tls, proxy, allow } = feed;
  const auth = await authOf(feed, environment);
  const client = new TaxiiClient({
    ...own,
    url: feed.url,
    spoolDirectory,
    userAgent: 'entente',
    ...(auth === undefined ? {} : { auth }),
    ...(allow === undefined ? {} : { allow }),
    ...(tls?.caFile === undefined ? {} : { ca: await readText(feed, tls.caFile) }),
    ...(tls?.certFile === undefined ? {} : { cert: await readText(feed, tls.certFile) }),
    ...(tls?.keyFile === undefined ? {} : { key: await readText(feed, tls.keyFile) }),
    ...(proxy === undefined ? {} : { proxy: 'url' in proxy ? proxy.url : variable(feed, proxy.env, environment) }),
  });
  try {
    const info = findRemote(feed, await client.collections(feed.url, signal));
    return {
      client,
      ref: { root: feed.url, collection: info.id },
      info,
      [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    };
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** Versions of STIX that a collection holds, by its media types; one without a version stands for all. */
export function specVersionsOf(mediaTypes: readonly string[]): readonly SpecVersion[] {
  const named = (['2.0', '2.1'] as const).filter((version) =>
    mediaTypes.some((type) => type.replaceAll(' ', '').endsWith(`version=${version}`)),
  );
  return named.length === 0 || mediaTypes.includes('application/stix+json') ? ['2.0', '2.1'] : named;
}

function findRemote({ name, remoteCollection }: Feed, collections: readonly CollectionInfo[]): CollectionInfo {
  const wanted = remoteCollection.toLowerCase();
  for (const key of ['id', 'alias', 'title'] as const) {
    const found = collections.filter((collection) => collection[key]?.toLowerCase() === wanted);
    if (found.length === 1 && found[0] !== undefined) return found[0];
  }
  const there = collections.slice(0, 20).map(({ id, title }) => `${id} (${title})`);
  throw new AppError('remote.not-found', {
    description: `Feed "${name}": the other server shows no one collection "${remoteCollection}" to these credentials. ${there.length === 0 ? 'It shows none.' : `It shows: ${there.join(', ')}.`}`,
  });
}

async function authOf(feed: Feed, environment: FeedSurroundings['environment']): Promise<ClientAuth | undefined> {
  const { credentials } = feed;
  if (credentials === undefined) return undefined;
  const secret = await readSecret(feed, credentials, environment);
  if (credentials.kind === 'basic') return { user: credentials.user, password: secret };
  return credentials.scheme === undefined ? { token: secret } : { token: secret, scheme: credentials.scheme };
}

async function readSecret(
  feed: Feed,
  place: SecretPlace,
  environment: FeedSurroundings['environment'],
): Promise<string> {
  const secret = 'env' in place ? variable(feed, place.env, environment) : await readText(feed, place.file);
  // Editors end the last line; that line break is not part of the secret.
  const plain = secret.replace(/\r?\n$/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (plain === '' || /[\u0000-\u001f\u007f]/.test(plain))
    throw unusable(
      feed,
      `its secret (${'env' in place ? place.env : place.file}) is empty or holds control characters`,
    );
  return plain;
}

function variable(feed: Feed, name: string, environment: FeedSurroundings['environment']): string {
  const value = environment(name);
  if (value === undefined) throw unusable(feed, `the environment variable ${name} is not set where it runs`);
  return value;
}

async function readText(feed: Feed, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unusable(feed, `the file ${file} cannot be read: ${(error as Error).message}`);
  }
}

function unusable({ name }: Feed, reason: string): AppError {
  return new AppError('config.invalid', { description: `The feed "${name}" cannot run: ${reason}.` });
}
