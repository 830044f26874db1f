import { createHash } from 'node:crypto';
import { hashToken } from '../../src/auth/bearer.ts';
import type { Agreement } from '../../src/sharing/model.ts';
import type { CatalogueChange } from '../../src/store/store.ts';
import { catalogueChanges, credential, put } from '../http/fixture.ts';
import { type Answer, type Ask, type Hub, type Owner, openHub } from '../http/hub.ts';
import {
  COLLECTIONS,
  type CollectionName,
  CREDENTIALS,
  MARKINGS,
  type MarkingName,
  OBJECTS,
  type ObjectRow,
  type Rules,
  STATE_NAMES,
  STATEMENT,
  STATES,
  type State,
  TIMES,
  type TypeName,
} from './table.ts';

/** The hub of the table: a partner for each state, and a neighbour who may do everything everywhere. */

/** A UUIDv4 that stands for a text. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** In root `m`, `shut` apart from those of the table: only the neighbour's. */
export const PLACES: Readonly<Record<CollectionName | 'shut' | 'absent' | 'far', string>> = {
  ...(Object.fromEntries(
    (Object.keys(COLLECTIONS) as CollectionName[]).map((name) => [name, uuidOf(`collection ${name}`)]),
  ) as Record<CollectionName, string>),
  shut: uuidOf('collection shut'),
  absent: uuidOf('collection absent'),
  /** In root `far`, of which only the neighbour knows. */
  far: uuidOf('collection far'),
};
export type Place = keyof typeof PLACES;

export function at(place: Place, rest = ''): string {
  return `/${place === 'far' ? 'far' : 'm'}/collections/${PLACES[place]}/${rest}`;
}

// ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const NEIGHBOUR = signedIn('neighbour');
export const OPERATOR = signedIn('ops');
/** Each request costs a hash, so these are few. */
export const UNKNOWN_USER = signedIn('somebody-else');

export function partnerOf(state: string): string {
  return STATES[state]?.who === 'nobody' ? 'anonymous' : `state-${STATE_NAMES.indexOf(state)}`;
}

/** The credentials that a caller in this state sends. */
export function askOf(state: string): Ask {
  const name = partnerOf(state);
  switch (STATES[state]?.who) {
    case 'nobody':
      return { user: null };
    case 'operator':
      return OPERATOR;
    case 'wrong password':
      return signedIn(name, 'guess');
    case undefined:
    case 'its password':
      return signedIn(name);
    default:
      return { user: null, headers: { authorization: `Bearer ${tokenOf(name)}` } };
  }
}

/** A token that stands for a name. */
function tokenOf(name: string): string {
  return `ent_${createHash('sha256').update(name).digest('base64url')}`;
}

function signedIn(user: string, password = `${user}-password`): Ask {
  return { user: null, headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } };
}

// ── objects ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const DAY = '2020-01-01T00:00:00.000Z';

const BODIES: Readonly<Record<TypeName, Readonly<Record<string, unknown>>>> = {
  indicator: { pattern: "[ipv4-addr:value = '198.51.100.3']", pattern_type: 'stix', valid_from: DAY },
  malware: { is_family: false },
  report: { published: DAY, object_refs: [`indicator--${uuidOf('reported')}`] },
  process: { pid: 1 },
  'marking-definition': { definition_type: 'statement', definition: { statement: 'Copyright 2020' } },
};

/** @param label tells apart objects of the same name */
export function idOf(name: string, type: TypeName, label = ''): string {
  return type === 'marking-definition' ? STATEMENT : `${type}--${uuidOf(`${label} ${name}`)}`;
}

/** When version `number` (from 1) was modified. */
export function modifiedOf(number: number): string {
  return `2020-01-0${number}T00:00:00.000Z`;
}

export function objectOf(name: string, type: TypeName, marking: MarkingName, number = 1, label = '') {
  const times = type === 'process' ? {} : { created: DAY };
  const named = type === 'process' || type === 'marking-definition' ? {} : { name, modified: modifiedOf(number) };
  return {
    type,
    spec_version: '2.1',
    id: idOf(name, type, label),
    ...times,
    ...named,
    ...BODIES[type],
    ...MARKINGS[marking].written,
  };
}

/** The versions of a row as they arrive. */
export function versionsOf(name: string, { type, versions, arrival }: ObjectRow, label = '') {
  const order = arrival ?? versions.map((_, i) => i);
  return order.map((i) => objectOf(name, type, versions[i] as MarkingName, i + 1, label));
}

