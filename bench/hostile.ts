import { readFileSync } from 'node:fs';
import { isObject, type Json, type JsonObject } from '../src/stix/json.ts';
import { parsePattern } from '../src/stix/pattern/build.ts';
import { checkPattern } from '../src/stix/pattern/check.ts';
import { checkForeignPattern } from '../src/stix/pattern/foreign.ts';
import { factsOf } from '../src/stix/rules/facts.ts';
import { RULES } from '../src/stix/rules/index.ts';
import { FORMATS } from '../src/stix/schema/formats.ts';
import { matcher } from '../src/stix/schema/scalars.ts';
import { validate } from '../src/stix/validate.ts';
import { FLOODS, FOREIGN_FLOODS, UNLIMITED } from '../test/stix/pattern/floods.ts';
import { expressions } from '../test/stix/regex/expressions.ts';
import { fillingsFor } from '../test/stix/regex/fillings.ts';
import { parseRegex } from '../test/stix/regex/parse.ts';
import { fixturePairs } from '../test/stix/rules/fixture-pairs.ts';
import { startProgress } from './progress.ts';
import type { Row } from './table.ts';

const MIB = 1 << 20;
/** The longest text is four times the shortest, and so is what linear work takes. */
const LENGTHS = [MIB / 4, MIB / 2, MIB] as const;
const PROBE = MIB / 64;
const ROUNDS = 5;
/** Linear work takes 4 times as long, quadratic 16 times; between is room for caches and the collector of garbage. */
const MOST = 12;

/** What looks at texts of others: how it is called, what is slow for it if anything is, and the call with all made ready. */
interface Check {
  readonly name: string;
  readonly floods: readonly (readonly [head: string, unit: string, tail: string])[];
  readonly ready: (text: string) => () => unknown;
}

/**
 * The time that each check of a text takes for 256 KiB, 512 KiB and 1 MiB of what is hostile to it. Of the hostile texts the
 * one counts that is slowest at 16 KiB.
 */
export function hostility(): Row[] {
  const checks = [...regexChecks(), ...formatChecks(), ...ruleChecks(), ...objectChecks(), ...patternChecks()];
  const progress = startProgress('hostile texts', checks.length);
  const rows = checks.map((check) => {
    const row = rowOf(check);
    progress.step(1);
    return row;
  });
  progress.done();
  return rows;
}

function rowOf({ name, floods, ready }: Check): Row {
  const [worst] = floods
    .map((flood) => ({ flood, ms: timeOf(ready(textOf(flood, PROBE)), 1) }))
    .sort((a, b) => b.ms - a.ms);
  const flood = worst?.flood ?? ['', 'a', ''];
  const [once = 0, twice = 0, fourfold = 0] = LENGTHS.map((length) => timeOf(ready(textOf(flood, length)), ROUNDS));
  const [head, unit, tail] = flood.map((part) => JSON.stringify(part.length > 20 ? `${part.slice(0, 20)}…` : part));
  return {
    name: `hostile ${name}`,
    what: `${name}: ${head} + ${unit} × + ${tail}, at ½ MiB ${twice.toFixed(2)} ms`,
    measured: fourfold,
    unit: 'ms',
    ceiling: once,
    target: { of: 'ratio', at: 'most', value: MOST },
  };
}

function textOf([head, unit, tail]: readonly [string, string, string], length: number): string {
  const text = head + unit.repeat(Math.ceil(length / unit.length)) + tail;
  // Looked into once, so that it is one text and not a tree of its parts.
  text.charCodeAt(text.length >> 1);
  return text;
}

/**
 * Milliseconds of the processor for one call, which others on the machine do not add to: the best of some rounds. What is
 * quick is called often enough to be measured.
 */
function timeOf(run: () => unknown, rounds: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    let calls = 0;
    let used = 0;
    const before = process.threadCpuUsage();
    do {
      run();
      calls++;
      const { user, system } = process.threadCpuUsage(before);
      used = (user + system) / 1000;
    } while (rounds > 1 && used < 1);
    best = Math.min(best, used / calls);
  }
  return best;
}

function regexChecks(): Check[] {
  return expressions().map(({ source, flags, from }) => {
    const regex = new RegExp(source, flags.replace('g', ''));
    const matches = from.startsWith('schemas') ? matcher(source) : (text: string) => regex.test(text);
    const floods = fillingsFor(parseRegex(source, flags)).map(({ head, unit, tail }) => [head, unit, tail] as const);
    return {
      name: `/${source.length > 40 ? `${source.slice(0, 40)}…` : source}/ (${from})`,
      floods,
      ready: (text) => () => matches(text),
    };
  });
}

