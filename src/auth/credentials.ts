import {
  type BasicCredential,
  type Catalogue,
  CREDENTIAL_KINDS,
  type Credential,
  type CredentialKind,
  type MtlsCredential,
  type TokenCredential,
} from '../sharing/model.ts';
import { type Micros, parseInstant } from '../time.ts';
import type { ClientCertificate } from './mtls.ts';

/** The credentials of a catalogue that are in force, found by what a request brings. */
export interface Credentials {
  basic(user: string, now: Micros): BasicCredential | undefined;
  /** @param hash as `hashToken` gives it */
  token(hash: string, now: Micros): TokenCredential | undefined;
  /** The one with its fingerprint, else the one with its subject. */
  mtls(certificate: ClientCertificate, now: Micros): MtlsCredential | undefined;
  /** Kinds that the hub takes, whether or not it has one. */
  readonly taken: ReadonlySet<CredentialKind>;
  /** Kinds of which there is one that is not disabled. */
  readonly kinds: ReadonlySet<CredentialKind>;
}

/** A credential and when it ends. */
interface Entry<T> {
  readonly credential: T;
  readonly until: Micros;
}

const known = new WeakMap<Catalogue, Credentials>();

export function credentialsOf(catalogue: Catalogue): Credentials {
  let credentials = known.get(catalogue);
  if (credentials === undefined) {
    credentials = index(catalogue);
    known.set(catalogue, credentials);
  }
  return credentials;
}

/** A credential that is disabled, of a kind that is not taken or whose owner is gone is none. */
function index(catalogue: Catalogue): Credentials {
  const basic = new Map<string, Entry<BasicCredential>>();
  const token = new Map<string, Entry<TokenCredential>>();
  const mtls = new Map<string, Entry<MtlsCredential>>();
  const taken = new Set(catalogue.hub.get('hub')?.value.signIn ?? CREDENTIAL_KINDS);
  for (const { value: credential } of catalogue.credential.values()) {
    if (credential.disabled === true || !taken.has(credential.kind) || !isOwned(catalogue, credential)) continue;
    const until = endOf(credential);
    if (credential.kind === 'basic') basic.set(credential.user, { credential, until });
    else if (credential.kind === 'token') token.set(credential.tokenHash, { credential, until });
    else mtls.set(keyOf(credential), { credential, until });
  }
  const kinds = new Set<CredentialKind>();
  if (basic.size > 0) kinds.add('basic');
  if (token.size > 0) kinds.add('token');
  if (mtls.size > 0) kinds.add('mtls');
  return {
    basic: (user, now) => inForce(basic.get(user), now),
    token: (hash, now) => inForce(token.get(hash), now),
    mtls({ fingerprint, subject, validFrom, validTo }, now) {
      // A connection may outlive the certificate that it began with.
      if (now < validFrom * 1000 || now >= validTo * 1000) return undefined;
      return inForce(mtls.get(fingerprint), now) ?? inForce(mtls.get(subject), now);
    },
    taken,
    kinds,
  };
}

function keyOf({ certificate }: MtlsCredential): string {
  return 'subject' in certificate ? certificate.subject : certificate.fingerprint;
}

/** A date that cannot be read ends it at once rather than never. */
function endOf({ expires }: Credential): Micros {
  if (expires === undefined) return Number.POSITIVE_INFINITY;
  return parseInstant(expires) ?? Number.NEGATIVE_INFINITY;
}

function inForce<T>(entry: Entry<T> | undefined, now: Micros): T | undefined {
  return entry !== undefined && now < entry.until ? entry.credential : undefined;
}

function isOwned(catalogue: Catalogue, { owner }: Credential): boolean {
  return 'partner' in owner ? catalogue.partner.has(owner.partner) : catalogue.operator.has(owner.operator);
}
