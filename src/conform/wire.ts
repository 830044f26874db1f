import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Answer, type Sent } from './answer.ts';

/** How a server is reached and when a request is given up. */
export interface WireOptions {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Certificates of the server are not checked. */
  readonly insecure?: boolean | undefined;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer | undefined;
  readonly signedIn: boolean;
  /** Without Content-Length, in chunks. */
  readonly chunked?: boolean | undefined;
  /** Send the body only when the server asks for it. */
  readonly waitForContinue?: boolean | undefined;
  /** Break the connection after so many octets of the body. */
  readonly breakAfter?: number | undefined;
}

const URL_PARTS = /^(https?):\/\/(\[[^\]]+\]|[^/:?#]+)(?::(\d+))?([/?].*)?$/s;

/**
 * HTTP/1.1 request by request, with exactly the headers given and nothing followed, repeated or decoded: what a
 * conformance check has to see is what a comfortable client hides. Never rejects; a failure is an answer with a fault.
 */
export class Wire implements Disposable {
  readonly #options: WireOptions;
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent };

  constructor(options: WireOptions) {
    this.#options = options;
    const { ca, cert, key, insecure } = options;
    const keep = { keepAlive: true, maxSockets: 4 };
    this.#agents = {
      http: new HttpAgent(keep),
      https: new HttpsAgent({ ...keep, ca, cert, key, rejectUnauthorized: insecure !== true }),
    };
  }

  async send(outgoing: Outgoing): Promise<Answer> {
    const first = await this.#once(outgoing);
    // A kept connection that the server closed meanwhile says nothing about the server.
    return first.stale ? (await this.#once(outgoing)).answer : first.answer;
  }

  [Symbol.dispose](): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #once(outgoing: Outgoing): Promise<{ readonly answer: Answer; readonly stale: boolean }> {
    const { method, url, headers, body, signedIn } = outgoing;
    const sent: Sent = { method, url, headers, body, signedIn, at: Date.now() };
    return new Promise((resolve) => {
      let request: ClientRequest | undefined;
      const settle = (answer: Answer, stale = false): void => resolve({ answer, stale });
      const fail = (error: unknown): void => {
        const stale = request?.reusedSocket === true && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        settle(new Answer(sent, 0, [], Buffer.alloc(0), reasonOf(error)), stale);
      };
      try {
        request = this.#open(outgoing);
      } catch (error) {
        fail(error);
        return;
      }
      const opened = request;
      const timer = setTimeout(
        () => opened.destroy(new Error(`no end of the answer within ${this.#options.timeoutMs} ms`)),
        this.#options.timeoutMs,
      );
      opened.once('close', () => clearTimeout(timer));
      opened.on('error', fail);
      let continued = false;
      opened.once('continue', () => {
        continued = true;
        opened.end(body);
      });
      opened.once('response', (response) => {
        this.#receive(sent, response, () => continued).then(
          (answer) => {
            // The body was never asked for, so the connection cannot be used again.
            if (outgoing.waitForContinue === true && !continued) opened.destroy();
            settle(answer);
          },
          (error: unknown) => fail(error),
        );
      });
      dispatch(opened, outgoing);
    });
  }

  #open(outgoing: Outgoing): ClientRequest {
    const { method, url, headers, body, chunked } = outgoing;
    const match = URL_PARTS.exec(url);
    if (!match) throw new Error(`${url} is no http or https URL`);
    const [, scheme = '', host = '', port, path = '/'] = match;
    const options = {
      method,
      host: host.replace(/^\[|\]$/g, ''),
      path: path.startsWith('/') ? path : `/${path}`,
      ...(port === undefined ? {} : { port: Number(port) }),
    };
    const request =
      scheme === 'https'
        ? httpsRequest({ ...options, agent: this.#agents.https })
        : httpRequest({ ...options, agent: this.#agents.http });
    const names = new Set(headers.map(([name]) => name.toLowerCase()));
    for (const name of names) {
      const values = headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
      request.setHeader(name, values.length === 1 ? (values[0] as string) : values);
    }
    if (body !== undefined && chunked !== true && !names.has('content-length'))
      request.setHeader('content-length', body.length);
    return request;
  }

  async #receive(sent: Sent, response: IncomingMessage, continued: () => boolean): Promise<Answer> {
    const { rawHeaders, statusCode = 0 } = response;
    const headers = Array.from(
      { length: rawHeaders.length / 2 },
      (_, i) => [rawHeaders[2 * i] ?? '', rawHeaders[2 * i + 1] ?? ''] as const,
    );
    const chunks: Buffer[] = [];
    let size = 0;
    let fault: string | undefined;
    try {
      for await (const chunk of response) {
        chunks.push(chunk as Buffer);
        size += (chunk as Buffer).length;
        if (size > this.#options.maxBodyBytes) {
          fault = `the body did not end within ${this.#options.maxBodyBytes} octets and was given up`;
          break;
        }
      }
    } catch (error) {
      fault = `the answer broke off after ${size} octets of body (${reasonOf(error)})`;
    }
    return new Answer(sent, statusCode, headers, Buffer.concat(chunks), fault, continued());
  }
}

function dispatch(request: ClientRequest, { body, waitForContinue, breakAfter, chunked }: Outgoing): void {
  if (waitForContinue === true) {
    request.flushHeaders();
  } else if (breakAfter !== undefined && body !== undefined) {
    request.write(body.subarray(0, breakAfter), () => request.destroy(new Error('broken off on purpose')));
  } else if (chunked === true && body !== undefined) {
    // In two writes: with one, Node would still send the length.
    request.write(body.subarray(0, Math.ceil(body.length / 2)));
    request.end(body.subarray(Math.ceil(body.length / 2)));
  } else request.end(body);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
}
