import type { JsonObject } from '../stix/json.ts';
import { timestampKey } from '../time.ts';
import { stringOf } from './answer.ts';

/** One object version of which the suite knows what it is, so that it can tell what any query must bring. */
export interface Entry {
  readonly id: string;
  readonly type: string;
  readonly specVersion: string;
  /** `modified`, else `created`, else what the manifest says. */
  readonly version: string | undefined;
  /** It has neither `modified` nor `created`. */
  readonly undated: boolean;
  readonly dateAdded: string | undefined;
  readonly object: JsonObject | undefined;
}

/** Some objects of a collection with all their versions, in the order in which they were added. */
export interface Sample {
  /** Of the collection, with its final slash. */
  readonly url: string;
  readonly entries: readonly Entry[];
  /** Posted by the suite, so that nothing rests on what the server says of them. */
  readonly known: boolean;
}

/** The query that limits an answer to the objects of a sample. */
export function scopeOf({ entries }: Sample): string {
  return `match[id]=${[...new Set(entries.map(({ id }) => id))].join(',')}`;
}

export interface Selection {
  readonly ids?: readonly string[];
  readonly types?: readonly string[];
  /** Default `last`. */
  readonly versions?: readonly string[];
  /** Default the newest of each object. */
  readonly specVersions?: readonly string[];
  readonly addedAfter?: string | undefined;
}

/**
 * What a query must bring, in order. Only for queries whose meaning the standard settles: the caller does not combine
 * `added_after` with an order of filters that can be read in two ways.
 * Source: TAXII 2.1 §3.4, §3.4.1
 */
export function select(
  entries: readonly Entry[],
  { ids, types, versions, specVersions, addedAfter }: Selection,
): Entry[] {
  let rest = entries.filter(
    ({ id, type }) => (ids === undefined || ids.includes(id)) && (types === undefined || types.includes(type)),
  );
  const wanted = versions ?? ['last'];
  const values = new Set(wanted.filter((each) => !KEYWORDS.has(each)).map(keyOf));
  if (wanted.every((each) => !KEYWORDS.has(each))) rest = rest.filter((entry) => values.has(keyOfEntry(entry)));
  rest = rest.filter(({ id, specVersion }) =>
    specVersions === undefined ? specVersion === newestSpec(rest, id) : specVersions.includes(specVersion),
  );
  const chosen = rest.filter((entry) => {
    const keys = rest
      .filter(({ id }) => id === entry.id)
      .map(keyOfEntry)
      .sort();
    const key = keyOfEntry(entry);
    return (
      wanted.includes('all') ||
      (wanted.includes('first') && key === keys[0]) ||
      (wanted.includes('last') && key === keys.at(-1)) ||
      values.has(key)
    );
  });
  return addedAfter === undefined ? chosen : chosen.filter(({ dateAdded }) => (dateAdded ?? '') > addedAfter);
}

const KEYWORDS: ReadonlySet<string> = new Set(['all', 'first', 'last']);

function newestSpec(entries: readonly Entry[], id: string): string | undefined {
  return entries
    .filter((entry) => entry.id === id)
    .map(({ specVersion }) => specVersion)
    .sort()
    .at(-1);
}

/** Equal instants have equal keys, and keys sort as instants do. */
export function keyOf(version: string): string {
  return timestampKey(version) ?? version;
}

function keyOfEntry({ version }: Entry): string {
  return keyOf(version ?? '');
}

/** How an object version is called in what the suite prints and compares. */
export function labelOf({ id, version, undated }: Pick<Entry, 'id' | 'version' | 'undated'>): string {
  return undated ? id : `${id} ${keyOf(version ?? '')}`;
}

/** The label of an object of an envelope. */
export function labelOfObject(object: JsonObject): string {
  const version = object.modified ?? object.created;
  return labelOf({ id: stringOf(object.id), version: stringOf(version), undated: version === undefined });
}

/** The label of a manifest record; which ids have no dates of their own only the sample knows. */
export function labelOfRecord(record: JsonObject, { entries }: Sample): string {
  const id = stringOf(record.id);
  const undated = entries.some((entry) => entry.id === id && entry.undated);
  return labelOf({ id, version: stringOf(record.version), undated });
}

/** What an object that carries no version of its own is. Source: STIX 2.1 §3.2 */
export function entryOf(object: JsonObject, dateAdded: string | undefined): Entry {
  const version = object.modified ?? object.created;
  const type = stringOf(object.type);
  return {
    id: stringOf(object.id),
    type,
    specVersion: stringOf(object.spec_version) || (version === undefined ? '2.1' : '2.0'),
    version: typeof version === 'string' ? version : undefined,
    undated: version === undefined,
    dateAdded,
    object,
  };
}
