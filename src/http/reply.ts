import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ownerOf, sourceOf } from '../collections/ingest.ts';
import type { ReadPage } from '../collections/read.ts';
import { AppError } from '../errors.ts';
import type { ReadKind } from '../store/ledger.ts';
import { TAXII_MEDIA_TYPE } from '../taxii/media-type.ts';
import { errorResource } from '../taxii/resources.ts';
import { formatMicros } from '../time.ts';
import { expectsContinue } from './body.ts';
import { callerOf, collectionAccess } from './context.ts';
import type { HttpDeps } from './deps.ts';
import { takeNoMore } from './server.ts';

const NOTHING = Buffer.alloc(0);

/**
 * The one way out for answers of the TAXII endpoints. Answers depend on the caller, so shared caches must not keep
 * them.
 */
export function sendTaxii(reply: FastifyReply, body: Buffer = NOTHING, status = 200): FastifyReply {
  const { access, method, recorded } = reply.request;
  const reads = access?.verdict !== undefined && (method === 'GET' || method === 'HEAD');
  if (reads && recorded !== true) throw new Error('What a verdict lets somebody read is sent by pageSender alone.');
  setHeader(reply);
  return reply.code(status).send(body);
}

/**
 * The one way out for pages, with the headers that say which dates added they span: recorded before anything of them goes
 * out, and not sent when they cannot be recorded.
 * Source: TAXII 2.1 §3.2
 */
export function pageSender({ ledger }: Pick<HttpDeps, 'ledger'>) {
  return function sendPage(reply: FastifyReply, read: ReadKind, page: ReadPage, body: Buffer): FastifyReply {
    const { request } = reply;
    const { principal, credentials } = callerOf(request);
    const { collection, verdict } = collectionAccess(request);
    const who = sourceOf(ownerOf(principal));
    const how = request.method === 'HEAD' ? 'head' : read;
    ledger.read({ who, credentials, request: request.id, read: how, collection: collection.id, verdict }, page);
    request.recorded = true;
    return sendRecorded(reply, page, body);
  };
}

function sendRecorded(reply: FastifyReply, page: ReadPage, body: Buffer): FastifyReply {
  reply.request.count = page.count;
  if (page.first !== undefined) reply.header('X-TAXII-Date-Added-First', formatMicros(page.first));
  if (page.last !== undefined) reply.header('X-TAXII-Date-Added-Last', formatMicros(page.last));
  return sendTaxii(reply, body);
}

function setHeader(reply: FastifyReply): void {
  reply.header('content-type', TAXII_MEDIA_TYPE);
  reply.header('cache-control', 'private, no-cache');
  reply.header('vary', 'Accept, Authorization');
}

/** The one way out for failures, of whatever scope. What is wrong with the hub itself is described in the log only. */
export function errorSender(deps: Pick<HttpDeps, 'authenticator' | 'metrics'>) {
  return function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const error = asAppError(thrown);
    request.fault = faultOf(error, request);
    if (error.code === 'auth.invalid') deps.metrics.signInFailed();
    const isOurs = error.status >= 500 && error.code !== 'server.busy';
    const body = errorResource({
      title: error.title,
      errorId: request.id,
      status: error.status,
      ...(isOurs ? {} : { description: error.description, errorCode: error.code, details: error.details }),
    });
    setHeader(reply);
    reply.headers(error.headers);
    if (error.status === 401) reply.header('WWW-Authenticate', deps.authenticator.challenges());
    reply.code(error.status);
    if (!isBodyUnderWay(request)) return reply.send(body);
    return request.raw.httpVersionMajor === 1 ? sendAndClose(request, reply, body) : sendAndStop(request, reply, body);
  };
}

