import { hashToken, isToken } from '../auth/bearer.ts';
import { canonicalFingerprint, canonicalSubject, isFingerprint, isSubject } from '../auth/mtls.ts';
import { parseInstant } from '../time.ts';
import type { HubDeps } from './admin.ts';
import type { CredentialEntry, DocumentPath, HubDocument, MtlsEntry, Problem, TokenEntry } from './hub-document.ts';
import { findPassword, findToken } from './hub-secrets.ts';
import {
  type Catalogue,
  type Credential,
  type CredentialKind,
  credentialName,
  type MtlsCredential,
  type Owner,
} from './model.ts';

export interface OwnedEntry {
  readonly entry: CredentialEntry;
  readonly owner: Owner;
  readonly path: DocumentPath;
}

/** Every credential of a hub file. */
export function credentialEntries({ operators = [], partners = [] }: HubDocument): OwnedEntry[] {
  const of = (owner: Owner, path: DocumentPath, entries: readonly CredentialEntry[] = []): OwnedEntry[] =>
    entries.map((entry, i) => ({ entry, owner, path: [...path, 'credentials', i] }));
  return [
    ...operators.flatMap(({ name, credentials }, i) => of({ operator: name }, ['operators', i], credentials)),
    ...partners.flatMap(({ name, credentials }, i) => of({ partner: name }, ['partners', i], credentials)),
  ];
}

/**
 * A credential of a hub file with what its secret comes to.
 * @throws {AppError} config.invalid; no message holds the secret
 */
export async function wantedCredential(
  entry: CredentialEntry,
  owner: Owner,
  catalogue: Catalogue,
  deps: HubDeps,
): Promise<Credential> {
  const { kind, expires, requires } = entry;
  const terms = {
    owner,
    ...(expires === undefined ? {} : { expires }),
    ...(requires === undefined ? {} : { requires }),
  };
  if (kind === 'mtls') return { kind, certificate: certificateOf(entry), ...terms };
  if (kind === 'token') {
    const name = tokenName(entry, owner);
    return { kind, name, tokenHash: await tokenHashOf(entry, name, deps), ...terms };
  }
  const user = entry.user.normalize('NFC');
  const secret = await findPassword(entry, deps.secrets);
  const known = catalogue.credential.get(`basic:${user}`)?.value;
  const passwordHash = 'hash' in secret ? secret.hash : await passwordHashOf(secret.password, known, deps);
  return { kind, user, passwordHash, ...terms };
}

/** A password that still verifies keeps its hash, so that applying again changes nothing. */
async function passwordHashOf(password: string, known: Credential | undefined, deps: HubDeps): Promise<string> {
  if (known?.kind === 'basic' && (await deps.verifyPassword(password, known.passwordHash))) return known.passwordHash;
  return deps.hashPassword(password);
}

async function tokenHashOf(entry: TokenEntry, name: string, deps: HubDeps): Promise<string> {
  return entry.token_hash ?? hashToken(await findToken(entry, name, { ...deps.secrets, isToken }));
}

function tokenName({ name }: TokenEntry, owner: Owner): string {
  return name ?? ('partner' in owner ? owner.partner : owner.operator);
}

function certificateOf({ subject, fingerprint }: MtlsEntry): MtlsCredential['certificate'] {
  return subject === undefined
    ? { fingerprint: canonicalFingerprint(fingerprint ?? '') }
    : { subject: canonicalSubject(subject) };
}

/** The name under which the entry is stored, and the key that gives it. */
export function nameOfEntry(entry: CredentialEntry, owner: Owner): { readonly key?: string; readonly name: string } {
  if (entry.kind === 'basic') return { key: 'user', name: `basic:${entry.user.normalize('NFC')}` };
  if (entry.kind === 'token')
    return { ...(entry.name === undefined ? {} : { key: 'name' }), name: `token:${tokenName(entry, owner)}` };
  const certificate = certificateOf(entry);
  return {
    key: 'subject' in certificate ? 'subject' : 'fingerprint',
    name: credentialName({ ...entry, owner, certificate }),
  };
}

const SOURCES = {
  basic: ['password_env', 'password_file', 'password_hash'],
  token: ['token_env', 'token_file', 'token_hash'],
  mtls: ['subject', 'fingerprint'],
} as const satisfies Record<CredentialKind, readonly string[]>;

/** What is wrong with an entry beyond its schema. */
export function credentialFaults({ entry, path }: OwnedEntry): Problem[] {
  const problems: Problem[] = [];
  const keys = SOURCES[entry.kind].filter((key) => key in entry);
  if (keys.length !== 1) {
    const found = keys.length === 0 ? 'none' : keys.join(' and ');
    problems.push({ path, message: `expected one of ${SOURCES[entry.kind].join(', ')}; found ${found}` });
  }
  if (entry.kind === 'mtls') {
    const { subject, fingerprint } = entry;
    if (subject !== undefined && !isSubject(subject))
      problems.push({
        path: [...path, 'subject'],
        message: `${JSON.stringify(subject)} is no subject such as CN=siem,O=Vendor`,
      });
    if (fingerprint !== undefined && !isFingerprint(fingerprint))
      problems.push({
        path: [...path, 'fingerprint'],
        message: `${JSON.stringify(fingerprint)} is no SHA-256 fingerprint of 64 hexadecimal digits`,
      });
  }
  const { expires, requires } = entry;
  if (expires !== undefined && parseInstant(expires) === undefined)
    problems.push({
      path: [...path, 'expires'],
      message: `${JSON.stringify(expires)} is no instant that exists; expected one such as 2027-01-31T00:00:00Z`,
    });
  if (requires?.includes(entry.kind))
    problems.push({
      path: [...path, 'requires'],
      message: `a credential requires others than its own kind, ${entry.kind}`,
    });
  return problems;
}
