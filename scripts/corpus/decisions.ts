import { REFERENCES } from '../../src/stix/rules/reference-table.ts';

/**
 * Kinds of disagreement with the oracle that the standard decides. docs/validation.md says more about each; whatever is
 * not of these kinds counts against us.
 */
export interface Decision {
  /** What the oracle says, and what we say. */
  readonly oracle: 'accepts' | 'warns' | 'refuses';
  readonly we: 'accept' | 'refuse';
  /** Our findings that make the difference; empty when it is the oracle alone that complains. */
  readonly rules: readonly string[];
  /** What those findings say, where the rule is about more than this. */
  readonly message?: RegExp;
  /** What the oracle complains of, for what it alone complains of. */
  readonly complaint?: RegExp;
  readonly clause: string;
  readonly reason: string;
}

const REFERENCE_RULES = REFERENCES.map(({ id }) => id);

export const DECISIONS: readonly Decision[] = [
  {
    oracle: 'warns',
    we: 'refuse',
    rules: ['identifier-type'],
    clause: '2.9',
    reason: 'the id of a custom object names another type; the oracle looks only at the types of the standard',
  },
  {
    oracle: 'warns',
    we: 'accept',
    rules: [],
    complaint: /^103$/,
    clause: '2.9',
    reason: 'an observable without an ID contributing property must have a UUIDv4; the oracle wants UUIDv5 of all',
  },
  {
    oracle: 'warns',
    we: 'accept',
    rules: [],
    complaint: /^101$/,
    clause: '7.3',
    reason:
      'a property that an extension declares needs no prefix; the oracle asks it when it does not look at extensions',
  },
  {
    oracle: 'accepts',
    we: 'refuse',
    rules: ['value-type'],
    clause: '6.6.1',
    reason: 'a value of additional_header_fields is no list; the schemas of the oracle ask for the opposite',
  },
  {
    oracle: 'accepts',
    we: 'refuse',
    rules: ['timestamp-precision'],
    clause: '3.2',
    reason:
      '`created` of a marking definition has fewer than three fraction digits; the oracle asks it of other types only',
  },
  {
    oracle: 'accepts',
    we: 'refuse',
    rules: ['property-name'],
    clause: '11.1.1',
    reason: 'a custom property has capital letters or is longer than 250 characters',
  },
  {
    oracle: 'accepts',
    we: 'refuse',
    rules: ['required-property'],
    message: /"spec_version"/,
    clause: '3.2',
    reason: 'an object that is no observable has no spec_version, which makes it one of STIX 2.0',
  },
  {
    oracle: 'accepts',
    we: 'refuse',
    rules: REFERENCE_RULES,
    clause: '6',
    reason:
      'a reference names a type that its property does not allow; the oracle does not look at those of observables',
  },
  {
    oracle: 'accepts',
    we: 'refuse',
    rules: ['hex-format'],
    clause: '2.8',
    reason: 'a hexadecimal value has capital letters',
  },
  {
    oracle: 'accepts',
    we: 'refuse',
    rules: ['pattern-and-types', 'pattern-and-types-negated'],
    clause: '9.5',
    reason: 'AND joins comparisons that no one object can satisfy',
  },
  {
    oracle: 'refuses',
    we: 'accept',
    rules: [],
    complaint: /is not a valid observable property name/,
    clause: '9.7',
    reason: 'a property in a pattern is unknown or of an odd form, which makes it match nothing but is no error',
  },
  {
    oracle: 'refuses',
    we: 'accept',
    rules: [],
    complaint: /languages\[\d+\]: '[A-Z]{2,3}' does not match|is not a valid RFC 5646|contains an invalid/,
    clause: '6.14.1',
    reason: 'language tags ignore case (RFC 5646 §2.1.1); the schemas of the oracle want lower case',
  },
  {
    oracle: 'refuses',
    we: 'accept',
    rules: [],
    complaint: /'service_name' is a required property|^'id' does not match any of the regexes/,
    clause: '6.13.3',
    reason:
      'windows-service-ext needs at least one property, any one; and an observable in the deprecated container may have an id',
  },
];
