import { isObject } from '../json.ts';
import { type Check, report } from './context.ts';
import { FORMATS } from './formats.ts';
import { complain, type Library, limit, type Node, ruleOf, text } from './node.ts';
import { closest, kindOf, oneOf, show, typeName } from './words.ts';

/** The keywords about one value by itself: type, const, enum, format and the like. */
export function scalarChecks(node: Node, library: Library): Check[] {
  const checks = [typeCheck(node), valueCheck(node), numberCheck(node), lengthCheck(node), formatCheck(node)];
  return [...checks, vocabularyCheck(node, library)].filter((check) => check !== undefined);
}

const TYPE_TESTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  array: (value) => Array.isArray(value),
  object: isObject,
  null: (value) => value === null,
};

function typeCheck(node: Node): Check | undefined {
  if (node.schema.type === undefined) return undefined;
  const types = [node.schema.type].flat().map(String);
  const tests = types.map((type) => TYPE_TESTS[type]).filter((test) => test !== undefined);
  if (tests.length < types.length) throw new Error(`${node.file}: one of the types ${types} is not known`);
  const [only] = tests;
  const matches = tests.length === 1 && only ? only : (value: unknown) => tests.some((test) => test(value));
  const expected = text(node, 'x-expects') ?? types.map(typeName).join(' or ');
  return (value, context) =>
    matches(value) || complain(node, context, 'value-type', `Expected ${expected}, found ${describe(value)}.`);
}

function describe(value: unknown): string {
  if (typeof value === 'boolean') return String(value);
  return value === null || typeof value === 'object' ? kindOf(value) : `${kindOf(value)} (${show(value)})`;
}

/** `const` and `enum`; our schemas list texts, numbers and booleans only. */
function valueCheck(node: Node): Check | undefined {
  const { schema } = node;
  const listed: unknown = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (!Array.isArray(listed)) return undefined;
  const allowed = new Set<unknown>(listed);
  const expected = text(node, 'x-expects') ?? oneOf(listed, 20);
  const rule = ruleOf(node, schema.enum ? 'enumeration' : 'fixed-value');
  return (value, context) =>
    allowed.has(value) ||
    complain(node, context, rule, `${show(value)} is not allowed here; expected ${expected}.${suggest(value, listed)}`);
}

function suggest(value: unknown, listed: readonly unknown[]): string {
  const names = listed.filter((item) => typeof item === 'string');
  const meant = typeof value === 'string' && names.length > 1 ? closest(value, names) : undefined;
  return meant === undefined ? '' : ` Did you mean ${show(meant)}?`;
}

function numberCheck(node: Node): Check | undefined {
  const minimum = limit(node, 'minimum');
  const maximum = limit(node, 'maximum');
  if (minimum === undefined && maximum === undefined) return undefined;
  const low = minimum ?? Number.NEGATIVE_INFINITY;
  const high = maximum ?? Number.POSITIVE_INFINITY;
  const open = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER;
  const range = minimum === undefined ? `${high} or less` : `${low} to ${high}`;
  return (value, context) => {
    if (typeof value !== 'number' || (value >= low && value <= high)) return true;
    const expected = open && value < low ? `${low} or more` : range;
    return complain(node, context, 'number-range', `${value} is out of range; expected ${expected}.`);
  };
}

function lengthCheck(node: Node): Check | undefined {
  const minimum = limit(node, 'minLength') ?? 0;
  const maximum = limit(node, 'maxLength') ?? Number.POSITIVE_INFINITY;
  if (minimum === 0 && maximum === Number.POSITIVE_INFINITY) return undefined;
  const expected = maximum === Number.POSITIVE_INFINITY ? `at least ${minimum}` : `${minimum} to ${maximum}`;
  return (value, context) => {
    if (typeof value !== 'string' || (value.length >= minimum && value.length <= maximum)) return true;
    return complain(node, context, 'text-length', `Has ${value.length} characters; expected ${expected}.`);
  };
}

/** `format` where we know it; it is exact where the `pattern` beside it can only be close. Else `pattern`. */
function formatCheck(node: Node): Check | undefined {
  const format = FORMATS[text(node, 'format') ?? ''];
  if (format) {
    return (value, context) => {
      const fault = typeof value === 'string' ? format(value) : undefined;
      return fault === undefined || complain(node, context, fault.rule, fault.message(show(value)));
    };
  }
  const pattern = text(node, 'pattern');
  if (pattern === undefined) return undefined;
  const matches = matcher(pattern);
  const rule = ruleOf(node, 'value-format');
  const expected = text(node, 'x-expects') ?? `a text like ${pattern}`;
  return (value, context) => {
    if (typeof value !== 'string' || matches(value)) return true;
    return complain(node, context, rule, `${show(value)} is not ${expected}.`);
  };
}

/**
 * Whether a text has a pattern. The engine keeps something for each repetition of a group and gives up on a text of some
 * MiB, so what such patterns describe (tags, selectors, addresses), which is never so long, is not looked for there.
 * Octets, which may be long, have a format.
 */
export function matcher(pattern: string): (text: string) => boolean {
  const regex = new RegExp(pattern, 'u');
  const longest = REPEATED_GROUP.test(pattern) ? MAX_MATCHED : Number.POSITIVE_INFINITY;
  return (text) => text.length <= longest && regex.test(text);
}

const REPEATED_GROUP = /\)[*+]/;
const MAX_MATCHED = 65_536;

const VOCABULARY_STYLE = /^[a-z][a-z0-9-]*$/;

/**
 * Values that an open vocabulary does not list are legal and get a warning.
 * Source: STIX 2.1 §2.14
 */
function vocabularyCheck(node: Node, library: Library): Check | undefined {
  const name = text(node, 'x-vocabulary');
  if (name === undefined) return undefined;
  const vocabulary = library.vocabularies.get(name);
  if (!vocabulary) throw new Error(`${node.file}: the vocabulary ${name} is not known`);
  const { section, values } = vocabulary;
  const listed = new Set(values);
  return (value, context) => {
    if (typeof value !== 'string' || listed.has(value)) return true;
    const meant = closest(value, values);
    const hint = meant === undefined ? `suggested are ${oneOf(values)}` : `did you mean ${show(meant)}`;
    const message = `${show(value)} is not listed in ${name}; ${hint}${meant === undefined ? '.' : '?'}`;
    report(context, { rule: name, section, severity: 'warning', message });
    if (!VOCABULARY_STYLE.test(value) || value.includes('--') || value.endsWith('-')) {
      const style = `${show(value)} should be lower case, with hyphens instead of spaces and underscores.`;
      report(context, { rule: 'vocabulary-style', section: 'STIX 2.1 §2.14', severity: 'warning', message: style });
    }
    return true;
  };
}
