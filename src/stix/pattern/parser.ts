import type { BooleanOperator, Comparison, ObservationOperator, Qualifier } from './ast.ts';
import { advance } from './lexer.ts';
import { comparison } from './parse-comparison.ts';
import { qualifier } from './parse-qualifier.ts';
import { close, fail, isAt, type Parser, startParser } from './parser-state.ts';
import { emptyPattern, type PatternError, tooDeep, tooLong } from './syntax-error.ts';
import { TOKEN } from './tokens.ts';

/** What the parser tells, in the order of the text; operands come before the operator that joins them. */
export interface PatternSink {
  comparison(comparison: Comparison): void;
  /** The last two comparisons, groups or joined comparisons are joined by the operator at `offset`. */
  joinComparisons(operator: BooleanOperator, offset: number): void;
  groupComparisons(start: number, end: number): void;
  /** What the comparisons told so far make one observation in brackets. */
  observation(start: number, end: number): void;
  joinObservations(operator: ObservationOperator): void;
  groupObservations(start: number, end: number): void;
  /** Belongs to the observation or the group of observations told last. */
  qualifier(qualifier: Qualifier): void;
}

export interface PatternLimits {
  /** UTF-16 units. */
  readonly length: number;
  /** Parentheses within parentheses. */
  readonly depth: number;
}

/** Patterns of public feeds stay far below: the longest we know has 57,120 characters and few nest five times. */
export const PATTERN_LIMITS: PatternLimits = { length: 262_144, depth: 64 };

/** The version of the patterning language; in 2.0 START and STOP take a string that holds a timestamp as well. */
export type PatternVersion = '2.0' | '2.1';

export interface ParseOutcome {
  /** Why the pattern is refused; what the sink heard before is void then. */
  readonly error: PatternError | undefined;
  /** Where the first comment stands; -1: there is none. */
  readonly comment: number;
  /** Tokens read: a measure of the work done. */
  readonly steps: number;
}

/**
 * Reads a pattern by recursive descent with one token of lookahead, in time linear in its length.
 * Source: STIX 2.1 §9.3 to §9.7
 */
export function parseInto(
  text: string,
  sink: PatternSink,
  limits: PatternLimits = PATTERN_LIMITS,
  version: PatternVersion = '2.1',
): ParseOutcome {
  if (text.length > limits.length) return { error: tooLong(text.length, limits.length), comment: -1, steps: 0 };
  const parser = startParser(text, sink, limits.depth, version);
  const { lexer } = parser;
  if (isAt(parser, TOKEN.end)) parser.error = emptyPattern(lexer);
  else if (followedBy(parser) && !isAt(parser, TOKEN.end)) {
    fail(parser, ['AND', 'OR', 'FOLLOWEDBY', 'a qualifier', 'the end of the pattern'], 'after the observation');
  }
  return { error: parser.error, comment: lexer.comment, steps: lexer.steps };
}

function followedBy(parser: Parser): boolean {
  if (!observationOr(parser)) return false;
  while (isAt(parser, TOKEN.followedBy)) {
    advance(parser.lexer);
    if (!observationOr(parser)) return false;
    parser.sink.joinObservations('FOLLOWEDBY');
  }
  return true;
}

function observationOr(parser: Parser): boolean {
  if (!observationAnd(parser)) return false;
  while (isAt(parser, TOKEN.or)) {
    advance(parser.lexer);
    if (!observationAnd(parser)) return false;
    parser.sink.joinObservations('OR');
  }
  return true;
}

function observationAnd(parser: Parser): boolean {
  if (!qualified(parser)) return false;
  while (isAt(parser, TOKEN.and)) {
    advance(parser.lexer);
    if (!qualified(parser)) return false;
    parser.sink.joinObservations('AND');
  }
  return true;
}

function qualified(parser: Parser): boolean {
  if (!(isAt(parser, TOKEN.openParen) ? observationGroup(parser) : observation(parser))) return false;
  for (;;) {
    const { token } = parser.lexer;
    if (token !== TOKEN.within && token !== TOKEN.repeats && token !== TOKEN.start) return true;
    if (!qualifier(parser)) return false;
  }
}

function observationGroup(parser: Parser): boolean {
  const { start } = parser.lexer;
  if (!enter(parser) || !followedBy(parser)) return false;
  if (!close(parser, TOKEN.closeParen, [')', 'AND', 'OR', 'FOLLOWEDBY', 'a qualifier'], 'after the observation')) {
    return false;
  }
  parser.sink.groupObservations(start, parser.lexer.last);
  parser.depth++;
  return true;
}

function observation(parser: Parser): boolean {
  const { start } = parser.lexer;
  if (!isAt(parser, TOKEN.openBracket)) {
    const hint = isAt(parser, TOKEN.word) ? "comparisons stand in brackets: [file:name = 'a.exe']" : '';
    return fail(parser, ['[', '('], 'where an observation begins', hint);
  }
  advance(parser.lexer);
  if (!comparisonOr(parser)) return false;
  if (!close(parser, TOKEN.closeBracket, [']', 'AND', 'OR'], 'after the comparison')) return false;
  parser.sink.observation(start, parser.lexer.last);
  return true;
}

function comparisonOr(parser: Parser): boolean {
  if (!comparisonAnd(parser)) return false;
  while (isAt(parser, TOKEN.or)) {
    const offset = parser.lexer.start;
    advance(parser.lexer);
    if (!comparisonAnd(parser)) return false;
    parser.sink.joinComparisons('OR', offset);
  }
  return true;
}

function comparisonAnd(parser: Parser): boolean {
  if (!term(parser)) return false;
  while (isAt(parser, TOKEN.and)) {
    const offset = parser.lexer.start;
    advance(parser.lexer);
    if (!term(parser)) return false;
    parser.sink.joinComparisons('AND', offset);
  }
  return true;
}

function term(parser: Parser): boolean {
  if (!isAt(parser, TOKEN.openParen)) return comparison(parser);
  const { start } = parser.lexer;
  if (!enter(parser) || !comparisonOr(parser)) return false;
  if (!close(parser, TOKEN.closeParen, [')', 'AND', 'OR'], 'after the comparison')) return false;
  parser.sink.groupComparisons(start, parser.lexer.last);
  parser.depth++;
  return true;
}

/** Steps over an opening parenthesis, unless the limit of nesting is reached. */
function enter(parser: Parser): boolean {
  if (parser.depth === 0) {
    parser.error = tooDeep(parser.lexer, parser.depthLimit);
    return false;
  }
  parser.depth--;
  advance(parser.lexer);
  return true;
}
