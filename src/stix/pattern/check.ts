import { timestampKey } from '../../time.ts';
import type { BooleanOperator, Literal, Qualifier } from './ast.ts';
import { checkComparison } from './check-comparison.ts';
import { checkNumber } from './check-constant.ts';
import { collector, type Report } from './findings.ts';
import { type PatternLimits, type PatternSink, type PatternVersion, parseInto } from './parser.ts';
import { type PatternFinding, patternFinding } from './rules.ts';
import { listed } from './syntax-error.ts';
import { ANY_TYPE, both, either, type Types, typeNames } from './type-sets.ts';

/** What the indicator that holds the pattern says about it. */
export interface PatternContext {
  /**
   * `pattern_version`; absent: 2.1. STIX 2.0 does not forbid a second qualifier of one kind, and lets START and STOP take
   * strings.
   */
  readonly version?: string | undefined;
  /** `valid_from` and `valid_until`: START and STOP should lie between them. */
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
}

/**
 * Everything that is wrong with a STIX pattern: the first breach of the grammar or, when it parses, what the text of the
 * standard demands beyond. Empty when it is fine. It builds no tree, so its memory hardly grows with the pattern.
 * Source: STIX 2.1 §9
 */
export function checkPattern(text: string, context: PatternContext = {}, limits?: PatternLimits): PatternFinding[] {
  const { report, findings } = collector();
  const { error, comment } = parseInto(text, checker(text, context, report), limits, versionOf(context));
  if (error !== undefined) return [patternFinding(error.rule, error.offset, error.message)];
  if (comment >= 0) report('pattern-extra-syntax', comment, 'the standard knows no comments in patterns');
  return findings();
}

function versionOf({ version }: PatternContext): PatternVersion {
  return version === '2.0' ? '2.0' : '2.1';
}

function checker(text: string, context: PatternContext, report: Report): PatternSink {
  const types: Types[] = [];
  let qualifiers = new Set<string>();
  let onGroup = false;
  return {
    comparison(comparison) {
      checkComparison(text, comparison, report);
      const { type } = comparison.path;
      types.push({ strict: type, loose: comparison.negated ? undefined : type });
    },
    joinComparisons(operator, offset) {
      const right = types.pop() ?? ANY_TYPE;
      types.push(join(operator, types.pop() ?? ANY_TYPE, right, offset, report));
    },
    groupComparisons() {},
    observation() {
      types.pop();
      qualifiers = new Set();
      onGroup = false;
    },
    joinObservations() {},
    groupObservations() {
      qualifiers = new Set();
      onGroup = true;
    },
    qualifier(qualifier) {
      if (qualifiers.has(qualifier.kind)) duplicate(qualifier, onGroup || versionOf(context) === '2.0', report);
      qualifiers.add(qualifier.kind);
      checkQualifier(text, qualifier, context, report);
    },
  };
}

/** All operands of AND must be satisfiable with one object. Source: STIX 2.1 §9.5 */
function join(operator: BooleanOperator, left: Types, right: Types, offset: number, report: Report): Types {
  if (operator === 'OR') return either(left, right);
  const { strict, loose } = both(left, right);
  if (strict !== null && loose !== null) return { strict, loose };
  const names = `${listed(typeNames(left.strict))} with ${listed(typeNames(right.strict))}`;
  if (loose === null) {
    report(
      'pattern-and-types',
      offset,
      `this AND joins comparisons of ${names}, and no object has both types: use OR, or give each its own brackets`,
    );
  } else {
    report(
      'pattern-and-types-negated',
      offset,
      `this AND joins comparisons of ${names}; whether the negated ones hold for an object of another type is not defined`,
    );
  }
  return ANY_TYPE;
}

function duplicate({ kind, start }: Qualifier, tolerated: boolean, report: Report): void {
  const name = kind === 'START' ? 'START … STOP' : kind;
  if (tolerated) {
    report('pattern-repeated-qualifier', start, `a second ${name} on the same expression: its meaning is not defined`);
  } else {
    report(
      'pattern-duplicate-qualifier',
      start,
      `a second ${name} on the same observation: at most one of a kind is allowed`,
    );
  }
}

function checkQualifier(text: string, qualifier: Qualifier, context: PatternContext, report: Report): void {
  if (qualifier.kind === 'START') checkWindow(qualifier.from, qualifier.until, context, report);
  else {
    const number = qualifier.kind === 'WITHIN' ? qualifier.seconds : qualifier.times;
    checkNumber(text, number, report);
    if (Number(number.value) > 0) return;
    report('pattern-qualifier-value', number.start, `expected a number greater than zero after ${qualifier.kind}`);
  }
}

/** Source: STIX 2.1 §9.5.1 START … STOP */
function checkWindow(from: Literal, until: Literal, context: PatternContext, report: Report): void {
  for (const { kind, value, start } of [from, until]) {
    if (kind === 'string' && timestampKey(String(value)) === undefined)
      report('pattern-timestamp', start, 'expected a timestamp such as 2024-02-29T23:59:59.5Z in the string');
  }
  if (!isOrdered(from.value, until.value, false)) {
    report('pattern-window', from.start, 'no time lies in this window: expected START to be before STOP');
  }
  if (!isOrdered(context.validFrom, from.value, true)) {
    report('pattern-window-validity', from.start, 'START lies before valid_from of the indicator');
  }
  if (!isOrdered(until.value, context.validUntil, true)) {
    report('pattern-window-validity', until.start, 'STOP lies after valid_until of the indicator');
  }
}

/** Whether two times are in order; yes when one is missing or no timestamp, which other rules tell. */
function isOrdered(first: unknown, last: unknown, orEqual: boolean): boolean {
  const a = typeof first === 'string' ? timestampKey(first) : undefined;
  const b = typeof last === 'string' ? timestampKey(last) : undefined;
  return a === undefined || b === undefined || a < b || (orEqual && a === b);
}
