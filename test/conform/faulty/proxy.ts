import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type EndpointKind, endpointOf } from '../../../src/conform/endpoint.ts';

/** A request on its way to the hub; a fault may change it. */
export interface Asked {
  method: string;
  path: string;
  /** Raw, in order. */
  headers: [string, string][];
  body: Buffer;
  readonly kind: EndpointKind;
}

/** An answer on its way back. */
export interface Answered {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** What one faulty server does otherwise than the hub. */
export interface Behaviour {
  asked?(asked: Asked): void;
  answered?(answered: Answered, asked: Asked): void;
  /** Answers in the hub's place. */
  instead?(asked: Asked, response: ServerResponse): boolean;
}

/** A server that is the hub but for one fault, which can be exchanged. */
export class FaultyServer {
  behaviour: Behaviour = {};
  readonly #hub: URL;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(hubUrl: string) {
    this.#hub = new URL(hubUrl);
    this.#server = createServer((incoming, response) => {
      this.#serve(incoming, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { rawHeaders, method = 'GET', url: path = '/' } = incoming;
    const headers = Array.from({ length: rawHeaders.length / 2 }, (_, i): [string, string] => [
      rawHeaders[2 * i] ?? '',
      rawHeaders[2 * i + 1] ?? '',
    ]);
    const roots = ['http://hub/api1/', 'http://hub/api2/', 'http://hub/pub/', 'http://hub/strict/'];
    const asked: Asked = { method, path, headers, body: Buffer.alloc(0), kind: endpointOf(`http://hub${path}`, roots) };
    asked.body = await buffer(incoming);
    if (this.behaviour.instead?.(asked, response) === true) return;
    this.behaviour.asked?.(asked);
    const answered = await this.#forward(asked);
    this.behaviour.answered?.(answered, asked);
    const { status, body } = answered;
    delete answered.headers['transfer-encoding'];
    delete answered.headers.connection;
    delete answered.headers['keep-alive'];
    if (method !== 'HEAD') answered.headers['content-length'] = String(body.length);
    response.sendDate = answered.headers.date !== undefined;
    response.writeHead(status, answered.headers);
    response.end(method === 'HEAD' ? undefined : body);
  }

  #forward({ method, path, headers, body }: Asked): Promise<Answered> {
    const kept = headers.filter(([name]) => !OWN.has(name.toLowerCase()));
    const flat = kept.flat();
    if (body.length > 0 || method === 'POST') flat.push('content-length', String(body.length));
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: this.#hub.hostname, port: this.#hub.port, method, path, headers: flat, agent: this.#agent },
        (answer) => {
          buffer(answer).then((bytes) => {
            const own = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
            resolve({ status: answer.statusCode ?? 0, headers: Object.fromEntries(own), body: bytes });
          }, reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

const OWN = new Set(['content-length', 'transfer-encoding', 'connection', 'expect']);
