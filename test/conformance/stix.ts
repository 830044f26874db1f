import { randomUUID } from 'node:crypto';
import type { StixObject } from '../http/fixture.ts';

/** Sound STIX objects with ids of their own; `more` replaces or adds members. */

type Members = Readonly<Record<string, unknown>>;

const CREATED = '2021-01-01T00:00:00.000Z';

export function indicator(more: Members = {}): StixObject {
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${randomUUID()}`,
    created: CREATED,
    modified: CREATED,
    name: 'An address',
    indicator_types: ['malicious-activity'],
    pattern: "[ipv4-addr:value = '198.51.100.9']",
    pattern_type: 'stix',
    valid_from: CREATED,
    ...more,
  };
}

export function identity(more: Members = {}): StixObject {
  return {
    type: 'identity',
    spec_version: '2.1',
    id: `identity--${randomUUID()}`,
    created: CREATED,
    modified: CREATED,
    name: 'Somebody',
    identity_class: 'organization',
    ...more,
  };
}

export function marking(more: Members = {}): StixObject {
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: `marking-definition--${randomUUID()}`,
    created: CREATED,
    definition_type: 'statement',
    definition: { statement: 'Copyright 2021' },
    ...more,
  };
}

/** A cyber observable: it has neither `created` nor `modified`. */
export function domain(more: Members = {}): StixObject {
  return { type: 'domain-name', spec_version: '2.1', id: `domain-name--${randomUUID()}`, value: 'a.example', ...more };
}

/** STIX 2.0: no `spec_version`. */
export function campaign20(more: Members = {}): StixObject {
  return {
    type: 'campaign',
    id: `campaign--${randomUUID()}`,
    created: CREATED,
    modified: CREATED,
    name: 'In 2.0',
    ...more,
  };
}

/** Something that no STIX validator takes. */
export const NONSENSE: Members = { type: 'indicator', id: 'indicator--nonsense' };

export const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** A TAXII timestamp. */
export const TS6 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
/** An id that nothing has. */
export const UNKNOWN = '3c1f0b7e-6f0c-4a2b-9d55-0f6f1c3f8a11';
