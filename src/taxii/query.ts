import { AppError } from '../errors.ts';
import { type Micros, parseInstant, timestampKey } from '../time.ts';

/** The endpoints that read parameters at all. */
export type QueryEndpoint = 'objects' | 'manifest' | 'object' | 'versions' | 'delete';

/** The match fields of a request as far as it has them; lists are sorted and hold nothing twice. */
export interface Match {
  readonly ids?: readonly string[];
  readonly types?: readonly string[];
  /** Any `n.m`, known or not. */
  readonly specVersions?: readonly string[];
  readonly versions?: VersionMatch;
}

/** `all`, or any of first, last and versions by their ordered key (see time.ts). */
export type VersionMatch =
  | 'all'
  | { readonly first: boolean; readonly last: boolean; readonly keys: readonly string[] };

export interface TaxiiQuery {
  /** `added_after`: only what was added strictly later. */
  readonly after?: Micros;
  readonly limit?: number;
  /** The text of `next`, not looked into yet. */
  readonly next?: string;
  readonly match: Match;
}

/** Items of one list. */
const MAX_ITEMS = 1000;

const FIELDS: Readonly<Record<QueryEndpoint, ReadonlySet<string>>> = {
  objects: fields('added_after', 'limit', 'next', 'match[id]', 'match[type]', 'match[version]', 'match[spec_version]'),
  manifest: fields('added_after', 'limit', 'next', 'match[id]', 'match[type]', 'match[version]', 'match[spec_version]'),
  object: fields('added_after', 'limit', 'next', 'match[version]', 'match[spec_version]'),
  versions: fields('added_after', 'limit', 'next', 'match[spec_version]'),
  delete: fields('match[version]', 'match[spec_version]'),
};

/**
 * Reads the query string of an endpoint. Parameters that the endpoint does not have are passed over, except where
 * passing one over would widen a deletion.
 * @param query what follows the question mark, as it came
 * @param strict read timestamps only in the form that TAXII prints
 * @throws {AppError} query.invalid
 * Source: TAXII 2.1 §3.4
 */
export function parseQuery(query: string, endpoint: QueryEndpoint, strict: boolean): TaxiiQuery {
  if (query === '') return { match: {} };
  const values = collect(query, endpoint);
  const after = values.get('added_after');
  const limit = values.get('limit');
  const next = values.get('next');
  return {
    ...(after === undefined ? {} : { after: parseAfter(after, strict) }),
    ...(limit === undefined ? {} : { limit: parseLimit(limit) }),
    ...(next === undefined ? {} : { next: parseNext(next) }),
    match: parseMatch(values),
  };
}

/** The match fields written as one canonical query string; empty when there are none. */
export function formatMatch(match: Match): string {
  const parts: string[] = [];
  if (match.ids) parts.push(`match[id]=${formatList(match.ids)}`);
  if (match.types) parts.push(`match[type]=${formatList(match.types)}`);
  if (match.specVersions) parts.push(`match[spec_version]=${formatList(match.specVersions)}`);
  if (match.versions) parts.push(`match[version]=${formatVersions(match.versions)}`);
  return parts.join('&');
}

function formatList(items: readonly string[]): string {
  return items.map(encodeURIComponent).join(',');
}

export function formatVersions(versions: VersionMatch): string {
  if (versions === 'all') return 'all';
  const keywords = [versions.first ? 'first' : '', versions.last ? 'last' : ''].filter((word) => word !== '');
  return [...keywords, ...versions.keys.map((key) => `${key}Z`)].join(',');
}

function collect(query: string, endpoint: QueryEndpoint): Map<string, string> {
  const known = FIELDS[endpoint];
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals), 'the name of a parameter');
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1), name);
    if (!known.has(name)) {
      if (endpoint === 'delete') throw unknownOnDelete(name);
      continue;
    }
    if (values.has(name))
      throw invalid(name, value, 'occurs more than once; it may occur once, with several values separated by commas');
    values.set(name, value);
  }
  return values;
}

