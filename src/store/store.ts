/**
 * The port to storage. SQLite implements it; any other implementation passes the same contract tests
 * (test/store/contract.ts). Each method is one atomic operation; no SQL, driver type or transaction crosses it. Missing
 * things are `undefined`; what cannot be done throws AppError.
 */
import type {
  Allowed,
  Catalogue,
  Entities,
  EntityKind,
  MarkingClass,
  Origin,
  Owner,
  SpecVersion,
} from '../sharing/model.ts';
import type { Micros } from '../time.ts';
import type { CredentialUses } from './credential-uses.ts';
import type { FeedPart, FeedStore } from './feeds.ts';
import type { FollowerStore } from './followers.ts';
import type { LedgerStore } from './ledger.ts';
import type { PushListQuery, PushSummary } from './push-list.ts';
import type { RecallStore } from './recalls.ts';
import type { SearchStore } from './search.ts';
import type { TrendStore } from './trends.ts';

export interface Store extends AsyncDisposable {
  readonly catalogue: CatalogueStore;
  readonly credentialUses: CredentialUses;
  readonly objects: ObjectStore;
  readonly pushes: PushStore;
  readonly feeds: FeedStore;
  readonly followers: FollowerStore;
  readonly ledger: LedgerStore;
  readonly trends: TrendStore;
  readonly recalls: RecallStore;
  readonly search: SearchStore;
  readonly maintenance: Maintenance;
}

// ── catalogue ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface CatalogueStore {
  /** Raised by every administrative commit of any process; cheap enough to ask at every request. */
  generation(): Promise<number>;
  load(): Promise<Catalogue>;
  /**
   * All changes or none, each with its record in the ledger. Removing a collection takes its objects along.
   * @param who changes it, as in `LedgerRecord.who`
   * @returns the new generation
   * @throws {AppError} catalogue.changed when the catalogue is no longer at `expected`
   */
  change(expected: number, changes: readonly CatalogueChange[], who: string): Promise<number>;
}

export type CatalogueChange = {
  [K in EntityKind]:
    | { readonly put: K; readonly value: Entities[K]; readonly origin: Origin }
    | { readonly remove: K; readonly name: string };
}[EntityKind];

// ── objects ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ObjectStore {
  /** One page as it goes out: the stored texts joined, with nothing made of any single one. */
  texts(query: PageQuery): Promise<TextPage>;
  /** The same page, version by version. */
  objects(query: PageQuery): Promise<Page<StoredObject>>;
  /** The same page with what the hub knows of each version beside: for its own use, never for a partner's. */
  kept(query: PageQuery): Promise<Page<KeptObject>>;
  /** The same page without the texts; `maxBytes` does not bear on it. */
  manifest(query: PageQuery): Promise<Page<ObjectRecord>>;
  /** How much a collection holds, hidden or not: for operators. */
  counts(collection: string): Promise<CollectionCounts>;
  /**
   * Adds judged objects and writes everything that belongs to them, all or nothing, durable on return. At most
   * `MAX_BATCH` objects.
   * @returns one outcome for each object, in order
   * @throws {AppError} not-found when the collection is gone, server.busy when its push was interrupted meanwhile
   */
  commit(batch: Batch): Promise<readonly Outcome[]>;
  /** Removes the selected versions that the entries' `delete` permits to `by`, leaving a removal record of each. */
  remove(removal: Removal): Promise<RemovalResult>;
}

export const MAX_BATCH = 1000;

/** Selects object versions; the rules of TAXII 2.1 §3.4.1, read as docs/decisions.md says. */
export interface Filter {
  readonly ids?: readonly string[];
  readonly types?: readonly string[];
  /** Absent: the newest spec version of each object among the rows that match everything else. */
  readonly specVersions?: readonly SpecVersion[];
  readonly versions: VersionSelector;
}

/** `all`, or any of first, last and versions by their ordered key (see time.ts). */
export type VersionSelector =
  | 'all'
  | { readonly first: boolean; readonly last: boolean; readonly keys: readonly string[] };

