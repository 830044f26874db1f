/**
 * What a hub consists of, as the hub file and the administration commands describe it. Plain data: every entity is
 * stored whole under its kind and name, and the catalogue is small enough to be held in memory.
 */

/** TLP levels from most open to most closed; TLP 1 WHITE is clear. */
export const TLP_LEVELS = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
export type Tlp = (typeof TLP_LEVELS)[number];

/**
 * What is stored about the markings of one object version, by their place in this list. `other`: one that the hub cannot
 * resolve; `statement`: nothing but statements, which do not speak of TLP.
 */
export const MARKING_CLASSES = ['unmarked', ...TLP_LEVELS, 'other', 'statement'] as const;
export type MarkingClass = (typeof MARKING_CLASSES)[number];

export type SpecVersion = '2.0' | '2.1';

/** The partner of callers without credentials. */
export const ANONYMOUS = 'anonymous';

export interface Hub {
  readonly title: string;
  readonly description?: string;
  readonly contact?: string;
  readonly identity?: string;
  /** Path of the default API root. */
  readonly defaultRoot?: string;
  /** Of each partner that has none of its own; what is absent is as in `DEFAULT_LIMITS`. */
  readonly limits?: Limits;
  /** Kinds of credentials that are taken; absent: all. */
  readonly signIn?: readonly CredentialKind[];
  readonly trends?: TrendSettings;
}

/** How trends leave the organisation. */
export interface TrendSettings {
  /** Collection id; absent: they are published by hand only. */
  readonly publishTo?: string;
  /** When, as a cron expression in UTC. */
  readonly schedule?: string;
  /** Periods that reports are about. */
  readonly periods: readonly ('day' | 'week' | 'month')[];
  /** Nothing above is counted. */
  readonly maxTlp: Tlp;
  /** Counts below are withheld, from partners as well. */
  readonly minCount: number;
}

/** What holds where the hub says nothing. */
export const DEFAULT_TRENDS = {
  periods: ['week', 'month'],
  maxTlp: 'green',
  minCount: 5,
} as const satisfies TrendSettings;

export interface ApiRoot {
  /** One URL segment, `[a-z0-9-]+`. */
  readonly path: string;
  readonly title: string;
  readonly description?: string;
  /** Octets of a request body. */
  readonly maxContentLength: number;
  /** Refuse what the standard lets a server refuse. */
  readonly strict: boolean;
}

export interface Collection {
  /** Lower-case UUIDv4. */
  readonly id: string;
  /** Path of its API root. */
  readonly root: string;
  readonly alias?: string;
  readonly title: string;
  readonly description?: string;
  /** `application/stix+json;version=2.1` and the like; never empty. */
  readonly mediaTypes: readonly string[];
  readonly validation: 'standard' | 'strict';
  readonly defaultTlp: Tlp;
  readonly unknownMarking: Tlp;
  /** What a statement without TLP beside it counts as; absent: as no marking does. */
  readonly statementMarking?: Tlp;
  /** Objects a page when the caller names no limit. */
  readonly pageDefault: number;
  /** Larger limits are capped to this. */
  readonly pageMax: number;
  readonly retentionDays?: number;
}

export interface Partner {
  readonly name: string;
  /** Its STIX identity: the id, or the whole object. */
  readonly identity?: string | IdentityObject;
  /** Instead of those of the hub, each by itself. */
  readonly limits?: Limits;
}

/** A valid STIX identity object, as it was given. */
export interface IdentityObject {
  readonly type: 'identity';
  readonly id: string;
  readonly [property: string]: unknown;
}

export interface Operator {
  readonly name: string;
}

/** Whom a credential signs in. */
export type Owner = { readonly partner: string } | { readonly operator: string };

/** Who makes a request: an owner of credentials, or nobody in particular. */
export type Principal = Owner | { readonly anonymous: true };

/** What every credential has. */
interface CredentialTerms {
  readonly owner: Owner;
  /** Timestamp; of those made by hand. */
  readonly created?: string;
  /** Timestamp from which on it is worth nothing. */
  readonly expires?: string;
  readonly disabled?: true;
  /** Kinds of which a request must bring one more credential of the same owner. */
  readonly requires?: readonly CredentialKind[];
}

