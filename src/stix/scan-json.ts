import { describeByte, JsonFault, Place, type ScanSink } from './scan-fault.ts';
import { NameSets } from './scan-names.ts';
import { NumberScanner } from './scan-number.ts';
import { EXPECTED, PLAIN, STARTS, State, ValueStart, WORDS } from './scan-tables.ts';
import { REFUSED, TextScanner } from './scan-text.ts';

/** Values are told to the sink down to this depth: the root is at 0, the items of an envelope at 2. */
const TOLD_DEPTH = 2;
/** Even where too deep nesting fails one item only, brackets are followed no deeper than this. */
const STACK_BYTES = 1 << 20;
const NAME_SHOWN = 100;

/**
 * Checks a JSON text in one pass, in pieces cut anywhere: grammar (RFC 8259), strict UTF-8, and what I-JSON (RFC 7493)
 * adds: unique member names, no unpaired surrogates, numbers that fit a double; besides, bounded nesting. It keeps
 * nothing of the text but the brackets and member names that are open.
 */
export class JsonScanner {
  readonly names = new NameSets();
  readonly place = new Place();
  /** Deepest nesting allowed, in open lists and objects. */
  maxDepth: number;
  /** Set by a breach: only the grammar is checked, until the sink clears it. */
  muted = false;
  /** Insignificant white space was met since the sink last cleared this. */
  spaced = false;
  /** A line feed inside a root value is a syntax fault. */
  lines = false;
  /** Bytes scanned. */
  offset = 0;

