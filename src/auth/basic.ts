import { AppError } from '../errors.ts';

/** What a Basic Authorization header says. */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

/** `charset` tells clients to send UTF-8. Source: RFC 7617 §2.1 */
export const BASIC_CHALLENGE = 'Basic realm="Entente", charset="UTF-8"';

/** The scheme in any case, then at least one space. Source: RFC 7235 §2.1 */
const BASIC = /^basic +(\S.*)$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Neither part may hold one. Source: RFC 7617 §2 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the value of an Authorization header.
 * @throws {AppError} auth.invalid when the header is not Basic or malformed
 * Source: RFC 7617 §2
 */
export function parseBasic(authorization: string): BasicCredentials {
  const token = BASIC.exec(authorization.trim())?.[1];
  if (token === undefined)
    throw malformed('The Authorization header names a scheme that is not accepted here, or no credentials.');
  if (!BASE64.test(token)) throw malformed('What follows "Basic" is not base64.');
  const text = decode(token);
  const colon = text.indexOf(':');
  if (colon < 0) throw malformed('The decoded Basic credentials have no colon between user and password.');
  if (CONTROL.test(text)) throw malformed('The decoded Basic credentials hold a control character.');
  return { user: text.slice(0, colon).normalize('NFC'), password: text.slice(colon + 1) };
}

function decode(token: string): string {
  try {
    return utf8.decode(Buffer.from(token, 'base64'));
  } catch {
    throw malformed('The decoded Basic credentials are not UTF-8.');
  }
}

function malformed(reason: string): AppError {
  return new AppError('auth.invalid', {
    description: `${reason} Expected: Authorization: Basic followed by the base64 of user:password in UTF-8.`,
  });
}
