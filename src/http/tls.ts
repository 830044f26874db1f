import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { AppError } from '../errors.ts';

/** The files that TLS needs, PEM each. */
export interface TlsFiles {
  /** The certificate of the server, then those of intermediate authorities. */
  readonly certFile: string;
  readonly keyFile: string;
  /** The authorities whose client certificates count. */
  readonly clientCaFile?: string;
}

/** What was read from them and found to fit. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
  /** End of the server's certificate, milliseconds since 1970. */
  readonly expires: number;
}

/**
 * TLS 1.2 with an ephemeral key exchange and an AEAD cipher only, and TLS 1.3. Node never accepts early data.
 * Source: TAXII 2.1 §8.2.2, RFC 7540 appendix A
 */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** Octets of a hub file's size class; a larger one is something else. */
const MAX_BYTES = 1 << 20;

/** What a TLS server is made of, and what it takes over when its files change. */
export function tlsOptions({ cert, key, clientCa }: TlsMaterial): TlsOptions {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    // Without client CA the list of the system would count.
    ...(clientCa === undefined ? {} : { ca: clientCa }),
  };
}

/**
 * Reads the files and checks that a server can work with them.
 * @param now milliseconds since 1970
 * @throws {AppError} file.unreadable, config.invalid
 */
export async function loadTls({ certFile, keyFile, clientCaFile }: TlsFiles, now = Date.now()): Promise<TlsMaterial> {
  const cert = await read('--tls-cert', certFile);
  const key = await read('--tls-key', keyFile);
  const clientCa = clientCaFile === undefined ? undefined : await read('--client-ca', clientCaFile);
  const [leaf] = certificates('--tls-cert', certFile, cert);
  const privateKey = keyOf(keyFile, key);
  if (leaf === undefined || !leaf.checkPrivateKey(privateKey))
    throw unusable('--tls-key', keyFile, `is not the key of the first certificate in ${certFile}`);
  checkTerm('--tls-cert', certFile, leaf, now);
  if (clientCaFile !== undefined && clientCa !== undefined) {
    const authorities = certificates('--client-ca', clientCaFile, clientCa);
    if (!authorities.some((authority) => authority.ca))
      throw unusable('--client-ca', clientCaFile, 'holds no certificate of an authority (basicConstraints CA:TRUE)');
    if (authorities.every((authority) => authority.validToDate.getTime() <= now))
      throw unusable('--client-ca', clientCaFile, 'holds only certificates that have expired');
  }
  const material = { cert, key, expires: leaf.validToDate.getTime(), ...(clientCa === undefined ? {} : { clientCa }) };
  try {
    createSecureContext(tlsOptions(material));
  } catch (cause) {
    throw unusable('--tls-cert', certFile, `and ${keyFile} are not accepted by OpenSSL: ${messageOf(cause)}`, cause);
  }
  return material;
}

async function read(flag: string, file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new AppError('file.unreadable', {
      description: `${flag} ${file} cannot be read: ${messageOf(cause)}.`,
      cause,
    });
  }
  if (bytes.length > MAX_BYTES) throw unusable(flag, file, `is larger than ${MAX_BYTES} bytes, so not what is meant`);
  return bytes.toString('latin1');
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificates(flag: string, file: string, pem: string): X509Certificate[] {
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) throw unusable(flag, file, 'holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)');
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw unusable(flag, file, `holds a certificate that cannot be read: ${messageOf(cause)}`, cause);
    }
  });
}

function keyOf(file: string, pem: string): KeyObject {
  if (/-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem))
    throw unusable('--tls-key', file, 'is encrypted; store it without a passphrase, readable by this program only');
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw unusable('--tls-key', file, 'holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)', cause);
  }
}

function checkTerm(flag: string, file: string, { validFromDate, validToDate }: X509Certificate, now: number): void {
  if (validToDate.getTime() <= now)
    throw unusable(flag, file, `expired at ${validToDate.toISOString()}; put a new certificate there`);
  if (validFromDate.getTime() > now)
    throw unusable(
      flag,
      file,
      `is valid from ${validFromDate.toISOString()} only; is the clock of this machine right?`,
    );
}

function unusable(flag: string, file: string, reason: string, cause?: unknown): AppError {
  return new AppError('config.invalid', { description: `${flag} ${file} ${reason}.`, cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
