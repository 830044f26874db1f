import type { Fault } from './literals.ts';
import { isDigit, scanBinary, scanHex, scanNumber, scanString, scanTimestamp } from './literals.ts';
import { CLASS, CLASSES, isSpace, KEYWORDS, LONGEST_KEYWORD, TOKEN, type Token } from './tokens.ts';

/** The lexer's position: the current token. It only ever moves forward, so its work is linear in the text. */
export interface Lexer {
  readonly text: string;
  token: Token;
  start: number;
  /** The offset after the current token. */
  end: number;
  /** The offset after the token before the current one. */
  last: number;
  /** Whether the current word has a hyphen, which only object types may have. */
  hyphen: boolean;
  /** Why the current token is bad. */
  fault: Fault | undefined;
  /** Where the first comment stands; -1: there is none. */
  comment: number;
  /** Tokens read so far. */
  steps: number;
}

const APOSTROPHE = 39;
const SLASH = 47;
const ASTERISK = 42;
const EQUALS = 61;
const GREATER = 62;

/** A lexer that stands on the first token. */
export function lex(text: string): Lexer {
  const lexer: Lexer = {
    text,
    token: TOKEN.end,
    start: 0,
    end: 0,
    last: 0,
    hyphen: false,
    fault: undefined,
    comment: -1,
    steps: 0,
  };
  advance(lexer);
  return lexer;
}

/** Moves to the next token. */
export function advance(lexer: Lexer): void {
  lexer.steps++;
  lexer.last = lexer.end;
  lexer.start = skipSpace(lexer);
  lexer.token = read(lexer);
}

/** Reads the token that begins at `start` and sets where it ends. */
function read(lexer: Lexer): Token {
  const { text, start } = lexer;
  if (start >= text.length) return single(lexer, TOKEN.end, 0);
  const code = text.charCodeAt(start);
  if (code < 128 && ((CLASSES[code] ?? 0) & CLASS.letter) !== 0) return word(lexer, code);
  const next = text.charCodeAt(start + 1);
  switch (code) {
    case APOSTROPHE:
      return scanned(lexer, TOKEN.string, scanString(text, start));
    case 91:
      return single(lexer, TOKEN.openBracket, 1);
    case 93:
      return single(lexer, TOKEN.closeBracket, 1);
    case 40:
      return single(lexer, TOKEN.openParen, 1);
    case 41:
      return single(lexer, TOKEN.closeParen, 1);
    case 58:
      return single(lexer, TOKEN.colon, 1);
    case 44:
      return single(lexer, TOKEN.comma, 1);
    case ASTERISK:
      return single(lexer, TOKEN.asterisk, 1);
    case EQUALS:
      return single(lexer, TOKEN.equal, next === EQUALS ? 2 : 1);
    case 33:
      return next === EQUALS ? single(lexer, TOKEN.notEqual, 2) : unknown(lexer);
    case GREATER:
      return next === EQUALS ? single(lexer, TOKEN.greaterEqual, 2) : single(lexer, TOKEN.greater, 1);
    case 60:
      if (next === GREATER) return single(lexer, TOKEN.notEqual, 2);
      return next === EQUALS ? single(lexer, TOKEN.lessEqual, 2) : single(lexer, TOKEN.less, 1);
    case 46:
      return isDigit(next) ? number(lexer) : single(lexer, TOKEN.dot, 1);
    default:
      return isDigit(code) || code === 43 || code === 45 ? number(lexer) : unknown(lexer);
  }
}

/** The offset of the next character that is neither white space nor part of a comment. */
function skipSpace(lexer: Lexer): number {
  const { text } = lexer;
  let i = lexer.end;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isSpace(code)) continue;
    if (code !== SLASH) break;
    const close = commentEnd(text, i);
    if (close < 0) break;
    if (lexer.comment < 0) lexer.comment = i;
    i = close - 1;
  }
  return i;
}

/** The offset after the comment at `start`; -1 when none begins there or it is not closed. */
function commentEnd(text: string, start: number): number {
  const second = text.charCodeAt(start + 1);
  if (second === ASTERISK) {
    const close = text.indexOf('*/', start + 2);
    return close < 0 ? -1 : close + 2;
  }
  if (second !== SLASH) return -1;
  let i = start + 2;
  while (i < text.length && text.charCodeAt(i) !== 10 && text.charCodeAt(i) !== 13) i++;
  return i;
}

function word(lexer: Lexer, first: number): Token {
  const { text, start } = lexer;
  if (text.charCodeAt(start + 1) === APOSTROPHE) {
    if (first === 116) return scanned(lexer, TOKEN.timestamp, scanTimestamp(text, start));
    if (first === 104) return scanned(lexer, TOKEN.hex, scanHex(text, start));
    if (first === 98) return scanned(lexer, TOKEN.binary, scanBinary(text, start));
  }
  let hyphen = false;
  let lower = first >= 97;
  let i = start + 1;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 45) hyphen = true;
    else if (code >= 128 || ((CLASSES[code] ?? 0) & (CLASS.letter | CLASS.digit)) === 0) break;
    else if (code >= 97) lower = true;
  }
  lexer.end = i;
  lexer.hyphen = hyphen;
  const length = i - start;
  const maybeKeyword = !hyphen && length <= LONGEST_KEYWORD && (!lower || length === 4 || length === 5);
  return (maybeKeyword ? KEYWORDS.get(text.slice(start, i)) : undefined) ?? TOKEN.word;
}

function number(lexer: Lexer): Token {
  const result = scanNumber(lexer.text, lexer.start);
  if (!('end' in result)) return bad(lexer, result);
  lexer.end = result.end;
  return result.float ? TOKEN.float : TOKEN.integer;
}

function single(lexer: Lexer, token: Token, length: number): Token {
  lexer.end = lexer.start + length;
  return token;
}

function scanned(lexer: Lexer, token: Token, result: number | Fault): Token {
  if (typeof result !== 'number') return bad(lexer, result);
  lexer.end = result;
  return token;
}

/** A character that no token begins with; the parser says what it expected there. */
function unknown(lexer: Lexer): Token {
  lexer.fault = undefined;
  return single(lexer, TOKEN.bad, (lexer.text.codePointAt(lexer.start) ?? 0) > 0xffff ? 2 : 1);
}

function bad(lexer: Lexer, fault: Fault): Token {
  lexer.fault = fault;
  return single(lexer, TOKEN.bad, 1);
}
