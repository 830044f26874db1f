import { X509Certificate } from 'node:crypto';
import { AppError } from '../errors.ts';

/** Of hubs that take nothing else. A 401 has a challenge, and no scheme is registered for certificates. */
export const CERTIFICATE_CHALLENGE = 'ClientCertificate realm="Entente"';

/** A client certificate whose key the client holds and whose issuer was checked, by TLS or by a trusted proxy. */
export interface ClientCertificate {
  /** Distinguished name, canonical. */
  readonly subject: string;
  /** `sha256:` and 64 lower-case hexadecimal digits. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
}

export function clientCertificate(certificate: X509Certificate): ClientCertificate {
  return {
    // One relative name a line, the most general first, values escaped as RFC 4514 has them.
    subject: canonicalSubject((certificate.subject ?? '').split('\n').reverse().join(',')),
    fingerprint: canonicalFingerprint(certificate.fingerprint256),
    validFrom: certificate.validFromDate.getTime(),
    validTo: certificate.validToDate.getTime(),
  };
}

/**
 * The certificate in a header of a trusted proxy: RFC 9440 (`:base64:`), or PEM, percent-encoded as nginx and others do.
 * @throws {AppError} auth.invalid
 * Source: RFC 9440 §2.2
 */
export function certificateOfHeader(text: string): ClientCertificate {
  try {
    const octets = /^:([A-Za-z0-9+/=]+):$/.exec(text)?.[1];
    const source = octets === undefined ? decodeURIComponent(text) : Buffer.from(octets, 'base64');
    return clientCertificate(new X509Certificate(source));
  } catch (cause) {
    throw new AppError('auth.invalid', {
      description: 'The proxy handed on a client certificate that cannot be read.',
      cause,
    });
  }
}

/** A fingerprint as people copy it, with or without colons and prefix, in the one form that is compared. */
export function canonicalFingerprint(text: string): string {
  return `sha256:${text
    .replace(/^sha-?256[:=]/i, '')
    .replaceAll(':', '')
    .toLowerCase()}`;
}

export function isFingerprint(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(canonicalFingerprint(text));
}

/** Attribute types whose name in RFC 4514 is not the one that OpenSSL prints. */
const TYPE_NAMES: Readonly<Record<string, string>> = { EMAILADDRESS: 'EMAIL', S: 'ST', SURNAME: 'SN' };

/**
 * A distinguished name in the one spelling that is compared: types in capitals, no blanks around them, parts of one
 * relative name in order. Values count as they are, capitals included; the order of the relative names counts too.
 * Source: RFC 4514 §3
 */
export function canonicalSubject(text: string): string {
  return split(text, ',')
    .map((relative) => split(relative, '+').map(canonicalPart).sort().join('+'))
    .join(',');
}

/** Whether a text is a distinguished name. */
export function isSubject(text: string): boolean {
  return text !== '' && split(text, ',').every((relative) => split(relative, '+').every((part) => PART.test(part)));
}

const PART = /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=\s*(\S.*)$/s;

function canonicalPart(part: string): string {
  const [, type = '', value = ''] = PART.exec(part) ?? [];
  const name = type.toUpperCase();
  return `${TYPE_NAMES[name] ?? name}=${value.replace(/(?<!\\)\s+$/, '')}`;
}

/** Splits at a separator that no backslash stands before. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === separator) {
      parts.push(part);
      part = '';
      continue;
    }
    part += character;
    if (character === '\\' && i + 1 < text.length) part += text.charAt(++i);
  }
  parts.push(part);
  return parts;
}
