import { advance, type Lexer, lex } from './lexer.ts';
import type { PatternSink, PatternVersion } from './parser.ts';
import { type PatternError, syntaxError } from './syntax-error.ts';
import type { Token } from './tokens.ts';

/** The parts of the parser return whether they succeeded; the first that does not leaves the reason here. */
export interface Parser {
  readonly lexer: Lexer;
  readonly sink: PatternSink;
  readonly depthLimit: number;
  readonly version: PatternVersion;
  /** How many more parentheses may open within the present ones. */
  depth: number;
  error: PatternError | undefined;
}

export function startParser(text: string, sink: PatternSink, depthLimit: number, version: PatternVersion): Parser {
  return { lexer: lex(text), sink, depthLimit, version, depth: depthLimit, error: undefined };
}

export function isAt(parser: Parser, token: Token): boolean {
  return parser.lexer.token === token;
}

/** Steps over the token; an error that names all that could stand there when it is another. */
export function close(parser: Parser, token: Token, expected: readonly string[], after: string, hint = ''): boolean {
  if (parser.lexer.token !== token) return fail(parser, expected, after, hint);
  advance(parser.lexer);
  return true;
}

export function fail(parser: Parser, expected: readonly string[], after: string, hint = ''): false {
  parser.error = syntaxError(parser.lexer, expected, after, hint);
  return false;
}
