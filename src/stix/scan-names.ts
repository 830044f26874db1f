import { randomBytes } from 'node:crypto';

/** Objects with up to this many members compare each new name with all earlier ones; larger ones get a hash table. */
const LINEAR = 32;
/** Longer names (bytes) are always hashed whole. */
const SHORT = 64;
/** Far beyond any body; ends of names fit 32 bits. */
const MAX_BYTES = 2 ** 31;

/**
 * The member names of the objects that are open at the moment, to find the name that stands twice. Names are held as
 * decoded UTF-8, one after another; closing an object drops its names. Work and memory are linear in the input whatever
 * the names are: small objects compare at most 32 names, large ones use a hash that an outsider cannot predict.
 */
export class NameSets {
  #bytes = new Uint8Array(1024);
  #length = 0;
  /** Where the name in progress, or the last finished one, begins. */
  #start = 0;
  /** By name: where its bytes end, and its hash. */
  #ends = new Uint32Array(64);
  #hashes = new Int32Array(64);
  #count = 0;
  /** By open object: its first name, and its table (name numbers from 1 by hash, 0 for free). */
  readonly #first: number[] = [];
  readonly #tables: (Int32Array | undefined)[] = [];
  /** How many stored names a new one was held against in tables; tests see by it that the work is linear. */
  probes = 0;

  openObject(): void {
    this.#first.push(this.#count);
    this.#tables.push(undefined);
  }

  closeObject(): void {
    this.#count = this.#first.pop() ?? 0;
    this.#tables.pop();
    this.#length = this.#endOf(this.#count - 1);
  }

  clear(): void {
    this.#first.length = 0;
    this.#tables.length = 0;
    this.#count = 0;
    this.#length = 0;
  }

  beginName(): void {
    this.#length = this.#endOf(this.#count - 1);
    this.#start = this.#length;
  }

  /** Takes bytes from `from` on as long as `plain` marks them. @returns the index of the first byte not taken */
  take(chunk: Uint8Array, from: number, plain: Uint8Array): number {
    const size = chunk.length;
    let i = from;
    for (;;) {
      const bytes = this.#bytes;
      let length = this.#length;
      const stop = Math.min(size, i + bytes.length - length);
      while (i < stop) {
        const byte = chunk[i] as number;
        if (plain[byte] === 0) break;
        bytes[length++] = byte;
        i++;
      }
      this.#length = length;
      if (i < stop || i === size) return i;
      this.#grow();
    }
  }