  readonly #sink: ScanSink;
  readonly #sequence: boolean;
  readonly #number = new NumberScanner();
  readonly #text = new TextScanner(this.names, this.place, (message, offset, details) =>
    this.#breach(message, offset, details),
  );
  #state: number = State.value;
  #depth = 0;
  /** The closing bracket of each open list or object. */
  #closing = new Uint8Array(128);
  /** The string in progress is a member name. */
  #inName = false;
  #tokenOffset = 0;
  #tokenContinuations = 0;
  #word = WORDS[0] as Uint8Array;
  #wordIndex = 0;

  /** @param sequence more root values may follow, each on a line of its own */
  constructor(sink: ScanSink, maxDepth: number, sequence = false) {
    this.#sink = sink;
    this.maxDepth = maxDepth;
    this.#sequence = sequence;
  }

  /** Gives up the root value in progress and expects another one here. */
  restart(): void {
    this.names.clear();
    this.#state = State.value;
    this.#depth = 0;
    this.muted = false;
  }

  /**
   * Gives up the root value in progress and passes to the start of the next line.
   * @returns the index in the chunk, its length when the line does not end there
   */
  skipLine(chunk: Uint8Array, from: number): number {
    const feed = chunk.indexOf(0x0a, from);
    const next = feed < 0 ? chunk.length : feed + 1;
    this.offset += next - from;
    if (feed >= 0) this.place.beginLine(this.offset);
    this.restart();
    return next;
  }

  /**
   * Scans the next bytes: the chunk from index `from` on.
   * @throws {JsonFault} at the first syntax fault; `offset` then tells where
   */
  write(chunk: Uint8Array, from = 0): void {
    const size = chunk.length;
    const base = this.offset - from;
    const names = this.names;
    const sink = this.#sink;
    const text = this.#text;
    let state = this.#state;
    let depth = this.#depth;
    let i = from;
    while (i < size) {
      const byte = chunk[i] as number;
      if (byte <= 0x20 && state <= State.done && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) {
        if (byte === 0x0a) {
          if (this.lines && depth > 0) throw this.#fault('the end of the line', base + i, state, depth);
          this.place.beginLine(base + i + 1);
          if (state === State.done && this.#sequence) {
            sink.rootLineEnds();
            state = State.value;
          }
        }
        this.spaced = true;
        i++;
        while (i < size && chunk[i] === 0x20) i++;
        continue;
      }
      switch (state) {
        case State.value:
        case State.firstItem: {
          const start = STARTS[byte] as number;
          if (start === ValueStart.none) {
            if (state !== State.firstItem || byte !== 0x5d) throw this.#syntaxFault(base + i, byte, state, depth);
            state = State.after;
            break;
          }
          if (depth <= TOLD_DEPTH) sink.valueBegins(base + i, byte, depth);
          if (start === ValueStart.string) {
            this.#inName = false;
            text.begin(false);
            state = State.text;
            i++;
          } else if (start === ValueStart.number) {
            this.#tokenOffset = base + i;
            this.#number.begin();
            state = State.number;
          } else if (start >= ValueStart.word) {
            this.#word = WORDS[start - ValueStart.word] as Uint8Array;
            this.#wordIndex = 1;
            state = State.word;
            i++;
          } else {
            if (depth >= this.maxDepth) this.#tooDeep(base + i);
            if (depth === this.#closing.length) this.#growStack(base + i);
            const object = start === ValueStart.object;
            this.#closing[depth++] = object ? 0x7d : 0x5d;
            if (object) names.openObject();
            state = object ? State.firstName : State.firstItem;
            i++;
          }
          break;
        }
        case State.firstName:
        case State.name: {
          if (byte !== 0x22) {
            if (state !== State.firstName || byte !== 0x7d) throw this.#syntaxFault(base + i, byte, state, depth);
            state = State.after;
            break;
          }
          // The sink asks for names of the root's members, muted or not.
          const kept = !this.muted || depth === 1;
          this.#inName = true;
          this.#tokenOffset = base + i;
          this.#tokenContinuations = this.place.continuations;
          text.begin(kept);
          if (kept) names.beginName();
          state = kept ? State.nameText : State.text;
          i++;
          break;
        }
        case State.colon: {
          if (byte !== 0x3a) throw this.#syntaxFault(base + i, byte, state, depth);
          state = State.value;
          i++;
          break;
        }
        case State.after: {
          const closing = this.#closing[depth - 1] as number;
          if (byte === 0x2c) state = closing === 0x7d ? State.name : State.value;
          else if (byte === closing) {
            if (byte === 0x7d) names.closeObject();
            state = --depth === 0 ? State.done : State.after;
            if (depth <= TOLD_DEPTH) sink.valueEnds(base + i + 1, depth);
          } else throw this.#syntaxFault(base + i, byte, state, depth);
          i++;
          break;
        }
        case State.done:
          throw this.#syntaxFault(base + i, byte, state, depth);
        case State.text:
        case State.nameText: {
          if (state === State.nameText) i = names.take(chunk, i, PLAIN);
          else {
            while (i < size && PLAIN[chunk[i] as number] !== 0) i++;
            if (i < size && (chunk[i] as number) >= 0x80) i = text.pass(chunk, i);
          }
          if (i === size) break;
          const special = chunk[i] as number;
          if (special !== 0x22) {
            const next = text.special(special, base + i);
            if (next === REFUSED) throw this.#syntaxFault(base + i, special, state, depth);
            state = next;
            i++;
            break;
          }
          i++;
          if (this.#inName) {
            if (state === State.nameText && !names.finishName()) this.#duplicate();
            state = State.colon;
          } else {
            state = depth === 0 ? State.done : State.after;
            if (depth <= TOLD_DEPTH) sink.valueEnds(base + i, depth);
          }
          break;
        }
        case State.number: {
          if (this.#number.take(byte)) {
            i++;
            break;
          }
          if (!this.#number.complete) throw this.#syntaxFault(base + i, byte, state, depth);
          state = this.#endNumber(base + i, depth);
          break;
        }
        case State.word: {
          if (byte !== this.#word[this.#wordIndex]) throw this.#syntaxFault(base + i, byte, state, depth);
          i++;
          if (++this.#wordIndex < this.#word.length) break;
          state = depth === 0 ? State.done : State.after;
          if (depth <= TOLD_DEPTH) sink.valueEnds(base + i, depth);
          break;
        }
        default: {
          text.again = false;
          const next = state === State.continuation ? text.continuation(byte) : text.escape(byte, base + i, state);
          if (next === REFUSED) throw this.#syntaxFault(base + i, byte, state, depth);
          state = next;
          if (!text.again) i++;
        }
      }
    }
    this.#state = state;
    this.#depth = depth;
    this.offset = base + size;
  }

  /**
   * Says that no more bytes come.
   * @throws {JsonFault} when the text is not complete
   */
  end(): void {
    if (this.#state === State.number && this.#number.complete) {
      this.#state = this.#endNumber(this.offset, this.#depth);
    }
    if (this.#state === State.done) return;
    if (this.#state === State.value && this.#depth === 0 && this.#sequence) return;
    throw this.#fault('the end of the text', this.offset, this.#state, this.#depth);
  }

  #endNumber(end: number, depth: number): number {
    if (this.#number.overflows) {
      this.#breach('The number is too large for an IEEE 754 double (RFC 7493 §2.2).', this.#tokenOffset, {
        expected: 'a number up to 1.7976931348623157e308',
      });
    }
    if (depth <= TOLD_DEPTH) this.#sink.valueEnds(end, depth);
    return depth === 0 ? State.done : State.after;
  }

  #tooDeep(offset: number): void {
    this.#breach(`Lists and objects are nested deeper than ${this.maxDepth} levels here.`, offset, {
      limit: this.maxDepth,
    });
  }

  #duplicate(): void {
    const name = this.names.last(NAME_SHOWN);
    const message = `The member name ${JSON.stringify(name)} stands twice in one object. Names must be unique (RFC 7493 §2.3).`;
    this.#breach(message, this.#tokenOffset, { name }, this.#tokenContinuations);
  }

  #breach(message: string, offset: number, details: Readonly<Record<string, unknown>>, continuations?: number): void {
    if (this.muted) return;
    this.muted = true;
    this.#sink.breach(new JsonFault(message, this.place.at(offset, continuations), details));
  }

  #syntaxFault(offset: number, byte: number, state: number, depth: number): JsonFault {
    const found = offset === 0 && byte === 0xef ? 'a byte order mark' : describeByte(byte);
    return this.#fault(found, offset, state, depth);
  }

  #fault(found: string, offset: number, state: number, depth: number): JsonFault {
    this.offset = offset;
    const expected =
      state === State.after
        ? `"," or "${String.fromCharCode(this.#closing[depth - 1] as number)}"`
        : (EXPECTED[state] as string);
    return new JsonFault(`Found ${found}, expected ${expected}.`, this.place.at(offset), { found, expected });
  }

  #growStack(offset: number): void {
    if (this.#closing.length === STACK_BYTES) {
      this.offset = offset;
      throw new JsonFault(`More than ${STACK_BYTES} lists and objects are open.`, this.place.at(offset));
    }
    const larger = new Uint8Array(this.#closing.length * 2);
    larger.set(this.#closing);
    this.#closing = larger;
  }
}
