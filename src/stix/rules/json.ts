import { isObject, type Json, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { show } from '../schema/words.ts';
import { classOfType } from './classes.ts';
import { isLarge } from './facts.ts';
import { PREDEFINED_EXTENSIONS, PROPERTIES } from './properties.ts';
import type { Rule } from './rule.ts';

/** What every JSON reader can take in unchanged (I-JSON, RFC 7493). Source: STIX 2.1 §2 */
export const JSON_RULES: readonly Rule[] = [
  {
    id: 'lone-surrogate',
    section: 'STIX 2.1 §2.15',
    severity: 'error',
    summary: 'Texts and names are valid Unicode: no half of a surrogate pair stands alone.',
    hint: 'Look for `\\ud800` to `\\udfff` escapes without their other half, often the mark of a text cut in two.',
    check(object, report, { surrogate }) {
      if (!surrogate) return;
      walk(object, (value, path) => {
        const last = path.at(-1);
        if (typeof last === 'string' && !last.isWellFormed()) {
          return report(
            pointer(path.slice(0, -1)),
            `The name ${show(last)} holds half of a surrogate pair, which is no Unicode character.`,
          );
        }
        if (typeof value !== 'string' || value.isWellFormed()) return true;
        return report(pointer(path), 'The text holds half of a surrogate pair, which is no Unicode character.');
      });
    },
  },
  {
    id: 'number-not-finite',
    section: 'STIX 2.1 §2.6',
    severity: 'error',
    summary: 'Numbers are within the range of IEEE 754 doubles.',
    hint: 'Write a smaller number, or the number as a text in a custom property.',
    check(object, report, { infinite }) {
      if (!infinite) return;
      walk(object, (value, path) => {
        if (typeof value !== 'number' || Number.isFinite(value)) return true;
        return report(pointer(path), 'The number is too large: it becomes infinite in a double.');
      });
    },
  },
  {
    id: 'integer-precision',
    section: 'STIX 2.1 §2.10',
    severity: 'warning',
    summary: 'Integers in custom content are between -(2^53 - 1) and 2^53 - 1, which every JSON reader keeps exactly.',
    hint: 'Send longer numbers as texts.',
    check(object, report, { large }) {
      if (!large) return;
      walk(object, (value, path) => {
        if (typeof value !== 'number' || !isLarge(value) || !isCustomPlace(object, path)) return true;
        return report(
          pointer(path),
          `${value} is beyond what JSON readers keep exactly; expected at most ${Number.MAX_SAFE_INTEGER}.`,
        );
      });
    },
  },
  {
    id: 'dictionary-key-style',
    section: 'STIX 2.1 §2.3',
    severity: 'warning',
    summary: 'Keys of dictionaries in custom content are lower case.',
    hint: 'Write the keys in lower case.',
    check(object, report, { capital }) {
      if (!capital) return;
      walk(object, (_value, path) => {
        const last = path.at(-1);
        if (typeof last !== 'string' || !UPPER_CASE.test(last) || !isDictionaryKey(object, path)) return true;
        return report(pointer(path), `The key ${show(last)} should be lower case.`);
      });
    },
  },
];

const UPPER_CASE = /[A-Z]/;

/** Whether a name is below a property of custom content. */
function isDictionaryKey(object: JsonObject, path: readonly (string | number)[]): boolean {
  return path.length > (path[0] === 'extensions' ? 3 : 1) && isCustomPlace(object, path);
}

/** Whether a place is in a custom object, a custom property or an extension that the standard does not define. */
function isCustomPlace({ type }: JsonObject, path: readonly (string | number)[]): boolean {
  if (typeof type !== 'string' || !classOfType(type)) return true;
  const [top, key] = path;
  if (top !== 'extensions') return typeof top === 'string' && !PROPERTIES.get(type)?.has(top);
  return typeof key === 'string' && !PREDEFINED_EXTENSIONS.get(type)?.has(key);
}

type Visit = (value: Json | undefined, path: readonly (string | number)[]) => boolean;

/** Visits every value below the object once, until `visit` returns false. */
function walk(object: JsonObject, visit: Visit): void {
  descend(object, [], visit);
}

function descend(value: Json | undefined, path: (string | number)[], visit: Visit): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      path.push(index);
      const goOn = visit(value[index], path) && descend(value[index], path, visit);
      path.pop();
      if (!goOn) return false;
    }
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      path.push(name);
      const goOn = visit(value[name], path) && descend(value[name], path, visit);
      path.pop();
      if (!goOn) return false;
    }
  }
  return true;
}
