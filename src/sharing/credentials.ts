import { formatMicros, type Micros, parseInstant } from '../time.ts';
import { type Edit, put } from './edit.ts';
import { checkEntry } from './hub-file.ts';
import { knownOperator, knownPartner, refused, refuseProblems } from './known.ts';
import { type Catalogue, type Credential, credentialName, type Owner, type TokenCredential } from './model.ts';
import { DAY_MICROS } from './term.ts';

export type CredentialState = 'active' | 'expired' | 'revoked';

export function credentialState({ disabled, expires }: Credential, now: Micros): CredentialState {
  if (disabled) return 'revoked';
  const end = expires === undefined ? undefined : parseInstant(expires);
  return end !== undefined && end <= now ? 'expired' : 'active';
}

/** `partner vendor` */
export function ownerText(owner: Owner): string {
  return 'partner' in owner ? `partner ${owner.partner}` : `operator ${owner.operator}`;
}

/**
 * The credential that a command line names: `KIND:NAME`, or the name alone where one credential has it.
 * @throws {AppError} not-found, config.invalid when several have it
 */
export function knownCredential(catalogue: Catalogue, name: string): Credential {
  const exact = catalogue.credential.get(name)?.value;
  if (exact !== undefined) return exact;
  const found = [...catalogue.credential.values()].filter(
    ({ value }) => credentialName(value) === `${value.kind}:${name}`,
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.value;
  const names = found.map(({ value }) => credentialName(value));
  if (names.length > 1) throw refused(`Several credentials are called "${name}". Write ${names.join(' or ')}.`);
  throw refused(`There is no credential "${name}"; "entente credential list" shows those there are.`, 'not-found');
}

/** @throws {AppError} config.invalid, not-found */
export function addCredential(catalogue: Catalogue, credential: Credential, now: Micros): Edit {
  const { owner, expires } = credential;
  if ('partner' in owner) knownPartner(catalogue, owner.partner);
  else knownOperator(catalogue, owner.operator);
  const name = credentialName(credential);
  const taken = catalogue.credential.get(name)?.value;
  if (taken !== undefined)
    throw refused(
      `The credential ${name} exists already, of ${ownerText(taken.owner)}. "entente credential rotate ${name}" replaces its secret.`,
    );
  const problems =
    credential.kind === 'basic'
      ? checkEntry('credential', { kind: 'basic', user: credential.user, password_hash: credential.passwordHash })
      : credential.kind === 'token'
        ? checkEntry('name', credential.name)
        : [];
  refuseProblems(`The credential ${name}`, problems);
  if (expires !== undefined) checkExpiry(expires, now);
  const { signIn } = catalogue.hub.get('hub')?.value ?? {};
  const untaken =
    signIn === undefined || signIn.includes(credential.kind)
      ? []
      : [`Nobody signs in with it: "sign_in" of the hub takes ${signIn.join(', ')} only.`];
  return {
    changes: [put(catalogue, 'credential', credential)],
    warnings: [...untaken, ...demandWarnings(catalogue, credential)],
  };
}

/**
 * What else must be there for a credential to let anybody in.
 * @throws {AppError} config.invalid when nothing can
 */
function demandWarnings(catalogue: Catalogue, { kind, owner, requires = [] }: Credential): string[] {
  if (requires.includes(kind)) throw refused(`A credential requires others than its own kind, ${kind}.`);
  const owned = [...catalogue.credential.values()].filter(({ value }) => ownerText(value.owner) === ownerText(owner));
  return requires
    .filter((demanded) => !owned.some(({ value }) => value.kind === demanded))
    .map(
      (demanded) => `It lets nobody in before ${ownerText(owner)} has a credential of the kind ${demanded} as well.`,
    );
}

function checkExpiry(expires: string, now: Micros): void {
  const end = parseInstant(expires);
  if (end === undefined)
    throw refused(`${JSON.stringify(expires)} is no instant that exists; expected one such as 2027-01-31T00:00:00Z.`);
  if (end <= now) throw refused(`The credential would be expired from the start: ${expires} is past.`);
}

/**
 * Gives a user another password, at once.
 * @throws {AppError} config.invalid, not-found
 */
export function rotatePassword(catalogue: Catalogue, name: string, passwordHash: string, now: Micros): Edit {
  const credential = rotatable(catalogue, name);
  if (credential.kind !== 'basic') throw refused(`${credentialName(credential)} has no password.`);
  return { changes: [put(catalogue, 'credential', { ...credential, passwordHash, created: formatMicros(now) })] };
}

/**
 * Adds the successor of a token, and lets the token itself expire after an overlap in which both do.
 * @throws {AppError} config.invalid, not-found
 */
export function rotateToken(
  catalogue: Catalogue,
  name: string,
  tokenHash: string,
  overlapDays: number,
  now: Micros,
  newExpires?: string,
): Edit & { readonly successor: string } {
  const old = rotatable(catalogue, name);
  if (old.kind !== 'token') throw refused(`${credentialName(old)} is no token.`);
  const { expires: end, ...lasting } = old;
  const overlap = now + overlapDays * DAY_MICROS;
  const known = end === undefined ? undefined : parseInstant(end);
  const expires = known !== undefined && known < overlap && end !== undefined ? end : formatMicros(overlap);
  const successor: TokenCredential = {
    ...lasting,
    name: successorName(catalogue, old.name),
    tokenHash,
    created: formatMicros(now),
    ...(newExpires === undefined ? {} : { expires: newExpires }),
  };
  if (newExpires !== undefined) checkExpiry(newExpires, now);
  return {
    changes: [put(catalogue, 'credential', successor), put(catalogue, 'credential', { ...old, expires })],
    warnings:
      end === undefined || newExpires !== undefined
        ? []
        : [`The new token never expires, while the old one had an end (${end}); --expires sets one.`],
    successor: credentialName(successor),
  };
}

/** `feed` → `feed-2` → `feed-3`, as far as it is free. */
function successorName(catalogue: Catalogue, name: string): string {
  const [, stem = name, number = '1'] = /^(.+)-(\d{1,6})$/.exec(name) ?? [];
  for (let next = Number(number) + 1; ; next++)
    if (!catalogue.credential.has(`token:${stem}-${next}`)) return `${stem}-${next}`;
}

function rotatable(catalogue: Catalogue, name: string): Credential {
  const credential = knownCredential(catalogue, name);
  if (credential.disabled)
    throw refused(`${credentialName(credential)} is revoked; "entente credential enable" it first, or add another.`);
  return credential;
}

/**
 * Makes a credential worth nothing, or something again. No hub file lifts a revocation.
 * @throws {AppError} config.invalid, not-found
 */
export function revokeCredential(catalogue: Catalogue, name: string, revoke: boolean): Edit {
  const { disabled: _, ...rest } = knownCredential(catalogue, name);
  const value: Credential = revoke ? { ...rest, disabled: true } : rest;
  return { changes: [put(catalogue, 'credential', value)], outlastsFile: true };
}

/** @throws {AppError} config.invalid, not-found */
export function removeCredential(catalogue: Catalogue, name: string): Edit {
  return { changes: [{ remove: 'credential', name: credentialName(knownCredential(catalogue, name)) }] };
}
