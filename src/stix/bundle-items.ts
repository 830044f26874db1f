import { ENVELOPE_LEVELS, MAX_DEPTH } from './scan.ts';
import { JsonFault, type Position, type ScanSink } from './scan-fault.ts';
import { JsonScanner } from './scan-json.ts';

/** An object may nest as deep as it may in an envelope, wherever it is read from. */
const OBJECT_DEPTH = MAX_DEPTH - ENVELOPE_LEVELS;

/** Longer objects fail: they are held in memory, as text too. */
export const MAX_ITEM_BYTES = 64 << 20;
const TOO_LONG = `The object is longer than ${MAX_ITEM_BYTES >> 20} MiB, more than is taken in one piece.`;

/** Something to hand out: an item between two offsets, or a fault. */
export interface Found {
  /** Where the item begins, or where the fault is. */
  readonly position: Position;
  /** The item's extent; start = end when a fault has none. */
  readonly start: number;
  readonly end: number;
  readonly spaced: boolean;
  readonly fault?: string;
  /** Nothing after this can be read. */
  readonly broken?: boolean;
}

/** What the root value in progress is. A container has a list of items: a bundle or an envelope. */
type Root = 'none' | 'list' | 'object' | 'container' | 'scalar';

/**
 * Finds the items of a bundle, an envelope, a list, a single object or lines of any of these, while the text runs
 * through a scanner. Which of them it is shows as it goes: an object is taken for an item until its member `objects`
 * turns out to be a list.
 */
export class ItemFinder implements ScanSink {
  /** Root values that are complete together with their line. */
  wholeLines = 0;
  readonly scanner: JsonScanner = new JsonScanner(this, OBJECT_DEPTH, true);
  /** Bytes of a member's value that were scanned but not dropped yet. */
  readonly #textBetween: (start: number, end: number) => string;
  #found: Found[] = [];
  /** An item that is the whole root value waits for the end of its line, since more on that line would break it. */
  #waiting: Found | undefined;
  #item: { readonly position: Position; fault: JsonFault | undefined; dropped: boolean } | undefined;
  #root: Root = 'none';
  #rootLine = 0;
  /** Root values that are complete. */
  #roots = 0;
  #firstRootInOneLine = false;
  /** The list `objects` is being read. */
  #inObjects = false;
  #objectsIsNoList = false;
  #typeStart: number | undefined;
  /** The root's `type` is known and is not bundle. */
  #otherType = false;
  #isBundle = false;
  /** Other members than those of an empty envelope. */
  #members = 0;

  constructor(textBetween: (start: number, end: number) => string) {
    this.#textBetween = textBetween;
  }

