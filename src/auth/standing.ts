import { createHash } from 'node:crypto';
import { type Catalogue, type Credential, credentialName, type Principal } from '../sharing/model.ts';
import { type Micros, parseInstant } from '../time.ts';
import { credentialsOf } from './credentials.ts';
import type { ClientCertificate } from './mtls.ts';

/**
 * What credentials that somebody signed in with are worth now: whoever holds on to a sign-in compares it at each request
 * with what it was then, and ends where it differs. It changes when one of them is gone, disabled, expired, has another
 * secret or owner, or when the certificate is no longer there.
 * @param names as `SignedIn.credentials`
 * @returns undefined when they are worth nothing
 */
export function standingOf(
  principal: Principal,
  names: readonly string[],
  certificate: ClientCertificate | undefined,
  catalogue: Catalogue,
  now: Micros,
): string | undefined {
  if ('anonymous' in principal || names.length === 0) return undefined;
  const exists =
    'partner' in principal ? catalogue.partner.has(principal.partner) : catalogue.operator.has(principal.operator);
  if (!exists) return undefined;
  const held: Credential[] = [];
  for (const name of names) {
    const credential = catalogue.credential.get(name)?.value;
    if (credential === undefined || !counts(credential, certificate, catalogue, now)) return undefined;
    held.push(credential);
  }
  const content = held.map(({ created: _, expires: __, ...rest }) => rest);
  return createHash('sha256')
    .update(JSON.stringify([principal, content]))
    .digest('base64');
}

function counts(
  credential: Credential,
  certificate: ClientCertificate | undefined,
  catalogue: Catalogue,
  now: Micros,
): boolean {
  const { disabled, expires, kind } = credential;
  const taken = catalogue.hub.get('hub')?.value.signIn;
  if (disabled === true || (taken !== undefined && !taken.includes(kind))) return false;
  if (expires !== undefined && now >= (parseInstant(expires) ?? Number.NEGATIVE_INFINITY)) return false;
  if (credential.kind !== 'mtls') return true;
  const shown = certificate && credentialsOf(catalogue).mtls(certificate, now);
  return shown !== undefined && credentialName(shown) === credentialName(credential);
}
