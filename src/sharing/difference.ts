import { isDeepStrictEqual } from 'node:util';
import { credentialName, type Entities, type EntityKind, type Grant } from './model.ts';

/** One entity that applying a hub file adds, changes or removes. */
export interface Difference {
  readonly action: 'add' | 'change' | 'remove';
  readonly kind: EntityKind;
  /** As people call it: `collection "Threat data" (5b1e6f0c-…)`. */
  readonly name: string;
  /** What changes in it, `key: old → new`; no secret. */
  readonly fields: readonly string[];
}

type AnyEntity = Entities[EntityKind];

export function differenceOf(kind: EntityKind, from: AnyEntity | undefined, to: AnyEntity | undefined): Difference {
  if (to === undefined)
    return { action: 'remove', kind, name: from === undefined ? kind : nameOf(kind, from), fields: [] };
  if (from === undefined) return { action: 'add', kind, name: nameOf(kind, to), fields: [] };
  return { action: 'change', kind, name: nameOf(kind, to), fields: fieldsOf(from, to) };
}

export function nameOf(kind: EntityKind, value: AnyEntity): string {
  const label = kind === 'api-root' ? 'API root' : kind;
  if ('id' in value) return `${label} "${value.title}" (${value.id})`;
  if ('path' in value) return `${label} "${value.path}"`;
  if ('user' in value) return `${label} of user "${value.user}"`;
  if ('certificate' in value) return `${label} ${credentialName(value)}`;
  if ('tokenHash' in value) return `token "${value.name}"`;
  if ('name' in value) return `${label} "${value.name}"`;
  return label;
}

/** Keys whose values are never shown. */
const SECRET = new Set(['passwordHash', 'tokenHash']);

const MAX_SHOWN = 200;

function fieldsOf(from: object, to: object): string[] {
  const before = new Map(Object.entries(from));
  const after = new Map(Object.entries(to));
  const fields: string[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    if (isDeepStrictEqual(before.get(key), after.get(key))) continue;
    if (key === 'grants') fields.push(...grantFields(before.get(key) as Grants, after.get(key) as Grants));
    else
      fields.push(
        SECRET.has(key)
          ? `${key.replace('Hash', '')}: changed`
          : `${key}: ${show(before.get(key))} → ${show(after.get(key))}`,
      );
  }
  return fields;
}

type Grants = readonly Grant[];

function grantFields(before: Grants, after: Grants): string[] {
  const without = (grants: Grants, others: Grants): Grants =>
    grants.filter((grant) => !others.some((other) => isDeepStrictEqual(grant, other)));
  return [
    ...without(before, after).map((grant) => `grant taken away: ${grantText(grant)}`),
    ...without(after, before).map((grant) => `grant added: ${grantText(grant)}`),
  ];
}

function grantText({ collection, read, write, maxTlp, types, delete: deletes }: Grant): string {
  const rights = [
    ...(read ? ['read'] : []),
    ...(write ? ['write'] : []),
    ...(deletes === 'none' ? [] : [`delete ${deletes}`]),
  ];
  return `${rights.join(', ') || 'listed only'} on ${collection} up to ${maxTlp}${types === undefined ? '' : `, types ${types.join(', ')}`}`;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
