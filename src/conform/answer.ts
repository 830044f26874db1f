import { isObject, type Json, type JsonObject } from '../stix/json.ts';

/** The one media type of TAXII 2.1 in its canonical form. */
export const V21 = 'application/taxii+json;version=2.1';

/** A request as it went out. */
export interface Sent {
  readonly method: string;
  /** Absolute, exactly as it was put on the wire. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | undefined;
  /** Whether it brought the credentials of this run. */
  readonly signedIn: boolean;
  readonly at: number;
}

/** What came back: an HTTP answer, whole or broken off, or none at all. */
export class Answer {
  readonly sent: Sent;
  /** 0: there was no answer. */
  readonly status: number;
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  readonly bytes: Buffer;
  /** Why there is no answer, or only a part of one. */
  readonly fault: string | undefined;
  /** Whether the server asked for the body of a request that had sent `Expect: 100-continue`. */
  readonly continued: boolean;
  #parsed: { readonly value: Json | undefined } | undefined;

  constructor(
    sent: Sent,
    status: number,
    headers: readonly (readonly [string, string])[],
    bytes: Buffer,
    fault?: string,
    continued = false,
  ) {
    this.sent = sent;
    this.status = status;
    this.rawHeaders = headers;
    this.bytes = bytes;
    this.fault = fault;
    this.continued = continued;
  }

  /** Values of a header that may occur several times, joined as HTTP joins them. */
  header(name: string): string | undefined {
    const values = this.rawHeaders.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** The body as JSON, undefined when it is none. */
  get json(): Json | undefined {
    this.#parsed ??= { value: parse(this.bytes) };
    return this.#parsed.value;
  }

  /** The body as a JSON object, an empty one when it is something else. */
  get body(): JsonObject {
    const { json } = this;
    return isObject(json) ? json : {};
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300 && this.fault === undefined;
  }
}

/** Deeper ones are no resource of TAXII, and whatever walks through them could overflow the stack. */
const MAX_DEPTH = 200;

function parse(bytes: Buffer): Json | undefined {
  if (depthOf(bytes) > MAX_DEPTH) return undefined;
  try {
    // A byte order mark is a fault of its own, which is no reason to see nothing else.
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, '')) as Json;
  } catch {
    return undefined;
  }
}

/** How deep brackets nest, without those in strings. */
function depthOf(bytes: Buffer): number {
  let [depth, deepest] = [0, 0];
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i];
    if (octet === QUOTE) quoted = !quoted;
    else if (quoted && octet === BACKSLASH) i++;
    else if (!quoted && (octet === 0x5b || octet === 0x7b)) deepest = Math.max(deepest, ++depth);
    else if (!quoted && (octet === 0x5d || octet === 0x7d)) depth--;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The entries of a list of objects; what is no object is left out. */
export function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function stringOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A request in one line or a few, without the secret of its credentials. */
export function describeSent({ method, url, headers, body }: Sent): string {
  const told = headers
    .filter(([name]) => !QUIET.has(name.toLowerCase()))
    .map(([name, value]) => `; ${name}: ${name.toLowerCase() === 'authorization' ? scheme(value) : value}`);
  const payload =
    body === undefined ? '' : `; body (${body.length} octets): ${excerpt(body.subarray(0, 400).toString('utf8'), 160)}`;
  return `${method} ${excerpt(url, 300)}${told.join('')}${payload}`;
}

const QUIET = new Set(['user-agent', 'host', 'content-length', 'connection']);

function scheme(value: string): string {
  const space = value.indexOf(' ');
  return space < 0 ? '…' : `${value.slice(0, space)} …`;
}

/** An answer in one line: status, the headers that matter here, the beginning of the body. */
export function describeAnswer(answer: Answer): string {
  if (answer.status === 0) return `no answer: ${answer.fault}`;
  const headers = TOLD.flatMap((name) => {
    const value = answer.header(name);
    return value === undefined ? [] : [`${name}: ${value}`];
  });
  const text = excerpt(answer.bytes.subarray(0, 1200).toString('utf8'), 240);
  const body = answer.bytes.length === 0 ? 'empty body' : `body: ${text}`;
  const fault = answer.fault === undefined ? '' : `; ${answer.fault}`;
  return [`${answer.status}`, ...headers, body].join('; ') + fault;
}

const TOLD = [
  'content-type',
  'x-taxii-date-added-first',
  'x-taxii-date-added-last',
  'www-authenticate',
  'allow',
  'location',
];

/** Control characters would disturb a terminal and a log. */
export function excerpt(text: string, length: number): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return plain.length <= length ? plain : `${plain.slice(0, length)}…`;
}
