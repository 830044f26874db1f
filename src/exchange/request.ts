import { type Dispatcher, request } from 'undici';
import { AppError } from '../errors.ts';
import { TAXII_MEDIA_TYPE } from '../taxii/media-type.ts';
import { mayPass, refusalOf, unreachable } from './answers.ts';
import { type ConnectionOptions, checkLiteral, openConnections, TIMEOUTS } from './connection.ts';
import { authorization, type ClientAuth } from './credentials.ts';
import { BrokenBody, decoded, ENCODINGS } from './decode.ts';
import { Passing, type RetryOptions, retryAfterMs, retrying } from './retry.ts';
import { resolved, shown } from './urls.ts';

export interface RequesterOptions extends ConnectionOptions {
  /** The one origin that credentials are sent to. */
  readonly origin: string;
  readonly auth?: ClientAuth;
  readonly retry?: RetryOptions;
  readonly userAgent?: string;
}

export interface Exchange<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly body?: Buffer;
  /** Of the answer, packed and unpacked. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Reads the answer to its end. What it throws as `BrokenBody` is tried again where that is safe. */
  readonly read: (answer: Answer) => Promise<T>;
}

export interface Answer {
  readonly url: URL;
  /** The first value of a header, by its name in lower case. */
  header(name: string): string | undefined;
  /** Unpacked, and no more than was permitted. */
  readonly body: AsyncIterable<Uint8Array>;
}

const MAX_REDIRECTS = 5;
/** Of an error resource. */
const MAX_ERROR_BYTES = 65_536;

/** Sends requests to one server: guarded, with time-outs, tried again where that is safe. */
export class Requester implements AsyncDisposable {
  readonly #options: RequesterOptions;
  readonly #dispatcher: Dispatcher;
  readonly #secret: boolean;
  readonly #headers: Readonly<Record<string, string>>;

  /** @throws {AppError} config.invalid */
  constructor(options: RequesterOptions) {
    this.#options = options;
    this.#secret = options.auth !== undefined || options.cert !== undefined;
    this.#dispatcher = openConnections(options, this.#secret);
    const signIn = authorization(options.auth);
    this.#headers = {
      accept: TAXII_MEDIA_TYPE,
      'accept-encoding': ENCODINGS,
      'user-agent': options.userAgent ?? 'entente-taxii',
      ...(signIn === undefined ? {} : { authorization: signIn }),
    };
  }

  /**
   * @throws {AppError} remote.address, remote.busy, remote.credentials, remote.failed, remote.invalid, remote.not-found,
   * remote.redirected, remote.refused, remote.unreachable
   */
  send<T>(exchange: Exchange<T>): Promise<T> {
    return retrying(this.#options.retry ?? {}, exchange.signal, () => this.#attempt(exchange));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #attempt<T>(exchange: Exchange<T>): Promise<T> {
    const total = AbortSignal.timeout(this.#options.timeouts?.totalMs ?? TIMEOUTS.totalMs);
    const signal = exchange.signal === undefined ? total : AbortSignal.any([exchange.signal, total]);
    const repeatable = exchange.method === 'GET';
    let { url } = exchange;
    try {
      for (let redirects = 0; ; redirects++) {
        this.#checkTarget(url);
        const answer = await request(url, {
          method: exchange.method,
          dispatcher: this.#dispatcher,
          signal,
          headers: exchange.body === undefined ? this.#headers : { ...this.#headers, 'content-type': TAXII_MEDIA_TYPE },
          ...(exchange.body === undefined ? {} : { body: exchange.body }),
        });
        const target = await this.#redirect(exchange, url, answer, redirects);
        if (target === undefined) return await this.#receive(exchange, url, answer);
        url = target;
      }
    } catch (error) {
      if (exchange.signal?.aborted === true) throw exchange.signal.reason;
      if (error instanceof AppError || error instanceof Passing) throw error;
      const failure = unreachable(url, error);
      throw mayPass(error, repeatable) ? new Passing(failure) : failure;
    }
  }

  /** @throws {AppError} remote.address, remote.redirected */
  #checkTarget(url: URL): void {
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new AppError('remote.address', {
        description: `${JSON.stringify(url.protocol)} is no protocol of TAXII: expected https:// or http://.`,
      });
    if (this.#secret && url.origin !== this.#options.origin)
      throw new AppError('remote.redirected', {
        description: `${shown(url)} is of another origin than ${this.#options.origin}, to which the credentials belong: they are not sent there. Configure that URL itself if you trust it.`,
        details: { url: shown(url) },
      });
    checkLiteral(url, this.#options.allow ?? [], this.#secret);
  }

  /** @returns where to ask instead */
  async #redirect(
    { method }: Exchange<unknown>,
    url: URL,
    { statusCode, headers, body }: Dispatcher.ResponseData,
    redirects: number,
  ): Promise<URL | undefined> {
    if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
    await body.dump({ limit: MAX_ERROR_BYTES });
    const location = first(headers.location);
    const target = location === undefined ? undefined : resolved(location, url);
    if (target === undefined || method !== 'GET' || redirects === MAX_REDIRECTS)
      throw new AppError('remote.redirected', {
        description: `${shown(url)} redirects${target === undefined ? ' without saying where' : ` to ${shown(target)}`}; ${method === 'GET' ? `at most ${MAX_REDIRECTS} redirects are followed` : `a ${method} is sent to no other URL than the one given`}.`,
        details: { url: shown(target ?? url) },
      });
    return target;
  }

  async #receive<T>(exchange: Exchange<T>, url: URL, response: Dispatcher.ResponseData): Promise<T> {
    const { statusCode, headers, body } = response;
    // What is given up ends in an error that nobody waits for.
    body.on('error', () => undefined);
    if (statusCode >= 300) {
      const afterMs = retryAfterMs(first(headers['retry-after']), Date.now());
      const failure = refusalOf(url, statusCode, await headOf(body), afterMs);
      const busy = statusCode === 429 || statusCode === 503;
      throw busy || (statusCode >= 500 && exchange.method === 'GET') ? new Passing(failure, afterMs) : failure;
    }
    try {
      return await exchange.read({
        url,
        header: (name) => first(headers[name]),
        body: decoded(body, first(headers['content-encoding']), exchange.maxBytes),
      });
    } catch (error) {
      body.destroy();
      if (!(error instanceof BrokenBody)) throw error;
      const failure = new AppError('remote.invalid', {
        description: `The answer of ${shown(url)} is broken: ${error.message}`,
        cause: error,
      });
      throw exchange.method === 'GET' ? new Passing(failure) : failure;
    }
  }
}

async function headOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  let text = '';
  try {
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > MAX_ERROR_BYTES) break;
    }
  } catch {
    // The status says enough.
  }
  return text;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
