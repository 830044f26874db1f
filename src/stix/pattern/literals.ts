import { timestampKey } from '../../time.ts';
import type { PatternRuleId } from './rules.ts';
import { CLASS, CLASSES } from './tokens.ts';

/** What is wrong with a token, and where. */
export interface Fault {
  readonly rule: PatternRuleId;
  readonly offset: number;
  readonly expected: readonly string[];
  readonly message: string;
}

const APOSTROPHE = 39;
const BACKSLASH = 92;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const EQUALS = 61;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Where the string that opens at `start` ends, as the offset after its closing apostrophe. */
export function scanString(text: string, start: number): number | Fault {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === APOSTROPHE) return i + 1;
    if (code !== BACKSLASH) continue;
    i++;
    const escaped = text.charCodeAt(i);
    if (escaped !== APOSTROPHE && escaped !== BACKSLASH) return unknownEscape(text, i - 1);
  }
  return {
    rule: 'pattern-string',
    offset: start,
    expected: ["'"],
    message:
      "the string that begins here is not closed: expected an apostrophe at its end (inside a string an apostrophe is written \\', a backslash \\\\)",
  };
}

function unknownEscape(text: string, offset: number): Fault {
  const found = offset + 1 < text.length ? `\\${String.fromCodePoint(text.codePointAt(offset + 1) ?? 0)}` : '\\';
  return {
    rule: 'pattern-string',
    offset,
    expected: ["\\'", '\\\\'],
    message: `a string knows only the escapes \\' and \\\\, found ${found}: write a backslash of the value as \\\\`,
  };
}

/** The value of a string token, without its apostrophes and escapes. */
export function stringValue(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes('\\') ? raw.replace(/\\(['\\])/g, '$1') : raw;
}

/** The end of the number that begins at `start`, and whether it is a float. */
export function scanNumber(text: string, start: number): { readonly end: number; readonly float: boolean } | Fault {
  let i = start;
  const first = text.charCodeAt(i);
  if (first === MINUS || first === 43) i++;
  const whole = i;
  i = digits(text, i);
  if (text.charCodeAt(i) === DOT && isDigit(text.charCodeAt(i + 1))) return { end: digits(text, i + 1), float: true };
  if (i === whole) {
    return {
      rule: 'pattern-syntax',
      offset: start,
      expected: ['a number'],
      message: `expected a digit directly after the sign ${text.charAt(start)}`,
    };
  }
  if (i - whole > 1 && text.charCodeAt(whole) === ZERO) {
    return {
      rule: 'pattern-syntax',
      offset: whole,
      expected: ['an integer without leading zeros'],
      message: 'an integer is written without leading zeros',
    };
  }
  return { end: i, float: false };
}

/** The end of `h'…'`: an even number of hexadecimal digits. Source: STIX 2.1 §9.2 */
export function scanHex(text: string, start: number): number | Fault {
  let i = start + 2;
  while (hasClass(text.charCodeAt(i), CLASS.hexDigit)) i++;
  if (text.charCodeAt(i) !== APOSTROPHE) {
    return constantFault('pattern-hex', i, "expected hexadecimal digits and a closing apostrophe in h'…'");
  }
  if ((i - start) % 2 === 1) {
    return constantFault('pattern-hex', i, "expected an even number of hexadecimal digits in h'…', two for each octet");
  }
  return i + 1;
}

/** The end of `b'…'`: base64 with its padding; line breaks inside are ignored. Source: STIX 2.1 §9.2, RFC 4648 §4 */
export function scanBinary(text: string, start: number): number | Fault {
  let i = start + 2;
  let count = 0;
  let padding = 0;
  for (; ; i++) {
    const code = text.charCodeAt(i);
    if (code === LINE_FEED || code === CARRIAGE_RETURN) continue;
    if (code === EQUALS) padding++;
    else if (hasClass(code, CLASS.base64) && padding === 0) count++;
    else break;
  }
  if (text.charCodeAt(i) !== APOSTROPHE) {
    return constantFault('pattern-binary', i, "expected base64 characters and a closing apostrophe in b'…'");
  }
  const rest = count % 4;
  if (rest === 1 || padding !== (4 - rest) % 4) {
    return constantFault(
      'pattern-binary',
      i,
      "the base64 in b'…' is incomplete: expected groups of four with = padding",
    );
  }
  return i + 1;
}

/** The end of `t'…'`: a timestamp in UTC whose date exists. Source: STIX 2.1 §2.16, §9.2 */
export function scanTimestamp(text: string, start: number): number | Fault {
  const close = text.indexOf("'", start + 2);
  if (close < 0) {
    return constantFault('pattern-timestamp', start, "the timestamp t'…' is not closed: expected an apostrophe");
  }
  if (timestampKey(text.slice(start + 2, close)) !== undefined) return close + 1;
  return constantFault(
    'pattern-timestamp',
    start,
    "expected a timestamp that exists, in UTC, as t'2024-02-29T23:59:59.5Z' (year-month-dayThour:minute:second, a fraction if wanted, Z)",
  );
}

function constantFault(rule: PatternRuleId, offset: number, message: string): Fault {
  return { rule, offset, expected: [], message };
}

function digits(text: string, from: number): number {
  let i = from;
  while (isDigit(text.charCodeAt(i))) i++;
  return i;
}

export function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

function hasClass(code: number, bit: number): boolean {
  return code < 128 && ((CLASSES[code] ?? 0) & bit) !== 0;
}
