import { randomBytes, scryptSync } from 'node:crypto';
import type { Agreement, ApiRoot, Collection, Credential, Grant, Owner } from '../../src/sharing/model.ts';
import type { CatalogueChange, NewObject } from '../../src/store/store.ts';

/**
 * The fixture of the requirement list: API root api1 with collections RW, RO, WO, NO, MT and HID, of which alice has
 * what the names say, and nine rows in RW whose dates are known to the microsecond. Letters stand for real UUIDs.
 */
export const V21 = 'application/taxii+json;version=2.1';

const STIX21 = 'application/stix+json;version=2.1';
const STIX20 = 'application/stix+json;version=2.0';

export const COLLECTIONS = {
  RW: 'd2eee80b-8355-44cd-a653-be3749df7d3e',
  RO: '4e0ecf18-81c0-48c6-8a09-01d3bb93123e',
  WO: '060af797-24aa-4adb-879c-c80e7de01b4b',
  NO: '05e33a89-4922-46b9-a221-c99909ca7837',
  MT: '7f76353f-1199-4600-8855-ec629d935abb',
  HID: 'e94cdfcc-daa4-4baf-b6d5-7525e7439446',
  /** In api2, of bob alone. */
  TWO: '8ff55d66-3f93-46e6-9141-c9350b61183e',
  /** In pub, for anybody to read. */
  PUB: 'fdd6e401-5382-4e30-9d3e-3a6eaefa4dc2',
  /** In the strict root. */
  ST: 'b2f84211-446b-4009-be6d-396e8c21094b',
} as const;
export type CollectionName = keyof typeof COLLECTIONS;

/** The alias of RW. */
export const ALIAS = 'my-alias';

export const OBJECTS = {
  'indicator--a': 'indicator--2f92236b-d4b7-4e83-a1c4-37e3f4041d77',
  'malware--b': 'malware--52f9db97-4520-4ec0-add8-3c3dbcad8a46',
  'ipv4-addr--c': 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4',
  'marking-definition--d': 'marking-definition--7f682371-cb68-4194-ab8e-98119b8abec2',
  'indicator--e': 'indicator--ce06193f-fc1a-4e7d-a5e0-2d0d84561264',
  'campaign--g': 'campaign--a768af4a-2a26-4cf3-a57c-01cdc16a4f9d',
} as const;

export type RowName = 'F1' | 'F2' | 'F3' | 'F4' | 'F5' | 'F6' | 'F7' | 'F8' | 'F9';
export type StixObject = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** Midnight of 2024-01-01, microseconds. */
const START = 1_704_067_200_000_000;

/** When row `Fn` was added. */
export function dateAdded(row: RowName): string {
  return `2024-01-01T00:00:00.00000${row.slice(1)}Z`;
}

const created = '2019-01-01T00:00:00.000Z';

function indicatorA(modified: string): StixObject {
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: OBJECTS['indicator--a'],
    created,
    modified,
    name: `as of ${modified.slice(0, 10)}`,
    indicator_types: ['malicious-activity'],
    pattern: "[ipv4-addr:value = '198.51.100.3']",
    pattern_type: 'stix',
    valid_from: created,
  };
}

export const ROWS: Readonly<Record<RowName, StixObject>> = {
  F1: indicatorA('2020-01-01T00:00:00.000Z'),
  F2: {
    type: 'malware',
    spec_version: '2.1',
    id: OBJECTS['malware--b'],
    created,
    modified: '2020-01-02T00:00:00.000Z',
    name: 'b',
    malware_types: ['worm'],
    is_family: false,
  },
  F3: { type: 'ipv4-addr', spec_version: '2.1', id: OBJECTS['ipv4-addr--c'], value: '198.51.100.3' },
  F4: indicatorA('2020-02-01T00:00:00.000Z'),
  F5: {
    type: 'marking-definition',
    spec_version: '2.1',
    id: OBJECTS['marking-definition--d'],
    created: '2020-01-05T00:00:00.000Z',
    definition_type: 'statement',
    definition: { statement: 'Copyright 2020' },
  },
  F6: {
    type: 'indicator',
    id: OBJECTS['indicator--e'],
    created,
    modified: '2020-01-06T00:00:00.000Z',
    labels: ['malicious-activity'],
    pattern: "[ipv4-addr:value = '198.51.100.6']",
    valid_from: created,
  },
  F7: indicatorA('2019-06-01T00:00:00.000Z'),
  F8: {
    type: 'campaign',
    id: OBJECTS['campaign--g'],
    created,
    modified: '2020-03-01T00:00:00.000Z',
    name: 'g in 2.0',
  },
  F9: {
    type: 'campaign',
    spec_version: '2.1',
    id: OBJECTS['campaign--g'],
    created,
    modified: '2020-02-15T00:00:00.123456Z',
    name: 'g in 2.1',
  },
};

