import type { PageItem } from './pages.ts';
import type { Position } from './paging.ts';
import type { RequesterOptions } from './request.ts';

export interface ClientOptions extends Omit<RequesterOptions, 'origin'> {
  /** Any URL of the server; credentials go to its origin alone, and relative URLs of API roots are read against it. */
  readonly url: string;
  readonly limits?: Limits;
  /** Where pages above 1 MiB wait while they are read; that of the system for temporary files unless given. */
  readonly spoolDirectory?: string;
}

export interface Limits {
  /** Octets of a page, packed and unpacked; 256 MiB. */
  readonly maxPageBytes?: number;
  /** Octets of any other answer; 64 MiB. */
  readonly maxResourceBytes?: number;
  /** Pages of one list; 100,000. */
  readonly maxPages?: number;
}

export const LIMITS = { maxPageBytes: 256 << 20, maxResourceBytes: 64 << 20, maxPages: 100_000 } as const;

/** A collection of an API root. */
export interface CollectionRef {
  /** URL of the API root. */
  readonly root: string;
  /** Id or alias. */
  readonly collection: string;
}

/** Which object versions are meant. Source: TAXII 2.1 §3.4.1 */
export interface MatchFields {
  readonly ids?: readonly string[];
  readonly types?: readonly string[];
  /** `first`, `last`, `all` or versions. */
  readonly versions?: readonly string[];
  readonly specVersions?: readonly string[];
}

export interface ObjectQuery extends MatchFields {
  /** Where to begin: the position of an earlier page, or `{ addedAfter }`; the start of the collection unless given. */
  readonly from?: Position;
  /** Objects a page; the server may send fewer. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** One page of objects, complete. */
export interface ObjectPage {
  readonly count: number;
  /** Dates added of its first and last object, as the server wrote them; not every server tells. */
  readonly first?: string;
  readonly last?: string;
  /** Give it as `from` to go on after this page, now or after a restart. */
  readonly position: Position;
  /** Its objects as they came, in order. To be read before the next page is asked for. */
  objects(): AsyncGenerator<PageItem>;
}

export interface ListPage<T> {
  readonly rows: readonly T[];
  readonly position: Position;
}

/** A page that is the caller's to dispose of. */
export interface OwnedPage extends ObjectPage, AsyncDisposable {}
