import type { Lexer } from './lexer.ts';
import type { PatternRuleId } from './rules.ts';
import { KEYWORDS, TOKEN } from './tokens.ts';

/** Why a pattern does not parse: the first place where it leaves the grammar. */
export interface PatternError {
  readonly rule: PatternRuleId;
  /** UTF-16 units from the start of the pattern. */
  readonly offset: number;
  /** What stands there; empty at the end of the pattern. */
  readonly found: string;
  /** What could stand there. */
  readonly expected: readonly string[];
  /** All of it in one sentence, with a hint where the mistake is a common one. */
  readonly message: string;
}

const LONGEST_FOUND = 40;

/** The error that the current token is not one of those expected; `after` says where in the grammar we are. */
export function syntaxError(lexer: Lexer, expected: readonly string[], after: string, hint = ''): PatternError {
  const { fault, start } = lexer;
  if (lexer.token === TOKEN.bad && fault !== undefined) {
    const { rule, offset, message } = fault;
    return { rule, offset, found: foundText(lexer, offset), expected: fault.expected, message };
  }
  const found = foundText(lexer, start);
  const what = found === '' ? 'the end of the pattern' : found === '"' ? 'a quotation mark' : quoted(found);
  const advice = commonMistake(lexer, found) || hint;
  return {
    rule: 'pattern-syntax',
    offset: start,
    found,
    expected,
    message: `expected ${listed(expected)} ${after}, found ${what}${advice === '' ? '' : ` (${advice})`}`,
  };
}

export function tooLong(length: number, limit: number): PatternError {
  return {
    rule: 'pattern-too-long',
    offset: limit,
    found: '',
    expected: [],
    message: `the pattern has ${length} characters, this hub reads at most ${limit}: split it over several indicators`,
  };
}

export function tooDeep(lexer: Lexer, limit: number): PatternError {
  return {
    rule: 'pattern-too-deep',
    offset: lexer.start,
    found: '(',
    expected: [],
    message: `parentheses are nested more than ${limit} times here, deeper than this hub reads`,
  };
}

export function emptyPattern(lexer: Lexer): PatternError {
  return {
    rule: 'pattern-empty',
    offset: lexer.start,
    found: '',
    expected: ['an observation in brackets'],
    message:
      "the pattern is empty: expected an observation in brackets, [ipv4-addr:value = '198.51.100.3'] for instance",
  };
}

/** A text of the pattern for a message: cut when long, control characters as escapes. */
export function quoted(text: string): string {
  const cut = text.length > LONGEST_FOUND ? `${text.slice(0, LONGEST_FOUND)}…` : text;
  return `"${cut.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}

export function listed(items: readonly string[], conjunction = 'or'): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

function foundText(lexer: Lexer, offset: number): string {
  const end = Math.max(lexer.end, offset + 1);
  return lexer.text.slice(offset, Math.min(end, offset + LONGEST_FOUND + 1));
}

/** What a person who wrote this most likely needs to know. */
function commonMistake(lexer: Lexer, found: string): string {
  if (found === '"') return "strings and quoted keys stand in apostrophes: 'value'";
  if (found === '`' || found === '‘' || found === '’') return "strings stand in straight apostrophes: 'value'";
  if (found === '/') return "a regular expression is a string after MATCHES: 'a+b'; comments close with */";
  if (lexer.token === TOKEN.word) {
    const upper = found.toUpperCase();
    if (upper !== found && KEYWORDS.has(upper)) return `keywords are written in capitals: ${upper}`;
    if (KEYWORDS.has(found.toLowerCase())) return `${found.toLowerCase()} is written in lower case`;
  }
  return '';
}
