import { type Found, ItemFinder, MAX_ITEM_BYTES } from './bundle-items.ts';
import { compact } from './scan.ts';
import { JsonFault, type Position } from './scan-fault.ts';

/** One object of a file, or a fault in its place. */
export type Item =
  | {
      /** Its JSON text without insignificant white space. */
      readonly text: string;
      /** Its bytes as they stand in the file, for `locate`; a view that the source may reuse for the next piece. */
      readonly raw: Uint8Array;
      /** Where it begins. */
      readonly position: Position;
      readonly fault?: undefined;
    }
  | {
      /** What is wrong. */
      readonly fault: string;
      readonly text?: undefined;
      /** Where it is wrong. */
      readonly position: Position;
      /** The bytes of the item that fails, when it is known where it begins and ends. */
      readonly raw?: Uint8Array;
      /** The text is broken or cut short here: this is the last item, whatever follows could not be read. */
      readonly broken: boolean;
    };

/** The bytes behind a finder: keeps those of the item in progress, and decides what goes on after a syntax fault. */
export class ItemReader {
  ended = false;
  readonly #finder = new ItemFinder((start, end) => this.#bytes(start, end).toString('utf8'));
  readonly #scanner = this.#finder.scanner;
  #started = false;
  /** Copies of earlier slices, from offset `#heldStart` on without a gap. */
  #held: Buffer[] = [];
  #heldStart = 0;
  #slice: Uint8Array = new Uint8Array(0);
  /** Offset of the slice. */
  #base = 0;
  /** The rest of the line is passed over. */
  #skipping = false;
  /** A first line that is broken, until the next one tells whether this is NDJSON. */
  #firstFault: JsonFault | undefined;

  *read(slice: Uint8Array): Generator<Item> {
    this.#slice = slice;
    this.#base = this.#scanner.offset;
    let from = this.#started ? 0 : this.#passMark(slice);
    this.#started = true;
    if (this.#skipping) from = this.#skipLine(from);
    while (from < slice.length && !this.ended) {
      try {
        this.#scanner.write(slice, from);
        break;
      } catch (error) {
        if (!(error instanceof JsonFault)) throw error;
        from = this.#recover(error);
      }
    }
    this.#checkLength();
    yield* this.#take();
    this.#hold();
  }

  /** The source has no more bytes. */
  *finish(): Generator<Item> {
    this.#passSlice();
    try {
      if (!this.#skipping) this.#scanner.end();
      this.#finder.finish();
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      this.#end(error);
    }
    yield* this.#take();
    if (this.#firstFault !== undefined) this.#end(this.#firstFault);
    yield* this.#take();
  }

  /** The source ends in a fault of its own. */
  *cutShort(message: string): Generator<Item> {
    this.#passSlice();
    this.#end(new JsonFault(message, this.#scanner.place.at(this.#scanner.offset)));
    yield* this.#take();
  }

  /** From here on everything is held. */
  #passSlice(): void {
    this.#slice = new Uint8Array(0);
    this.#base = this.#scanner.offset;
  }

  /** Passes over a byte order mark, which editors on Windows write. @returns the index after it */
  #passMark(slice: Uint8Array): number {
    if ((slice[0] === 0xff && slice[1] === 0xfe) || (slice[0] === 0xfe && slice[1] === 0xff)) {
      this.#end(new JsonFault('The text is UTF-16. Save it as UTF-8.', this.#scanner.place.at(0)));
    }
    if (slice[0] !== 0xef || slice[1] !== 0xbb || slice[2] !== 0xbf) return 0;
    this.#scanner.offset = 3;
    this.#scanner.place.shift(3);
    return 3;
  }

  /** After a syntax fault. @returns the index in the slice where reading goes on */
  #recover(fault: JsonFault): number {
    const at = this.#scanner.offset - this.#base;
    const { line, column } = fault.position;
    if (this.#firstFault !== undefined ? this.#finder.wholeLines > 0 : this.#scanner.lines) {
      this.#finder.abandon(fault, false);
      return this.#skipLine(at);
    }
    const rootLine = this.#finder.rootLine ?? line;
    const inFirstLine = this.#firstFault === undefined && this.#finder.inFirstLine;
    if (inFirstLine && (line === rootLine || (line === rootLine + 1 && column === 1))) {
      this.#firstFault = fault;
      this.#finder.forget();
      this.#scanner.lines = true;
      if (line === rootLine) return this.#skipLine(at);
      this.#scanner.restart();
      return at;
    }
    this.#end(fault);
    return at;
  }

  #skipLine(from: number): number {
    const next = this.#scanner.skipLine(this.#slice, from);
    this.#skipping = next === this.#slice.length && this.#slice[next - 1] !== 0x0a;
    return next;
  }

  /** Nothing more can be read. A first line that is broken and not followed by a whole one is the cause. */
  #end(fault: JsonFault): void {
    this.ended = true;
    const cause = this.#finder.wholeLines === 0 ? this.#firstFault : undefined;
    if (cause !== undefined) this.#finder.takeFound();
    this.#firstFault = this.#finder.wholeLines === 0 ? undefined : this.#firstFault;
    this.#finder.abandon(cause ?? fault, true);
  }

  *#take(): Generator<Item> {
    const fault = this.#firstFault;
    if (fault !== undefined) {
      if (this.#finder.wholeLines === 0) return;
      this.#firstFault = undefined;
      yield { fault: fault.message, position: fault.position, broken: false };
    }
    for (const found of this.#finder.takeFound()) yield this.#item(found);
  }

  #item({ position, start, end, spaced, fault, broken = false }: Found): Item {
    const raw = end > start ? this.#bytes(start, end) : undefined;
    if (fault !== undefined) return raw === undefined ? { fault, position, broken } : { fault, position, broken, raw };
    const bytes = raw ?? Buffer.alloc(0);
    return { text: spaced ? compact(bytes) : bytes.toString('utf8'), raw: bytes, position };
  }

  /** Bounds what is held, of one item or of the line after a broken first one. */
  #checkLength(): void {
    this.#finder.dropLongItem();
    const { keepFrom, wholeLines } = this.#finder;
    if (this.#firstFault === undefined || wholeLines > 0 || keepFrom === undefined) return;
    if (this.#scanner.offset - keepFrom > MAX_ITEM_BYTES) this.#end(this.#firstFault);
  }

  /** Keeps what may still be asked for when the slice is gone. */
  #hold(): void {
    const keep = this.#finder.keepFrom;
    if (keep === undefined) this.#held = [];
    else if (keep < this.#base) this.#held.push(Buffer.from(this.#slice));
    else {
      this.#held = [Buffer.from(this.#slice.subarray(keep - this.#base))];
      this.#heldStart = keep;
    }
  }

  #bytes(start: number, end: number): Buffer {
    const { buffer, byteOffset } = this.#slice;
    const from = Math.max(start - this.#base, 0);
    const rest = Buffer.from(buffer, byteOffset + from, Math.max(end - this.#base - from, 0));
    if (start >= this.#base) return rest;
    const held = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
    this.#held = [held];
    return Buffer.concat([held.subarray(start - this.#heldStart, end - this.#heldStart), rest]);
  }
}
