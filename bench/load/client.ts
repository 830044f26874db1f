import { Pool } from 'undici';

export const MEDIA_TYPE = 'application/taxii+json;version=2.1';

/** Longer than any answer takes; a server that hangs ends the run instead of stopping it. */
const TIMEOUT_MS = 120_000;

export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it came in. */
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
  /** From sending to the last octet. */
  readonly ms: number;
}

/** Keep-alive connections to one server. */
export interface Client extends AsyncDisposable {
  /** @param authorization instead of that of the client */
  get(path: string, authorization?: string): Promise<Reply>;
  post(path: string, body: Buffer): Promise<Reply>;
}

/**
 * A client that does as little as it can with an answer, so that it is never slower than the server.
 * @param authorization value of the Authorization header
 */
export function openClient(origin: string, connections: number, authorization?: string): Client {
  const pool = new Pool(origin, { connections, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const headers = { accept: MEDIA_TYPE, ...(authorization === undefined ? {} : { authorization }) };
  const posting = { ...headers, 'content-type': MEDIA_TYPE };
  return {
    get: (path, other) =>
      send(pool, {
        path,
        method: 'GET',
        headers: other === undefined ? headers : { ...headers, authorization: other },
      }),
    post: (path, body) => send(pool, { path, method: 'POST', headers: posting, body }),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

function send(pool: Pool, request: Parameters<Pool['dispatch']>[0]): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    let headers: Reply['headers'] = {};
    pool.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_, code, received) => {
        status = code;
        headers = received;
      },
      onResponseData: (_, chunk) => {
        chunks.push(chunk);
        bytes += chunk.length;
      },
      onResponseEnd: () => resolve({ status, headers, chunks, bytes, ms: performance.now() - began }),
      onResponseError: (_, error) =>
        reject(new Error(`${request.method} ${request.path}: ${error.message}`, { cause: error })),
    });
  });
}

/** @throws {Error} when the server answered something else */
export function expectStatus(reply: Reply, status: number, what: string): Reply {
  if (reply.status === status) return reply;
  throw new Error(`${what}: expected ${status}, the server answered ${reply.status}: ${bodyText(reply).slice(0, 500)}`);
}

export function bodyText(reply: Reply): string {
  return Buffer.concat(reply.chunks).toString('utf8');
}
