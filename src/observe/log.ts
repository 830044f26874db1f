import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import { formatMillis } from '../time.ts';
import { harmless } from './harmless.ts';

export type { Level, Logger } from 'pino';

/** Names under which a secret could reach the log by mistake. Wildcards would cost each line a walk through all of it. */
const SECRET = ['authorization', 'password', 'passwordHash', 'token', 'tokenHash', 'cookie'];
const SECRET_PATHS = SECRET.flatMap((name) => [name, `headers.${name}`, `err.${name}`]);

/** JSON lines on standard output, one a record, without anything secret. */
export function createLogger(level: Level | 'silent', destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${formatMillis(Date.now())}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: '[not logged]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** What is written about one request. */
export interface RequestRecord {
  /** Also the error_id of an error resource. */
  readonly request: string;
  /** `partner:NAME`, `operator:NAME` or `anonymous`; absent when it was refused before anybody was known. */
  readonly who?: string | undefined;
  /** Names of the credentials that it signed in with. */
  readonly credential?: string | undefined;
  /** Address of the client, or of the proxy that is not trusted. */
  readonly from?: string | undefined;
  readonly method: string;
  /** Pattern of the URL; absent when it matched none. */
  readonly route?: string | undefined;
  /** As it came, without the query string. */
  readonly path: string;
  /** Absent when the caller went away before an answer. */
  readonly status?: number | undefined;
  /** Entries sent or removed. */
  readonly count?: number | undefined;
  readonly ms: number;
  readonly error?: RequestFault | undefined;
}

/** Why a request failed. */
export interface RequestFault {
  readonly code: string;
  readonly description?: string | undefined;
  /** The header at fault and what it said, for requests that a client's settings would mend. */
  readonly header?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Only for faults of ours. */
  readonly cause?: unknown;
}

/** One line a request: who, what, with what result. Faults of ours are errors, refusals warnings where settings are wrong. */
export function logRequest(logger: Logger, record: RequestRecord): void {
  const { request, who, credential, from, method, route, path, status, count, ms, error } = record;
  const line = {
    request,
    ...(who === undefined ? {} : { who }),
    ...(credential === undefined ? {} : { credential }),
    ...(from === undefined ? {} : { from }),
    method,
    ...(route === undefined ? {} : { route }),
    path: harmless(path),
    ...(status === undefined ? {} : { status }),
    ...(count === undefined ? {} : { count }),
    ms: Math.round(ms * 10) / 10,
    ...(error === undefined ? {} : { error: faultLine(error) }),
    ...(error?.cause === undefined ? {} : { err: error.cause }),
  };
  if (status === undefined) logger.info(line, 'the client went away');
  else if (status >= 500) logger.error(line, 'failed');
  else if (error?.header !== undefined) logger.warn(line, 'refused');
  else logger.info(line, status >= 400 ? 'refused' : 'answered');
}

function faultLine({ code, description, header, userAgent }: RequestFault): object {
  return {
    code,
    ...(description === undefined ? {} : { description: harmless(description) }),
    ...(header === undefined ? {} : { header: harmless(header) }),
    ...(userAgent === undefined ? {} : { userAgent: harmless(userAgent) }),
  };
}
