import { isObject, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import type { Level } from '../validate.ts';
import { BUNDLE_RULES } from './bundle.ts';
import { classOfType } from './classes.ts';
import { COMMON_RULES } from './common.ts';
import { CUSTOM_RULES } from './custom.ts';
import { DOMAIN_OBJECT_RULES } from './domain-objects.ts';
import { EXTENSION_RULES } from './extensions.ts';
import { factsOf } from './facts.ts';
import { HASH_RULES } from './hashes.ts';
import { IDENTIFIER_RULES } from './identifiers.ts';
import { JSON_RULES } from './json.ts';
import { LANGUAGE_RULES } from './language.ts';
import { MARKING_RULES } from './markings.ts';
import { NAME_RULES } from './names.ts';
import { NETWORK_RULES } from './network.ts';
import { OBSERVABLE_RULES } from './observables.ts';
import { CONTAINER_RULES } from './observed-data.ts';
import { checkIndicatorPattern, checkOldPattern, PATTERN_RULE_INFOS } from './pattern.ts';
import { REFERENCE_RULES } from './references.ts';
import { RELATIONSHIP_RULES } from './relationships.ts';
import type { Rule, RuleInfo } from './rule.ts';
import { TIME_ORDER_RULES } from './time-order.ts';

const CHECKED: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: 'JSON', rules: JSON_RULES },
  { title: 'Common properties', rules: COMMON_RULES },
  { title: 'Identifiers', rules: IDENTIFIER_RULES },
  { title: 'Names of properties', rules: NAME_RULES },
  { title: 'Order of times', rules: TIME_ORDER_RULES },
  { title: 'References', rules: REFERENCE_RULES },
  { title: 'Relationships', rules: RELATIONSHIP_RULES },
  { title: 'Domain objects', rules: DOMAIN_OBJECT_RULES },
  { title: 'Observables', rules: OBSERVABLE_RULES },
  { title: 'Network traffic', rules: NETWORK_RULES },
  { title: 'Hashes', rules: HASH_RULES },
  { title: 'Observables inside observed data', rules: CONTAINER_RULES },
  { title: 'Markings', rules: MARKING_RULES },
  { title: 'Languages', rules: LANGUAGE_RULES },
  { title: 'Extensions', rules: EXTENSION_RULES },
  { title: 'Custom content', rules: CUSTOM_RULES },
  { title: 'Bundles', rules: BUNDLE_RULES },
];

/** The rules of STIX 2.1 beyond its schemas, by topic. */
export const TOPICS: readonly { readonly title: string; readonly rules: readonly RuleInfo[] }[] = [
  ...CHECKED,
  { title: 'Patterns', rules: PATTERN_RULE_INFOS },
];

/** The rules that look at an object; those about patterns are found while a pattern is read. */
export const RULES: readonly Rule[] = CHECKED.flatMap(({ rules }) => rules);

/** Told of each finding: the rule, the place as a JSON Pointer, and the message. */
export type ReportRule = (rule: RuleInfo, path: string, message: string) => void;

/** Findings of one rule on one object; a rule need not look for more. */
const MAX_REPORTS = 20;

/** Runs the rules of an object of STIX 2.0 on it; beyond the schemas these are only about patterns. */
export function runOldRules(object: JsonObject, report: ReportRule): void {
  if (object.type === 'indicator') checkOldPattern(object, report);
}

/** Runs the rules of an object's type on it. Never throws for bad data. */
export function runRules(object: JsonObject, level: Level, report: ReportRule): void {
  if (typeof object.type !== 'string') return;
  const { general, byType, contained } = TABLES[level];
  run(byType.get(object.type) ?? general, object, '', report);
  if (object.type === 'indicator') checkIndicatorPattern(object, report);
  if (object.type === 'observed-data' && isObject(object.objects)) runInside(object.objects, contained, report);
}

/** The observables in the deprecated container have keys instead of ids, and references to keys. */
function runInside(container: JsonObject, contained: Tables['byType'], report: ReportRule): void {
  for (const key of Object.keys(container)) {
    const observable = container[key];
    if (!isObject(observable) || typeof observable.type !== 'string') continue;
    const rules = contained.get(observable.type);
    if (rules) run(rules, observable, pointer(['objects', key]), report);
  }
}

function run(rules: readonly Rule[], object: JsonObject, path: string, report: ReportRule): void {
  const facts = factsOf(object);
  let current: Rule | undefined;
  let reports = 0;
  const tell = (below: string, message: string): boolean => {
    if (current && reports < MAX_REPORTS) report(current, path + below, message);
    return ++reports < MAX_REPORTS;
  };
  for (const rule of rules) {
    current = rule;
    reports = 0;
    rule.check(object, tell, facts);
  }
}

/** The rules of one level, picked beforehand, so that those of the other cost nothing. */
interface Tables {
  /** For every type; custom types have only these. */
  readonly general: readonly Rule[];
  readonly byType: ReadonlyMap<string, readonly Rule[]>;
  /** For the observables in the deprecated container. */
  readonly contained: ReadonlyMap<string, readonly Rule[]>;
}

const NOT_INSIDE: ReadonlySet<Rule> = new Set([...JSON_RULES, ...IDENTIFIER_RULES, ...REFERENCE_RULES]);

const TABLES: Readonly<Record<Level, Tables>> = {
  standard: tables(RULES.filter(({ level }) => level !== 'strict')),
  strict: tables(RULES),
};

function tables(rules: readonly Rule[]): Tables {
  const types = [...new Set(rules.flatMap((rule) => rule.types ?? []))];
  const byType = new Map(types.map((type) => [type, rules.filter((rule) => rule.types?.includes(type) ?? true)]));
  const contained = [...byType]
    .filter(([type]) => classOfType(type) === 'observable')
    .map(([type, own]) => [type, own.filter((rule) => !NOT_INSIDE.has(rule))] as const);
  return { general: rules.filter((rule) => !rule.types), byType, contained: new Map(contained) };
}
