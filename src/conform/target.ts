import { AppError } from '../errors.ts';
import type { JsonObject } from '../stix/json.ts';
import { type Answer, describeAnswer, objectsOf, stringOf } from './answer.ts';
import { Skipped } from './check.ts';

/** A collection as the server lists it. */
export interface ListedCollection {
  readonly id: string;
  readonly title: string;
  /** With its final slash. */
  readonly url: string;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  readonly mediaTypes: readonly string[] | undefined;
  readonly resource: JsonObject;
}

/** The server under test, as far as it describes itself. */
export interface Target {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly discoveryUrl: string;
  readonly discovery: Answer;
  /** The API roots that discovery names, as absolute URLs. */
  readonly roots: readonly string[];
  /** The API root that is looked at. */
  readonly root: string;
  readonly rootAnswer: Answer;
  readonly collections: readonly ListedCollection[];
  /** The collection that is read. */
  readonly reading: ListedCollection | undefined;
  /** The collection that may be written into. */
  readonly writing: ListedCollection | undefined;
}

export interface Wanted {
  readonly url: string;
  readonly collection?: string | undefined;
  readonly writeCollection?: string | undefined;
}

type Get = (url: string) => Promise<Answer>;

/**
 * Finds out what there is: discovery, an API root, its collections.
 * @throws {AppError} config.invalid when the URL is none or a named collection is not there; target.unusable when the
 * server cannot be reached or shows no API root
 */
export async function survey(wanted: Wanted, get: Get): Promise<Target> {
  try {
    return await look(wanted, get);
  } catch (error) {
    if (error instanceof Skipped) throw unusable(`${wanted.url} was not looked at: ${error.message}.`);
    throw error;
  }
}

async function look({ url, collection, writeCollection }: Wanted, get: Get): Promise<Target> {
  const parsed = parseUrl(url);
  const { origin } = parsed;
  const discoveryUrl = `${origin}/taxii2/`;
  const discovery = await get(discoveryUrl);
  if (discovery.status === 0) throw unusable(`${origin} does not answer: ${discovery.fault}.`);
  const roots = rootsOf(discovery, discoveryUrl);
  const candidates = isDiscovery(parsed) ? ordered(discovery, roots, discoveryUrl) : [withSlash(parsed.href)];
  const own = candidates.filter((root) => root.startsWith(`${origin}/`));
  if (own.length === 0) throw noRoot(discovery, candidates);
  const wanted = [collection, writeCollection].filter((id) => id !== undefined);
  let best: { root: string; rootAnswer: Answer; collections: ListedCollection[] } | undefined;
  for (const root of own) {
    const rootAnswer = await get(root);
    const collections = listed(await get(`${root}collections/`), root);
    const holds = wanted.every((id) => collections.some((each) => named(each, id)));
    if (best === undefined || (holds && (wanted.length > 0 || best.collections.length === 0)))
      best = { root, rootAnswer, collections };
    if (holds && collections.length > 0) break;
  }
  if (best === undefined) throw noRoot(discovery, candidates);
  const { collections, root } = best;
  const pick = (id: string | undefined): ListedCollection | undefined => {
    if (id === undefined) return undefined;
    const found = collections.find((each) => named(each, id));
    if (found !== undefined) return found;
    // Where the list cannot be read, what the caller knows of the server has to do.
    if (collections.length === 0 && UUID.test(id)) return assumed(id, root);
    const names = collections.map((each) => `${each.id} (${each.title})`).join(', ');
    throw new AppError('config.invalid', {
      description: `${root} lists no collection ${id}. It lists: ${names === '' ? 'none' : names}.`,
    });
  };
  const writing = pick(writeCollection);
  const reading =
    pick(collection) ?? (writing?.canRead === true ? writing : collections.find(({ canRead }) => canRead));
  return { origin, discoveryUrl, discovery, roots, ...best, reading, writing };
}

function parseUrl(text: string): URL {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    throw new AppError('config.invalid', {
      description: `"${text}" is no http or https URL. Give the discovery URL, such as https://taxii.example/taxii2/, or the URL of an API root.`,
    });
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw new AppError('config.invalid', {
      description: 'The URL holds credentials, which others can read on a command line. Use --user and --password-env.',
    });
  url.search = '';
  url.hash = '';
  return url;
}

function isDiscovery({ pathname }: URL): boolean {
  return /^\/(taxii2\/?)?$/.test(pathname);
}

/** Source: TAXII 2.1 §4.1.1 */
function rootsOf(discovery: Answer, base: string): string[] {
  const { api_roots: roots } = discovery.body;
  return (Array.isArray(roots) ? roots : []).flatMap((root) => resolved(root, base) ?? []);
}

function resolved(root: unknown, base: string): string | undefined {
  return typeof root === 'string' && URL.canParse(root, base) ? withSlash(new URL(root, base).href) : undefined;
}

/** The default first. */
function ordered(discovery: Answer, roots: readonly string[], base: string): string[] {
  const first = resolved(discovery.body.default, base);
  return first === undefined ? [...roots] : [first, ...roots.filter((root) => root !== first)];
}

function listed(answer: Answer, root: string): ListedCollection[] {
  return objectsOf(answer.body.collections).map((resource) => {
    const { id, title, can_read: canRead, can_write: canWrite, media_types: types } = resource;
    return {
      id: stringOf(id),
      title: stringOf(title),
      url: `${root}collections/${encodeURIComponent(stringOf(id))}/`,
      canRead: canRead === true,
      canWrite: canWrite === true,
      mediaTypes: Array.isArray(types) ? types.filter((each) => typeof each === 'string') : undefined,
      resource,
    };
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function assumed(id: string, root: string): ListedCollection {
  const url = `${root}collections/${id}/`;
  return { id, title: id, url, canRead: true, canWrite: true, mediaTypes: undefined, resource: {} };
}

function named({ id, title, resource }: ListedCollection, name: string): boolean {
  return id === name.toLowerCase() || resource.alias === name || title === name;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function noRoot(discovery: Answer, candidates: readonly string[]): AppError {
  if (candidates.length > 0)
    return unusable(
      `The API roots are on another server (${candidates.join(', ')}), and credentials are not sent where you did not say so. Give the URL of one of them.`,
    );
  const hint =
    discovery.status === 401
      ? 'It wants credentials: --user NAME --password-env VARIABLE, or --token-env VARIABLE.'
      : 'Give the URL of an API root if you know one.';
  return unusable(`${discovery.sent.url} names no API root (${describeAnswer(discovery)}). ${hint}`);
}

function unusable(description: string): AppError {
  return new AppError('target.unusable', { description });
}