// ── the hub ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Opens the hub with all partners; agreements of callers without credentials come when `agree` is called. */
export async function openWorld(owner: Owner): Promise<Hub> {
  const hub = await openHub(owner, { withoutRows: true, maxContentLength: 1_000_000 });
  const base = catalogueChanges({}).flatMap((change) =>
    'put' in change && change.put === 'agreement' ? [{ remove: 'agreement', name: change.value.name } as const] : [],
  );
  await hub.change(...base, ...placeChanges(), ...STATE_NAMES.flatMap(partnerChanges));
  for (const place of ['main', 'lax', 'shut', 'far'] as const) {
    const objects = Object.entries(OBJECTS).flatMap(([name, row]) => versionsOf(name, row));
    await push(hub, place, objects, NEIGHBOUR);
  }
  // By an operator: what a partner defines says nothing about the objects of others.
  await push(hub, 'work', [objectOf('the statement itself', 'marking-definition', 'red')], { user: 'ops' });
  return hub;
}

/** Adds objects that the hub is sure to take. */
export async function push(hub: Hub, place: Place, objects: readonly unknown[], ask: Ask): Promise<Answer> {
  const answer = await hub.post(at(place, 'objects/'), { objects }, ask);
  if (answer.json.success_count !== objects.length) throw new Error(`Not all was taken: ${answer.text}`);
  return answer;
}

const ALL: Pick<Agreement, 'grants'> = {
  grants: (Object.keys(PLACES) as Place[])
    .filter((place) => place !== 'absent')
    .map((place) => ({ collection: PLACES[place], read: true, write: true, maxTlp: 'red', delete: 'any' })),
};

function placeChanges(): CatalogueChange[] {
  const root = (path: string): CatalogueChange =>
    put('api-root', { path, title: `Root ${path}`, maxContentLength: 1_000_000, strict: false });
  return [
    root('m'),
    root('far'),
    ...(Object.keys(PLACES) as Place[])
      .filter((place) => place !== 'absent')
      .map((place) => {
        const rules: Rules = COLLECTIONS[place as CollectionName] ?? COLLECTIONS.main;
        return put('collection', {
          id: PLACES[place],
          root: place === 'far' ? 'far' : 'm',
          title: `Collection ${place}`,
          mediaTypes: ['application/stix+json;version=2.1'],
          validation: 'standard',
          defaultTlp: rules.unmarked,
          unknownMarking: rules.unknown,
          ...(rules.statement === undefined ? {} : { statementMarking: rules.statement }),
          pageDefault: 1000,
          pageMax: 1000,
        });
      }),
    put('partner', { name: 'neighbour' }),
    put('credential', credential('neighbour', { partner: 'neighbour' })),
    put('agreement', { ...ALL, name: 'neighbour', partner: 'neighbour' }),
  ];
}

function partnerChanges(name: string): CatalogueChange[] {
  const state = STATES[name] as State;
  const partner = partnerOf(name);
  const { who = 'its password' } = state;
  if (who === 'nobody' || who === 'operator') return [];
  const { kind, fields } = CREDENTIALS[who];
  const owner = { partner };
  return [
    put('partner', { name: partner }),
    kind === 'password'
      ? put('credential', credential(partner, owner))
      : put('credential', { kind, name: partner, tokenHash: hashToken(tokenOf(partner)), owner, ...fields }),
    ...agreementsOf(name).map((agreement) => put('agreement', agreement)),
  ];
}

function agreementsOf(name: string): Agreement[] {
  const partner = partnerOf(name);
  return (STATES[name] as State).agreements.map(({ time, grants }, i) => ({
    name: `${partner}-${i}`,
    partner,
    ...TIMES[time].fields,
    grants: (Object.keys(COLLECTIONS) as CollectionName[]).flatMap((collection) =>
      grants.map(({ read, write, ceiling, types, delete: removal }) => ({
        collection: PLACES[collection],
        read,
        write,
        maxTlp: ceiling,
        ...(types === undefined ? {} : { types }),
        delete: removal,
      })),
    ),
  }));
}

/**
 * Gives callers without credentials the agreements of a state for as long as `run` takes; in states of others everything,
 * of which those others must get nothing.
 */
export async function during(hub: Hub, state: string, run: () => Promise<void>): Promise<void> {
  const agreements =
    STATES[state]?.who === 'nobody' ? agreementsOf(state) : [{ ...ALL, name: 'all', partner: 'anonymous' }];
  await hub.change(...agreements.map((agreement) => put('agreement', agreement)));
  await run();
  await hub.change(...agreements.map(({ name }) => ({ remove: 'agreement', name }) as const));
}
