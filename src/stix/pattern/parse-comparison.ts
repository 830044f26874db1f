import type { ComparisonOperator, IndexStep, Literal, LiteralKind, NameStep, ObjectPath, PathStep } from './ast.ts';
import { advance } from './lexer.ts';
import { stringValue } from './literals.ts';
import { close, fail, isAt, type Parser } from './parser-state.ts';
import { KEYWORDS, TOKEN, type Token } from './tokens.ts';

const OPERATORS: readonly (ComparisonOperator | undefined)[] = operators();

const LITERALS: readonly (LiteralKind | undefined)[] = literals();

const CONSTANT = ["a constant such as 'text', 5 or t'2024-01-01T00:00:00Z'"];

/** `path [NOT] operator constant` or `[NOT] EXISTS path`. */
export function comparison(parser: Parser): boolean {
  const { lexer } = parser;
  const { start } = lexer;
  if (isAt(parser, TOKEN.exists) || isAt(parser, TOKEN.not)) return existence(parser);
  const path = objectPath(parser);
  if (path === undefined) return false;
  const negated = isAt(parser, TOKEN.not);
  if (negated) advance(lexer);
  const operator = OPERATORS[lexer.token];
  if (operator === undefined) return noOperator(parser, negated);
  const operatorStart = lexer.start;
  advance(lexer);
  const operands = operandsOf(parser, operator);
  if (operands === undefined) return false;
  parser.sink.comparison({
    kind: 'comparison',
    start,
    end: lexer.last,
    path,
    negated,
    operator,
    operatorStart,
    operands,
  });
  return true;
}

function existence(parser: Parser): boolean {
  const { lexer } = parser;
  const { start } = lexer;
  const negated = isAt(parser, TOKEN.not);
  if (negated) advance(lexer);
  const operatorStart = lexer.start;
  const hint = "NOT stands before the operator: file:name NOT = 'a.exe'";
  if (!close(parser, TOKEN.exists, ['EXISTS'], 'after NOT', isAt(parser, TOKEN.word) ? hint : '')) return false;
  const path = objectPath(parser);
  if (path === undefined) return false;
  const end = lexer.last;
  parser.sink.comparison({
    kind: 'comparison',
    start,
    end,
    path,
    negated,
    operator: 'EXISTS',
    operatorStart,
    operands: [],
  });
  return true;
}

function noOperator(parser: Parser, negated: boolean): false {
  const after = negated ? 'after NOT' : 'after the object path';
  const hint = isAt(parser, TOKEN.colon) ? 'a path has one colon, further properties follow a dot' : '';
  return fail(parser, ['a comparison operator such as = or LIKE'], after, hint);
}

