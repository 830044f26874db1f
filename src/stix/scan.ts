import { AppError } from '../errors.ts';
import { describePosition, JsonFault, type ScanSink } from './scan-fault.ts';
import { JsonScanner } from './scan-json.ts';

/** Levels of nesting that an envelope may have. */
export const MAX_DEPTH = 100;
/** Levels of nesting around an object in an envelope: the root and the list. */
export const ENVELOPE_LEVELS = 2;

const MEMBERS_KEPT = 1000;
const NAME_KEPT = 100;
/** An object of fewer bytes has no room for its type and id. */
const STUB_BYTES = 32;
const STUBS_TOLERATED = 10_000;
const HOW_TO_SEND = 'Send one JSON object {"objects": [ … ]} that holds the STIX objects.';

/** Where the items of an envelope stand, as byte offsets into it. */
export class Spans {
  #count = 0;
  #starts = new Float64Array(64);
  #ends = new Float64Array(64);
  #spaced = new Uint8Array(64);

  get count(): number {
    return this.#count;
  }

  start(item: number): number {
    return this.#starts[item] as number;
  }

  /** The offset after its last byte. */
  end(item: number): number {
    return this.#ends[item] as number;
  }

  /** Whether it holds insignificant white space; if not, its bytes are compact as they are. */
  spaced(item: number): boolean {
    return this.#spaced[item] === 1;
  }

  add(start: number, end: number, spaced: boolean): void {
    const item = this.#count++;
    if (item === this.#starts.length) this.#grow();
    this.#starts[item] = start;
    this.#ends[item] = end;
    this.#spaced[item] = spaced ? 1 : 0;
  }

  #grow(): void {
    const size = this.#starts.length * 2;
    const starts = new Float64Array(size);
    starts.set(this.#starts);
    const ends = new Float64Array(size);
    ends.set(this.#ends);
    const spaced = new Uint8Array(size);
    spaced.set(this.#spaced);
    this.#starts = starts;
    this.#ends = ends;
    this.#spaced = spaced;
  }
}

/** What a whole envelope holds. */
export interface Envelope {
  readonly spans: Spans;
  /** Names of the root's members other than `objects`, the first thousand of them. */
  readonly members: readonly string[];
}

/**
 * Scans an envelope while it arrives and finds its objects. Whatever is in the list counts as an item: each is judged
 * later, and a bad one fails alone.
 */
export class EnvelopeScanner {
  readonly #sink: EnvelopeSink;
  #failure: unknown;

  constructor(maxDepth = MAX_DEPTH) {
    this.#sink = new EnvelopeSink(maxDepth);
  }

  /**
   * Takes the next bytes; they may be cut anywhere and are not kept.
   * @throws {AppError} body.invalid when the text is not I-JSON; body.unprocessable when it holds too many items that
   * cannot be objects
   */
  write(chunk: Uint8Array): void {
    this.#guard(() => this.#sink.scanner.write(chunk));
  }

  /**
   * Says that the text is over.
   * @throws {AppError} body.invalid when it is cut short; body.unprocessable when it is no envelope with objects
   */
  end(): Envelope {
    this.#guard(() => this.#sink.scanner.end());
    return this.#sink.envelope();
  }

  #guard(scan: () => void): void {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      scan();
    } catch (error) {
      this.#failure = error instanceof JsonFault ? invalid(error) : error;
      throw this.#failure;
    }
  }
}

function invalid(fault: JsonFault): AppError {
  return new AppError('body.invalid', {
    description: `${describePosition(fault.position)}: ${fault.message}`,
    details: { ...fault.position, ...fault.details },
  });
}

class EnvelopeSink implements ScanSink {
  readonly scanner: JsonScanner;
  readonly #spans = new Spans();
  readonly #members: string[] = [];
  #rootIsObject = false;
  /** What `objects` begins with, once it was met. */
  #objects: number | undefined;
  #inObjects = false;
  #itemStart = 0;
  #itemIsObject = false;
  #stubs = 0;

  constructor(maxDepth: number) {
    this.scanner = new JsonScanner(this, maxDepth);
  }

  valueBegins(offset: number, first: number, depth: number): void {
    if (depth === 0) this.#rootIsObject = first === 0x7b;
    else if (depth === 1) this.#memberBegins(first);
    else if (this.#inObjects && depth === ENVELOPE_LEVELS) {
      this.#itemStart = offset;
      this.#itemIsObject = first === 0x7b;
      this.scanner.spaced = false;
    }
  }

  valueEnds(offset: number, depth: number): void {
    if (!this.#inObjects) return;
    if (depth === 1) this.#inObjects = false;
    else if (depth === ENVELOPE_LEVELS) {
      if (!this.#itemIsObject || offset - this.#itemStart < STUB_BYTES) this.#countStub(offset);
      this.#spans.add(this.#itemStart, offset, this.scanner.spaced);
    }
  }

  breach(fault: JsonFault): void {
    throw fault;
  }

  rootLineEnds(): void {}

  envelope(): Envelope {
    if (!this.#rootIsObject) throw unprocessable(`The body is no JSON object. ${HOW_TO_SEND}`);
    if (this.#objects === undefined) throw unprocessable(`The body has no member "objects". ${HOW_TO_SEND}`);
    if (this.#objects !== 0x5b) throw unprocessable(`The member "objects" is no list. ${HOW_TO_SEND}`);
    if (this.#spans.count === 0) {
      throw unprocessable('The list "objects" is empty. Send at least one object, or nothing at all.');
    }
    return { spans: this.#spans, members: this.#members };
  }

  #memberBegins(first: number): void {
    if (!this.#rootIsObject) return;
    const { names } = this.scanner;
    if (names.lastIs('objects')) {
      this.#objects = first;
      this.#inObjects = first === 0x5b;
    } else if (this.#members.length < MEMBERS_KEPT) this.#members.push(names.last(NAME_KEPT));
  }

  /** Bounds what the spans of a hostile list such as [1,1,1,… can take, which is a multiple of its own size. */
  #countStub(offset: number): void {
    if (++this.#stubs <= STUBS_TOLERATED) return;
    throw unprocessable(
      `More than ${STUBS_TOLERATED} items of "objects" are no objects or too short to have a type and an id (byte ${offset} is reached). ${HOW_TO_SEND}`,
    );
  }
}

function unprocessable(description: string): AppError {
  return new AppError('body.unprocessable', { description });
}

/**
 * A JSON text without its insignificant white space, otherwise character for character as it was: order, escapes and
 * number literals. The bytes must be valid JSON.
 */
export function compact(bytes: Uint8Array): string {
  const size = bytes.length;
  const out = Buffer.allocUnsafe(size);
  let length = 0;
  let i = 0;
  while (i < size) {
    let byte = bytes[i++] as number;
    if (byte <= 0x20) continue;
    out[length++] = byte;
    if (byte !== 0x22) continue;
    while (i < size) {
      byte = bytes[i++] as number;
      out[length++] = byte;
      if (byte === 0x22) break;
      if (byte === 0x5c && i < size) out[length++] = bytes[i++] as number;
    }
  }
  return out.toString('utf8', 0, length);
}
