/**
 * The table that the access tests are made of, written from what the hub promises and not from its code. `model.ts` draws
 * the consequences.
 */

/** From most open to most closed. */
export const LEVELS = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
export type Level = (typeof LEVELS)[number];

// ── collections ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a collection makes of objects without a marking, of markings that the hub cannot resolve, and of statements. */
export interface Rules {
  readonly unmarked: Level;
  readonly unknown: Level;
  /** Of statements, where no TLP marking stands beside them; left out: as unmarked. */
  readonly statement?: Level;
}

/** Every state has its grants on each of these. */
export const COLLECTIONS = {
  main: { unmarked: 'green', unknown: 'red' },
  lax: { unmarked: 'amber', unknown: 'clear', statement: 'red' },
  /** The one that is written to. */
  work: { unmarked: 'green', unknown: 'red', statement: 'amber' },
} as const satisfies Record<string, Rules>;
export type CollectionName = keyof typeof COLLECTIONS;

// ── markings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `statement`: a marking that does not speak of TLP. */
export type Meaning = Level | 'unknown' | 'statement';

export interface Marking {
  /** Of the object and its parts. */
  readonly means: readonly Meaning[];
  readonly written: Readonly<Record<string, unknown>>;
}

/** A definition that arrives with the objects. */
export const STATEMENT = 'marking-definition--4c2b9e51-7b1c-4d70-8f0a-3f1e6b7a2c11';
const UNKNOWN = 'marking-definition--0b6d3f0e-5a1f-4a55-9c39-7a4de8d1f922';
const TLP1 = {
  white: 'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9',
  green: 'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
  amber: 'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82',
  red: 'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
};
export const TLP2: Readonly<Record<Level, string>> = {
  clear: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  green: 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  amber: 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  'amber+strict': 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
  red: 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
};

const whole = (...refs: readonly string[]) => ({ object_marking_refs: refs });
const part = (ref: string) => ({ granular_markings: [{ marking_ref: ref, selectors: ['type'] }] });

export const MARKINGS = {
  unmarked: { means: [], written: {} },
  'TLP 1 white': { means: ['clear'], written: whole(TLP1.white) },
  'TLP 1 green': { means: ['green'], written: whole(TLP1.green) },
  'TLP 1 amber': { means: ['amber'], written: whole(TLP1.amber) },
  'TLP 1 red': { means: ['red'], written: whole(TLP1.red) },
  clear: { means: ['clear'], written: whole(TLP2.clear) },
  green: { means: ['green'], written: whole(TLP2.green) },
  amber: { means: ['amber'], written: whole(TLP2.amber) },
  'amber+strict': { means: ['amber+strict'], written: whole(TLP2['amber+strict']) },
  red: { means: ['red'], written: whole(TLP2.red) },
  'amber and clear': { means: ['amber', 'clear'], written: whole(TLP2.amber, TLP2.clear) },
  'green, a part red': { means: ['green', 'red'], written: { ...whole(TLP2.green), ...part(TLP2.red) } },
  'amber, a part clear': { means: ['amber', 'clear'], written: { ...whole(TLP1.amber), ...part(TLP2.clear) } },
  'only a part, strict': { means: ['amber+strict'], written: part(TLP2['amber+strict']) },
  unknown: { means: ['unknown'], written: whole(UNKNOWN) },
  'a part unknown': { means: ['unknown', 'clear'], written: { ...whole(TLP2.clear), ...part(UNKNOWN) } },
  statement: { means: ['statement'], written: whole(STATEMENT) },
  'statement and amber': { means: ['statement', 'amber'], written: whole(STATEMENT, TLP2.amber) },
} as const satisfies Record<string, Marking>;
export type MarkingName = keyof typeof MARKINGS;
export const MARKING_NAMES = Object.keys(MARKINGS) as MarkingName[];

// ── objects ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export type TypeName = 'indicator' | 'malware' | 'report' | 'process' | 'marking-definition';