  /** Takes what was found since the last call. */
  takeFound(): readonly Found[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** Bytes from this offset on may still be asked for; undefined: none. */
  get keepFrom(): number | undefined {
    const item = this.#item?.dropped === true ? undefined : this.#item?.position.offset;
    return this.#found[0]?.start ?? this.#waiting?.start ?? item;
  }

  /** Whether nothing was handed out yet: no line is complete, and the root value has no items of its own. */
  get inFirstLine(): boolean {
    if (this.#roots === 0) return this.#root !== 'container' && this.#root !== 'list';
    return this.#roots === 1 && this.#waiting !== undefined;
  }

  /** The line on which the root value in progress began. */
  get rootLine(): number | undefined {
    return this.#root === 'none' ? undefined : this.#rootLine;
  }

  /** An item that is too long fails; its bytes need not be kept. */
  dropLongItem(): void {
    if (this.#item === undefined || this.scanner.offset - this.#item.position.offset <= MAX_ITEM_BYTES) return;
    this.#item.dropped = true;
    this.scanner.muted = true;
  }

  /** Gives up the root value in progress and reports why. */
  abandon(fault: JsonFault, broken: boolean): void {
    this.forget();
    this.#report(fault, broken);
  }

  /** Gives up the root value in progress. */
  forget(): void {
    this.#waiting = undefined;
    this.#item = undefined;
    this.#root = 'none';
    this.#roots = 0;
    this.#inObjects = false;
  }

  /** The text is over, and complete. */
  finish(): void {
    if (this.#roots > 0) this.rootLineEnds();
  }

  valueBegins(offset: number, first: number, depth: number): void {
    if (depth === 0) this.#rootBegins(offset, first);
    else if (depth === 1) this.#memberBegins(offset, first);
    else if (this.#inObjects) this.#itemBegins(offset, depth);
  }

  valueEnds(offset: number, depth: number): void {
    if (depth === 2) {
      if (this.#inObjects) this.#itemEnds(offset);
    } else if (depth === 1) {
      if (this.#root === 'list') this.#itemEnds(offset);
      else this.#memberEnds(offset);
    } else this.#rootEnds(offset);
  }

  breach(fault: JsonFault): void {
    if (this.#item !== undefined) {
      this.#item.fault ??= fault;
      return;
    }
    this.#report(fault, false);
  }

  rootLineEnds(): void {
    this.wholeLines++;
    if (this.#roots === 1 && this.#firstRootInOneLine) this.scanner.lines = true;
    if (this.#waiting !== undefined) this.#found.push(this.#waiting);
    this.#waiting = undefined;
  }

  #report({ position, message }: JsonFault, broken: boolean): void {
    this.#found.push({ position, start: position.offset, end: position.offset, spaced: false, fault: message, broken });
  }

  #rootBegins(offset: number, first: number): void {
    this.#root = first === 0x7b ? 'object' : first === 0x5b ? 'list' : 'scalar';
    this.#rootLine = this.scanner.place.line;
    this.#objectsIsNoList = false;
    this.#typeStart = undefined;
    this.#otherType = false;
    this.#isBundle = false;
    this.#members = 0;
    this.scanner.muted = false;
    if (this.#root !== 'list') this.#itemBegins(offset, 0);
  }

  #memberBegins(offset: number, first: number): void {
    if (this.#root === 'list') {
      this.#itemBegins(offset, 1);
      return;
    }
    const { names } = this.scanner;
    if (!names.lastIs('more') && !names.lastIs('next')) this.#members++;
    if (names.lastIs('type')) this.#typeStart = offset;
    // The object in a record may nest as deep as one outside.
    else if (names.lastIs('object')) this.scanner.maxDepth = OBJECT_DEPTH + 1;
    else if (names.lastIs('objects')) {
      if (first === 0x5b && !this.#otherType) this.#becomeContainer();
      else this.#objectsIsNoList = true;
    }
  }

  #memberEnds(offset: number): void {
    this.#inObjects = false;
    if (this.#root === 'object') this.scanner.maxDepth = OBJECT_DEPTH;
    if (this.#typeStart === undefined || this.#item === undefined) return;
    this.#isBundle = !this.#item.dropped && isBundleType(this.#textBetween(this.#typeStart, offset));
    this.#otherType = !this.#isBundle;
    this.#typeStart = undefined;
  }

  #becomeContainer(): void {
    const fault = this.#item?.fault;
    this.#item = undefined;
    if (fault !== undefined && this.#root === 'object') this.breach(fault);
    this.#root = 'container';
    this.#inObjects = true;
  }

  #itemBegins(offset: number, depth: number): void {
    this.#item = { position: this.scanner.place.at(offset), fault: undefined, dropped: false };
    this.scanner.maxDepth = depth + OBJECT_DEPTH;
    this.scanner.muted = false;
    this.scanner.spaced = false;
  }

  #itemEnds(end: number): void {
    const found = this.#itemFound(end);
    if (found !== undefined) this.#found.push(found);
  }

  #rootEnds(end: number): void {
    if (++this.#roots === 1) this.#firstRootInOneLine = this.#rootLine === this.scanner.place.line;
    const root = this.#root;
    this.#root = 'none';
    if (root === 'list' || root === 'container') return;
    if (root === 'object') this.#judgeRoot();
    this.#waiting = this.#itemFound(end);
  }

  /** A root object without a list of items: an empty bundle or envelope holds none, anything else is an item itself. */
  #judgeRoot(): void {
    if (this.#item === undefined || this.#item.fault !== undefined) return;
    if (this.#isBundle && this.#objectsIsNoList) {
      this.#item.fault = new JsonFault('The "objects" of this bundle is no list of objects.', this.#item.position);
    } else if (this.#isBundle || this.#members === 0) this.#item = undefined;
  }

  #itemFound(end: number): Found | undefined {
    const item = this.#item;
    this.#item = undefined;
    if (item === undefined) return undefined;
    const { position, dropped } = item;
    const start = dropped ? end : position.offset;
    const fault = item.fault ?? (dropped ? new JsonFault(TOO_LONG, position) : undefined);
    return fault === undefined
      ? { position, start, end, spaced: this.scanner.spaced }
      : { position: fault.position, start, end, spaced: false, fault: fault.message };
  }
}

function isBundleType(text: string): boolean {
  if (text === '"bundle"') return true;
  return text.includes('\\') && text.length < 100 && JSON.parse(text) === 'bundle';
}
