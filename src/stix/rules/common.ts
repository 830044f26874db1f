import { isObject, type Json } from '../json.ts';
import { SCO_TYPES, SDO_TYPES, SRO_TYPES } from '../object-key.ts';
import { pointer } from '../schema/context.ts';
import { show } from '../schema/words.ts';
import { classOfType, extensionClass } from './classes.ts';
import type { Rule } from './rule.ts';

/** Common properties that the standard forbids a class of objects to have. */
const FORBIDDEN: readonly {
  readonly types: readonly string[];
  readonly section: string;
  readonly names: readonly string[];
}[] = [
  { types: [...SDO_TYPES, ...SRO_TYPES], section: 'STIX 2.1 §3.2', names: ['defanged'] },
  { types: ['language-content'], section: 'STIX 2.1 §7.1.1', names: ['lang', 'defanged'] },
  {
    types: ['marking-definition'],
    section: 'STIX 2.1 §7.2.1',
    names: ['modified', 'revoked', 'labels', 'confidence', 'lang', 'defanged'],
  },
  {
    types: ['extension-definition'],
    section: 'STIX 2.1 §7.3.1',
    names: ['confidence', 'lang', 'defanged', 'extensions'],
  },
];

const NOT_FOR_OBSERVABLES = [
  'created_by_ref',
  'created',
  'modified',
  'revoked',
  'labels',
  'confidence',
  'lang',
  'external_references',
];

/** Source: STIX 2.1 §3.8 */
export const RESERVED = ['severity', 'username', 'phone_number', 'action'];

const NOT_VOCABULARY_STYLE = /[\p{Lu}\s_]/u;

export const COMMON_RULES: readonly Rule[] = [
  ...FORBIDDEN.map(
    ({ types, section, names }): Rule => ({
      id: types.includes('identity') ? 'defanged-not-observable' : `${types[0]}-forbidden-property`,
      section,
      severity: 'error',
      types,
      summary: types.includes('identity')
        ? '`defanged` is on cyber observables only.'
        : `A ${types[0]} has none of ${names.map((name) => `\`${name}\``).join(', ')}.`,
      hint: 'Leave the property out.',
      check(object, report) {
        for (const name of names) {
          if (object[name] !== undefined)
            report(`/${name}`, `Objects of type ${show(object.type)} must not have the property ${show(name)}.`);
        }
      },
    }),
  ),
  {
    id: 'observable-common-property',
    section: 'STIX 2.1 §3.2',
    severity: 'warning',
    types: SCO_TYPES,
    summary: `Cyber observables have no versions and so none of ${NOT_FOR_OBSERVABLES.map((name) => `\`${name}\``).join(', ')}.`,
    hint: 'Leave the property out, or put it on the observed-data object that refers to the observable.',
    check(_object, report, { foreign }) {
      for (const name of NOT_FOR_OBSERVABLES) {
        if (foreign.includes(name))
          report(`/${name}`, `The property ${show(name)} does not apply to cyber observables.`);
      }
    },
  },
  {
    id: 'reserved-property',
    section: 'STIX 2.1 §3.8',
    severity: 'error',
    summary: `The names ${RESERVED.map((name) => `\`${name}\``).join(', ')} are reserved and on no object.`,
    hint: 'Give the custom property a name of its own, such as one that starts with `x_` and your organisation.',
    check(_object, report, { foreign }) {
      for (const name of RESERVED) {
        if (foreign.includes(name))
          report(`/${name}`, `The property name ${show(name)} is reserved for later versions of the standard.`);
      }
    },
  },
  {
    id: 'reserved-property-in-extension',
    section: 'STIX 2.1 §3.8',
    severity: 'warning',
    summary: 'Extensions do not use the reserved names either.',
    hint: 'Give the property of the extension a name of its own.',
    check({ extensions }, report) {
      if (!isObject(extensions)) return;
      for (const key of Object.keys(extensions)) {
        const extension = extensions[key];
        if (!isObject(extension)) continue;
        for (const name of RESERVED) {
          if (extension[name] === undefined) continue;
          const message = `The property name ${show(name)} is reserved for later versions of the standard.`;
          if (!report(pointer(['extensions', key, name]), message)) return;
        }
      }
    },
  },
  {
    id: 'custom-object-defanged',
    section: 'STIX 2.1 §3.2',
    severity: 'error',
    summary: 'Domain objects and relationships of new types have no `defanged` either.',
    hint: 'Leave the property out.',
    check(object, report) {
      if (object.defanged === undefined || typeof object.type !== 'string' || classOfType(object.type)) return;
      const found = extensionClass(object);
      if (found !== 'domain' && found !== 'relationship') return;
      report('/defanged', `A ${found} object must not have the property "defanged".`);
    },
  },
  {
    id: 'kill-chain-style',
    section: 'STIX 2.1 §2.11',
    severity: 'warning',
    summary: 'Names of kill chains and of their phases are lower case with hyphens.',
    hint: 'Write `lateral-movement` rather than `Lateral Movement`.',
    check({ kill_chain_phases: phases }, report) {
      if (!Array.isArray(phases)) return;
      phases.forEach((phase: Json, index) => {
        if (!isObject(phase)) return;
        for (const name of ['kill_chain_name', 'phase_name']) {
          const value = phase[name];
          if (typeof value !== 'string' || !NOT_VOCABULARY_STYLE.test(value)) continue;
          report(
            `/kill_chain_phases/${index}/${name}`,
            `${show(value)} should be lower case, with hyphens instead of spaces and underscores.`,
          );
        }
      });
    },
  },
  {
    id: 'external-reference-hashes',
    section: 'STIX 2.1 §2.5.2',
    severity: 'warning',
    summary: 'An external reference with a `url` has `hashes` of what is found there.',
    hint: 'Add the SHA-256 hash of the document, so that readers can tell whether it has changed.',
    check({ external_references: references }, report) {
      if (!Array.isArray(references)) return;
      references.forEach((reference: Json, index) => {
        if (!isObject(reference) || reference.url === undefined || reference.hashes !== undefined) return;
        report(
          `/external_references/${index}`,
          `The reference ${show(reference.source_name)} has a url but no hashes of what is there.`,
        );
      });
    },
  },
];