/** An object and the markings of its versions, oldest first. */
export interface ObjectRow {
  readonly type: TypeName;
  readonly versions: readonly MarkingName[];
  /** In which order the versions arrive, when it is not that of their age. */
  readonly arrival?: readonly number[];
}

/** Each marking once, then versions that differ in theirs, then the other types. */
export const OBJECTS: Readonly<Record<string, ObjectRow>> = {
  ...Object.fromEntries(MARKING_NAMES.map((name) => [name, { type: 'indicator', versions: [name] }] as const)),
  'the statement itself': { type: 'marking-definition', versions: ['red'] },
  'newest restricted': { type: 'indicator', versions: ['clear', 'red'] },
  'newest restricted a little': { type: 'indicator', versions: ['clear', 'green', 'amber'] },
  'older restricted': { type: 'indicator', versions: ['red', 'clear'] },
  'middle restricted': { type: 'indicator', versions: ['clear', 'amber', 'green'] },
  'restricted version arrives late': { type: 'indicator', versions: ['red', 'green'], arrival: [1, 0] },
  'newest unmarked': { type: 'indicator', versions: ['clear', 'unmarked'] },
  'open malware': { type: 'malware', versions: ['clear', 'clear'] },
  'amber malware': { type: 'malware', versions: ['amber'] },
  'red malware': { type: 'malware', versions: ['red'] },
  'open report': { type: 'report', versions: ['clear'] },
  'amber report': { type: 'report', versions: ['green', 'amber'] },
  'open process': { type: 'process', versions: ['clear'] },
  'amber process': { type: 'process', versions: ['amber'] },
};
export const OBJECT_NAMES = Object.keys(OBJECTS);

// ── agreements ───────────────────────────────────────────────────────────────────────────────────────────────────────

const HOUR = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString();

/** When an agreement holds, and whether that is now. */
export const TIMES = {
  always: { fields: {}, inForce: true },
  'under way': { fields: { from: inHours(-1), until: inHours(1) }, inForce: true },
  expired: { fields: { from: inHours(-2), until: inHours(-1) }, inForce: false },
  'not yet': { fields: { from: inHours(1), until: inHours(2) }, inForce: false },
  'not yet, without an end': { fields: { from: inHours(1) }, inForce: false },
  'expired, without a beginning': { fields: { until: inHours(-1) }, inForce: false },
  suspended: { fields: { from: inHours(-1), until: inHours(1), suspended: true }, inForce: false },
} as const satisfies Record<string, { readonly fields: object; readonly inForce: boolean }>;
export type TimeName = keyof typeof TIMES;

export interface GrantRow {
  readonly read: boolean;
  readonly write: boolean;
  readonly ceiling: Level;
  readonly types?: readonly string[];
  readonly delete: 'own' | 'any' | 'none';
}

export interface AgreementRow {
  readonly time: TimeName;
  readonly grants: readonly GrantRow[];
}

/** `r`, `w`, `rw` or `-`, the ceiling, then what else: `types:a,b`, `delete:own`. */
export function grant(text: string): GrantRow {
  const [rights = '', ceiling = '', ...more] = text.split(' ');
  const option = (name: string): string | undefined =>
    more.find((word) => word.startsWith(`${name}:`))?.slice(name.length + 1);
  const types = option('types')?.split(',');
  return {
    read: rights.includes('r'),
    write: rights.includes('w'),
    ceiling: ceiling as Level,
    ...(types === undefined ? {} : { types }),
    delete: (option('delete') ?? 'none') as GrantRow['delete'],
  };
}

const agreement = (time: TimeName, ...grants: readonly string[]): AgreementRow => ({ time, grants: grants.map(grant) });
const always = (...grants: readonly string[]): readonly AgreementRow[] => [agreement('always', ...grants)];

