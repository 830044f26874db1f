import type { Json } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { isBase64, isHex } from '../schema/formats.ts';
import { show } from '../schema/words.ts';
import { typeOfId } from './classes.ts';
import { isListed } from './lists.ts';
import type { Rule } from './rule.ts';

const IDENTIFIER = /^[a-z0-9-]+--[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** The properties of the standard that name a character set. */
const ENCODINGS = ['name_enc', 'path_enc'];

/** What the ends of property names promise; the schema keeps it for the properties of the standard. Source: STIX 2.1 §3.1 */
export const NAME_RULES: readonly Rule[] = [
  // Even what MITRE publishes has empty references, and what custom content means is its producer's affair.
  suffixRule(
    'warning',
    'custom-reference',
    '_ref',
    isReference,
    'one reference to another object, and none to a bundle',
  ),
  suffixRule(
    'warning',
    'custom-reference-list',
    '_refs',
    isReferenceList,
    'a list of references to other objects, and none to a bundle',
  ),
  suffixRule(
    'error',
    'custom-hex',
    '_hex',
    (value) => typeof value === 'string' && isHex(value),
    'an even number of the digits 0-9 and a-f',
  ),
  suffixRule(
    'error',
    'custom-binary',
    '_bin',
    (value) => typeof value === 'string' && isBase64(value),
    'base64 with its padding',
  ),
  suffixRule(
    'warning',
    'custom-encoding',
    '_enc',
    (value) => typeof value === 'string' && isListed('character-sets', value.toLowerCase()),
    'a character set that is registered with IANA',
  ),
  {
    id: 'encoding-without-text',
    section: 'STIX 2.1 §3.1',
    severity: 'error',
    summary: 'A property whose name ends in `_enc` stands beside the text whose character set it names.',
    hint: 'Add the text, or leave the property out.',
    check(object, report, { foreign }) {
      for (const name of [...ENCODINGS, ...foreign]) {
        if (!name.endsWith('_enc') || object[name] === undefined) continue;
        const text = name.slice(0, -4);
        if (object[text] !== undefined) continue;
        if (!report(pointer([name]), `${show(name)} names the character set of ${show(text)}, which is not there.`))
          return;
      }
    },
  },
];

function suffixRule(
  severity: Rule['severity'],
  id: string,
  suffix: string,
  holds: (value: Json) => boolean,
  expected: string,
): Rule {
  return {
    id,
    section: 'STIX 2.1 §3.1',
    severity,
    summary: `A custom property whose name ends in \`${suffix}\` holds ${expected}.`,
    hint: `Correct the value, or choose a name that does not end in \`${suffix}\`.`,
    check(object, report, { foreign }) {
      for (const name of foreign) {
        if (!name.endsWith(suffix)) continue;
        const value = object[name];
        if (value === undefined || holds(value)) continue;
        if (!report(pointer([name]), `${show(value)} is not what the name ${show(name)} promises: ${expected}.`))
          return;
      }
    },
  };
}

function isReference(value: Json): boolean {
  return typeof value === 'string' && IDENTIFIER.test(value) && typeOfId(value) !== 'bundle';
}

function isReferenceList(value: Json): boolean {
  return Array.isArray(value) && value.every(isReference);
}