/** For what is not one expression: runs that nearly are what such texts are made of. */
const UNITS = [
  'a',
  'A',
  '0',
  '-',
  '.',
  '_',
  ':',
  '/',
  '\\',
  '"',
  "'",
  '=',
  ' ',
  '[',
  '(',
  '%',
  '@',
  'a-',
  'a.',
  '1.',
  '::',
  '%20',
  '[0].',
  'a--',
  '\u0301',
  '😀',
  '\ud800',
];
const PLAIN_FLOODS = UNITS.flatMap((unit) =>
  ['', 'a', 'x-', '2024-03-01T09:00:00.', 'https://', 'cpe:2.3:a:'].map((head) => [head, unit, ''] as const),
);

function formatChecks(): Check[] {
  return Object.entries(FORMATS).map(([name, faultOf]) => ({
    name: `format ${name}`,
    floods: PLAIN_FLOODS,
    ready: (text) => () => faultOf(text),
  }));
}

/** Every rule, with a long text wherever the object that keeps it has one. */
function ruleChecks(): Check[] {
  const pairs = new Map(fixturePairs().map(({ rule, valid }) => [rule, valid]));
  return RULES.map((rule) => ({
    name: `rule ${rule.id}`,
    floods: PLAIN_FLOODS,
    ready: (text) => {
      const object = withTexts(pairs.get(rule.id) ?? {}, text);
      const facts = factsOf(object);
      return () => rule.check(object, () => false, facts);
    },
  }));
}

/** Objects with every property, each text of which is long; and names that are. */
function objectChecks(): Check[] {
  const file = new URL('../fixtures/stix/schema/objects.json', import.meta.url);
  const objects = JSON.parse(readFileSync(file, 'utf8')) as readonly JsonObject[];
  const floods = UNITS.map((unit) => ['', unit, ''] as const);
  const whole = objects.map((object) => ({
    name: `all texts of ${object.type}`,
    floods,
    ready: (text: string) => {
      const long = withTexts(object, text);
      return () => validate(long, { level: 'strict' });
    },
  }));
  const [first = {}] = objects;
  const named = (name: string, change: (text: string) => JsonObject): Check => ({
    name,
    floods,
    ready: (text) => {
      const long = { ...first, ...change(text) };
      return () => validate(long, { level: 'strict' });
    },
  });
  return [
    ...whole,
    named('name of a property', (text) => ({ [text]: 1 })),
    named('name in an extension', (text) => ({ extensions: { [text]: { [text]: 1 } } })),
    named('type', (text) => ({ type: text })),
    named('id', (text) => ({ id: text })),
  ];
}

function patternChecks(): Check[] {
  const floods = FLOODS.map(([head, unit]) => [head, unit, ''] as const);
  const foreign = FOREIGN_FLOODS.map((unit) => ['', unit, ''] as const);
  return [
    ...floods.map((flood) => ({
      name: 'pattern checked',
      floods: [flood],
      ready: (text: string) => () => checkPattern(text, {}, UNLIMITED),
    })),
    { name: 'pattern parsed', floods, ready: (text) => () => parsePattern(text, UNLIMITED) },
    {
      name: 'regular expression in a pattern',
      floods: foreign.map(([, unit]) => ["[file:name MATCHES '", unit.replaceAll(/[\\']/g, '\\$&'), "']"] as const),
      ready: (text) => () => checkPattern(text, {}, UNLIMITED),
    },
    ...['snort', 'suricata', 'yara', 'sigma', 'pcre'].map((type) => ({
      name: `${type} rule`,
      floods: foreign,
      ready: (text: string) => () => checkForeignPattern(type, text),
    })),
  ];
}

/** The object with every text in it replaced, but for its type. */
function withTexts(object: JsonObject, text: string): JsonObject {
  const replace = (value: Json): Json => {
    if (typeof value === 'string') return text;
    if (Array.isArray(value)) return value.map(replace);
    return isObject(value)
      ? (Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replace(member ?? null)])) as JsonObject)
      : value;
  };
  return { ...(replace(object) as JsonObject), type: object.type ?? 'x-none' };
}
