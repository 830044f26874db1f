import { ENVELOPE_LEVELS, MAX_DEPTH, Spans } from '../stix/scan.ts';
import type { JsonFault, ScanSink } from '../stix/scan-fault.ts';
import { JsonScanner } from '../stix/scan-json.ts';

/** Items of one page; more would take too much memory for their places alone. */
const MAX_ITEMS = 1_000_000;

/** Items that may be no I-JSON. */
const MAX_FAULTS = 100_000;

/** Where something stands in a body. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the objects of an envelope, and what it says beside them, while it arrives. What breaks I-JSON inside an object
 * fails that object alone; broken syntax breaks the page.
 */
export class PageScanner implements ScanSink {
  readonly spans = new Spans();
  /** By item: what is wrong with it. */
  readonly faults = new Map<number, string>();
  /** Values of the members `more` and `next`. */
  readonly members = new Map<string, Extent>();
  /** The text is a JSON object, and has a list `objects` or none. */
  envelope = false;
  readonly #scanner: JsonScanner = new JsonScanner(this, MAX_DEPTH);
  #inObjects = false;
  #member: { readonly name: string; readonly start: number } | undefined;
  #itemStart = 0;
  #itemFault: JsonFault | undefined;
  #itemOpen = false;

  /** @throws {JsonFault} at the first syntax fault */
  write(chunk: Uint8Array): void {
    this.#scanner.write(chunk);
  }

  /** @throws {JsonFault} when the text is not complete */
  end(): void {
    this.#scanner.end();
  }

  valueBegins(offset: number, first: number, depth: number): void {
    if (depth === 0) this.envelope = first === 0x7b;
    else if (depth === 1 && this.envelope) {
      const { names } = this.#scanner;
      if (names.lastIs('objects')) {
        this.#inObjects = first === 0x5b;
        // Some servers write null for none.
        if (!this.#inObjects && first !== 0x6e) this.envelope = false;
      } else if (names.lastIs('more') || names.lastIs('next'))
        this.#member = { name: names.lastIs('more') ? 'more' : 'next', start: offset };
    } else if (depth === ENVELOPE_LEVELS && this.#inObjects) {
      this.#itemStart = offset;
      this.#itemFault = undefined;
      this.#itemOpen = true;
      this.#scanner.spaced = false;
      this.#scanner.muted = false;
    }
  }

  valueEnds(offset: number, depth: number): void {
    if (depth === 1) {
      if (this.#member !== undefined) this.members.set(this.#member.name, { start: this.#member.start, end: offset });
      this.#member = undefined;
      this.#inObjects = false;
    } else if (depth === ENVELOPE_LEVELS && this.#inObjects) {
      this.#itemOpen = false;
      if (this.spans.count === MAX_ITEMS) throw new TooManyItems();
      if (this.faults.size === MAX_FAULTS) throw new TooManyItems();
      if (this.#itemFault !== undefined) this.faults.set(this.spans.count, this.#itemFault.message);
      this.spans.add(this.#itemStart, offset, this.#scanner.spaced);
    }
  }

  /** What is wrong outside of the objects bears on nothing that is read here. */
  breach(fault: JsonFault): void {
    if (this.#itemOpen) this.#itemFault ??= fault;
  }

  rootLineEnds(): void {}
}

/** An envelope has more items than one page can mean. */
export class TooManyItems extends Error {}