export const CREDENTIAL_KINDS = ['basic', 'token', 'mtls'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export interface BasicCredential extends CredentialTerms {
  readonly kind: 'basic';
  readonly user: string;
  /** `scrypt$N$r$p$salt$hash`. */
  readonly passwordHash: string;
}

export interface TokenCredential extends CredentialTerms {
  readonly kind: 'token';
  /** What people call it; unique among tokens. */
  readonly name: string;
  /** SHA-256 of the token, in lower-case hexadecimal; the token itself is nowhere. */
  readonly tokenHash: string;
}

/** A client certificate, which the client CA has signed: all with this subject, or the one with this fingerprint. */
export interface MtlsCredential extends CredentialTerms {
  readonly kind: 'mtls';
  /**
   * `subject`: distinguished name as in RFC 4514, the most specific part first, in the form that `canonicalSubject` of
   * auth/mtls.ts gives it. `fingerprint`: `sha256:` and 64 lower-case hexadecimal digits.
   */
  readonly certificate: { readonly subject: string } | { readonly fingerprint: string };
}

export type Credential = BasicCredential | TokenCredential | MtlsCredential;

/** How much a caller may ask for. */
export interface Limits {
  /** Requests that may come in one minute, also all at once. */
  readonly requestsPerMinute?: number | 'none';
  /** Requests under way at the same time. */
  readonly concurrentRequests?: number | 'none';
}

/** Above what pollers need, below what takes the machine from the others. */
export const DEFAULT_LIMITS = { requestsPerMinute: 60_000, concurrentRequests: 256 } as const satisfies Limits;

export interface Grant {
  /** Collection id. */
  readonly collection: string;
  readonly read: boolean;
  readonly write: boolean;
  readonly maxTlp: Tlp;
  /** STIX types; absent: all. */
  readonly types?: readonly string[];
  /** Which object versions DELETE may take: those the partner added, any, or none. */
  readonly delete: 'own' | 'any' | 'none';
}

export interface Agreement {
  readonly name: string;
  readonly partner: string;
  readonly title?: string;
  readonly purpose?: string;
  /** Timestamps; in force while from ≤ now < until. */
  readonly from?: string;
  readonly until?: string;
  /** Set aside: it grants nothing until it is resumed. */
  readonly suspended?: true;
  readonly grants: readonly Grant[];
}

/** Another TAXII server that objects come from, go to, or both. */
export interface Feed {
  readonly name: string;
  /** In whose name it acts: agreements hold for it as for that partner. */
  readonly partner: string;
  /** Id of our collection. */
  readonly collection: string;
  /** URL of the other server's API root. */
  readonly url: string;
  /** Id, alias or title of its collection. */
  readonly remoteCollection: string;
  readonly credentials?: FeedCredentials;
  /** Paths of PEM files. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  /** URL of an HTTP proxy, or the variable that holds it, since it may have a password in it. */
  readonly proxy?: { readonly url: string } | { readonly env: string };
  /** Addresses and networks that are permitted though they are private, local or special. */
  readonly allow?: readonly string[];
  /** Present: objects come from there. */
  readonly pull?: FeedTerms;
  /** Present: objects go there. */
  readonly push?: FeedTerms;
}

export const FEED_WAYS = ['pull', 'push'] as const;
export type FeedWay = (typeof FEED_WAYS)[number];

/** What is exchanged one way, and when. */
export interface FeedTerms {
  /** Cron expression, in UTC; absent: by hand only. */
  readonly schedule?: string;
  /** STIX types; absent: all. */
  readonly types?: readonly string[];
  /** Absent: whatever the agreement permits. */
  readonly maxTlp?: Tlp;
  /** Timestamp from which on a first run begins. */
  readonly addedAfter?: string;
}

/** How a feed signs in. The secret itself is read when it is needed, and is nowhere in the hub. */
export type FeedCredentials =
  | ({ readonly kind: 'basic'; readonly user: string } & SecretPlace)
  | ({ readonly kind: 'token'; readonly scheme?: string } & SecretPlace);

/** Name of an environment variable, or path of a file. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** All entities by kind. `hub` has the one name `hub`. */
export interface Entities {
  readonly hub: Hub;
  readonly 'api-root': ApiRoot;
  readonly collection: Collection;
  readonly partner: Partner;
  readonly operator: Operator;
  readonly credential: Credential;
  readonly agreement: Agreement;
  readonly feed: Feed;
}
export type EntityKind = keyof Entities;

/** Who made an entity: `apply` only ever changes what a hub file made. */
export type Origin = 'file' | 'hand';

export interface Stored<T> {
  readonly origin: Origin;
  readonly value: T;
}

/** Everything administrative, as of one generation. Keys are entity names (see `entityName`). */
export type Catalogue = {
  readonly [K in EntityKind]: ReadonlyMap<string, Stored<Entities[K]>>;
} & {
  /** Raised by every administrative commit. */
  readonly generation: number;
};

/** The key of an entity within its kind: path, id, user or name. */
export function entityName<K extends EntityKind>(kind: K, value: Entities[K]): string {
  if (kind === 'hub') return 'hub';
  if (kind === 'api-root') return (value as ApiRoot).path;
  if (kind === 'collection') return (value as Collection).id;
  if (kind === 'credential') return credentialName(value as Credential);
  return (value as Partner | Operator | Agreement | Feed).name;
}

/** `basic:USER`, `token:NAME`, `mtls:SUBJECT` or `mtls:sha256:HEX`: what a request brings leads straight to it. */
export function credentialName(credential: Credential): string {
  if (credential.kind === 'basic') return `basic:${credential.user}`;
  if (credential.kind === 'token') return `token:${credential.name}`;
  const { certificate } = credential;
  return `mtls:${'subject' in certificate ? certificate.subject : certificate.fingerprint}`;
}

export type Action = 'read' | 'write' | 'delete';

/** One entry of a verdict: it admits an object whose type is listed and whose marking class is in the set. */
export interface Entry {
  /** The agreement that grants it; absent: an operator, who needs none. */
  readonly agreement?: string;
  readonly types: ReadonlySet<string> | 'all';
  readonly maxTlp: Tlp;
  /** What `maxTlp` admits in this collection, whose rules rank unmarked objects and unknown markings. */
  readonly classes: ReadonlySet<MarkingClass>;
  /** Only on verdicts for `delete`: whose versions may go; absent: what the entry admits is seen and stays. */
  readonly delete?: 'own' | 'any';
}

/** Hidden: as if it did not exist (404). Forbidden: it may be known, this action may not be done (403). */
export type Verdict = { readonly kind: 'hidden' } | { readonly kind: 'forbidden' } | Allowed;

/** Everything that reads or writes objects demands one of these. An object is visible if one entry admits it. */
export interface Allowed {
  readonly kind: 'allowed';
  readonly entries: readonly Entry[];
}
