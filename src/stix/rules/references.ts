import { isObject, type Json } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { oneOf, show } from '../schema/words.ts';
import { classOfType, typeOfId } from './classes.ts';
import { REFERENCES, type Reference, type Targets } from './reference-table.ts';
import type { Report, Rule } from './rule.ts';

/** The types that references may name. The target need not be at hand. Source: STIX 2.1 §3.3 */
export const REFERENCE_RULES: readonly Rule[] = [
  ...REFERENCES.map(referenceRule),
  {
    id: 'observed-data-observable',
    section: 'STIX 2.1 §4.14.1',
    severity: 'error',
    types: ['observed-data'],
    summary: 'The `object_refs` of observed data name at least one cyber observable.',
    hint: 'Refer to what was observed; relationships alone are no observation.',
    check({ object_refs: references }, report) {
      if (!Array.isArray(references) || references.length === 0) return;
      const observed = references.some((reference) => {
        const type = typeOfId(reference);
        return type === undefined || classOfType(type) !== 'relationship';
      });
      if (!observed) report('/object_refs', 'None of the references names a cyber observable; expected at least one.');
    },
  },
];

function referenceRule(reference: Reference): Rule {
  const { id, section, types, path, targets } = reference;
  const check: Rule['check'] = path.includes('.')
    ? (object, report) => follow(object, path.split('.'), [], targets, report)
    : (object, report) => {
        const value = object[path];
        if (value !== undefined) checkTargets(value, [path], targets, report);
      };
  return {
    id,
    section,
    severity: 'error',
    ...(types && { types }),
    summary: `\`${path.replaceAll('.*', '')}\` refers to ${wording(targets)}.`,
    hint: 'Refer to an object of a type that is allowed here, or leave the reference out.',
    check,
  };
}

/** Walks down to the references; `*` stands for every item of a list. */
function follow(
  value: Json | undefined,
  steps: readonly string[],
  path: (string | number)[],
  targets: Targets,
  report: Report,
): void {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (value !== undefined) checkTargets(value, path, targets, report);
  } else if (step === '*') {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index++) follow(value[index], rest, [...path, index], targets, report);
  } else if (isObject(value) && Object.hasOwn(value, step)) {
    follow(value[step], rest, [...path, step], targets, report);
  }
}

function checkTargets(value: Json, path: readonly (string | number)[], targets: Targets, report: Report): void {
  if (!Array.isArray(value)) {
    if (!isTarget(value, targets)) complain(value, path, targets, report);
    return;
  }
  for (let index = 0; index < value.length; index++) {
    const item: Json = value[index];
    if (!isTarget(item, targets) && !complain(item, [...path, index], targets, report)) return;
  }
}

function complain(value: Json, path: readonly (string | number)[], targets: Targets, report: Report): boolean {
  return report(
    pointer(path),
    `${show(value)} names an object of type ${show(typeOfId(value))}; expected a reference to ${wording(targets)}.`,
  );
}

/** What is no identifier at all is the schema's to report. */
function isTarget(value: Json, targets: Targets): boolean {
  const type = typeOfId(value);
  return type === undefined || admits(targets, type);
}

/** Whether a reference may name an object of a type. A custom type may be of any class. */
export function admits(targets: Targets, type: string): boolean {
  if (targets.types?.includes(type)) return true;
  if (!targets.classes) return false;
  const found = classOfType(type);
  return found === undefined || targets.classes.includes(found);
}

/** The allowed targets in words. */
export function wording({ types, classes, words }: Targets): string {
  return words ?? (types ? `an object of type ${oneOf(types)}` : `a ${classes?.join(' or ')} object`);
}