// ── states ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a partner signs in with, and whether that lets it in. */
export const CREDENTIALS = {
  'its password': { kind: 'password', fields: {}, counts: true },
  'wrong password': { kind: 'password', fields: {}, counts: false },
  token: { kind: 'token', fields: {}, counts: true },
  'token that ends soon': { kind: 'token', fields: { expires: inHours(1) }, counts: true },
  'disabled token': { kind: 'token', fields: { disabled: true }, counts: false },
  'expired token': { kind: 'token', fields: { expires: inHours(-1) }, counts: false },
  'token without the certificate that it demands': { kind: 'token', fields: { requires: ['mtls'] }, counts: false },
} as const satisfies Record<
  string,
  { readonly kind: 'password' | 'token'; readonly fields: object; readonly counts: boolean }
>;
export type CredentialName = keyof typeof CREDENTIALS;

export interface State {
  /** Default: a partner with its password. */
  readonly who?: 'nobody' | 'operator' | CredentialName;
  readonly agreements: readonly AgreementRow[];
}

const EVERYTHING = 'rw red delete:any';

export const STATES: Readonly<Record<string, State>> = {
  'no credentials': { who: 'nobody', agreements: [] },
  'no credentials, may list': { who: 'nobody', agreements: always('- red') },
  'no credentials, may read clear': { who: 'nobody', agreements: always('r clear delete:any') },
  'no credentials, may read and write green': { who: 'nobody', agreements: always('rw green delete:own') },
  operator: { who: 'operator', agreements: [] },
  ...Object.fromEntries(
    (Object.keys(CREDENTIALS) as CredentialName[]).map((who) => [who, { who, agreements: always(EVERYTHING) }]),
  ),

  'no grant': { agreements: [] },
  'listed only': { agreements: always('- red delete:any') },
  ...Object.fromEntries(
    (Object.keys(TIMES) as TimeName[]).map((time) => [
      `agreement: ${time}`,
      { agreements: [agreement(time, EVERYTHING)] },
    ]),
  ),

  'reads clear': { agreements: always('r clear') },
  'reads green': { agreements: always('r green') },
  'reads amber': { agreements: always('r amber delete:any') },
  'reads amber+strict': { agreements: always('r amber+strict') },
  'reads red': { agreements: always('r red') },
  'writes clear': { agreements: always('w clear') },
  'writes green': { agreements: always('w green') },
  'writes amber': { agreements: always('w amber delete:any') },
  'writes amber+strict': { agreements: always('w amber+strict') },
  'writes red': { agreements: always('w red') },
  'both at amber': { agreements: always('rw amber') },

  'deletes its own': { agreements: always('rw amber delete:own') },
  "deletes anybody's": { agreements: always('rw amber delete:any') },
  'deletes none': { agreements: always('rw red delete:none') },
  'deletes its own, green ones of anybody': {
    agreements: always('rw amber delete:own', 'r green delete:any'),
  },
  'reads more than it deletes': { agreements: always('r red', 'rw green delete:any') },
  'a list deletes without a right to read': { agreements: always('rw amber delete:own', 'w red delete:any') },

  'one type': { agreements: always('rw red types:malware delete:any') },
  'two types': { agreements: always('rw amber types:malware,report delete:own') },
  'each type its ceiling': {
    agreements: always('rw amber types:indicator delete:any', 'rw clear types:malware,report delete:any'),
  },
  'a type above the rest': { agreements: always('rw green', 'rw red types:malware delete:own') },
  'a type that does not occur': { agreements: always('rw red types:campaign delete:any') },

  'reads by one agreement, writes by another': {
    agreements: [agreement('always', 'r amber'), agreement('under way', 'w green delete:any')],
  },
  'of several one is in force': {
    agreements: [
      agreement('expired', EVERYTHING),
      agreement('always', 'r green'),
      agreement('not yet', 'rw red'),
      agreement('expired', 'w red types:malware'),
    ],
  },
  'several read': {
    agreements: [
      agreement('always', 'r clear'),
      agreement('under way', 'r amber types:report', '- red'),
      agreement('always', 'w amber+strict types:malware'),
    ],
  },
};
export const STATE_NAMES = Object.keys(STATES);
