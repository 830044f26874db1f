import { isObject, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { closest, show } from '../schema/words.ts';
import { classOfType, extensionClass, hasExtensionType } from './classes.ts';
import { RESERVED } from './common.ts';
import type { Facts } from './facts.ts';
import { eachUnknown } from './places.ts';
import { COMMON_PROPERTIES, PREDEFINED_EXTENSIONS, PROPERTIES } from './properties.ts';
import type { Rule } from './rule.ts';

const STANDARD_TYPES = [...PROPERTIES.keys()];
const EXTENSION_WAY =
  'If the name is no slip, publish an extension-definition and name it in `extensions` of the object.';

const TYPE_PREFIX = /^x-[a-z0-9]+-[a-z0-9]/;
const PROPERTY_PREFIX = /^x_[a-z0-9]+_[a-z0-9]/;
const EXTENSION_PREFIX = /^x-[a-z0-9]+-[a-z0-9][a-z0-9-]*-ext$/;

/**
 * Content that the standard does not define. Extensions are the way to add it; custom objects, properties and extensions
 * without a definition are deprecated.
 * Source: STIX 2.1 §7.3, §11
 */
export const CUSTOM_RULES: readonly Rule[] = [
  {
    id: 'custom-object',
    section: 'STIX 2.1 §11.2',
    severity: 'warning',
    summary:
      'Objects of types that the standard does not define are declared by an extension (`new-sdo`, `new-sco` or `new-sro`).',
    hint: EXTENSION_WAY,
    check(object, report) {
      const type = undeclaredType(object);
      if (type === undefined) return;
      report(
        '/type',
        `${show(type)} is no type of the standard, and no extension of the object declares it.${suggestion(type, STANDARD_TYPES)}`,
      );
    },
  },
  {
    id: 'custom-object-prefix',
    section: 'STIX 2.1 §11.2.1',
    severity: 'warning',
    summary: 'The type of a custom object that no extension declares starts with `x-`, a source and a hyphen.',
    hint: 'Name it `x-` and your domain, such as `x-example-com-sensor`.',
    check(object, report) {
      const type = undeclaredType(object);
      if (type === undefined || TYPE_PREFIX.test(type)) return;
      report(
        '/type',
        `The custom type ${show(type)} should start with "x-", a source and a hyphen, so that it cannot clash with other types.`,
      );
    },
  },
  {
    id: 'custom-object-content',
    section: 'STIX 2.1 §11.2.1',
    severity: 'error',
    summary: 'A custom object has at least one property of its own.',
    hint: 'Add the properties that the object is for.',
    check(object, report, { foreign }) {
      if (foreign.length > 0 || undeclaredType(object) === undefined) return;
      report('', 'The custom object has common properties only; expected at least one of its own.');
    },
  },
  {
    id: 'custom-property',
    section: 'STIX 2.1 §11.1',
    severity: 'warning',
    types: STANDARD_TYPES,
    summary:
      'Properties that the standard does not define come by an extension (`property-extension` or `toplevel-property-extension`).',
    hint: EXTENSION_WAY,
    check(object, report, facts) {
      for (const name of customNames(object, facts)) {
        const known = PROPERTIES.get(String(object.type)) ?? [];
        const message = `${show(name)} is no property of ${show(object.type)} in the standard, and no extension of the object declares it.${suggestion(name, [...known])}`;
        if (!report(pointer([name]), isOldVersion(object, name) ? OLD_VERSION : message)) return;
      }
    },
  },
  {
    id: 'custom-property-prefix',
    section: 'STIX 2.1 §11.1.1',
    severity: 'warning',
    types: STANDARD_TYPES.filter((type) => type !== 'bundle'),
    summary: 'The name of a custom property that no extension declares starts with `x_`, a source and an underscore.',
    hint: 'Name it `x_` and your organisation, such as `x_example_com_rating`.',
    check(object, report, facts) {
      const complain = (name: string, path: string): boolean =>
        PROPERTY_PREFIX.test(name) ||
        report(
          path,
          `The custom property ${show(name)} should start with "x_", a source and an underscore, so that it cannot clash with other properties.`,
        );
      for (const name of customNames(object, facts)) if (!complain(name, pointer([name]))) return;
      eachUnknown(object, complain);
    },
  },
  {
    id: 'custom-nested-property',
    section: 'STIX 2.1 §11.1',
    severity: 'warning',
    types: STANDARD_TYPES,
    summary: 'The parts of an object and the predefined extensions have the properties of the standard only.',
    hint: 'Put the property into an extension of its own.',
    check(object, report) {
      eachUnknown(object, (name, path) => report(path, `${show(name)} is no property that the standard defines here.`));
    },
  },
  {
    id: 'custom-extension',
    section: 'STIX 2.1 §11.3',
    severity: 'warning',
    summary: 'Extensions that the standard does not define are named by the id of their extension-definition.',
    hint: 'Publish an extension-definition and use its id as the key, with `extension_type` `property-extension` in it.',
    check(object, report) {
      for (const key of customExtensions(object)) {
        if (ALL_PREDEFINED.has(key)) continue;
        if (
          !report(
            pointer(['extensions', key]),
            `${show(key)} is no extension of the standard and has no extension-definition.`,
          )
        )
          return;
      }
    },
  },
  {
    id: 'custom-extension-prefix',
    section: 'STIX 2.1 §11.3.1',
    severity: 'warning',
    summary: 'The name of an extension without a definition starts with `x-`, a source and a hyphen.',
    hint: 'Name it `x-` and your domain, such as `x-example-com-rating-ext`.',
    check(object, report) {
      for (const key of customExtensions(object)) {
        if (ALL_PREDEFINED.has(key) || EXTENSION_PREFIX.test(key)) continue;
        const message = `The extension ${show(key)} should start with "x-", a source and a hyphen, so that it cannot clash with other extensions.`;
        if (!report(pointer(['extensions', key]), message)) return;
      }
    },
  },
  {
    id: 'extension-of-other-type',
    section: 'STIX 2.1 §3.2',
    severity: 'warning',
    summary: 'A predefined extension is on objects of the type that it is defined for.',
    hint: 'Leave the extension out here; its properties mean nothing on this type.',
    check(object, report) {
      for (const key of customExtensions(object)) {
        if (!ALL_PREDEFINED.has(key)) continue;
        report(
          pointer(['extensions', key]),
          `The extension ${show(key)} is not defined for objects of type ${show(object.type)}.`,
        );
      }
    },
  },
];

const ALL_PREDEFINED: ReadonlySet<string> = new Set([...PREDEFINED_EXTENSIONS.values()].flatMap((names) => [...names]));

const OLD_VERSION = 'A bundle of STIX 2.1 has no "spec_version"; its objects have one each. Leave it out.';

/** Bundles of STIX 2.0 have a version. */
function isOldVersion({ type }: JsonObject, name: string): boolean {
  return type === 'bundle' && name === 'spec_version';
}

function undeclaredType(object: JsonObject): string | undefined {
  const { type } = object;
  return typeof type !== 'string' || classOfType(type) || extensionClass(object) ? undefined : type;
}

/**
 * The top-level names that neither the standard nor an extension gives the object. Common properties that are no use on
 * its class are another rule's finding.
 */
function customNames(object: JsonObject, { foreign }: Facts): readonly string[] {
  if (foreign.length === 0 || hasExtensionType(object, 'toplevel-property-extension')) return [];
  if (object.type === 'bundle') return foreign;
  return foreign.filter((name) => !COMMON_PROPERTIES.has(name) && !RESERVED.includes(name));
}

/** Keys of `extensions` that are neither ids nor predefined for the type. */
function customExtensions({ type, extensions }: JsonObject): readonly string[] {
  if (!isObject(extensions) || typeof type !== 'string') return [];
  const predefined = PREDEFINED_EXTENSIONS.get(type);
  return Object.keys(extensions).filter((key) => !key.startsWith('extension-definition--') && !predefined?.has(key));
}

function suggestion(name: string, listed: readonly string[]): string {
  if (name.startsWith('x')) return '';
  const meant = closest(name, listed);
  return meant === undefined ? '' : ` Did you mean ${show(meant)}?`;
}
