import { AppError } from '../errors.ts';
import { type BasicCredentials, parseBasic } from './basic.ts';
import { isToken } from './bearer.ts';
import type { ClientCertificate } from './mtls.ts';

/** What a request brings to say who makes it. */
export interface SignIn {
  readonly authorization?: string | undefined;
  /** Value of `X-API-Key`. */
  readonly apiKey?: string | undefined;
  readonly certificate?: ClientCertificate | undefined;
  /** Of the client, as far as that is known; guesses are counted by it. */
  readonly address: string;
}

/** One thing that a request brings. A Basic password may be a token, and so may a user without password. */
export type Claim =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'basic'; readonly basic: BasicCredentials; readonly token?: string };

/** The user that a request names in clear, right or wrong; undefined where there is none. */
export function userOf(signIn: SignIn): string | undefined {
  try {
    return claimsOf(signIn).find((claim) => claim.kind === 'basic')?.basic.user;
  } catch {
    return undefined;
  }
}

/** The scheme in any case, then at least one space. Source: RFC 7235 §2.1, RFC 6750 §2.1 */
const TOKEN_SCHEME = /^(?:bearer|token) +(\S+)$/i;
const BARE = /^basic +(\S+)$/i;

/**
 * The claims of the headers, in every form in which clients send them; never of the query, which ends up in logs.
 * @throws {AppError} auth.invalid
 */
export function claimsOf({ authorization, apiKey }: SignIn): Claim[] {
  const claims: Claim[] = [];
  if (authorization !== undefined) claims.push(claimOf(authorization.trim()));
  if (apiKey !== undefined) claims.push(tokenClaim(apiKey.trim()));
  return claims;
}

function claimOf(authorization: string): Claim {
  const token = TOKEN_SCHEME.exec(authorization)?.[1];
  if (token !== undefined) return tokenClaim(token);
  const bare = BARE.exec(authorization)?.[1];
  if (bare !== undefined && isToken(bare)) return { kind: 'token', token: bare };
  const basic = parseBasic(authorization);
  const { user, password } = basic;
  if (isToken(password)) return { kind: 'basic', basic, token: password };
  if (password === '' && isToken(user)) return { kind: 'token', token: user };
  return { kind: 'basic', basic };
}

function tokenClaim(token: string): Claim {
  if (token === '') throw new AppError('auth.invalid', { description: 'The token is empty.' });
  return { kind: 'token', token };
}
