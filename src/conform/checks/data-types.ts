import { isObject, type Json, type JsonObject } from '../../stix/json.ts';
import { objectsOf } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { PAGED } from '../endpoint.ts';

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
/** A TAXII timestamp: exactly six digits of fraction, UTC. */
export const TS6 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const LISTS = ['objects', 'versions', 'collections', 'api_roots', 'media_types', 'successes', 'failures', 'pendings'];

/** Section 2: types of properties. */
export const DATA_TYPES: readonly (Check | Watch)[] = [
  watch('T21-2-01', 'booleans are true or false', ({ json }, kind) => {
    const all = resourcesIn(json, kind).flatMap((each) =>
      ['can_read', 'can_write', 'more'].flatMap((name) => (name in each ? [[name, each[name]] as const] : [])),
    );
    if (all.length === 0) return undefined;
    const wrong = all.find(([, value]) => typeof value !== 'boolean');
    return wrong === undefined || `true or false as the value of ${wrong[0]}, not ${JSON.stringify(wrong[1])}`;
  }),
  watch(
    'T21-2-02',
    'ids of collections and statuses are UUIDs of version 4',
    ({ json, ok }, kind) => {
      if (!ok || !isObject(json)) return undefined;
      const owners =
        kind === 'collections' ? objectsOf(json.collections) : kind === 'collection' || isStatus(json) ? [json] : [];
      if (owners.length === 0) return undefined;
      const wrong = owners.find(({ id }) => typeof id !== 'string' || !UUID4.test(id));
      return wrong === undefined || `an id that is a UUID of version 4, not ${JSON.stringify(wrong.id)}`;
    },
    ['T21-4.3.1-01', 'T21-5.2.1-01'],
  ),
  watch('T21-2-03', 'integers are whole and exact', ({ json, ok }, kind) => {
    if (!ok || !isObject(json)) return undefined;
    const names = kind === 'api-root' ? ['max_content_length'] : isStatus(json) ? COUNTS : [];
    const wrong = names.find((name) => !Number.isSafeInteger(json[name]));
    return names.length === 0
      ? undefined
      : wrong === undefined || `an integer as ${wrong}, not ${JSON.stringify(json[wrong])}`;
  }),
  watch(
    'T21-2-04',
    'a list that is there has an element',
    ({ json, ok }, kind) => {
      if (!ok || !isObject(json) || kind === 'other') return undefined;
      const empty = resourcesIn(json, kind).flatMap((each) =>
        LISTS.filter((name) => Array.isArray(each[name]) && (each[name] as readonly Json[]).length === 0),
      );
      return empty.length === 0 || `${empty[0]} left out when there is nothing in it, not an empty list`;
    },
    ['T21-2-05', 'T21-3.7-05'],
  ),
  watch('T21-2-06', 'a required list is there and has an element', ({ json, ok }, kind) => {
    if (!ok || kind !== 'api-root') return undefined;
    const versions = isObject(json) ? json.versions : undefined;
    return (Array.isArray(versions) && versions.length > 0) || 'versions: a list with at least one media type';
  }),
  watch(
    'T21-2-08',
    'timestamps have exactly six digits of fraction',
    (answer, kind) => {
      const all = timestamps(answer.json, kind);
      if (PAGED.has(kind) && answer.ok)
        for (const name of DATES) {
          const value = answer.header(name);
          if (value !== undefined) all.push(value);
        }
      if (all.length === 0) return undefined;
      const wrong = all.find(
        (value) => typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/.test(value),
      );
      return wrong === undefined || `timestamps such as 2026-01-31T09:30:00.000000Z, not ${JSON.stringify(wrong)}`;
    },
    ['T21-3.2-08', 'T21-5.3.1-05', 'T21-4.3.1-04'],
  ),
  watch('T21-2-09', 'timestamps are in UTC, with a Z', (answer, kind) => {
    const all = timestamps(answer.json, kind);
    if (PAGED.has(kind) && answer.ok)
      for (const name of DATES) all.push(...(answer.header(name) === undefined ? [] : [answer.header(name)]));
    if (all.length === 0) return undefined;
    const wrong = all.find((value) => typeof value !== 'string' || !value.endsWith('Z'));
    return wrong === undefined || `timestamps that end in Z, not ${JSON.stringify(wrong)}`;
  }),
  watch(
    'T21-2-10',
    'details of an error is a JSON object',
    ({ json, status }) => {
      if (status < 400 || !isObject(json) || !('details' in json)) return undefined;
      return isObject(json.details) || `a JSON object as details, not ${JSON.stringify(json.details)?.slice(0, 60)}`;
    },
    ['T21-3.6.1-05'],
  ),
  check(
    'T21-2-03',
    'an integer beyond 2^53 - 1 is refused',
    async (t) => {
      const answer = await t.get(`${t.reading.url}objects/?limit=9007199254740992`);
      t.expectStatus(answer, [400], 'a limit that no TAXII integer can be is malformed');
    },
    { needs: ['read'] },
  ),
];

export const COUNTS = ['total_count', 'success_count', 'failure_count', 'pending_count'];
export const DATES = ['x-taxii-date-added-first', 'x-taxii-date-added-last'];

/** A status is known by its look, since a POST answers with one too. */
export function isStatus(json: Json | undefined): boolean {
  return isObject(json) && 'total_count' in json && 'status' in json;
}

/** The resource and the resources inside it, STIX objects apart. */
function resourcesIn(json: Json | undefined, kind: string): JsonObject[] {
  if (!isObject(json) || kind === 'other') return [];
  return [json, ...objectsOf(json.collections)];
}

function timestamps(json: Json | undefined, kind: string): unknown[] {
  if (!isObject(json)) return [];
  if (isStatus(json)) return json.request_timestamp === undefined ? [] : [json.request_timestamp];
  return kind === 'manifest' ? objectsOf(json.objects).map(({ date_added: date }) => date) : [];
}
