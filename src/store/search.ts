import type { Allowed, MarkingClass } from '../sharing/model.ts';
import type { Micros } from '../time.ts';

/**
 * What people look for and look at: an index of current versions, those that a poll without filters shows. It follows
 * the objects within moments of each commit, and nothing comes out of it that the verdicts do not admit as the objects
 * are now.
 */
export interface SearchStore {
  /** Current versions that match, those added last first. */
  find(query: SearchQuery): Promise<Found>;
  /**
   * What there is to see, by type and marking.
   * @param since days since 1970 from which on it is counted by the day
   */
  summary(scope: Scope, since: number): Promise<Summary>;
  /** The current versions of some objects, in each of the scopes that shows them: by id, then in the order of scopes. */
  current(ids: readonly string[], scopes: readonly Scope[]): Promise<readonly Hit[]>;
  /** Current versions that refer to some objects, for each of these `limit` at most. */
  referring(ids: readonly string[], scopes: readonly Scope[], limit: number): Promise<readonly Referring[]>;
}

/** A collection and what may be seen of it. */
export interface Scope {
  /** Collection id. */
  readonly collection: string;
  readonly verdict: Allowed;
}

export interface SearchQuery {
  readonly scopes: readonly SearchScope[];
  /** Words as `searchWords` of stix/words.ts makes them; all of them must occur. None: everything matches. */
  readonly words: readonly SearchWord[];
  /** Where words must occur. */
  readonly where: 'anywhere' | 'name' | 'value';
  /** STIX types; absent: all. */
  readonly types?: readonly string[];
  /** As in `Batch.source`; for operators. */
  readonly source?: string;
  /** Only what was added at this instant or later. */
  readonly from?: Micros;
  /** Only what was added earlier. */
  readonly until?: Micros;
  /** Only what stands behind this position. */
  readonly before?: number;
  readonly limit: number;
}

export interface SearchScope extends Scope {
  /** Only these classes of the objects' own; absent: all. */
  readonly classes?: ReadonlySet<MarkingClass>;
}

/** Folded; none of its characters is a quotation mark or white space. */
export interface SearchWord {
  readonly text: string;
  /** Words that begin so match as well. */
  readonly prefix: boolean;
}

export interface Found {
  readonly hits: readonly Hit[];
  /** True when more match. */
  readonly more: boolean;
}

export interface Hit {
  /** Orders hits over all collections; `before` goes on from it. */
  readonly position: number;
  readonly collection: string;
  readonly id: string;
  readonly type: string;
  readonly version: string;
  readonly dateAdded: Micros;
  readonly marking: MarkingClass;
  /** `{}` when it is larger than `MAX_HIT_BYTES`: a page of hits is held in memory. */
  readonly json: string;
  /** As in `Batch.source`: for operators only. */
  readonly source: string;
  /** The collection's clock when it was read. */
  readonly asOf: Micros;
}

/** Who refers to an object, those added last first within a type and marking. */
export interface Referring {
  readonly to: string;
  readonly hits: readonly Hit[];
}

export interface Summary {
  readonly objects: number;
  /** Largest first. */
  readonly types: readonly { readonly type: string; readonly objects: number }[];
  readonly markings: readonly { readonly marking: MarkingClass; readonly objects: number }[];
  /** Objects by the day (UTC, days since 1970) on which their current version was added, ascending. */
  readonly days: readonly { readonly day: number; readonly objects: number }[];
}

/** Of the JSON text of a hit. */
export const MAX_HIT_BYTES = 131_072;
