import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { type ClientOptions, TaxiiClient } from '../../src/exchange/index.ts';

/** What came in. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The connection breaks after so many octets of the body. */
  readonly breakAt?: number;
  /** No answer at all. */
  readonly silent?: true;
}

export type Answering = (asked: Asked, count: number) => Reply | Promise<Reply>;

export const TAXII = 'application/taxii+json;version=2.1';

/** A server that answers as a test says, however wrong. */
export class FaultyServer {
  readonly asked: Asked[] = [];
  readonly origin: string;

  private constructor(origin: string) {
    this.origin = origin;
  }

  static async start(t: TestContext, answering: Answering): Promise<FaultyServer> {
    const server = createServer((request, response) => void faulty.#answer(request, response, answering));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const faulty = new FaultyServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return faulty;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, answering: Answering): Promise<void> {
    const url = new URL(request.url ?? '', this.origin);
    const asked: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: String(await buffer(request)),
    };
    this.asked.push(asked);
    const { status = 200, headers = {}, body = '', breakAt, silent } = await answering(asked, this.asked.length);
    if (silent) return;
    const bytes = Buffer.from(body);
    response.writeHead(status, { 'content-type': TAXII, 'content-length': bytes.length, ...headers });
    if (breakAt === undefined) response.end(bytes);
    else response.write(bytes.subarray(0, breakAt), () => response.destroy());
  }
}

/** A client that does not wait long, of a server on this machine. */
export function clientOf(t: TestContext, server: FaultyServer, options: Partial<ClientOptions> = {}): TaxiiClient {
  const client = new TaxiiClient({
    url: `${server.origin}/taxii2/`,
    allow: ['127.0.0.1'],
    retry: { attempts: 4, pauseMs: 1, maxPauseMs: 2000 },
    ...options,
  });
  t.after(() => client[Symbol.asyncDispose]());
  return client;
}

export const REF = { root: '/api/', collection: 'data' };

/** One object as a server keeps it. */
export interface Kept {
  readonly text: string;
  readonly date: string;
}

/** So many objects, a second of date added each. */
export function kept(count: number, dateOf: (i: number) => string = second): Kept[] {
  return Array.from({ length: count }, (_, i) => ({ text: `{"id":"x--${i}","n":1.50e1}`, date: dateOf(i) }));
}

export function second(i: number): string {
  return `2024-01-01T00:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}.000500Z`;
}

/** A page as a sound server sends it. */
export function page(rows: readonly Kept[], more: boolean, next?: string): Reply {
  const members = [
    `"more":${more}`,
    ...(next === undefined ? [] : [`"next":"${next}"`]),
    `"objects":[${rows.map(({ text }) => text).join(',')}]`,
  ];
  return { body: `{${members.join(',')}}`, headers: datesOf(rows) };
}

export function datesOf(rows: readonly Kept[]): Record<string, string> {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return {};
  return { 'x-taxii-date-added-first': first.date, 'x-taxii-date-added-last': last.date };
}

/** What was added later than the request says. */
export function later(rows: readonly Kept[], query: URLSearchParams): Kept[] {
  const after = query.get('added_after') ?? '';
  return rows.filter(({ date }) => date > after);
}

/** The texts that a client gets of a collection, in order. */
export async function read(client: TaxiiClient, query: Parameters<TaxiiClient['objects']>[1] = {}): Promise<string[]> {
  const texts: string[] = [];
  for await (const each of client.objects(REF, query)) for await (const { text } of each.objects()) texts.push(text);
  return texts;
}

/** Each once, in the order of the first time. */
export function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
