import { constants, randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { AppError, type ErrorCode } from '../errors.ts';
import { harmless } from '../observe/harmless.ts';
import type { Logger } from '../observe/log.ts';
import { TAXII_MEDIA_TYPE } from '../taxii/media-type.ts';
import { errorResource } from '../taxii/resources.ts';
import { acceptHttp2 } from './http2.ts';
import { type TlsMaterial, tlsOptions } from './tls.ts';

/** What a connection may take. */
export interface ServerSettings {
  /** From the first octet of a request to the end of its header. */
  readonly headersTimeoutMs: number;
  /** From the first octet of a request to the end of its body. */
  readonly requestTimeoutMs: number;
  /** Without any octet in either direction. */
  readonly idleTimeoutMs: number;
  /** Between two requests; longer than pollers (30 s) and most proxies (60 s) wait. */
  readonly keepAliveTimeoutMs: number;
  /** Request line and header together. */
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  /** Octets of answers that clients have not taken yet, of all together. */
  readonly unsentBytes: number;
  /** How long a request waits while there are too many of them. */
  readonly unsentWaitMs: number;
}

export const SERVER_DEFAULTS: ServerSettings = {
  headersTimeoutMs: 20_000,
  requestTimeoutMs: 900_000,
  idleTimeoutMs: 120_000,
  keepAliveTimeoutMs: 72_000,
  maxHeaderBytes: 65_536,
  maxConnections: 4096,
  unsentBytes: 512 << 20,
  unsentWaitMs: 5000,
};

const ended = new WeakSet<Socket>();

/**
 * Takes no more requests from a connection whose last answer says that it closes: the parser goes on with what was sent
 * behind.
 * Source: RFC 9112 §9.6
 */
export function takeNoMore(socket: Socket): void {
  ended.add(socket);
}

/**
 * Requests that one connection may have sent ahead of their answers. Answers wait in memory for those before them, whole
 * pages each, so a connection that asks for more without reading is ended.
 */
const MAX_PIPELINED = 16;
const unanswered = new WeakMap<Socket, number>();

/** The server below the application: HTTP/1.1 in the clear, or HTTP/1.1 and HTTP/2 over TLS. */
export function createHttpServer(
  handler: RequestListener,
  settings: ServerSettings,
  tls: TlsMaterial | undefined,
): Server | HttpsServer {
  const options = {
    headersTimeout: settings.headersTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: settings.keepAliveTimeoutMs,
    maxHeaderSize: settings.maxHeaderBytes,
    connectionsCheckingInterval: Math.min(5000, settings.headersTimeoutMs),
    // Its absence is answered like any other fault, with an error resource.
    requireHostHeader: false,
  };
  const listener: RequestListener = (request, response) => {
    const { socket } = request;
    if (ended.has(socket)) return;
    const open = (unanswered.get(socket) ?? 0) + 1;
    if (open > MAX_PIPELINED) {
      socket.destroy();
      return;
    }
    unanswered.set(socket, open);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    handler(request, response);
  };
  const server =
    tls === undefined
      ? createServer(options, listener)
      : createHttpsServer({ ...options, ...tlsOptions(tls), ...connectionOptions(settings, tls) }, listener);
  server.setTimeout(settings.idleTimeoutMs);
  server.maxConnections = settings.maxConnections;
  // Whoever asks before sending a body gets the final answer when it is known without the body (see body.ts).
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  if (tls !== undefined) acceptHttp2(server as HttpsServer, handler, settings);
  return server;
}

function connectionOptions({ headersTimeoutMs }: ServerSettings, { clientCa }: TlsMaterial) {
  return {
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: headersTimeoutMs,
    // Whoever shows none may sign in otherwise, and one that does not count is answered with the reason (see peer.ts).
    requestCert: clientCa !== undefined,
    rejectUnauthorized: false,
    // A resumed connection would skip looking at the certificate, and at the CA as it is by then.
    ...(clientCa === undefined ? {} : { secureOptions: constants.SSL_OP_NO_TICKET }),
  };
}

/** How long a caller whose request could not be read has for taking in the answer while it still sends. */
const LINGER_MS = 1000;

/**
 * Answers what the HTTP parser refuses, with an error resource as far as the socket allows. The parser reports every
 * further piece of the same request again.
 */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket, logger: Logger): void {
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  if (hasAnswer(socket)) {
    closeSoon(socket.end());
    return;
  }
  const errorId = randomUUID();
  const { status, title, description } = new AppError(...explain(error.code));
  logger.warn(
    { request: errorId, status, error: { code: error.code, description: harmless(error.message) } },
    'refused',
  );
  const body = errorResource({ title, description, errorId, status });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${TAXII_MEDIA_TYPE}`,
    `Content-Length: ${body.length}`,
    'Cache-Control: private, no-cache',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  closeSoon(socket.end(`${head.join('\r\n')}\r\n\r\n${body}`));
}

/** Whether the request was answered before the rest of it turned out to be unreadable; Node itself asks the same. */
function hasAnswer(socket: Socket & { readonly _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

function closeSoon(socket: Socket): void {
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function explain(code: string | undefined): [ErrorCode, { description: string }] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return [
      'request.header-too-large',
      { description: 'Ask for less in one request, fewer match[id] values for instance.' },
    ];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return ['request.timeout', { description: 'The request was not complete in time. Send it again.' }];
  return ['request.invalid', { description: 'This is not an HTTP/1.1 request that can be read.' }];
}
