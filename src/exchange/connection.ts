import { isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { AppError } from '../errors.ts';
import { addressRefused, createGuard, guardedLookup } from './guard.ts';
import { resolved } from './urls.ts';

/** What a connection is made with. Certificates and keys are PEM texts. */
export interface ConnectionOptions {
  /** Authorities to trust instead of those of the system. */
  readonly ca?: string;
  /** Client certificate, with its key. */
  readonly cert?: string;
  readonly key?: string;
  /** URL of an HTTP proxy, with its credentials if it wants any. */
  readonly proxy?: string;
  /** Addresses and networks that are permitted though they are private, local or special. */
  readonly allow?: readonly string[];
  readonly timeouts?: Timeouts;
}

export interface Timeouts {
  /** From the first try to an open connection; 10 s. */
  readonly connectMs?: number;
  /** From the request to the header of its answer; 60 s. */
  readonly headerMs?: number;
  /** Without any octet of the body; 60 s. */
  readonly idleMs?: number;
  /** From the request to the end of its answer; 15 min. */
  readonly totalMs?: number;
}

export const TIMEOUTS = { connectMs: 10_000, headerMs: 60_000, idleMs: 60_000, totalMs: 900_000 } as const;

/** Few: one poll at a time, and the page after it. */
const CONNECTIONS = 4;

/**
 * Connections to permitted addresses only. With a proxy, the proxy resolves names: the operator who names it trusts it to;
 * addresses that stand in URLs are checked all the same (see `checkLiteral`).
 * @param secret requests hold credentials: over plain HTTP they go to addresses that were named, and to no others
 * @throws {AppError} config.invalid
 */
export function openConnections(options: ConnectionOptions, secret: boolean): Dispatcher {
  const { ca, cert, key, proxy, allow = [], timeouts = {} } = options;
  const { connectMs, headerMs, idleMs } = { ...TIMEOUTS, ...timeouts };
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  const common = { headersTimeout: headerMs, bodyTimeout: idleMs, connections: CONNECTIONS, allowH2: false };
  if (proxy !== undefined && !/^https?:$/.test(resolved(proxy)?.protocol ?? ''))
    // What stands there instead may be a secret.
    throw new AppError('config.invalid', {
      description:
        'The URL of the proxy is none of https:// or http://; expected one such as http://user:password@proxy.example:3128.',
    });
  if (proxy !== undefined) return new ProxyAgent({ ...common, uri: proxy, requestTls: { ...tls, timeout: connectMs } });
  const guard = createGuard(allow);
  const connectors = [false, true].map((named) =>
    buildConnector({ ...tls, allowH2: false, timeout: connectMs, lookup: guardedLookup(guard, named) }),
  );
  const connect: buildConnector.connector = (target, callback) => {
    const named = secret && target.protocol === 'http:';
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const refuse = (address: string): void => callback(addressRefused(host, address, named), null);
    // Addresses are not looked up, so they are met here.
    if (isIP(host) !== 0 && !guard.permits(host, named)) {
      refuse(host);
      return;
    }
    const connector = connectors[named ? 1 : 0] as buildConnector.connector;
    connector(target, (...result) => {
      const [error, socket] = result;
      const reached = error === null ? socket.remoteAddress : undefined;
      if (error !== null || reached === undefined || guard.permits(reached, named)) callback(...result);
      else {
        socket.destroy();
        refuse(reached);
      }
    });
  };
  return new Agent({ ...common, connect });
}

/**
 * Whether an address that stands in a URL may be asked for; what a proxy resolves is not seen here.
 * @throws {AppError} remote.address
 */
export function checkLiteral(url: URL, allow: readonly string[], secret: boolean): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const named = secret && url.protocol === 'http:';
  if (isIP(host) !== 0 && !createGuard(allow).permits(host, named)) throw addressRefused(host, host, named);
}
