import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tooLarge } from '../collections/received.ts';
import { AppError } from '../errors.ts';
import type { ApiRoot } from '../sharing/model.ts';
import { matchContentType, TAXII_MEDIA_TYPE } from '../taxii/media-type.ts';

/**
 * Refuses a body by what the header says of it.
 * @throws {AppError} body.media-type, body.encoding, body.too-large
 * Source: TAXII 2.1 §5.5
 */
export function checkBodyHeader(request: FastifyRequest, root: ApiRoot): void {
  const match = matchContentType(request.headers['content-type']);
  if (match === 'unsupported' || (match === 'tolerated' && root.strict))
    throw new AppError('body.media-type', { description: `Send Content-Type: ${TAXII_MEDIA_TYPE}` });
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== '')
    throw new AppError('body.encoding', { description: 'Send the body as it is, without Content-Encoding.' });
  if (Number(request.headers['content-length'] ?? 0) > root.maxContentLength) throw tooLarge(root.maxContentLength);
}

/**
 * The body as it arrives; a client that waits to be told so is told to go on. Whoever stops reading early leaves the
 * connection whole, so that it can be answered.
 * Throws body.interrupted when the client goes away.
 */
export async function* bodyOf(request: FastifyRequest, reply: FastifyReply): AsyncGenerator<Uint8Array> {
  if (expectsContinue(request.raw)) reply.raw.writeContinue();
  try {
    yield* request.raw.iterator({ destroyOnReturn: false });
  } catch (cause) {
    throw new AppError('body.interrupted', { description: 'The connection ended in the middle of the body.', cause });
  }
}

export function expectsContinue(request: IncomingMessage): boolean {
  return request.httpVersion !== '1.0' && /\b100-continue\b/i.test(request.headers.expect ?? '');
}