export interface PageQuery {
  /** Collection id. */
  readonly collection: string;
  readonly verdict: Allowed;
  readonly filter: Filter;
  /** Only what was added strictly later; absent: from the start. */
  readonly after?: Micros;
  /** Objects, at least 1. */
  readonly limit: number;
  /** The page also ends before this many bytes of JSON text, with one object at least. */
  readonly maxBytes: number;
}

export interface Page<T> {
  /** Ascending by date added. */
  readonly rows: readonly T[];
  /** True when rows remain that match. */
  readonly more: boolean;
  /** The collection's clock at the read; 0 while nothing was ever added. */
  readonly asOf: Micros;
}

/** A page of JSON texts. */
export interface TextPage {
  /** Stored JSON texts, ascending by date added, joined by commas; so are the pieces to be. */
  readonly pieces: readonly Buffer[];
  /** How many texts. */
  readonly count: number;
  /** Dates added of the first and the last; absent when there is none. */
  readonly first?: Micros;
  readonly last?: Micros;
  /** Ids of the versions, where the query named ids. */
  readonly ids?: readonly string[];
  /** True when rows remain that match. */
  readonly more: boolean;
  /** As in `Page`. */
  readonly asOf: Micros;
}

export interface ObjectRecord {
  readonly id: string;
  readonly dateAdded: Micros;
  /** `modified`, else `created`, as posted; else the date added. */
  readonly version: string;
  readonly specVersion: SpecVersion;
}

export interface StoredObject extends ObjectRecord {
  /** The producer's own JSON text without insignificant white space. */
  readonly json: string;
}

/** A version with what it does not say itself. */
export interface KeptObject extends StoredObject {
  readonly marking: MarkingClass;
  /** Who added it, as in `Batch.source`. */
  readonly source: string;
}

export interface CollectionCounts {
  readonly objects: number;
  readonly versions: number;
  readonly removed: number;
  /** Object versions by STIX type, largest first. */
  readonly types: readonly { readonly type: string; readonly versions: number }[];
  /** The collection's clock: when a version was last added or removed. A given date added must be later. */
  readonly lastAdded?: Micros;
}

/** One judged, acceptable object version. */
export interface NewObject {
  readonly id: string;
  readonly type: string;
  readonly specVersion: SpecVersion;
  /** `modified` or `created` as posted; absent: the version is the date added. */
  readonly version?: string;
  readonly marking: MarkingClass;
  readonly json: string;
  /**
   * Keeps this date instead of the clock's (import of records). Records come in the order of their source: where dates are
   * equal they step by a microsecond, and those right behind follow.
   */
  readonly dateAdded?: Micros;
}

export interface Batch {
  readonly collection: string;
  /** Who added it: `partner:vendor`, `operator:ops`, `feed:cert`, `import`. */
  readonly source: string;
  /**
   * What the source may see, beside what it added itself; absent: everything. Of an object whose newest version it may not
   * see it changes nothing.
   */
  readonly sees?: Allowed;
  readonly objects: readonly NewObject[];
  /** Status lines of the push that the objects belong to. */
  readonly push?: PushPart;
  /** The run of a feed that brought them. */
  readonly feed?: FeedPart;
  /** On what grounds they were taken, for the ledger. */
  readonly grounds?: Grounds;
}

/** Names of agreements and credentials. */
export interface Grounds {
  readonly agreements: readonly string[];
  readonly credentials: readonly string[];
}

/** What became of an object of a batch. */
export type Outcome =
  /** Stored as a new version. */
  | { readonly kind: 'added'; readonly dateAdded: Micros; readonly version: string }
  /** An equal version is stored already; nothing was added. */
  | { readonly kind: 'present'; readonly version: string }
  /** This id and version is stored with other content, which stays. */
  | { readonly kind: 'conflict'; readonly version: string }
  /** It would change an object, or is a version of it, that its source may not see. */
  | { readonly kind: 'withheld'; readonly version: string }
  /** Its object was recalled. */
  | { readonly kind: 'recalled'; readonly version: string; readonly since: Micros }
  /** The given date added is not later than the collection's last, or more than 61 s ahead of the wall clock. */
  | { readonly kind: 'misdated'; readonly version: string };

