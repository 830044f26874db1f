import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { setInterval as every } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../observe/log.ts';
import { loadTls, type TlsFiles, type TlsMaterial, tlsOptions } from './tls.ts';

export interface TlsReload extends Disposable {
  /** Reads the files now; what does not fit is logged, and the server goes on with what it has. */
  reload(): Promise<void>;
}

/** Files are read rather than watched: what replaces them may be a link, a mount or a rename. */
const CHECK_MS = 10_000;

const DAY_MS = 86_400_000;
/** Later than tools that renew certificates do it. */
const WARN_BEFORE_MS = 21 * DAY_MS;

/** Gives a server of TLS its files again whenever they change; new connections get the new ones. */
export function keepTlsCurrent(
  server: HttpServer | HttpsServer,
  files: TlsFiles,
  loaded: TlsMaterial,
  logger: Logger,
  checkMs: number = CHECK_MS,
): TlsReload {
  const stop = new AbortController();
  let current = loaded;
  /** The same fault is told once. */
  let fault = '';
  let warnedAt = 0;

  async function reload(): Promise<void> {
    try {
      const material = await loadTls(files);
      fault = '';
      warnOfEnd(material);
      if (isDeepStrictEqual(material, current)) return;
      const sameClientCa = material.clientCa === current.clientCa;
      if ('setSecureContext' in server) server.setSecureContext(tlsOptions(material));
      current = material;
      // Clients that the new authorities do not vouch for come back and are looked at.
      if (!sameClientCa) server.closeIdleConnections();
      logger.info({ expires: new Date(material.expires).toISOString() }, 'TLS files taken over');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message === fault) return;
      fault = message;
      logger.error({ err: error }, `The TLS files do not fit, so the hub goes on with those it has: ${message}`);
    }
  }

  function warnOfEnd({ expires }: TlsMaterial): void {
    if (expires - Date.now() > WARN_BEFORE_MS || Date.now() - warnedAt < DAY_MS) return;
    warnedAt = Date.now();
    logger.warn({ expires: new Date(expires).toISOString() }, 'the TLS certificate expires soon');
  }

  async function check(): Promise<void> {
    for await (const _ of every(checkMs, undefined, { ref: false, signal: stop.signal })) await reload();
  }
  warnOfEnd(loaded);
  // Ends with an abort, which is how it is meant to end.
  check().catch(() => undefined);
  return { reload, [Symbol.dispose]: () => stop.abort() };
}