/** Anything that is not an AppError is a fault of ours, except what the web framework says about a request. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { statusCode, code } = (thrown ?? {}) as { readonly statusCode?: unknown; readonly code?: unknown };
  if (typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number' && statusCode < 500) {
    if (statusCode === 415)
      return new AppError('body.media-type', { description: `Send Content-Type: ${TAXII_MEDIA_TYPE}` });
    const description =
      'The path of the URL holds a percent sign that does not begin the UTF-8 encoding of a character.';
    return code === 'FST_ERR_BAD_URL'
      ? new AppError('request.invalid', { description })
      : new AppError('request.invalid', { cause: thrown });
  }
  return new AppError('internal', { cause: thrown });
}

/** What the log says about it: for refusals that a client's settings would mend, which setting. */
export function faultOf(error: AppError, request: FastifyRequest) {
  const mendable = [400, 401, 406, 415].includes(error.status);
  return {
    code: error.code,
    description: error.description,
    ...(mendable ? { userAgent: request.headers['user-agent'] ?? 'none', header: headerAtFault(error, request) } : {}),
    ...(error.status >= 500 ? { cause: error.cause ?? error } : {}),
  };
}

function headerAtFault(error: AppError, { headers }: FastifyRequest): string | undefined {
  if (error.code === 'accept.unsupported') return `Accept: ${headers.accept ?? ''}`;
  if (error.code === 'body.media-type') return `Content-Type: ${headers['content-type'] ?? ''}`;
  if (error.code === 'body.encoding') return `Content-Encoding: ${headers['content-encoding'] ?? ''}`;
  if (error.status !== 401) return undefined;
  // Of credentials nothing but a well-known scheme: a client may have sent a bare secret.
  const scheme = /^(basic|bearer|token|digest|negotiate|ntlm)\b/i.exec(headers.authorization ?? '')?.[0];
  return `Authorization: ${headers.authorization === undefined ? '' : (scheme ?? 'unknown scheme')}`;
}

/** Bodies that are still to come after a refusal: smaller ones are read to their end, which keeps the connection. */
const SMALL_BODY_BYTES = 65_536;

function isBodyUnderWay(request: FastifyRequest): boolean {
  const { raw, headers } = request;
  if (raw.complete || raw.destroyed) return false;
  const stream = streamOf(raw);
  if (stream?.endAfterHeaders === true) return false;
  // Over HTTP/2 a body of unknown length has no header that says so.
  if (headers['transfer-encoding'] !== undefined || (stream && headers['content-length'] === undefined)) return true;
  const length = Number(headers['content-length'] ?? 0);
  return length > SMALL_BODY_BYTES || (length > 0 && expectsContinue(raw));
}

const LINGER_MS = 1000;
const LINGER_BYTES = 1 << 20;

/**
 * Answers in the middle of a body and closes the connection. Closing at once would reset it, and a client that is still
 * sending might never see the answer; so it goes out whole, and what comes is thrown away for a moment.
 */
function sendAndClose(request: FastifyRequest, reply: FastifyReply, body: Buffer): FastifyReply {
  const { raw: response } = reply;
  reply.hijack();
  takeNoMore(request.raw.socket);
  response.writeHead(reply.statusCode, headersOf(reply, body));
  response.write(body);
  if (expectsContinue(request.raw) && request.raw.readableLength === 0) {
    // The body waits for a go-ahead that it does not get.
    response.end();
    return reply;
  }
  let left = LINGER_BYTES;
  const close = (): void => {
    clearTimeout(timer);
    request.raw.off('data', discard);
    response.end();
  };
  const discard = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) close();
  };
  const timer = setTimeout(close, LINGER_MS);
  request.raw.on('data', discard).once('end', close).once('close', close).resume();
  return reply;
}

/** The same over HTTP/2, where the stream alone ends: the answer goes out whole, then the client is told to stop. */
function sendAndStop({ raw }: FastifyRequest, reply: FastifyReply, body: Buffer): FastifyReply {
  const stream = streamOf(raw);
  // The response itself is finished only once the stream has closed.
  stream?.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
  // What has come is thrown away, so that it does not fill the window of the whole connection.
  raw.resume();
  return reply.send(body);
}

function streamOf(raw: IncomingMessage): ServerHttp2Stream | undefined {
  return 'stream' in raw ? (raw.stream as ServerHttp2Stream) : undefined;
}

type OutgoingHeaders = NonNullable<Parameters<ServerResponse['writeHead']>[1]>;

function headersOf(reply: FastifyReply, body: Buffer): OutgoingHeaders {
  return { ...(reply.getHeaders() as OutgoingHeaders), 'content-length': body.length, connection: 'close' };
}
