import type { CredentialKind, IdentityObject, Tlp } from './model.ts';

/** A hub file as schemas/hub.schema.json describes it. */
export interface HubDocument {
  readonly hub: {
    readonly title: string;
    readonly description?: string;
    readonly contact?: string;
    readonly identity?: string;
    readonly default_root?: string;
    readonly limits?: LimitsEntry;
    readonly sign_in?: readonly CredentialKind[];
  };
  readonly operators?: readonly { readonly name: string; readonly credentials?: readonly CredentialEntry[] }[];
  readonly api_roots: readonly ApiRootEntry[];
  readonly partners?: readonly {
    readonly name: string;
    readonly limits?: LimitsEntry;
    readonly identity?: string | IdentityObject;
    readonly credentials?: readonly CredentialEntry[];
  }[];
  readonly agreements?: readonly AgreementEntry[];
  readonly feeds?: readonly FeedEntry[];
  readonly trends?: TrendsEntry;
}

export interface TrendsEntry {
  readonly publish_to?: string;
  readonly schedule?: string;
  readonly periods?: readonly ('day' | 'week' | 'month')[];
  readonly max_tlp?: Tlp;
  readonly min_count?: number;
}

export interface FeedEntry {
  readonly name: string;
  readonly partner: string;
  readonly collection: string;
  readonly url: string;
  readonly remote_collection: string;
  readonly credentials?: FeedCredentialsEntry;
  readonly tls?: { readonly ca_file?: string; readonly cert_file?: string; readonly key_file?: string };
  readonly proxy?: string;
  readonly proxy_env?: string;
  readonly allow?: readonly string[];
  readonly pull?: FeedTermsEntry;
  readonly push?: FeedTermsEntry;
}

export interface FeedTermsEntry {
  readonly schedule?: string;
  readonly types?: readonly string[];
  readonly max_tlp?: Tlp;
  readonly added_after?: string;
}

export type FeedCredentialsEntry =
  | {
      readonly kind: 'basic';
      readonly user: string;
      readonly password_env?: string;
      readonly password_file?: string;
    }
  | {
      readonly kind: 'token';
      readonly scheme?: string;
      readonly token_env?: string;
      readonly token_file?: string;
    };

export interface LimitsEntry {
  readonly requests_per_minute?: number | 'none';
  readonly concurrent_requests?: number | 'none';
}

interface CredentialTermsEntry {
  readonly expires?: string;
  readonly requires?: readonly CredentialKind[];
}

export interface BasicEntry extends CredentialTermsEntry {
  readonly kind: 'basic';
  readonly user: string;
  readonly password_env?: string;
  readonly password_file?: string;
  readonly password_hash?: string;
}

export interface TokenEntry extends CredentialTermsEntry {
  readonly kind: 'token';
  /** Absent: that of whom it belongs to. */
  readonly name?: string;
  readonly token_env?: string;
  readonly token_file?: string;
  readonly token_hash?: string;
}

export interface MtlsEntry extends CredentialTermsEntry {
  readonly kind: 'mtls';
  readonly subject?: string;
  readonly fingerprint?: string;
}

export type CredentialEntry = BasicEntry | TokenEntry | MtlsEntry;

export interface ApiRootEntry {
  readonly path: string;
  readonly title: string;
  readonly description?: string;
  readonly max_content_length?: number;
  readonly strict?: boolean;
  readonly collections?: readonly CollectionEntry[];
}

export interface CollectionEntry {
  readonly id?: string;
  readonly alias?: string;
  readonly title: string;
  readonly description?: string;
  readonly media_types?: readonly string[];
  readonly validation?: 'standard' | 'strict';
  readonly default_tlp?: Tlp;
  readonly unknown_marking?: Tlp;
  readonly statement_marking?: Tlp;
  readonly page_default?: number;
  readonly page_max?: number;
  readonly retention?: { readonly days: number };
}

export interface AgreementEntry {
  readonly name: string;
  readonly partner: string;
  readonly title?: string;
  readonly purpose?: string;
  readonly from?: string;
  readonly until?: string;
  readonly suspended?: boolean;
  readonly grants: readonly GrantEntry[];
}

export interface GrantEntry {
  readonly collection: string;
  readonly read?: boolean;
  readonly write?: boolean;
  readonly max_tlp: Tlp;
  readonly types?: readonly string[];
  readonly delete?: 'own' | 'any' | 'none';
}

/** Where in the document something is: names and list positions from the top. */
export type DocumentPath = readonly (string | number)[];

/** `api_roots[0].collections[1].title` */
export function formatPath(path: DocumentPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

export interface Problem {
  readonly path: DocumentPath;
  /** The place is the key of this name at `path`, not its value. */
  readonly key?: string;
  readonly message: string;
}
