/** A place in a JSON text. */
export interface Position {
  /** From 1; lines end at a line feed. */
  readonly line: number;
  /** From 1, in characters (code points). */
  readonly column: number;
  /** Bytes before it, from the start of the text. */
  readonly offset: number;
}

/** Turns byte offsets of the current line into positions; the scanner tells it what it passes. */
export class Place {
  #line = 1;
  #lineStart = 0;
  /** UTF-8 continuation bytes in this line so far: they take no column. */
  continuations = 0;

  get line(): number {
    return this.#line;
  }

  beginLine(offset: number): void {
    this.#line++;
    this.#lineStart = offset;
    this.continuations = 0;
  }

  /** What stands before `offset` takes no column. */
  shift(offset: number): void {
    this.#lineStart = offset;
  }

  /** @param continuations those before `offset`, if there are any between it and here */
  at(offset: number, continuations = this.continuations): Position {
    return { line: this.#line, column: offset - this.#lineStart - continuations + 1, offset };
  }
}

/** What is wrong with a JSON text, and where. */
export class JsonFault extends Error {
  readonly position: Position;
  readonly details: Readonly<Record<string, unknown>>;

  /** @param message one or more sentences without the position */
  constructor(message: string, position: Position, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'JsonFault';
    this.position = position;
    this.details = details;
  }
}

/** What a scanner tells while it runs. */
export interface ScanSink {
  /** A value begins at `offset`, with the byte `first`, inside `depth` open lists and objects. */
  valueBegins(offset: number, first: number, depth: number): void;
  /** The value that began last at this depth ends before `offset`. */
  valueEnds(offset: number, depth: number): void;
  /** The text breaks I-JSON but not the grammar: throw to stop, or return to go on muted. */
  breach(fault: JsonFault): void;
  /** Only in sequences: the line on which a root value ended is over. */
  rootLineEnds(): void;
}

/** A position as messages have it. */
export function describePosition({ line, column, offset }: Position): string {
  return `Line ${line}, column ${column} (byte ${offset})`;
}

/** Names one byte as a reader of the message sees it. */
export function describeByte(byte: number): string {
  if (byte === 0x22) return 'a quotation mark';
  if (byte > 0x20 && byte < 0x7f) return `"${String.fromCharCode(byte)}"`;
  const hex = byte.toString(16).toUpperCase().padStart(2, '0');
  return byte >= 0x80 ? `the byte 0x${hex}` : `the character U+00${hex}`;
}
