import type { Json, JsonObject } from '../json.ts';
import { checkPattern } from '../pattern/check.ts';
import { checkForeignPattern } from '../pattern/foreign.ts';
import { PATTERN_RULES, type PatternFinding, type PatternRuleId } from '../pattern/rules.ts';
import type { RuleInfo } from './rule.ts';

const INFOS: ReadonlyMap<string, RuleInfo> = new Map(
  Object.entries(PATTERN_RULES).map(([id, rule]) => [id, { id, ...rule }]),
);

/** What is told about the rules of patterns. */
export const PATTERN_RULE_INFOS: readonly RuleInfo[] = [...INFOS.values()];

/**
 * Checks the pattern of an indicator of STIX 2.0, which is always one of STIX. Errors only: the properties of observables
 * were others then.
 */
export function checkOldPattern({ pattern }: JsonObject, report: TellPattern): void {
  if (typeof pattern !== 'string') return;
  for (const { rule, severity, offset, message } of checkPattern(pattern, { version: '2.0' })) {
    if (severity === 'error') report(info(rule), '/pattern', `${position(pattern, offset)}: ${message}.`);
  }
}

type TellPattern = (rule: RuleInfo, path: string, message: string) => void;

/** Checks the pattern of an indicator; patterns in other languages than STIX only for their outline. */
export function checkIndicatorPattern(object: JsonObject, report: TellPattern): void {
  const { pattern, pattern_type: language } = object;
  if (typeof pattern !== 'string' || typeof language !== 'string') return;
  for (const { rule, offset, message } of findings(object, pattern, language)) {
    report(info(rule), '/pattern', `${position(pattern, offset)}: ${message}.`);
  }
}

function findings(object: JsonObject, pattern: string, language: string): readonly PatternFinding[] {
  if (language !== 'stix') return checkForeignPattern(language, pattern);
  return checkPattern(pattern, {
    version: text(object.pattern_version),
    validFrom: text(object.valid_from),
    validUntil: text(object.valid_until),
  });
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function info(rule: PatternRuleId): RuleInfo {
  return INFOS.get(rule) ?? { id: rule, ...PATTERN_RULES[rule] };
}

/** Where in the pattern, counted from 1: "Column 12", or "Line 3, column 5" when there are several lines. */
function position(pattern: string, offset: number): string {
  const before = pattern.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const column = offset - lineStart + 1;
  if (lineStart === 0) return `Column ${column}`;
  return `Line ${before.split('\n').length}, column ${column}`;
}
