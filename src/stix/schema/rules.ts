import { VOCABULARIES, VOCABULARIES_20 } from '../vocabularies.ts';
import rules from './rules.json' with { type: 'json' };

/** One rule that a schema states: docs/rules.md lists them beside the rules beyond the schemas. */
export interface SchemaRule {
  /** Stable, lower case with hyphens. */
  readonly id: string;
  /** `STIX 2.1 §3.2`; where several sections state it, the general one. */
  readonly section: string;
  readonly severity: 'error' | 'warning';
  /** What the rule demands, in one sentence. */
  readonly summary: string;
  /** What a producer does about it, in one sentence. */
  readonly hint: string;
}

/** The rules of the schemas, in the order of the standard. A test sees to it that none is missing. */
export const SCHEMA_RULES: readonly SchemaRule[] = [
  ...rules.map((rule) => ({
    ...rule,
    severity: rule.severity === 'error' ? ('error' as const) : ('warning' as const),
  })),
  ...vocabularyRules(),
];

function vocabularyRules(): SchemaRule[] {
  const vocabularies = new Map([...VOCABULARIES_20, ...VOCABULARIES]);
  return [...vocabularies].map(([id, { section }]) => ({
    id,
    section,
    severity: 'warning',
    summary: `A value of ${id} should be one that it lists.`,
    hint: 'Choose a listed value where one fits; others are allowed.',
  }));
}
