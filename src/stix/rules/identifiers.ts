import { deterministicIds, hasContributingProperty } from '../deterministic-id.ts';
import type { JsonObject } from '../json.ts';
import { SCO_TYPES } from '../object-key.ts';
import { show } from '../schema/words.ts';
import { classOfType, extensionClass, typeOfId } from './classes.ts';
import type { Rule } from './rule.ts';

const OBSERVABLES_WITH_CONTENT_IDS = SCO_TYPES.filter((type) => type !== 'process');

/** Position of the version digit, counted from the end of an identifier. */
const VERSION_AT = -22;

export const IDENTIFIER_RULES: readonly Rule[] = [
  {
    id: 'identifier-type',
    section: 'STIX 2.1 §2.9',
    severity: 'error',
    summary:
      'The type in the `id` of a custom object is the `type` of the object, as it is for the types of the standard.',
    hint: 'Write the type of the object before the two hyphens.',
    check({ id, type }, report) {
      if (typeof type !== 'string' || classOfType(type)) return;
      const named = typeOfId(id);
      if (named === undefined || named === type) return;
      report('/id', `The id says ${show(named)}, but the type of the object is ${show(type)}.`);
    },
  },
  {
    id: 'identifier-uuid-version',
    section: 'STIX 2.1 §2.9',
    severity: 'warning',
    summary:
      'The UUID of domain objects, relationships, meta objects and bundles is random (version 4), custom types included.',
    hint: 'Make new ids with UUIDv4; leave the ids of objects that others know already as they are.',
    check(object, report) {
      const version = uuidVersion(object.id);
      if (version === undefined || version === '4' || mayBeObservable(object)) return;
      report('/id', `The UUID is of version ${version}; objects of this type should have random UUIDs (version 4).`);
    },
  },
  {
    id: 'process-uuid-version',
    section: 'STIX 2.1 §6.13',
    severity: 'error',
    types: ['process'],
    summary: 'The UUID of a process is random (version 4), since nothing in a process identifies it.',
    hint: 'Give the process a UUIDv4.',
    check({ id }, report) {
      const version = uuidVersion(id);
      if (version === undefined || version === '4') return;
      report('/id', `The UUID is of version ${version}; a process must have a random UUID (version 4).`);
    },
  },
  {
    id: 'observable-without-content-id',
    section: 'STIX 2.1 §2.9',
    severity: 'error',
    types: OBSERVABLES_WITH_CONTENT_IDS,
    summary: 'An observable that has none of its ID contributing properties has a random UUID (version 4).',
    hint: 'Give it a UUIDv4, or add one of the properties from which its id is made.',
    check(object, report) {
      const version = uuidVersion(object.id);
      if (version === undefined || version === '4' || hasContributingProperty(object)) return;
      report(
        '/id',
        `The UUID is of version ${version}, but there is nothing to make it from: none of the ID contributing properties is present, so it must be random (version 4).`,
      );
    },
  },
  {
    id: 'observable-uuid-version',
    section: 'STIX 2.1 §2.9',
    severity: 'warning',
    types: OBSERVABLES_WITH_CONTENT_IDS,
    summary: 'The UUID of an observable is made from its content (version 5).',
    hint: 'Make the id from the ID contributing properties, so that equal observables have equal ids.',
    check(object, report) {
      const version = uuidVersion(object.id);
      if (version === undefined || version === '5') return;
      const [expected] = deterministicIds(object);
      if (expected === undefined) return;
      report(
        '/id',
        `The UUID is of version ${version}; an observable should have a UUID made from its content (version 5), here ${expected}.`,
      );
    },
  },
  {
    id: 'observable-id-mismatch',
    section: 'STIX 2.1 §2.9',
    severity: 'warning',
    level: 'strict',
    types: OBSERVABLES_WITH_CONTENT_IDS,
    summary: 'The UUIDv5 of an observable is the one that its ID contributing properties make.',
    hint: 'Make the id again from the content, or use a random UUID (version 4) if you make ids another way.',
    check(object, report) {
      if (uuidVersion(object.id) !== '5') return;
      const expected = deterministicIds(object);
      if (expected.length === 0 || isOneOf(object, expected)) return;
      report('/id', `The id does not follow from the content, which makes ${expected[0]}.`);
    },
  },
];

/** Of a custom type that no extension declares, what has versions is none. */
function mayBeObservable(object: JsonObject): boolean {
  const known = typeof object.type === 'string' ? classOfType(object.type) : undefined;
  const found = known ?? extensionClass(object);
  if (found !== undefined) return found === 'observable';
  return object.created === undefined && object.modified === undefined;
}

/** The version digit of the UUID; undefined when the id is too odd to have one, which the schema reports. */
function uuidVersion(id: JsonObject['id']): string | undefined {
  const digit = typeof id === 'string' ? id.at(VERSION_AT) : undefined;
  return digit !== undefined && digit >= '1' && digit <= '9' ? digit : undefined;
}

function isOneOf({ id }: JsonObject, expected: readonly string[]): boolean {
  return typeof id === 'string' && expected.includes(id.toLowerCase());
}
