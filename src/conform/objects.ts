import { randomBytes, randomUUID } from 'node:crypto';
import { deterministicId } from '../stix/deterministic-id.ts';
import type { JsonObject } from '../stix/json.ts';

/** Sound STIX objects with ids of their own, which the suite adds and deletes again. */

type Members = Readonly<Record<string, JsonObject[string]>>;

const CREATED = '2019-01-01T00:00:00.000Z';
const NOTE = 'Test object of a TAXII conformance run; it is deleted at the end of the run.';

export function indicator(more: Members = {}): JsonObject {
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${randomUUID()}`,
    created: CREATED,
    modified: CREATED,
    name: 'Conformance test indicator',
    description: NOTE,
    indicator_types: ['benign'],
    pattern: "[domain-name:value = 'conformance-test.example']",
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: CREATED,
    ...more,
  };
}

export function malware(more: Members = {}): JsonObject {
  return {
    type: 'malware',
    spec_version: '2.1',
    id: `malware--${randomUUID()}`,
    created: CREATED,
    modified: CREATED,
    name: 'Conformance test malware',
    description: NOTE,
    malware_types: ['unknown'],
    is_family: true,
    ...more,
  };
}

/** A cyber observable, which has neither `created` nor `modified`. */
export function domain(): JsonObject {
  const object = {
    type: 'domain-name',
    spec_version: '2.1',
    id: '',
    value: `${randomBytes(8).toString('hex')}.conformance-test.example`,
  };
  return { ...object, id: deterministicId(object) ?? `domain-name--${randomUUID()}` };
}

export function statement(more: Members = {}): JsonObject {
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: `marking-definition--${randomUUID()}`,
    created: '2020-01-05T00:00:00.000Z',
    definition_type: 'statement',
    definition: { statement: NOTE },
    ...more,
  };
}

export function campaign(more: Members = {}): JsonObject {
  return {
    type: 'campaign',
    spec_version: '2.1',
    id: `campaign--${randomUUID()}`,
    created: CREATED,
    modified: CREATED,
    name: 'Conformance test campaign',
    description: NOTE,
    ...more,
  };
}

/** The same in STIX 2.0, which has no `spec_version` in its objects. */
export function campaign20(more: Members = {}): JsonObject {
  const { spec_version: _none, ...object } = campaign(more);
  return object;
}

function indicator20(more: Members = {}): JsonObject {
  return {
    type: 'indicator',
    id: `indicator--${randomUUID()}`,
    created: CREATED,
    modified: CREATED,
    name: 'Conformance test indicator',
    labels: ['benign'],
    pattern: "[domain-name:value = 'conformance-test.example']",
    valid_from: CREATED,
    ...more,
  };
}

export function relationship(more: Members = {}): JsonObject {
  return {
    type: 'relationship',
    spec_version: '2.1',
    id: `relationship--${randomUUID()}`,
    created: CREATED,
    modified: CREATED,
    relationship_type: 'indicates',
    description: NOTE,
    source_ref: `indicator--${randomUUID()}`,
    target_ref: `malware--${randomUUID()}`,
    ...more,
  };
}

/** What no server can keep: it has neither an id nor a type that exists. */
export const NONSENSE: JsonObject = { type: 'indicator', id: 'indicator--nonsense' };

/** Versions of one object, spec versions and objects without dates, in the order in which they are posted. */
export function fixture(with20: boolean): JsonObject[] {
  const a = `indicator--${randomUUID()}`;
  const g = `campaign--${randomUUID()}`;
  return [
    indicator({ id: a, modified: '2020-01-01T00:00:00.000Z' }),
    malware({ modified: '2020-01-02T00:00:00.000Z' }),
    domain(),
    indicator({ id: a, modified: '2020-02-01T00:00:00.000Z' }),
    statement(),
    ...(with20 ? [indicator20({ modified: '2020-01-06T00:00:00.000Z' })] : []),
    indicator({ id: a, modified: '2019-06-01T00:00:00.000Z' }),
    ...(with20 ? [campaign20({ id: g, modified: '2020-03-01T00:00:00.000Z' })] : []),
    campaign({ id: g, modified: '2020-02-15T00:00:00.123456Z' }),
    campaign({ id: g, modified: '2020-02-10T00:00:00.500Z' }),
  ];
}
