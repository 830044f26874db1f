import type { FastifyRequest } from 'fastify';
import type { RequestFault } from '../observe/log.ts';
import type { Allowed, ApiRoot, Catalogue, Collection, Principal } from '../sharing/model.ts';
import type { Micros } from '../time.ts';

/** Who asks, and the configuration and the instant by which the whole request is answered. */
export interface Caller {
  readonly principal: Principal;
  /** Names of the credentials that it signed in with. */
  readonly credentials: readonly string[];
  readonly catalogue: Catalogue;
  readonly now: Micros;
}

/** What the request has been let in to. */
export interface Access {
  readonly root?: ApiRoot;
  readonly collection?: Collection;
  readonly verdict?: Allowed;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the caller is known. */
    caller: Caller | null;
    /** Set once the caller has been let in. */
    access: Access | null;
    /** Set once what it reads is in the ledger. */
    recorded: boolean | null;
    /** Entries sent or removed, for the log. */
    count: number | null;
    /** Why it failed, for the log. */
    fault: RequestFault | null;
  }
}

export const REQUEST_STATE = ['caller', 'access', 'recorded', 'count', 'fault'] as const;

export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('The caller of this route was not asked for.');
  return request.caller;
}

export function rootAccess(request: FastifyRequest): { readonly root: ApiRoot } {
  const root = request.access?.root;
  if (root === undefined) throw new Error('The API root of this route was not asked for.');
  return { root };
}

export function listedCollection(request: FastifyRequest): Collection {
  const collection = request.access?.collection;
  if (collection === undefined) throw new Error('The collection of this route was not asked for.');
  return collection;
}

export function collectionAccess(request: FastifyRequest): Required<Access> {
  const { root, collection, verdict } = request.access ?? {};
  if (root === undefined || collection === undefined || verdict === undefined)
    throw new Error('The collection of this route was not asked for.');
  return { root, collection, verdict };
}

/** A part of the path, percent-decoded. */
export function pathPart(request: FastifyRequest, name: 'root' | 'collection' | 'object' | 'status'): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? '';
}

/** The path as it came; of a target in absolute form what follows the host. Source: RFC 9112 §3.2.2 */
export function pathOf(request: FastifyRequest): string {
  const url = (request.raw.url ?? '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** The query string as it came, without its question mark. */
export function queryOf(request: FastifyRequest): string {
  const url = request.raw.url ?? '';
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}
