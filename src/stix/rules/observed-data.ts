import { isObject, type Json, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { show } from '../schema/words.ts';
import { REFERENCES } from './reference-table.ts';
import { admits, wording } from './references.ts';
import type { Report, Rule } from './rule.ts';

const KEY = /^(?:0|[1-9]\d*)$/;

/** The deprecated container of observed data, in which keys stand for ids. Source: STIX 2.1 §2.13, §4.14.1 */
export const CONTAINER_RULES: readonly Rule[] = [
  {
    id: 'container-key',
    section: 'STIX 2.1 §4.14.1',
    severity: 'warning',
    types: ['observed-data'],
    summary: 'The keys of the `objects` of observed data are numbers from 0 on, as texts.',
    hint: 'Name the observables `"0"`, `"1"` and so on.',
    check({ objects }, report) {
      if (!isObject(objects)) return;
      for (const key of Object.keys(objects)) {
        if (KEY.test(key)) continue;
        if (!report(pointer(['objects', key]), `The key ${show(key)} should be a number such as "0".`)) return;
      }
    },
  },
  {
    id: 'container-reference',
    section: 'STIX 2.1 §2.13',
    severity: 'error',
    types: ['observed-data'],
    summary:
      'The references of observables in the `objects` of observed data name keys of the same container, of objects of an allowed type.',
    hint: 'Refer to the other observable by its key.',
    check({ objects }, report) {
      if (!isObject(objects)) return;
      for (const key of Object.keys(objects)) {
        const observable = objects[key];
        if (isObject(observable) && !checkReferences(observable, key, objects, report)) return;
      }
    },
  },
];

const BY_TYPE = Map.groupBy(
  REFERENCES.flatMap((reference) =>
    (reference.types ?? []).map((type) => ({ type, ...reference, steps: reference.path.split('.') })),
  ),
  ({ type }) => type,
);

function checkReferences(observable: JsonObject, key: string, container: JsonObject, report: Report): boolean {
  for (const { steps, targets } of BY_TYPE.get(String(observable.type)) ?? []) {
    for (const { value, path } of references(observable, steps, ['objects', key])) {
      if (typeof value !== 'string') continue;
      const target = Object.hasOwn(container, value) ? container[value] : undefined;
      const type = isObject(target) && typeof target.type === 'string' ? target.type : undefined;
      const message =
        target === undefined
          ? `${show(value)} is no key of the container; expected the key of ${wording(targets)}.`
          : type !== undefined && !admits(targets, type)
            ? `${show(value)} is of type ${show(type)}; expected ${wording(targets)}.`
            : undefined;
      if (message !== undefined && !report(pointer(path), message)) return false;
    }
  }
  return true;
}

interface Found {
  readonly value: Json;
  readonly path: readonly (string | number)[];
}

function* references(
  value: Json | undefined,
  steps: readonly string[],
  path: readonly (string | number)[],
): Generator<Found> {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (!Array.isArray(value)) {
      if (value !== undefined) yield { value, path };
      return;
    }
    for (let index = 0; index < value.length; index++) yield { value: value[index], path: [...path, index] };
  } else if (step === '*') {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index++) yield* references(value[index], rest, [...path, index]);
  } else if (isObject(value) && Object.hasOwn(value, step)) {
    yield* references(value[step], rest, [...path, step]);
  }
}
