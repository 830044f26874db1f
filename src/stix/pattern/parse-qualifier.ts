import type { Literal } from './ast.ts';
import { advance } from './lexer.ts';
import { literal } from './parse-comparison.ts';
import { close, fail, isAt, type Parser } from './parser-state.ts';
import { TOKEN } from './tokens.ts';

const MINUS = 45;

/** WITHIN, REPEATS or START with STOP, whichever the current token begins. Source: STIX 2.1 §9.5.1 */
export function qualifier(parser: Parser): boolean {
  if (isAt(parser, TOKEN.within)) return within(parser);
  return isAt(parser, TOKEN.repeats) ? repeats(parser) : startStop(parser);
}

function within(parser: Parser): boolean {
  const { lexer, sink } = parser;
  const { start } = lexer;
  advance(lexer);
  const seconds = unsigned(parser, true, 'a number of seconds greater than zero', 'after WITHIN');
  if (seconds === undefined) return false;
  const hint = isAt(parser, TOKEN.word) ? 'the only unit is SECONDS' : '';
  if (!close(parser, TOKEN.seconds, ['SECONDS'], 'after the number of WITHIN', hint)) return false;
  sink.qualifier({ kind: 'WITHIN', start, end: lexer.last, seconds });
  return true;
}

function repeats(parser: Parser): boolean {
  const { lexer, sink } = parser;
  const { start } = lexer;
  advance(lexer);
  const times = unsigned(parser, false, 'a positive integer', 'after REPEATS');
  if (times === undefined) return false;
  if (!close(parser, TOKEN.times, ['TIMES'], 'after the number of REPEATS')) return false;
  sink.qualifier({ kind: 'REPEATS', start, end: lexer.last, times });
  return true;
}

function startStop(parser: Parser): boolean {
  const { lexer, sink } = parser;
  const { start } = lexer;
  advance(lexer);
  const from = timestamp(parser, 'after START');
  if (from === undefined) return false;
  if (!close(parser, TOKEN.stop, ['STOP'], 'after the timestamp of START', 'START and STOP stand together'))
    return false;
  const until = timestamp(parser, 'after STOP');
  if (until === undefined) return false;
  sink.qualifier({ kind: 'START', start, end: lexer.last, from, until });
  return true;
}

function unsigned(parser: Parser, float: boolean, expected: string, after: string): Literal | undefined {
  const { token, text, start } = parser.lexer;
  const fits = (token === TOKEN.integer || (float && token === TOKEN.float)) && text.charCodeAt(start) !== MINUS;
  if (fits) return literal(parser, [expected], after);
  fail(parser, [expected], after);
  return undefined;
}

function timestamp(parser: Parser, after: string): Literal | undefined {
  const expected = ["a timestamp such as t'2024-01-01T00:00:00Z'"];
  if (isAt(parser, TOKEN.timestamp) || (parser.version === '2.0' && isAt(parser, TOKEN.string)))
    return literal(parser, expected, after);
  fail(parser, expected, after, isAt(parser, TOKEN.string) ? "a timestamp has a t before its apostrophe: t'…'" : '');
  return undefined;
}
