import type { Authenticator } from '../auth/authenticate.ts';
import { AppError } from '../errors.ts';
import { decide } from '../sharing/decide.ts';
import type { Allowed, Catalogue, Collection, Principal } from '../sharing/model.ts';
import type { ExtensionSchemas } from '../stix/schemas.ts';
import type { Scope } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import type { Micros } from '../time.ts';
import type { Html } from './html.ts';
import type { Language, Texts } from './texts/texts.ts';
import type { Viewing } from './viewed.ts';

/** Where the console stands in the hub. */
export const BASE = '/console';

/** What pages are made from. */
export interface ConsoleDeps {
  readonly store: Pick<
    Store,
    'catalogue' | 'credentialUses' | 'feeds' | 'followers' | 'ledger' | 'pushes' | 'recalls' | 'trends'
  > &
    Pick<Viewing, 'objects' | 'search'>;
  readonly authenticator: Pick<Authenticator, 'lastUsed'>;
  readonly extensionSchemas: ExtensionSchemas;
}

/** Who looks, and the configuration and the instant by which the whole page is made. */
export interface Viewer {
  readonly principal: Exclude<Principal, { readonly anonymous: true }>;
  readonly catalogue: Catalogue;
  readonly now: Micros;
}

/** One request. */
export interface Context extends ConsoleDeps {
  readonly viewer: Viewer;
  readonly lang: Language;
  readonly t: Texts;
  /** Parts of the path that the route names. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** What was posted. */
  readonly form: URLSearchParams;
  /** What forms carry against forged requests. */
  readonly formToken: string;
  readonly path: string;
}

export type Answer =
  | Page
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'file'; readonly name: string; readonly type: string; readonly text: string }
  | { readonly kind: 'data'; readonly value: unknown };

export interface Page {
  readonly kind: 'page';
  readonly title: string;
  readonly body: Html;
  /** Default 200. */
  readonly status?: number;
  /** Scripts of ours that the page needs, by their names in `web/`. */
  readonly scripts?: readonly string[];
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Below `BASE`, with `:name` for parts that vary. */
  readonly path: string;
  readonly for: 'everybody' | 'operators';
  answer(context: Context): Answer | Promise<Answer>;
}

export function isOperator({ principal }: Viewer): boolean {
  return 'operator' in principal;
}

/** A collection that may be listed to the viewer, with what may be read of it. */
export interface Visible {
  readonly collection: Collection;
  /** Absent: it may be listed, not read. */
  readonly verdict?: Allowed;
}

/** Collections that the viewer may know of, by title. */
export function visibleCollections({ principal, catalogue, now }: Viewer): Visible[] {
  const visible: Visible[] = [];
  for (const { value: collection } of catalogue.collection.values()) {
    const verdict = decide(catalogue, principal, collection, 'read', now);
    if (verdict.kind === 'allowed') visible.push({ collection, verdict });
    else if (verdict.kind === 'forbidden') visible.push({ collection });
  }
  return visible.sort((a, b) => a.collection.title.localeCompare(b.collection.title));
}

export interface Readable extends Scope {
  readonly of: Collection;
}

/** Collections that the viewer may read. */
export function readableScopes(viewer: Viewer): Readable[] {
  return visibleCollections(viewer).flatMap(({ collection, verdict }) =>
    verdict === undefined ? [] : [{ collection: collection.id, of: collection, verdict }],
  );
}

/** @throws {AppError} not-found when the viewer may not read it, or there is none */
export function readableScope(viewer: Viewer, id: string): Readable {
  const found = readableScopes(viewer).find(({ collection }) => collection === id);
  if (found === undefined) throw new AppError('not-found');
  return found;
}
