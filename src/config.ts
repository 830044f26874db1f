import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { AppError } from './errors.ts';

/** What a command runs with: flags, then environment (`ENTENTE_*`), then defaults. */
export interface Settings {
  /** Directory of the database and what belongs to it. */
  readonly data: string;
  readonly databaseFile: string;
  /** Where request bodies above 1 MiB wait. */
  readonly spoolDirectory: string;
  /** Where the operator puts schemas of extensions, one `<extension-definition--UUID>.json` each. */
  readonly schemaDirectory: string;
  readonly logLevel: LogLevel;
}

export interface ServeSettings extends Settings {
  readonly host: string;
  readonly port: number;
  /** Scheme, host and port under which callers reach the hub. */
  readonly publicUrl?: string;
  /** Addresses and networks of proxies whose forwarded headers count. */
  readonly trustProxy?: readonly string[];
  /** Header in which those proxies hand on client certificates. */
  readonly clientCertHeader?: string;
  /** Files of TLS; absent: HTTP in the clear. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly clientCaFile?: string };
  /** Hub file to apply before serving. */
  readonly hubFile?: string;
}

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Flags as they stand on the command line. */
export interface Flags {
  readonly data?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly publicUrl?: string | undefined;
  readonly trustProxy?: string | undefined;
  readonly clientCertHeader?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly clientCa?: string | undefined;
  readonly hub?: string | undefined;
  readonly logLevel?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of the process; nothing else reads it. */
export const processEnvironment: Environment = process.env;

export const DEFAULT_PORT = 6100;

/** @throws {AppError} config.invalid */
export function loadSettings(flags: Flags, environment: Environment): Settings {
  const setting = settingsOf(flags, environment);
  const data = resolve(setting('data', notEmpty) ?? 'data');
  return Object.freeze({
    data,
    databaseFile: join(data, 'entente.db'),
    spoolDirectory: join(data, 'spool'),
    schemaDirectory: join(data, 'schemas'),
    logLevel: setting('logLevel', logLevel) ?? 'info',
  });
}

/** @throws {AppError} config.invalid */
export function loadServeSettings(flags: Flags, environment: Environment): ServeSettings {
  const setting = settingsOf(flags, environment);
  const publicUrl = setting('publicUrl', baseUrl);
  const trustProxy = setting('trustProxy', networks);
  const clientCertHeader = setting('clientCertHeader', headerName);
  if (clientCertHeader !== undefined && trustProxy === undefined)
    throw new AppError('config.invalid', {
      description: '--client-cert-header counts from trusted proxies only: name them with --trust-proxy.',
    });
  const hubFile = setting('hub', notEmpty);
  const tls = tlsFiles(setting);
  return Object.freeze({
    ...loadSettings(flags, environment),
    host: setting('host', notEmpty) ?? '127.0.0.1',
    port: setting('port', portNumber) ?? DEFAULT_PORT,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(trustProxy === undefined ? {} : { trustProxy: Object.freeze(trustProxy) }),
    ...(clientCertHeader === undefined ? {} : { clientCertHeader }),
    ...(tls === undefined ? {} : { tls: Object.freeze(tls) }),
    ...(hubFile === undefined ? {} : { hubFile: resolve(hubFile) }),
  });
}

/** Reads a setting; says what was expected by throwing an Expectation. */
type Reader<T> = (text: string) => T;

class Expectation extends Error {}

/** Finds a setting as a flag (`--log-level`), else as a variable (`ENTENTE_LOG_LEVEL`). */
function settingsOf(flags: Flags, environment: Environment) {
  return <T>(key: keyof Flags, read: Reader<T>): T | undefined => {
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const variable = `ENTENTE_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`;
    const text = flags[key] ?? environment[variable];
    if (text === undefined) return undefined;
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof Expectation)) throw error;
      const name = flags[key] === undefined ? variable : flag;
      throw new AppError('config.invalid', { description: `${name} is "${text}"; expected ${error.message}.` });
    }
  };
}

/** TLS is asked for as a whole or not at all: half of it must never end in HTTP. */
function tlsFiles(setting: ReturnType<typeof settingsOf>): ServeSettings['tls'] {
  const certFile = setting('tlsCert', notEmpty);
  const keyFile = setting('tlsKey', notEmpty);
  const clientCaFile = setting('clientCa', notEmpty);
  if (certFile === undefined && keyFile === undefined && clientCaFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw new AppError('config.invalid', { description: 'TLS needs both --tls-cert and --tls-key.' });
  return {
    certFile: resolve(certFile),
    keyFile: resolve(keyFile),
    ...(clientCaFile === undefined ? {} : { clientCaFile: resolve(clientCaFile) }),
  };
}

function headerName(text: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(text)) throw new Expectation('the name of a header, such as Client-Cert');
  return text;
}

function notEmpty(text: string): string {
  if (text === '') throw new Expectation('something that is not empty');
  return text;
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new Expectation('a port from 0 (any free one) to 65535');
  return port;
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) throw new Expectation(`one of ${LOG_LEVELS.join(', ')}`);
  return level;
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (!plain || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Expectation('scheme, host and port without a path, such as https://taxii.example.org');
  return url.origin;
}

/** Names that the proxy trust of the HTTP framework knows, beside addresses and networks. */
const NETWORK_NAMES = new Set(['loopback', 'linklocal', 'uniquelocal']);

function networks(text: string): readonly string[] {
  const list = text.split(',').map((part) => part.trim());
  if (!list.every((part) => NETWORK_NAMES.has(part) || isNetwork(part)))
    throw new Expectation('addresses or networks separated by commas, such as 10.0.0.5,192.168.0.0/16, or loopback');
  return list;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
