/**
 * The part of the port that keeps the ledger: records in one chain, of what was disclosed and changed. Only ever appended
 * to. A record is plain data; its JSON text, with its members in the order given here, is what is hashed.
 */
import type { EntityKind, MarkingClass, Origin, Tlp } from '../sharing/model.ts';
import type { Micros } from '../time.ts';
import type { Filter } from './store.ts';

export interface LedgerStore {
  /**
   * Appends records in the order given, durable on return. At most `MAX_BATCH` of them.
   * @param session of the process that buffers them
   */
  append(records: readonly LedgerRecord[], session?: LedgerSession): Promise<void>;
  /**
   * Notes that a process buffers records, and goes on doing so: to be called before the first and every 20 s. Chains a gap
   * for every session that ended without closing. @returns how many gaps
   */
  keep(session: LedgerSession): Promise<number>;
  /** Appends the last records of a session and ends it, so that it leaves no gap. */
  close(session: LedgerSession, records: readonly LedgerRecord[]): Promise<void>;
  /** The last record. */
  head(): Promise<LedgerHead>;
  /** Records in their order. A page looks at a bounded stretch, so it may be empty and have a `next`. */
  read(query: LedgerQuery): Promise<LedgerPage>;
  /** Which versions of an object each of some disclosures of collections sent, worked out as of their `as_of`. */
  sent(object: string, disclosures: readonly Disclosure[]): Promise<readonly (readonly SentVersion[])[]>;
}

/** A process that keeps records in memory for a moment before it appends them. One a process. */
export interface LedgerSession {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}

export interface LedgerHead {
  /** Records there are; also the number of the last one. */
  readonly count: number;
  /** SHA-256, in hexadecimal: of all records, in their order. */
  readonly hash: string;
}

export interface LedgerRow {
  /** 1, 2, 3 … without gaps. */
  readonly num: number;
  /** Of the hash of the record before, a line feed and the text. */
  readonly hash: string;
  /** JSON text of a `LedgerRecord`. */
  readonly text: string;
}

export interface LedgerQuery {
  /** Only records with higher numbers. */
  readonly after?: number;
  readonly limit: number;
  readonly kinds?: readonly LedgerKind[];
  /** As in `LedgerRecord.who`. */
  readonly who?: string;
  /** Collection id. */
  readonly collection?: string;
  /** from ≤ time < until. */
  readonly from?: Micros;
  readonly until?: Micros;
}

export interface LedgerPage {
  readonly rows: readonly LedgerRow[];
  /** To go on with as `after`; absent at the end. */
  readonly next?: number;
  /** As of the same moment. */
  readonly head: LedgerHead;
}

/** A version of an object that was sent. */
export interface SentVersion {
  readonly version: string;
  readonly dateAdded: Micros;
  /** Of the entries that admitted it. */
  readonly agreements: readonly string[];
}

// ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export type LedgerRecord =
  | Disclosure
  | Contact
  | PushRecord
  | RemovalRecord
  | AdminRecord
  | RecallRecord
  | SignInFailure
  | Gap;
export type LedgerKind = LedgerRecord['kind'];

export const LEDGER_KINDS = [
  'disclosure',
  'contact',
  'push',
  'removal',
  'admin',
  'recall',
  'unrecall',
  'sign-in-failure',
  'gap',
] as const satisfies readonly LedgerKind[];

interface Timed {
  /** When it happened, by the clock of the machine. */
  readonly time: Micros;
}

interface Attributed extends Timed {
  /** `partner:NAME`, `operator:NAME`, `feed:NAME`, `import` or `cli`; callers without credentials are `partner:anonymous`. */
  readonly who: string;
}

/** How something was read. `head`: headers only. */
export type ReadKind = 'objects' | 'object' | 'manifest' | 'versions' | 'head' | 'export' | 'feed' | 'console';

/** Reads that send ids and versions without the objects themselves. */
export const LINES_ONLY: ReadonlySet<ReadKind> = new Set<ReadKind>(['manifest', 'versions']);