function objectPath(parser: Parser): ObjectPath | undefined {
  const { lexer } = parser;
  const { start, end, text } = lexer;
  if (!isAt(parser, TOKEN.word)) {
    const empty = isAt(parser, TOKEN.closeBracket) || isAt(parser, TOKEN.closeParen);
    fail(parser, ['an object path such as file:name'], 'here', empty ? 'a comparison is missing' : reserved(parser));
    return undefined;
  }
  advance(lexer);
  if (!close(parser, TOKEN.colon, [':'], 'between the object type and its property')) return undefined;
  const first = nameStep(parser, "after ':'");
  if (first === undefined) return undefined;
  const steps: PathStep[] = [first];
  for (;;) {
    let step: PathStep | undefined;
    if (isAt(parser, TOKEN.dot)) {
      advance(lexer);
      step = nameStep(parser, "after '.'");
    } else if (isAt(parser, TOKEN.openBracket)) step = indexStep(parser);
    else break;
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return { start, end: lexer.last, type: text.slice(start, end), steps };
}

function nameStep(parser: Parser, after: string): NameStep | undefined {
  const { lexer } = parser;
  const { start, end, text } = lexer;
  const isString = isAt(parser, TOKEN.string);
  if (!isString && (!isAt(parser, TOKEN.word) || lexer.hyphen)) {
    const hint = isAt(parser, TOKEN.word)
      ? `a name with a hyphen stands in apostrophes: '${text.slice(start, Math.min(end, start + 40))}'`
      : reserved(parser);
    fail(parser, ['a property name'], after, hint);
    return undefined;
  }
  advance(lexer);
  return { kind: 'name', start, end, name: isString ? stringValue(text, start, end) : text.slice(start, end) };
}

function indexStep(parser: Parser): IndexStep | undefined {
  const { lexer } = parser;
  const { start, text } = lexer;
  advance(lexer);
  const indexStart = lexer.start;
  const any = isAt(parser, TOKEN.asterisk);
  if (!any && !isAt(parser, TOKEN.integer)) {
    fail(parser, ['a list index (0, 1, …)', '*'], "after '['");
    return undefined;
  }
  const index = any ? '*' : Number(text.slice(indexStart, lexer.end));
  advance(lexer);
  if (!close(parser, TOKEN.closeBracket, [']'], 'after the list index')) return undefined;
  return { kind: 'index', start, end: lexer.last, index, indexStart };
}

function operandsOf(parser: Parser, operator: ComparisonOperator): Literal[] | undefined {
  if (operator === 'IN') return setOf(parser);
  const { token } = parser.lexer;
  const takesString = operator === 'LIKE' || operator === 'MATCHES' || operator.startsWith('ISSU');
  if (takesString && token !== TOKEN.string) {
    fail(parser, ["a string in apostrophes such as 'text'"], `after ${operator}`);
    return undefined;
  }
  const ordered = operator !== '=' && operator !== '!=';
  if (ordered && token === TOKEN.boolean) {
    fail(parser, ['a constant that has an order'], `after ${operator}`, 'true and false compare with = and != only');
    return undefined;
  }
  const hint = token === TOKEN.openParen ? 'a set in parentheses follows IN' : '';
  const constant = literal(parser, CONSTANT, `after ${operator}`, hint);
  return constant === undefined ? undefined : [constant];
}

function setOf(parser: Parser): Literal[] | undefined {
  const { lexer } = parser;
  if (!close(parser, TOKEN.openParen, ['('], 'after IN', "IN takes a set: ('a', 'b')")) return undefined;
  const members: Literal[] = [];
  if (!isAt(parser, TOKEN.closeParen)) {
    for (;;) {
      const member = literal(parser, CONSTANT, members.length === 0 ? "after '('" : "after ','");
      if (member === undefined) return undefined;
      members.push(member);
      if (!isAt(parser, TOKEN.comma)) break;
      advance(lexer);
    }
  }
  return close(parser, TOKEN.closeParen, [',', ')'], 'after the constant') ? members : undefined;
}

/** A constant of any kind; an error when another token stands here. */
export function literal(parser: Parser, expected: readonly string[], after: string, hint = ''): Literal | undefined {
  const { lexer } = parser;
  const { token, start, end, text } = lexer;
  const kind = LITERALS[token];
  if (kind === undefined) {
    const bare =
      token === TOKEN.word ? `strings stand in apostrophes: '${text.slice(start, Math.min(end, start + 40))}'` : '';
    fail(parser, expected, after, hint || bare);
    return undefined;
  }
  advance(lexer);
  return { kind, start, end, value: constantValue(kind, text, start, end) };
}

function constantValue(kind: LiteralKind, text: string, start: number, end: number): string | number | boolean {
  if (kind === 'string') return stringValue(text, start, end);
  if (kind === 'integer' || kind === 'float') return Number(text.slice(start, end));
  if (kind === 'boolean') return end - start === 4;
  return text.slice(start + 2, end - 1);
}

function reserved(parser: Parser): string {
  const { text, start, end } = parser.lexer;
  const word = end - start <= 10 ? text.slice(start, end) : '';
  return KEYWORDS.has(word) ? `${word} is a keyword; a property of that name stands in apostrophes: '${word}'` : '';
}

function operators(): (ComparisonOperator | undefined)[] {
  const table: (ComparisonOperator | undefined)[] = [];
  const pairs: readonly (readonly [Token, ComparisonOperator])[] = [
    [TOKEN.equal, '='],
    [TOKEN.notEqual, '!='],
    [TOKEN.greater, '>'],
    [TOKEN.less, '<'],
    [TOKEN.greaterEqual, '>='],
    [TOKEN.lessEqual, '<='],
    [TOKEN.in, 'IN'],
    [TOKEN.like, 'LIKE'],
    [TOKEN.matches, 'MATCHES'],
    [TOKEN.isSubset, 'ISSUBSET'],
    [TOKEN.isSuperset, 'ISSUPERSET'],
  ];
  for (const [token, operator] of pairs) table[token] = operator;
  return table;
}

function literals(): (LiteralKind | undefined)[] {
  const table: (LiteralKind | undefined)[] = [];
  const pairs: readonly (readonly [Token, LiteralKind])[] = [
    [TOKEN.integer, 'integer'],
    [TOKEN.float, 'float'],
    [TOKEN.string, 'string'],
    [TOKEN.binary, 'binary'],
    [TOKEN.hex, 'hex'],
    [TOKEN.timestamp, 'timestamp'],
    [TOKEN.boolean, 'boolean'],
  ];
  for (const [token, kind] of pairs) table[token] = kind;
  return table;
}
