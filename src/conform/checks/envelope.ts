import { isObject, type JsonObject } from '../../stix/json.ts';
import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import type { EndpointKind } from '../endpoint.ts';
import { isStatus } from './data-types.ts';

const ENVELOPES: ReadonlySet<EndpointKind> = new Set<EndpointKind>(['objects', 'object']);
const PAGES: ReadonlySet<EndpointKind> = new Set<EndpointKind>(['objects', 'object', 'manifest', 'versions']);

const TABLES: Readonly<Partial<Record<EndpointKind, readonly string[]>>> = {
  discovery: ['title', 'description', 'contact', 'default', 'api_roots'],
  'api-root': ['title', 'description', 'versions', 'max_content_length'],
  collections: ['collections'],
  collection: ['id', 'title', 'description', 'alias', 'can_read', 'can_write', 'media_types'],
  manifest: ['more', 'next', 'objects'],
  objects: ['more', 'next', 'objects'],
  object: ['more', 'next', 'objects'],
  versions: ['more', 'next', 'versions'],
};
const STATUS = [
  'id',
  'status',
  'request_timestamp',
  'total_count',
  'success_count',
  'successes',
  'failure_count',
  'failures',
  'pending_count',
  'pendings',
];

const REQUIRED: Readonly<Partial<Record<EndpointKind, readonly string[]>>> = {
  discovery: ['title'],
  'api-root': ['title', 'versions', 'max_content_length'],
  collection: ['id', 'title', 'can_read', 'can_write'],
};

/** Section 3.7 and 3.8: envelope, property names. */
export const ENVELOPE: readonly (Check | Watch)[] = [
  watch(
    'T21-3.7-01',
    'objects come in an envelope',
    (answer, kind) => {
      if (!ENVELOPES.has(kind) || answer.status !== 200 || !isObject(answer.json) || answer.sent.method !== 'GET')
        return undefined;
      return (
        (!('type' in answer.json) && !('id' in answer.json)) ||
        'an envelope {"objects": [ … ]} as the root, no STIX object or bundle'
      );
    },
    ['T21-3.7-06', 'T21-5.4-04'],
  ),
  watch(
    'T21-3.7-02',
    'more is a boolean',
    ({ json, status }, kind) => {
      if (!PAGES.has(kind) || status !== 200 || !isObject(json)) return undefined;
      return json.more === undefined || typeof json.more === 'boolean' || 'more that is true or false, or no more';
    },
    ['T21-5.3.1-01', 'T21-5.8.1-01'],
  ),
  watch('T21-3.7-03', 'next is a text, beside more: true only', ({ json, status }, kind) => {
    if (!PAGES.has(kind) || status !== 200 || !isObject(json) || json.next === undefined) return undefined;
    return (typeof json.next === 'string' && json.more === true) || 'next that is a text, only where more is true';
  }),
  watch(
    'T21-3.7-04',
    'members of objects are STIX objects',
    ({ json, status, sent }, kind) => {
      if (
        !ENVELOPES.has(kind) ||
        status !== 200 ||
        !isObject(json) ||
        json.objects === undefined ||
        sent.method !== 'GET'
      )
        return undefined;
      const list = objectsOf(json.objects);
      const sound = Array.isArray(json.objects) && list.length === json.objects.length;
      const wrong = list.find(
        ({ id, type }) => typeof id !== 'string' || typeof type !== 'string' || type === 'bundle',
      );
      return (sound && wrong === undefined) || 'a list of STIX objects, each with a type and an id, no bundle';
    },
    ['T21-S-05'],
  ),
  check(
    'T21-3.7-05',
    'with nothing to return there is no objects',
    async (t) => {
      const answer = await t.read(`${t.reading.url}objects/?added_after=2100-01-01T00:00:00.000000Z`);
      t.expect(!('objects' in answer.body) && answer.body.more !== true, 'an empty envelope, {}', answer);
    },
    { needs: ['read'] },
  ),
  watch(
    'T21-3.8-01',
    'properties have the names of the standard',
    ({ json, status }, kind) => {
      if (status < 200 || status > 202 || !isObject(json)) return undefined;
      const names = isStatus(json) ? STATUS : TABLES[kind];
      if (names === undefined) return undefined;
      const wrong = Object.keys(json).find((name) => !names.includes(name) && !name.startsWith('x_'));
      const inside = kind === 'collections' ? foreign(objectsOf(json.collections), TABLES.collection ?? []) : undefined;
      return (
        (wrong ?? inside) === undefined ||
        `no property ${wrong ?? inside}: the standard has none of that name here, and custom ones begin with x_`
      );
    },
    ['T21-7.1.1-04', 'T21-7.1.1-05'],
  ),
  watch(
    'T21-3.8-02',
    'required properties are always there',
    ({ json, status }, kind) => {
      if (status < 200 || status > 202 || !isObject(json)) return undefined;
      const required = isStatus(json)
        ? ['id', 'status', 'total_count', 'success_count', 'failure_count', 'pending_count']
        : REQUIRED[kind];
      const owners = kind === 'collections' ? objectsOf(json.collections) : [json];
      const names = kind === 'collections' ? (REQUIRED.collection ?? []) : required;
      if (names === undefined || owners.length === 0) return undefined;
      const missing = owners.flatMap((each) => names.filter((name) => each[name] === undefined || each[name] === null));
      return missing.length === 0 || `${missing[0]}, which is required`;
    },
    ['T21-8.2.1-05', 'T21-5.2.1-02', 'T21-5.2.1-07', 'T21-5.2.1-08', 'T21-4.3.1-07'],
  ),
  watch(
    'T21-7.1.1-02',
    'names of custom properties are a-z, 0-9 and _, 3 to 250 characters',
    ({ json, status }, kind) => {
      if (kind === 'other' || status < 200 || status > 202 || !isObject(json)) return undefined;
      const custom = Object.keys(json).filter((name) => !(TABLES[kind] ?? []).includes(name) && !STATUS.includes(name));
      const wrong = custom.find((name) => !/^[a-z0-9_]{3,250}$/.test(name));
      return wrong === undefined || `a custom property named with a-z, 0-9 and _, not ${JSON.stringify(wrong)}`;
    },
    ['T21-7.1.1-03'],
  ),
];

function foreign(objects: readonly JsonObject[], names: readonly string[]): string | undefined {
  return objects
    .flatMap((each) => Object.keys(each))
    .map(stringOf)
    .find((name) => !names.includes(name) && !name.startsWith('x_'));
}