function decode(text: string, name: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalid(name, text, 'holds a percent sign that does not begin the UTF-8 encoding of a character');
  }
}

/** Source: TAXII 2.1 §3.4 added_after */
function parseAfter(text: string, strict: boolean): Micros {
  const instant = parseInstant(text, strict);
  if (instant === undefined)
    throw invalid('added_after', text, 'is not one timestamp; expected is the form 2024-01-31T08:15:00.000000Z');
  // Numbers are exact only up to here, and nothing is ever added outside of it.
  return Math.min(Math.max(instant, 0), Number.MAX_SAFE_INTEGER);
}

/** Source: TAXII 2.1 §3.4 limit */
function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(limit))
    throw invalid('limit', text, 'is not a whole number from 1 to 9007199254740991, written in digits');
  return limit;
}

function parseNext(text: string): string {
  if (text === '') throw invalid('next', text, 'is empty; send the value that came with the page before, or nothing');
  return text;
}

/** Source: TAXII 2.1 §3.4.1 */
function parseMatch(values: ReadonlyMap<string, string>): Match {
  const ids = values.get('match[id]');
  const types = values.get('match[type]');
  const specVersions = values.get('match[spec_version]');
  const versions = values.get('match[version]');
  return {
    ...(ids === undefined ? {} : { ids: parseList('match[id]', ids) }),
    ...(types === undefined ? {} : { types: parseList('match[type]', types) }),
    ...(specVersions === undefined ? {} : { specVersions: parseSpecVersions(specVersions) }),
    ...(versions === undefined ? {} : { versions: parseVersions(versions) }),
  };
}

function parseList(name: string, text: string): string[] {
  return [...new Set(items(name, text))].sort();
}

function parseSpecVersions(text: string): string[] {
  const name = 'match[spec_version]';
  const list = parseList(name, text);
  for (const item of list)
    if (!/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/.test(item)) throw invalid(name, item, 'is not a version such as 2.1');
  return list;
}

function parseVersions(text: string): VersionMatch {
  const name = 'match[version]';
  const list = items(name, text);
  if (list.length === 1 && list[0] === 'all') return 'all';
  const seen = new Set<string>();
  for (const item of list) {
    if (item === 'all') throw invalid(name, text, 'has "all" beside other values; "all" stands alone');
    const key = item === 'first' || item === 'last' ? item : timestampKey(item);
    if (key === undefined)
      throw invalid(name, item, 'is neither first, last or all nor a STIX timestamp such as 2024-01-31T08:15:00.000Z');
    if (seen.has(key)) throw invalid(name, item, 'occurs more than once');
    seen.add(key);
  }
  const first = seen.delete('first');
  const last = seen.delete('last');
  return { first, last, keys: [...seen].sort() };
}

function items(name: string, text: string): string[] {
  const list = text.split(',');
  if (list.length > MAX_ITEMS) throw invalid(name, text, `has more than ${MAX_ITEMS} values; ask in several requests`);
  for (const item of list) {
    if (item === '') throw invalid(name, text, 'has an empty value; values are separated by single commas');
    if (/\s/.test(item)) throw invalid(name, text, 'has white space; values are separated by commas alone');
  }
  return list;
}

function fields(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names);
}

function unknownOnDelete(name: string): AppError {
  return new AppError('query.invalid', {
    description: `A deletion does not take the parameter ${quote(name)}, and does not go on without it, lest it delete more than was meant. It takes match[version] and match[spec_version].`,
    details: { parameter: clip(name) },
  });
}

function invalid(name: string, value: string, complaint: string): AppError {
  return new AppError('query.invalid', {
    description: `The parameter ${name}: ${quote(value)} ${complaint}.`,
    details: { parameter: clip(name), value: clip(value) },
  });
}

function quote(text: string): string {
  return JSON.stringify(clip(text));
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
