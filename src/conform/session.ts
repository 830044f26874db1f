import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, V21 } from './answer.ts';
import { Skipped } from './check.ts';
import type { Wire } from './wire.ts';

/** What a request has other than the usual. */
export interface Ask {
  /** Default the TAXII 2.1 media type; null: no header. */
  readonly accept?: string | readonly string[] | null;
  /** Default that of the run; null: none. */
  readonly authorization?: string | null;
  /** Of a body; default the TAXII 2.1 media type; null: no header. */
  readonly contentType?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects and lists are sent as JSON. */
  readonly body?: unknown;
  /** Default that of the suite; null: no header. */
  readonly userAgent?: string | null;
  readonly chunked?: boolean;
  readonly waitForContinue?: boolean;
  readonly breakAfter?: number;
}

export interface SessionOptions {
  readonly wire: Wire;
  /** `Basic …`, `Bearer …`; undefined: the run has no credentials of this kind. */
  readonly authorization: string | undefined;
  /** Whether the run has a client certificate. */
  readonly certificate: boolean;
  readonly maxRequests: number;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
  readonly onAnswer: (answer: Answer) => void;
}

/** How long a server may tell us to wait, at most. */
const MAX_WAIT_MS = 20_000;

/** The requests of one run: signed in, counted, patient with a server that is busy, and shown to the watches. */
export class Session {
  readonly #options: SessionOptions;
  readonly #posted = new Set<string>();
  /** Whether the collection took objects like those that the checks add. */
  welcome = true;
  /** Cleaning up goes on when the bounds are reached. */
  unbounded = false;
  #requests = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get authorization(): string | undefined {
    return this.#options.authorization;
  }

  get certificate(): boolean {
    return this.#options.certificate;
  }

  /** Ids of objects that the run has posted. */
  get posted(): ReadonlySet<string> {
    return this.#posted;
  }

  /** Remembers an object that is about to be posted, so that it is deleted at the end. */
  willPost(id: string): void {
    if (this.unbounded || this.exhausted === undefined) this.#posted.add(id);
  }

  get requests(): number {
    return this.#requests;
  }

  /** Why nothing more may be sent. */
  get exhausted(): string | undefined {
    const { maxRequests, deadline, signal } = this.#options;
    if (signal?.aborted === true) return 'the run was stopped';
    if (this.#requests >= maxRequests) return `the run is bounded to ${maxRequests} requests`;
    return Date.now() >= deadline ? 'the run is bounded in time' : undefined;
  }

  /** @throws {Skipped} when the bounds of the run are reached */
  async request(method: string, url: string, ask: Ask = {}): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const reason = this.unbounded ? undefined : this.exhausted;
      if (reason !== undefined) throw new Skipped(reason);
      this.#requests += 1;
      const answer = await this.#options.wire.send({
        method,
        url,
        headers: this.#headers(ask),
        body: bodyOf(ask.body),
        signedIn: ask.authorization === undefined,
        chunked: ask.chunked,
        waitForContinue: ask.waitForContinue,
        breakAfter: ask.breakAfter,
      });
      this.#options.onAnswer(answer);
      const wait = answer.status === 429 || answer.status === 503 ? waitOf(answer) : undefined;
      if (wait === undefined || attempt >= 3) return answer;
      // A run that is stopped does not wait any longer.
      await sleep(wait, undefined, { signal: this.#options.signal }).catch(() => undefined);
    }
  }

  #headers(ask: Ask): [string, string][] {
    const { accept = V21, authorization = this.#options.authorization ?? null, contentType = V21 } = ask;
    const { userAgent = 'entente-conform' } = ask;
    const accepts = accept === null ? [] : typeof accept === 'string' ? [accept] : accept;
    return [
      ...accepts.map((value): [string, string] => ['Accept', value]),
      ...(authorization === null ? [] : [['Authorization', authorization] as [string, string]]),
      ...(ask.body === undefined || contentType === null ? [] : [['Content-Type', contentType] as [string, string]]),
      ...(userAgent === null ? [] : [['User-Agent', userAgent] as [string, string]]),
      ...(ask.waitForContinue === true ? [['Expect', '100-continue'] as [string, string]] : []),
      ...Object.entries(ask.headers ?? {}),
    ];
  }
}

function bodyOf(body: unknown): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Milliseconds that a busy server asks to be left alone; undefined when it does not say, or asks for too many. */
function waitOf(answer: Answer): number | undefined {
  const seconds = answer.header('retry-after');
  if (seconds === undefined || !/^\d{1,3}$/.test(seconds)) return undefined;
  const wait = Number(seconds) * 1000;
  return wait <= MAX_WAIT_MS ? wait : undefined;
}
