import { describeByte, type Place } from './scan-fault.ts';
import type { NameSets } from './scan-names.ts';
import { ESCAPES, HEX_VALUES, NO_DIGIT, PLAIN, State } from './scan-tables.ts';

/** Reports a breach of I-JSON at a position before or at the current byte. */
export type Breach = (message: string, offset: number, details: Readonly<Record<string, unknown>>) => void;

/** The byte does not fit the grammar. */
export const REFUSED = -1;

/**
 * The rare parts of strings: UTF-8 sequences and escapes, byte by byte. Each method takes a byte and returns the state
 * after it. A method that leaves the byte for the next state says so by `again`.
 */
export class TextScanner {
  /** The string is a member name that `names` takes. */
  kept = false;
  /** The last byte was not consumed. */
  again = false;
  readonly #names: NameSets;
  readonly #place: Place;
  readonly #breach: Breach;
  /** The first byte of the UTF-8 sequence in progress, its continuation bytes, and those still to come. */
  #lead = 0;
  #leadOffset = 0;
  #length = 0;
  #due = 0;
  #least = 0;
  #greatest = 0;
  #escapeOffset = 0;
  #unit = 0;
  #digitsDue = 0;
  /** A high surrogate that waits for its other half, else 0. */
  #high = 0;

  constructor(names: NameSets, place: Place, breach: Breach) {
    this.#names = names;
    this.#place = place;
    this.#breach = breach;
  }

  begin(kept: boolean): void {
    this.kept = kept;
    this.#high = 0;
  }

  /** A byte that is neither plain nor the closing quotation mark. */
  special(byte: number, offset: number): number {
    if (byte === 0x5c) {
      this.#escapeOffset = offset;
      return State.escape;
    }
    if (byte < 0x20) return REFUSED;
    this.#lead = byte;
    this.#leadOffset = offset;
    if (byte < 0xc2 || byte > 0xf4) return this.#badUtf8();
    this.#length = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    this.#due = this.#length;
    this.#least = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    this.#greatest = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    if (this.kept) this.#names.putByte(byte);
    return State.continuation;
  }

  continuation(byte: number): number {
    if (byte < this.#least || byte > this.#greatest) {
      this.again = true;
      return this.#badUtf8();
    }
    this.#least = 0x80;
    this.#greatest = 0xbf;
    if (this.kept) this.#names.putByte(byte);
    if (--this.#due > 0) return State.continuation;
    this.#place.continuations += this.#length;
    return this.#rest();
  }

  /** A byte in one of the states from `escape` on. */
  escape(byte: number, offset: number, state: number): number {
    if (state === State.hex) return this.#hexDigit(byte);
    if (state === State.escape) {
      if (byte === 0x75) return this.#beginUnit();
      const character = ESCAPES[byte] as number;
      if (character === 0) return REFUSED;
      if (this.kept) this.#names.putByte(character);
      return this.#rest();
    }
    if (state === State.lowEscape && byte === 0x5c) return State.lowUnit;
    if (state === State.lowUnit && byte === 0x75) return this.#beginUnit();
    this.#loneSurrogate(this.#high, this.#escapeOffset);
    this.#high = 0;
    this.again = true;
    if (state === State.lowEscape) return this.#rest();
    this.#escapeOffset = offset - 1;
    return State.escape;
  }

  /**
   * Passes over a run of plain bytes and whole sequences of two or three bytes, the quick way.
   * @returns the index of the first byte that needs a closer look, or the chunk's length
   */
  pass(chunk: Uint8Array, from: number): number {
    const size = chunk.length;
    let continuations = 0;
    let i = from;
    while (i < size) {
      const byte = chunk[i] as number;
      if (PLAIN[byte] !== 0) i++;
      else if (byte >= 0xc2 && byte < 0xe0 && isContinuation(chunk[i + 1])) {
        continuations++;
        i += 2;
      } else if (byte > 0xe0 && byte < 0xf0 && byte !== 0xed) {
        if (!isContinuation(chunk[i + 1]) || !isContinuation(chunk[i + 2])) break;
        continuations += 2;
        i += 3;
      } else break;
    }
    this.#place.continuations += continuations;
    return i;
  }

  #beginUnit(): number {
    this.#unit = 0;
    this.#digitsDue = 4;
    return State.hex;
  }

  #hexDigit(byte: number): number {
    const value = HEX_VALUES[byte] as number;
    if (value === NO_DIGIT) return REFUSED;
    this.#unit = this.#unit * 16 + value;
    if (--this.#digitsDue > 0) return State.hex;
    const unit = this.#unit;
    const low = unit >= 0xdc00 && unit <= 0xdfff;
    if (this.#high !== 0) {
      const high = this.#high;
      this.#high = 0;
      if (low) return this.#character((high - 0xd800) * 0x400 + (unit - 0xdc00) + 0x10000);
      this.#loneSurrogate(high, this.#escapeOffset);
      this.#escapeOffset += 6;
    } else if (low) this.#loneSurrogate(unit, this.#escapeOffset);
    if (unit < 0xd800 || unit > 0xdbff) return this.#character(unit);
    this.#high = unit;
    return State.lowEscape;
  }

  #character(point: number): number {
    if (this.kept) this.#names.putCodePoint(point);
    return this.#rest();
  }

  #rest(): number {
    return this.kept ? State.nameText : State.text;
  }

  #badUtf8(): number {
    const found = describeByte(this.#lead);
    this.#breach(
      `Found ${found}, which begins no valid UTF-8 character here. JSON is sent in UTF-8 (RFC 8259 §8.1).`,
      this.#leadOffset,
      { found, expected: 'UTF-8' },
    );
    return this.#rest();
  }

  #loneSurrogate(unit: number, offset: number): void {
    const written = `\\u${unit.toString(16).padStart(4, '0')}`;
    this.#breach(
      `Found ${written}, half of a surrogate pair without the other half, which is no character (RFC 7493 §2.1).`,
      offset,
      { found: written, expected: 'a surrogate pair' },
    );
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
