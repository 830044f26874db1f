import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { findCollection } from '../sharing/catalogue.ts';
import { decide } from '../sharing/decide.ts';
import type { Action, ApiRoot, Catalogue, Collection } from '../sharing/model.ts';
import { matchAccept, type StixRange, TAXII_MEDIA_TYPE } from '../taxii/media-type.ts';
import { type Access, type Caller, callerOf, pathOf, pathPart } from './context.ts';

/**
 * Lets a request in or refuses it, in the order in which a caller may learn things: who asks, what is accepted, the API
 * root, the collection, the right. What is hidden takes the same way as what is absent. A caller without credentials
 * gets what anonymous may see and is otherwise asked to sign in, whether or not there is something.
 */

/**
 * @throws {AppError} accept.unsupported, auth.required
 * Source: TAXII 2.1 §4.1
 */
export function admitToServer(request: FastifyRequest): void {
  admit(request, 'unsupported', (caller) => {
    if ('anonymous' in caller.principal && visibleRoots(caller).length === 0) throw nothingHere();
    return {};
  });
}

/**
 * @throws {AppError} accept.unsupported, auth.required, not-found
 * Source: TAXII 2.1 §4.2
 */
export function admitToRoot(request: FastifyRequest): void {
  admit(request, 'unsupported', (caller) => {
    const root = rootAt(request, caller);
    if (root === undefined || !isVisible(root, caller)) throw nothingHere();
    return { root };
  });
}

/**
 * Lets a caller in to a collection that may be listed to it.
 * @throws {AppError} accept.unsupported, auth.required, not-found
 * Source: TAXII 2.1 §5.2
 */
export function admitToListed(request: FastifyRequest): void {
  admit(request, 'unsupported', (caller) => {
    const { root, collection } = collectionAt(request, caller);
    if (decide(caller.catalogue, caller.principal, collection, 'read', caller.now).kind === 'hidden')
      throw nothingHere();
    return { root, collection };
  });
}

/**
 * Lets a caller in to read, write or delete in a collection.
 * @throws {AppError} accept.unsupported, auth.required, not-found, permission.denied
 * Source: TAXII 2.1 §5.3 to §5.8
 */
export function admitTo(action: Action, stix: StixRange = 'tolerated'): (request: FastifyRequest) => void {
  return (request) =>
    admit(request, stix, (caller) => {
      const { root, collection } = collectionAt(request, caller);
      const verdict = decide(caller.catalogue, caller.principal, collection, action, caller.now);
      if (verdict.kind === 'hidden') throw nothingHere();
      if (verdict.kind === 'forbidden') throw new AppError('permission.denied', { description: FORBIDDEN[action] });
      return { root, collection, verdict };
    });
}

const FORBIDDEN: Readonly<Record<Action, string>> = {
  read: 'You may not read the objects of this collection.',
  write: 'You may not add objects to this collection.',
  delete: 'You may not delete objects of this collection.',
};

function admit(request: FastifyRequest, stix: StixRange, enter: (caller: Caller) => Access): void {
  const caller = callerOf(request);
  const accept = request.headers.accept;
  const match = matchAccept(accept, stix);
  const anonymous = 'anonymous' in caller.principal;
  if (!anonymous && match === 'unsupported') throw notAcceptable(accept);
  const access = anonymous ? orSignIn(() => enter(caller)) : enter(caller);
  if (match === 'unsupported' || (match === 'tolerated' && access.root?.strict === true)) throw notAcceptable(accept);
  request.access = access;
}

function orSignIn(enter: () => Access): Access {
  try {
    return enter();
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not-found' || error.code === 'permission.denied'))
      throw signInFirst();
    throw error;
  }
}

/** The answer to whoever brings no credentials and may not see what was asked for. */
export function signInFirst(): AppError {
  return new AppError('auth.required', {
    description: 'Send credentials: the WWW-Authenticate header says of which kind.',
  });
}

function nothingHere(): AppError {
  return new AppError('not-found');
}

function notAcceptable(accept: string | undefined): AppError {
  const named =
    accept === undefined ? 'There is no Accept header' : 'The Accept header names nothing that is served here';
  return new AppError('accept.unsupported', { description: `${named}. Send Accept: ${TAXII_MEDIA_TYPE}` });
}

function collectionAt(request: FastifyRequest, caller: Caller): { root: ApiRoot; collection: Collection } {
  const root = rootAt(request, caller);
  const collection = root && findCollection(caller.catalogue, root.path, pathPart(request, 'collection'));
  if (root === undefined || collection === undefined) throw nothingHere();
  return { root, collection };
}

function rootAt(request: FastifyRequest, { catalogue }: Caller): ApiRoot | undefined {
  const root = catalogue['api-root'].get(pathPart(request, 'root'))?.value;
  return root?.strict === true && isSloppy(pathOf(request)) ? undefined : root;
}

/** Repeated slashes, or none at the end. */
function isSloppy(path: string): boolean {
  return path.includes('//') || !path.endsWith('/');
}

/** API roots in which the caller may see something, all of them for operators; by path. */
export function visibleRoots(caller: Caller): ApiRoot[] {
  const roots = [...caller.catalogue['api-root'].values()].map(({ value }) => value);
  return roots.filter((root) => isVisible(root, caller)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isVisible(root: ApiRoot, { catalogue, principal, now }: Caller): boolean {
  if ('operator' in principal) return true;
  return collectionsOf(catalogue, root).some(
    (collection) => decide(catalogue, principal, collection, 'read', now).kind !== 'hidden',
  );
}

const collectionsByRoot = new WeakMap<Catalogue, ReadonlyMap<string, readonly Collection[]>>();

/** The collections of an API root, by id ascending. */
export function collectionsOf(catalogue: Catalogue, root: ApiRoot): readonly Collection[] {
  let byRoot = collectionsByRoot.get(catalogue);
  if (byRoot === undefined) {
    const all = [...catalogue.collection.values()].map(({ value }) => value);
    byRoot = Map.groupBy(
      all.sort((a, b) => (a.id < b.id ? -1 : 1)),
      (collection) => collection.root,
    );
    collectionsByRoot.set(catalogue, byRoot);
  }
  return byRoot.get(root.path) ?? [];
}
