/** Where a scanner stands. White space may come in the states up to `done`. */
export const State = {
  value: 0,
  firstItem: 1,
  firstName: 2,
  name: 3,
  colon: 4,
  after: 5,
  done: 6,
  text: 7,
  nameText: 8,
  continuation: 9,
  number: 10,
  word: 11,
  escape: 12,
  hex: 13,
  /** After a high surrogate: its other half must follow. */
  lowEscape: 14,
  lowUnit: 15,
} as const;

/** What the grammar lets come in a state; `after` is told apart by the bracket that is open. */
export const EXPECTED: Readonly<Record<number, string>> = {
  [State.value]: 'a value',
  [State.firstItem]: 'a value or "]"',
  [State.firstName]: 'a member name in quotation marks or "}"',
  [State.name]: 'a member name in quotation marks',
  [State.colon]: '":"',
  [State.done]: 'nothing more, since the JSON text is complete',
  [State.text]: 'the rest of a string (control characters are written as escapes, a line feed as \\n)',
  [State.nameText]: 'the rest of a member name (control characters are written as escapes)',
  [State.continuation]: 'the rest of a UTF-8 character',
  [State.number]: 'a digit',
  [State.word]: 'true, false or null',
  [State.escape]: 'one of " \\ / b f n r t u after a backslash',
  [State.hex]: 'four hexadecimal digits after \\u',
  [State.lowEscape]: 'the rest of a string',
  [State.lowUnit]: 'the rest of a string',
};

/** What kind of value a byte begins; words from `word` on by their index in WORDS. */
export const ValueStart = { none: 0, string: 1, object: 2, list: 3, number: 4, word: 5 } as const;
export const WORDS: readonly Uint8Array[] = ['true', 'false', 'null'].map((word) => Buffer.from(word));
export const STARTS = table(ValueStart.none, [
  ['"', ValueStart.string],
  ['{', ValueStart.object],
  ['[', ValueStart.list],
  ['-0123456789', ValueStart.number],
  ['t', ValueStart.word],
  ['f', ValueStart.word + 1],
  ['n', ValueStart.word + 2],
]);

/** 1 for the bytes that stand for themselves inside a string: ASCII but controls, quotation mark and backslash. */
export const PLAIN = new Uint8Array(256).map((_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c ? 1 : 0,
);

/** The character that a backslash and this one stand for; 0 for none. */
export const ESCAPES = table(0, [
  ['"', 0x22],
  ['\\', 0x5c],
  ['/', 0x2f],
  ['b', 0x08],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
]);

export const NO_DIGIT = 16;
export const HEX_VALUES = new Uint8Array(256).map((_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? NO_DIGIT : value;
});

function table(rest: number, entries: readonly (readonly [characters: string, value: number])[]): Uint8Array {
  const values = new Uint8Array(256).fill(rest);
  for (const [characters, value] of entries) {
    for (const character of characters) values[character.charCodeAt(0)] = value;
  }
  return values;
}