/** That somebody was sent a page of a collection, one object at least. */
export interface Disclosure extends Attributed {
  readonly kind: 'disclosure';
  /** Names of the credentials that the request signed in with. */
  readonly credentials?: readonly string[];
  /** Request id, also in the log. */
  readonly request?: string;
  readonly read: ReadKind;
  readonly collection: string;
  /** The collection's clock at the read: what was added or removed later had no part in it. */
  readonly as_of: Micros;
  /** Dates added of the first and the last version sent; every one between that the rest admits was sent. */
  readonly first: Micros;
  readonly last: Micros;
  /** Versions sent. */
  readonly count: number;
  /** Absent: the newest version of every object. */
  readonly filter?: Filter;
  /** What the caller was allowed to see. */
  readonly entries: readonly DisclosedEntry[];
}

/** One entry of a verdict. */
export interface DisclosedEntry {
  /** Absent: an operator, who needs none. */
  readonly agreement?: string;
  /** Absent: all. */
  readonly types?: readonly string[];
  readonly tlp: Tlp;
  readonly classes: readonly MarkingClass[];
}

/** Reads that were answered and sent nothing, of one caller in one way: added up, since they disclose nothing. */
export interface Contact extends Attributed {
  readonly kind: 'contact';
  readonly credentials?: readonly string[];
  readonly agreements: readonly string[];
  readonly read: ReadKind;
  readonly collection: string;
  readonly count: number;
  readonly from: Micros;
  readonly until: Micros;
}

/** What one commit added to a collection; a push of more than a thousand objects has several. */
export interface PushRecord extends Attributed {
  readonly kind: 'push';
  readonly credentials?: readonly string[];
  readonly agreements?: readonly string[];
  readonly collection: string;
  /** Status id, of pushes over HTTP. */
  readonly push?: string;
  /** The last commit of the push. */
  readonly complete?: true;
  /** The hub stopped or took too long: what was left was refused. */
  readonly interrupted?: true;
  /** Dates added of the first and the last version added. */
  readonly first?: Micros;
  readonly last?: Micros;
  /** Versions added, by STIX type and marking class. */
  readonly added: Readonly<Record<string, Readonly<Partial<Record<MarkingClass, number>>>>>;
  /** Versions that were there already. */
  readonly present: number;
  readonly refused: number;
  /** Of those added or present: how many had warnings. */
  readonly warned: number;
}

export interface RemovalRecord extends Attributed {
  readonly kind: 'removal';
  readonly agreements?: readonly string[];
  readonly reason: string;
  readonly collection: string;
  /** STIX id, when one object was named. */
  readonly object?: string;
  readonly count: number;
  /** Of the collection's clock: when the first and the last went. */
  readonly first: Micros;
  readonly last: Micros;
}

/** A change of partners, credentials, agreements, collections and the rest. */
export interface AdminRecord extends Attributed {
  readonly kind: 'admin';
  readonly entity: EntityKind;
  readonly name: string;
  /** Who made the entity. */
  readonly origin?: Origin;
  /** The entity without its secrets; absent: there was none. */
  readonly before?: object;
  /** Absent: it is gone. */
  readonly after?: object;
  /** The secret is another one. */
  readonly secret?: 'changed';
}

/** An object was taken back everywhere, or let in again. */
export interface RecallRecord extends Attributed {
  readonly kind: 'recall' | 'unrecall';
  readonly object: string;
  readonly reason: string;
  /** Ids of the collections that held it. */
  readonly collections: readonly string[];
}

/** Wrong credentials from an address; those that follow within minutes are added up. */
export interface SignInFailure extends Timed {
  readonly kind: 'sign-in-failure';
  readonly address: string;
  /** The credential that was tried, if there is one of that name. */
  readonly credential?: string;
  readonly count: number;
  readonly from: Micros;
  readonly until: Micros;
}

/** Records of a process that ended without closing its session may be missing here. */
export interface Gap extends Timed {
  readonly kind: 'gap';
  readonly session: string;
  /** When it last appended something, or said that there was nothing. */
  readonly from: Micros;
}