  putByte(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length++] = byte;
  }

  putCodePoint(point: number): void {
    if (point < 0x80) this.putByte(point);
    else if (point < 0x800) this.#putBytes(0xc0 | (point >> 6), point, 1);
    else if (point < 0x10000) this.#putBytes(0xe0 | (point >> 12), point, 2);
    else this.#putBytes(0xf0 | (point >> 18), point, 3);
  }

  /** Ends the name in progress. @returns false when its object has that name already */
  finishName(): boolean {
    const level = this.#first.length - 1;
    const first = this.#first[level] as number;
    const number = this.#count;
    if (number === this.#ends.length) this.#growNames();
    this.#ends[number] = this.#length;
    this.#count = number + 1;
    if (number - first >= LINEAR) return this.#enter(level, first, number);
    const hash = this.#quickHash();
    this.#hashes[number] = hash;
    const hashes = this.#hashes;
    for (let other = first; other < number; other++) {
      if (hashes[other] === hash && this.#equal(other, number)) return false;
    }
    return true;
  }

  /** Whether the last finished name is this ASCII text. */
  lastIs(name: string): boolean {
    if (this.#length - this.#start !== name.length) return false;
    for (let i = 0; i < name.length; i++) if (this.#bytes[this.#start + i] !== name.charCodeAt(i)) return false;
    return true;
  }

  /** The last finished name, cut to about `limit` characters. */
  last(limit: number): string {
    const end = Math.min(this.#length, this.#start + limit * 4);
    const text = Buffer.from(this.#bytes.buffer, this.#start, end - this.#start).toString('utf8');
    return text.length > limit ? `${text.slice(0, limit)}…` : text;
  }

  /** Mixes the length with the first and last four bytes: short names in one object seldom agree in all of these. */
  #quickHash(): number {
    const bytes = this.#bytes;
    const start = this.#start;
    const size = this.#length - start;
    if (size > SHORT) return halfSipHash(bytes, start, this.#length);
    let hash = size;
    const head = Math.min(size, 4);
    for (let i = 0; i < head; i++) hash = Math.imul(hash, 31) + (bytes[start + i] as number);
    for (let i = size > 8 ? size - 4 : head; i < size; i++) hash = Math.imul(hash, 31) + (bytes[start + i] as number);
    return hash | 0;
  }

  #putBytes(lead: number, point: number, continuations: number): void {
    this.putByte(lead);
    for (let i = continuations - 1; i >= 0; i--) this.putByte(0x80 | ((point >> (6 * i)) & 0x3f));
  }

  /** Enters a name into the table of its object, making or doubling the table where needed. */
  #enter(level: number, first: number, number: number): boolean {
    let table = this.#tables[level];
    const size = number - first + 1;
    if (table === undefined || size * 4 > table.length * 3) {
      if (table === undefined) for (let i = first; i < number; i++) this.#hashes[i] = this.#keyedHash(i);
      table = new Int32Array((table?.length ?? LINEAR * 2) * 2);
      const mask = table.length - 1;
      for (let i = first; i < number; i++) {
        let slot = (this.#hashes[i] as number) & mask;
        while (table[slot] !== 0) slot = (slot + 1) & mask;
        table[slot] = i - first + 1;
      }
      this.#tables[level] = table;
    }
    const mask = table.length - 1;
    const hash = this.#keyedHash(number);
    this.#hashes[number] = hash;
    let slot = hash & mask;
    for (;;) {
      const entry = table[slot] as number;
      if (entry === 0) break;
      this.probes++;
      const other = first + entry - 1;
      if (this.#hashes[other] === hash && this.#equal(other, number)) return false;
      slot = (slot + 1) & mask;
    }
    table[slot] = size;
    return true;
  }

  #keyedHash(number: number): number {
    return halfSipHash(this.#bytes, this.#endOf(number - 1), this.#endOf(number));
  }

  #equal(a: number, b: number): boolean {
    const bytes = this.#bytes;
    const end = this.#endOf(a);
    let i = this.#endOf(a - 1);
    let j = this.#endOf(b - 1);
    if (end - i !== this.#endOf(b) - j) return false;
    while (i < end) if (bytes[i++] !== bytes[j++]) return false;
    return true;
  }

  #endOf(number: number): number {
    return number < 0 ? 0 : (this.#ends[number] as number);
  }

  #grow(): void {
    if (this.#bytes.length >= MAX_BYTES) throw new RangeError(`More than ${MAX_BYTES} bytes of member names are open.`);
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  #growNames(): void {
    const ends = new Uint32Array(this.#ends.length * 2);
    ends.set(this.#ends);
    this.#ends = ends;
    const hashes = new Int32Array(ends.length);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }
}

const KEY = randomBytes(8);
const KEY_0 = KEY.readInt32LE(0);
const KEY_1 = KEY.readInt32LE(4);
const FINAL_ROUNDS = 3;

/** HalfSipHash-1-3 with a key of this process: no outsider can choose names that collide. */
function halfSipHash(bytes: Uint8Array, start: number, end: number): number {
  let v0 = KEY_0;
  let v1 = KEY_1;
  let v2 = KEY_0 ^ 0x6c796765;
  let v3 = KEY_1 ^ 0x74656462;
  const whole = (end - start) >> 2;
  for (let turn = 0; turn <= whole + FINAL_ROUNDS; turn++) {
    const i = start + turn * 4;
    let word = 0;
    if (turn < whole) {
      word =
        (bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24);
    } else if (turn === whole) {
      word = (end - start) << 24;
      for (let rest = i; rest < end; rest++) word |= (bytes[rest] as number) << ((rest - i) * 8);
    } else if (turn === whole + 1) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return v1 ^ v3;
}
