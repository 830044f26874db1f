import { isObject, type Json, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { show } from '../schema/words.ts';
import { classOfType, extensionClass } from './classes.ts';
import { PREDEFINED_EXTENSIONS } from './properties.ts';
import type { Rule } from './rule.ts';

const TOP_LEVEL = 'toplevel-property-extension';
const NEW_TYPES: ReadonlySet<unknown> = new Set(['new-sdo', 'new-sco', 'new-sro']);
const SEMANTIC_VERSION = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:[-+][0-9A-Za-z.+-]+)?$/;

/** Objects that use extensions, and the definitions of extensions. Source: STIX 2.1 §7.3 */
export const EXTENSION_RULES: readonly Rule[] = [
  {
    id: 'extension-empty',
    section: 'STIX 2.1 §7.3',
    severity: 'warning',
    level: 'strict',
    summary:
      'A `property-extension` has properties beside its `extension_type`, and a `toplevel-property-extension` comes with properties at the top level.',
    hint: 'Add the properties of the extension, or leave the extension out.',
    check(object, report, { foreign }) {
      for (const [key, extension] of definedExtensions(object)) {
        if (addsSomething(extension, foreign)) continue;
        if (!report(pointer(['extensions', key]), `The ${extension.extension_type} adds no property.`)) return;
      }
    },
  },
  {
    id: 'extension-redefines-type',
    section: 'STIX 2.1 §7.3',
    severity: 'warning',
    level: 'strict',
    summary: 'An extension does not declare a type anew that the standard defines.',
    hint: 'Use a type name of your own, or extend the type of the standard with properties.',
    check(object, report) {
      if (typeof object.type !== 'string' || !classOfType(object.type)) return;
      for (const [key, { extension_type: kind }] of definedExtensions(object)) {
        if (!NEW_TYPES.has(kind)) continue;
        if (
          !report(
            pointer(['extensions', key, 'extension_type']),
            `${show(object.type)} is a type of the standard; an extension of type ${show(kind)} must not define it anew.`,
          )
        )
          return;
      }
    },
  },
  {
    id: 'new-object-common-properties',
    section: 'STIX 2.1 §7.3',
    severity: 'error',
    summary: 'An object of a new type has the common properties that its class requires.',
    hint: 'Add what is missing.',
    check(object, report) {
      if (typeof object.type !== 'string' || classOfType(object.type)) return;
      const found = extensionClass(object);
      if (found !== 'domain' && found !== 'relationship') return;
      for (const name of ['spec_version', 'created', 'modified']) {
        if (object[name] === undefined)
          report('', `The common property ${show(name)} is missing, which every ${found} object must have.`);
      }
    },
  },
  {
    id: 'predefined-extension-type',
    section: 'STIX 2.1 §3.2',
    severity: 'warning',
    level: 'strict',
    types: [...PREDEFINED_EXTENSIONS].filter(([, names]) => names.size > 0).map(([type]) => type),
    summary: 'The extensions that the standard defines have no `extension_type`.',
    hint: 'Leave `extension_type` out of predefined extensions.',
    check({ type, extensions }, report) {
      if (!isObject(extensions)) return;
      for (const name of PREDEFINED_EXTENSIONS.get(String(type)) ?? []) {
        const extension = extensions[name];
        if (!isObject(extension) || extension.extension_type === undefined) continue;
        report(
          `/extensions/${name}/extension_type`,
          `${show(name)} is defined by the standard and has no extension_type.`,
        );
      }
    },
  },
  {
    id: 'extension-definition-description',
    section: 'STIX 2.1 §7.3.1',
    severity: 'warning',
    types: ['extension-definition'],
    summary: 'An extension definition has a `description`.',
    hint: 'Say in a sentence or two what the extension is for.',
    check({ description }, report) {
      if (description === undefined || description === '') report('', 'The extension definition has no description.');
    },
  },
  {
    id: 'extension-definition-properties',
    section: 'STIX 2.1 §7.3.1',
    severity: 'warning',
    types: ['extension-definition'],
    summary: 'The definition of a `toplevel-property-extension` lists its `extension_properties`.',
    hint: 'List the names of the properties that the extension adds at the top level.',
    check({ extension_types: types, extension_properties: properties }, report) {
      if (!Array.isArray(types) || !types.includes(TOP_LEVEL) || properties !== undefined) return;
      report('', 'The extension adds top-level properties, but extension_properties does not list them.');
    },
  },
  {
    id: 'extension-definition-version',
    section: 'STIX 2.1 §7.3.1',
    severity: 'warning',
    types: ['extension-definition'],
    summary: 'The `version` of an extension definition has the form MAJOR.MINOR.PATCH.',
    hint: 'Write `1.0.0` rather than `1.0` or `v1`.',
    check({ version }, report) {
      if (typeof version !== 'string' || SEMANTIC_VERSION.test(version)) return;
      report('/version', `${show(version)} is not of the form MAJOR.MINOR.PATCH, such as "1.0.0".`);
    },
  },
  {
    id: 'extension-definition-reserved-name',
    section: 'STIX 2.1 §7.3',
    severity: 'error',
    types: ['extension-definition'],
    summary: 'An extension does not define a common property of the standard anew.',
    hint: 'Give the property a name of its own.',
    check({ extension_properties: properties }, report) {
      if (!Array.isArray(properties)) return;
      for (let index = 0; index < properties.length; index++) {
        const name: Json = properties[index];
        if (typeof name !== 'string' || !REQUIRED_EVERYWHERE.has(name)) continue;
        if (
          !report(
            `/extension_properties/${index}`,
            `${show(name)} is a common property of the standard; an extension must not define it anew.`,
          )
        )
          return;
      }
    },
  },
];

const REQUIRED_EVERYWHERE: ReadonlySet<string> = new Set([
  'type',
  'id',
  'spec_version',
  'object_marking_refs',
  'granular_markings',
  'extensions',
]);

function addsSomething(extension: JsonObject, foreign: readonly string[]): boolean {
  if (extension.extension_type === 'property-extension') return Object.keys(extension).length > 1;
  return extension.extension_type !== TOP_LEVEL || foreign.length > 0;
}

/** Extensions by the id of their definition. */
function* definedExtensions({ extensions }: JsonObject): Generator<[string, JsonObject]> {
  if (!isObject(extensions)) return;
  for (const key of Object.keys(extensions)) {
    const extension = extensions[key];
    if (key.startsWith('extension-definition--') && isObject(extension)) yield [key, extension];
  }
}
