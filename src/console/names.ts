import type { JsonObject } from '../stix/json.ts';
import { referencesOf } from '../stix/words.ts';
import { type Context, readableScopes } from './context.ts';
import { isStixId, parseObject, titleOf } from './describe.ts';

/** What objects are called, by their ids; those that the viewer may not see are not among them. */
export type Names = ReadonlyMap<string, string>;

/** So many are looked up for one page. */
const MAX_NAMES = 200;

export async function namesOf({ store, viewer }: Context, ids: Iterable<string>): Promise<Names> {
  const some = [...new Set(ids)].filter(isStixId).slice(0, MAX_NAMES);
  if (some.length === 0) return new Map();
  const hits = await store.search.current(some, readableScopes(viewer));
  // Of several collections the first one counts.
  return new Map(hits.toReversed().map(({ id, json }) => [id, titleOf(parseObject(json), id)]));
}

/** Everything that an object refers to, its creator too. */
export function referred(object: JsonObject): string[] {
  const { created_by_ref: creator } = object;
  return [...referencesOf(object).keys(), ...(typeof creator === 'string' ? [creator] : [])];
}

/** `Winter Invoices uses PageMirror kit`, as far as the ends may be seen; undefined for what connects nothing. */
export function relationName(object: JsonObject, names: Names): string | undefined {
  const { type, relationship_type: kind, source_ref: source, target_ref: target, sighting_of_ref: sighted } = object;
  if (type === 'relationship' && typeof source === 'string' && typeof target === 'string') {
    const [from, to] = [names.get(source), names.get(target)];
    return from === undefined || to === undefined ? undefined : `${from} ${String(kind)} ${to}`;
  }
  return type === 'sighting' && typeof sighted === 'string' ? names.get(sighted) : undefined;
}
