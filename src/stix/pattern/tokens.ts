/** The tokens of the patterning grammar. Numbers, so that the lexer compares integers only. */
export const TOKEN = {
  end: 0,
  bad: 1,
  openBracket: 2,
  closeBracket: 3,
  openParen: 4,
  closeParen: 5,
  colon: 6,
  dot: 7,
  comma: 8,
  asterisk: 9,
  equal: 10,
  notEqual: 11,
  greater: 12,
  less: 13,
  greaterEqual: 14,
  lessEqual: 15,
  integer: 16,
  float: 17,
  string: 18,
  binary: 19,
  hex: 20,
  timestamp: 21,
  boolean: 22,
  word: 23,
  and: 24,
  or: 25,
  not: 26,
  followedBy: 27,
  like: 28,
  matches: 29,
  isSuperset: 30,
  isSubset: 31,
  exists: 32,
  last: 33,
  in: 34,
  start: 35,
  stop: 36,
  seconds: 37,
  within: 38,
  repeats: 39,
  times: 40,
} as const;

export type Token = (typeof TOKEN)[keyof typeof TOKEN];

/** Reserved words; all are case-sensitive. LAST has no use in the grammar but is reserved. Source: STIX 2.1 §9.3 */
export const KEYWORDS: ReadonlyMap<string, Token> = new Map<string, Token>([
  ['AND', TOKEN.and],
  ['OR', TOKEN.or],
  ['NOT', TOKEN.not],
  ['FOLLOWEDBY', TOKEN.followedBy],
  ['LIKE', TOKEN.like],
  ['MATCHES', TOKEN.matches],
  ['ISSUPERSET', TOKEN.isSuperset],
  ['ISSUBSET', TOKEN.isSubset],
  ['EXISTS', TOKEN.exists],
  ['LAST', TOKEN.last],
  ['IN', TOKEN.in],
  ['START', TOKEN.start],
  ['STOP', TOKEN.stop],
  ['SECONDS', TOKEN.seconds],
  ['WITHIN', TOKEN.within],
  ['REPEATS', TOKEN.repeats],
  ['TIMES', TOKEN.times],
  ['true', TOKEN.boolean],
  ['false', TOKEN.boolean],
]);

/** No keyword is longer. */
export const LONGEST_KEYWORD = 10;

/** Classes of the characters below U+0080. */
export const CLASS = { other: 0, space: 1, letter: 2, digit: 4, hexDigit: 8, base64: 16 } as const;

export const CLASSES: Uint8Array = classify();

function classify(): Uint8Array {
  const classes = new Uint8Array(128);
  const mark = (characters: string, bit: number): void => {
    for (let i = 0; i < characters.length; i++) {
      const code = characters.charCodeAt(i);
      classes[code] = (classes[code] ?? 0) | bit;
    }
  };
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  mark('\t\n\v\f\r ', CLASS.space);
  mark(`${letters}${letters.toUpperCase()}_`, CLASS.letter);
  mark('0123456789', CLASS.digit);
  mark('0123456789abcdefABCDEF', CLASS.hexDigit);
  mark(`${letters}${letters.toUpperCase()}0123456789+/`, CLASS.base64);
  return classes;
}

/** Whether a UTF-16 unit is Unicode white space. */
export function isSpace(code: number): boolean {
  if (code < 128) return ((CLASSES[code] ?? 0) & CLASS.space) !== 0;
  if (code < 0x2000) return code === 0x85 || code === 0xa0 || code === 0x1680;
  return code <= 0x200a || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}
