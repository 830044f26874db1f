import type { IdentityObject, Tlp } from './model.ts';

/** A hub file as schemas/hub.schema.json describes it. */
export interface HubDocument {
  readonly hub: {
    readonly title: string;
    readonly description?: string;
    readonly contact?: string;
    readonly identity?: string;
    readonly default_root?: string;
    readonly limits?: LimitsEntry;
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
  readonly trends?: TrendsEntry;
}

export interface TrendsEntry {
  readonly publish_to?: string;
  readonly schedule?: string;
  readonly periods?: readonly ('day' | 'week' | 'month')[];
  readonly max_tlp?: Tlp;
  readonly min_count?: number;
}

export interface LimitsEntry {
  readonly requests_per_minute?: number | 'none';
  readonly concurrent_requests?: number | 'none';
}

export interface CredentialEntry {
  readonly kind: 'basic';
  readonly user: string;
  readonly password_env?: string;
  readonly password_file?: string;
  readonly password_hash?: string;
}

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
