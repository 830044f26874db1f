import { createHash, randomBytes } from 'node:crypto';

/** What secret scanners and people recognise a token by. */
export const TOKEN_PREFIX = 'ent_';

export const BEARER_CHALLENGE = 'Bearer realm="Entente"';

/** The prefix and 256 random bits in base64url; the underscore keeps it from being base64. */
const TOKEN = /^ent_[A-Za-z0-9_-]{43}$/;

/** A new token, to be shown once: only its hash is kept. */
export function newToken(): string {
  return `${TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;
}

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * SHA-256 in lower-case hexadecimal. A slow hash would protect nothing: nobody tries 2^256 tokens, and finding one by its
 * hash tells no more by its time than the hash itself.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