export const ROW_NAMES = Object.keys(ROWS) as RowName[];

/** The rows as they are stored in RW. */
export function storedRows(): NewObject[] {
  return ROW_NAMES.map((name, i) => {
    const row = ROWS[name];
    const version = row.modified ?? row.created;
    return {
      id: row.id,
      type: row.type,
      specVersion: row.spec_version === '2.1' ? '2.1' : '2.0',
      ...(typeof version === 'string' ? { version } : {}),
      marking: 'unmarked',
      json: JSON.stringify(row),
      dateAdded: START + i + 1,
    };
  });
}

export type UserName = 'alice' | 'bob' | 'carol' | 'ops';

/** Basic credentials; the password of each is its name and `-password`. */
export function authorization(user: UserName): string {
  return `Basic ${Buffer.from(`${user}:${user}-password`).toString('base64')}`;
}

export interface FixtureOptions {
  /** Of every collection. */
  readonly pageDefault?: number;
  readonly pageMax?: number;
  /** Of api1. */
  readonly maxContentLength?: number;
}

/** Everything administrative, as changes to an empty catalogue. */
export function catalogueChanges(options: FixtureOptions): CatalogueChange[] {
  const collection = (name: CollectionName, root: string, more: Partial<Collection> = {}): CatalogueChange =>
    put('collection', {
      id: COLLECTIONS[name],
      root,
      title: `Collection ${name}`,
      mediaTypes: [STIX21],
      validation: 'standard',
      defaultTlp: 'green',
      unknownMarking: 'red',
      pageDefault: options.pageDefault ?? 1000,
      pageMax: options.pageMax ?? 10_000,
      ...more,
    });
  return [
    put('hub', { title: 'Fixture – 日本', description: 'For tests', contact: 'ops@hub.example', defaultRoot: 'api1' }),
    put('api-root', root('api1', { description: 'The first', maxContentLength: options.maxContentLength ?? 10_000 })),
    put('api-root', root('api2')),
    put('api-root', root('pub')),
    put('api-root', root('strict', { strict: true })),
    collection('RW', 'api1', { alias: ALIAS, description: 'Read and write', mediaTypes: [STIX21, STIX20] }),
    collection('RO', 'api1'),
    collection('WO', 'api1'),
    collection('NO', 'api1'),
    collection('MT', 'api1'),
    collection('HID', 'api1'),
    collection('TWO', 'api2', { alias: ALIAS }),
    collection('PUB', 'pub'),
    collection('ST', 'strict', { mediaTypes: [STIX21, STIX20] }),
    ...(['alice', 'bob', 'carol'] as const).flatMap((name) => [
      put('partner', { name }),
      put('credential', credential(name, { partner: name })),
    ]),
    put('partner', { name: 'anonymous' }),
    put('operator', { name: 'ops' }),
    put('credential', credential('ops', { operator: 'ops' })),
    put('agreement', agreement('alice', { RW: 'rw', RO: 'r', WO: 'w', NO: '', MT: 'rw', ST: 'rw' })),
    put('agreement', agreement('bob', { RO: 'w', MT: 'r', HID: 'r', TWO: 'rw' })),
    put('agreement', agreement('anonymous', { PUB: 'r' })),
  ];
}

function root(path: string, more: Partial<ApiRoot> = {}): ApiRoot {
  return { path, title: `Root ${path}`, maxContentLength: 1_000_000, strict: false, ...more };
}

/** Rights by collection: `r`, `w`, `rw`, or none of them, which lists it only. */
export function agreement(
  partner: string,
  rights: Readonly<Partial<Record<CollectionName, string>>>,
  more: Partial<Agreement> = {},
): Agreement {
  const grants = Object.entries(rights).map(
    ([name, letters]): Grant => ({
      collection: COLLECTIONS[name as CollectionName],
      read: letters.includes('r'),
      write: letters.includes('w'),
      maxTlp: 'red',
      delete: 'any',
    }),
  );
  return { name: `${partner}-agreement`, partner, grants, ...more };
}

/** A hash that costs nothing, so that suites are quick. */
export function credential(user: string, owner: Owner): Credential {
  const salt = randomBytes(16);
  const hash = scryptSync(`${user}-password`, salt, 32, { N: 2, r: 8, p: 1 });
  return {
    kind: 'basic',
    user,
    owner,
    passwordHash: `scrypt$2$8$1$${salt.toString('base64url')}$${hash.toString('base64url')}`,
  };
}

type Put = Extract<CatalogueChange, { readonly put: unknown }>;
type ValueOf<K extends Put['put']> = Extract<Put, { readonly put: K }>['value'];

export function put<K extends Put['put']>(kind: K, value: ValueOf<K>): CatalogueChange {
  return { put: kind, value, origin: 'file' } as Extract<Put, { readonly put: K }>;
}
