import { bodyText, type Client, expectStatus, type Reply } from './client.ts';

/** A collection on a server, as a client sees it. */
export interface Target {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path of the API root, with a slash at both ends. */
  readonly root: string;
  /** Id of the collection. */
  readonly collection: string;
  /** Value of the Authorization header. */
  readonly authorization?: string;
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export function objectsPath(target: Target, query: Readonly<Record<string, string | number>> = {}): string {
  return `${collectionPath(target)}objects/${queryOf(query)}`;
}

export function manifestPath(target: Target, query: Readonly<Record<string, string | number>>): string {
  return `${collectionPath(target)}manifest/${queryOf(query)}`;
}

function collectionPath(target: Target): string {
  return `${target.root}collections/${target.collection}/`;
}

/** Encoded as the usual clients do: `match%5Btype%5D=…`. */
function queryOf(query: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** How far from either end of an envelope `next` is looked for. */
const EDGE_BYTES = 1024;
const NEXT = /"next"\s*:\s*"((?:[^"\\]|\\.)*)"/;

/**
 * The value of `next`, found without parsing the objects: it stands before them or after them. Our data has no property
 * of that name.
 */
export function nextOf(reply: Reply): string | undefined {
  const head = reply.chunks[0]?.subarray(0, EDGE_BYTES).toString('latin1') ?? '';
  const match = NEXT.exec(head) ?? NEXT.exec(tail(reply));
  return match === null ? undefined : (JSON.parse(`"${match[1]}"`) as string);
}

function tail(reply: Reply): string {
  const last = reply.chunks.at(-1);
  if (last === undefined) return '';
  const bytes = last.length >= EDGE_BYTES ? last : Buffer.concat(reply.chunks.slice(-2));
  return bytes.subarray(-EDGE_BYTES).toString('latin1');
}

export async function getPage(client: Client, path: string): Promise<Reply> {
  return expectStatus(await client.get(path), 200, `GET ${path}`);
}

/** The objects of an envelope or the records of a manifest; an empty one has none. */
export function itemsOf(reply: Reply): readonly { readonly id: string }[] {
  const body = JSON.parse(bodyText(reply)) as { objects?: { id: string }[] };
  return body.objects ?? [];
}