/** What a status line says when an object was judged good and yet not stored; see refusals.ts. */
export const REFUSALS = {
  conflict:
    'This id and version is stored already with other content. Stored content never changes: publish a new version with a later "modified".',
  withheld: 'What you are granted does not let you change this object.',
  misdated: 'The date added is not later than the last one of the collection, or lies in the future.',
} as const satisfies Partial<Record<Outcome['kind'], string>>;

export interface Removal {
  readonly collection: string;
  readonly verdict: Allowed;
  readonly select:
    | { readonly ids: readonly string[]; readonly filter: Filter }
    /** Versions added before an instant, at most `limit` of them a call. */
    | { readonly addedBefore: Micros; readonly limit: number };
  /** As in `Batch.source`; what it added counts as its own. */
  readonly by: string;
  readonly reason: 'delete' | 'retention';
}

export interface RemovalResult {
  /** Versions that were selected and visible. */
  readonly selected: number;
  readonly removed: number;
}

// ── pushes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface PushStore {
  /** Registers a push that will take more than one commit; every object is pending. */
  begin(push: NewPush, pendings: readonly (readonly StatusLine[])[]): Promise<void>;
  status(id: string): Promise<PushStatus | undefined>;
  /** Pushes whose statuses are kept, those requested last first. */
  list(query: PushListQuery): Promise<readonly PushSummary[]>;
  /** Prolongs the lease of pushes that are still being worked on. */
  renew(ids: readonly string[], leaseUntil: Micros): Promise<void>;
  /**
   * Fails what is left of pushes whose lease has lapsed. Leases that end later than any that is given out now are of a
   * clock that was set back since: they are cut to the longest.
   * @returns how many pushes
   */
  interrupt(now: Micros): Promise<number>;
  /** Pushes that are not complete, of all processes. */
  pending(): Promise<number>;
  /** Forgets pushes completed before an instant. @returns how many */
  purge(completedBefore: Micros): Promise<number>;
}

/** No lease is given out for longer. */
export const LONGEST_LEASE_MICROS = 60_000_000;

export interface NewPush {
  /** Status id, UUIDv4. */
  readonly id: string;
  /** API root path that took the push. */
  readonly root: string;
  readonly collection: string;
  /** Who pushed, and may read the status. */
  readonly owner: Owner;
  readonly requested: Micros;
  readonly total: number;
  readonly leaseUntil: Micros;
}

export interface StatusLine {
  readonly id: string;
  readonly version: string;
  readonly message?: string;
}

/** What one commit says about a push. Parts are numbered from 0 in the order of `PushStore.begin`. */
export interface PushPart {
  /** Given when the push has one part only: registers it in the same commit. */
  readonly begin?: NewPush;
  readonly id: string;
  readonly part: number;
  /** The judged objects in envelope order: an index into `Batch.objects`, or the refusal of an object that is not there. */
  readonly lines: readonly PushLine[];
  /** The last part: the push is complete. */
  readonly last: boolean;
}

export type PushLine =
  /** Its line becomes a success or a failure by the outcome; `message` (warnings) is for a success. */
  { readonly object: number; readonly message?: string } | { readonly refused: StatusLine };

/** A push as it stands. The three lists are JSON texts of `status-details` joined by commas, empty when there are none. */
export interface PushStatus {
  readonly id: string;
  readonly root: string;
  readonly collection: string;
  readonly owner: Owner;
  readonly requested: Micros;
  readonly complete: boolean;
  readonly total: number;
  readonly successes: { readonly count: number; readonly json: string };
  readonly failures: { readonly count: number; readonly json: string };
  readonly pendings: { readonly count: number; readonly json: string };
}

// ── maintenance ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Maintenance {
  /** Throws when the store cannot answer or cannot write (readiness). */
  ping(): Promise<void>;
  /** A consistent copy into a new file while serving. */
  backup(file: string): Promise<void>;
  /** Every fault found in the database and in what this program derives: flags, counts, clocks, texts. */
  check(progress?: (done: number, total: number) => void): Promise<readonly string[]>;
}
