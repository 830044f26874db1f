import { oneOf, show } from '../schema/words.ts';
import { typeOfId } from './classes.ts';
import { ANY_TO_ANY, RELATIONSHIPS, SAME_TYPE } from './relationship-table.ts';
import type { Rule } from './rule.ts';

export const RELATIONSHIP_RULES: readonly Rule[] = [
  {
    id: 'relationship-type-listed',
    section: 'STIX 2.1 §5.1.2',
    severity: 'warning',
    types: ['relationship'],
    summary:
      'The `relationship_type` is one that the standard lists for the types of source and target; for custom types that is `related-to`, `derived-from` or `duplicate-of`.',
    hint: 'Use a listed type where one fits, else `related-to`.',
    check({ relationship_type: type, source_ref: from, target_ref: to }, report) {
      const source = typeOfId(from);
      const target = typeOfId(to);
      if (typeof type !== 'string' || source === undefined || target === undefined) return;
      if (ANY_TO_ANY.has(type) || (SAME_TYPE.has(type) && source === target)) return;
      const targets = RELATIONSHIPS.get(source)?.get(type);
      if (targets?.has(target)) return;
      report(
        '/relationship_type',
        `${show(type)} from ${show(source)} to ${show(target)} is not listed in the standard${advice(type, source, target, targets)}.`,
      );
    },
  },
];

function advice(type: string, source: string, target: string, targets: ReadonlySet<string> | undefined): string {
  if (targets) return `; it goes to ${oneOf([...targets])}`;
  if (SAME_TYPE.has(type)) return '; it goes to an object of the same type';
  const fitting = [...(RELATIONSHIPS.get(source) ?? [])].filter(([, list]) => list.has(target)).map(([name]) => name);
  return `; listed here ${fitting.length === 0 ? 'is' : 'are'} ${oneOf([...fitting, 'related-to'])}`;
}
