/**
 * Trends counted the slow way, object by object, written from docs/trends.md: what the kept counts are compared with. It
 * shares nothing with the sources but the parser of patterns.
 */
import { eachComparison } from '../../src/stix/pattern/ast.ts';
import { parsePattern } from '../../src/stix/pattern/build.ts';

export interface NaiveVersion {
  readonly collection: string;
  readonly source: string;
  readonly marking: string;
  /** Microseconds. */
  readonly dateAdded: number;
  readonly object: Record<string, unknown>;
}

/** Whether a reader may see an object of a type and marking class in a collection. */
export type Sees = (collection: string, type: string, marking: string) => boolean;

interface Counted {
  readonly version: NaiveVersion;
  readonly object: Record<string, unknown>;
  readonly type: string;
  readonly day: number;
}

const OF_NAMES = ['malware', 'tool', 'intrusion-set', 'threat-actor', 'campaign', 'attack-pattern', 'infrastructure'];

const NAMED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(OF_NAMES.map((type) => [type, type])),
  vulnerability: 'vulnerability',
  'kill-chain-phase': 'attack-pattern',
  country: 'location',
  region: 'location',
  sector: 'identity',
};

/** Counts by key and day. With aliases, keys that merge stand under the smallest of them. */
export function naiveCounts(
  versions: readonly NaiveVersion[],
  dimension: string,
  basis: 'event' | 'arrival',
  sees: Sees,
): Map<string, Map<number, number>> {
  const counts = new Map<string, Map<number, number>>();
  const add = (key: string, day: number, weight: number): void => {
    if (weight === 0) return;
    const days = counts.get(key) ?? new Map<number, number>();
    counts.set(key, days);
    days.set(day, (days.get(day) ?? 0) + weight);
  };
  const objects = countedObjects(versions, basis).filter(({ version, type }) =>
    sees(version.collection, type, version.marking),
  );
  const namedType = NAMED[dimension];
  if (namedType === undefined) {
    for (const counted of objects) for (const key of new Set(objectKeys(counted, dimension))) add(key, counted.day, 1);
    return counts;
  }
  const byId = new Map(objects.map((counted) => [`${counted.version.collection} ${counted.object.id}`, counted]));
  for (const source of objects)
    for (const id of new Set(referencesOf(source))) {
      const named = byId.get(`${source.version.collection} ${id}`);
      if (named?.type !== namedType) continue;
      const weight = source.type === 'sighting' ? ((source.object.count as number | undefined) ?? 1) : 1;
      for (const key of new Set(namedKeys(named.object, dimension))) add(key, source.day, weight);
    }
  return OF_NAMES.includes(dimension)
    ? merged(
        counts,
        objects.filter(({ type }) => type === namedType),
      )
    : counts;
}

function countedObjects(versions: readonly NaiveVersion[], basis: 'event' | 'arrival'): Counted[] {
  const newest = new Map<string, NaiveVersion>();
  for (const version of versions) {
    const place = `${version.collection} ${version.object.id}`;
    const known = newest.get(place);
    if (known === undefined || versionOf(version) > versionOf(known)) newest.set(place, version);
  }
  return [...newest.values()]
    .filter(({ object }) => object.revoked !== true)
    .map((version) => {
      const { object, dateAdded } = version;
      const type = object.type as string;
      const event = { sighting: object.last_seen, report: object.published, 'observed-data': object.first_observed }[
        type
      ];
      const time = basis === 'event' ? (event ?? object.created) : undefined;
      const ms = typeof time === 'string' ? Date.parse(time) : dateAdded / 1000;
      return { version, object, type, day: Math.floor(ms / 86_400_000) };
    });
}

/** Comparable as text: fractions of a second do not end in zeros then. */
function versionOf({ object, dateAdded }: NaiveVersion): string {
  const time = (object.modified ?? object.created) as string | undefined;
  const [whole = '', fraction = ''] = (time ?? microsText(dateAdded)).replace('Z', '').split('.');
  return `${whole}.${fraction.padEnd(9, '0')}`;
}

function microsText(micros: number): string {
  return `${new Date(micros / 1000).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
}

function objectKeys({ object, version, type }: Counted, dimension: string): string[] {
  if (dimension === 'type') return [type];
  if (dimension === 'source') return [version.source];
  if (type !== 'indicator') return [];
  const is20 = object.spec_version !== '2.1';
  if (dimension === 'indicator-type') return list(is20 ? object.labels : object.indicator_types).map(term);
  if ((object.pattern_type ?? 'stix') !== 'stix') return [];
  const parsed = parsePattern((object.pattern as string | undefined) ?? '');
  const kinds: string[] = [];
  if ('pattern' in parsed)
    eachComparison(parsed.pattern.root, ({ path }) => {
      const [step] = path.steps;
      if (path.type === 'ipv4-addr' || path.type === 'ipv6-addr') kinds.push('ip');
      else if (path.type === 'domain-name') kinds.push('domain');
      else if (path.type === 'email-addr' || path.type === 'email-message') kinds.push('email');
      else if (path.type === 'file' && step?.kind === 'name' && step.name === 'hashes') kinds.push('file-hash');
      else kinds.push(path.type);
    });
  return kinds;
}

function referencesOf({ object, type }: Counted): string[] {
  if (type === 'sighting') return [object.sighting_of_ref as string, ...list(object.where_sighted_refs)];
  if (type === 'relationship') return [object.source_ref as string, object.target_ref as string];
  return ['report', 'grouping', 'observed-data'].includes(type) ? list(object.object_refs) : [];
}

function namedKeys(object: Record<string, unknown>, dimension: string): string[] {
  switch (dimension) {
    case 'country':
      return list(object.country).map((text) => text.trim().toUpperCase());
    case 'region':
      return list(object.region).map(term);
    case 'sector':
      return list(object.sectors).map(term);
    case 'kill-chain-phase': {
      const phases = (object.kill_chain_phases ?? []) as { kill_chain_name: string; phase_name: string }[];
      return phases.map(({ kill_chain_name: chain, phase_name: phase }) => `${term(chain)}/${term(phase)}`);
    }
    case 'vulnerability': {
      const references = (object.external_references ?? []) as { source_name: string; external_id?: string }[];
      const cve = references.find(({ source_name }) => source_name.toLowerCase() === 'cve')?.external_id;
      return [nameOf((cve ?? object.name ?? object.id) as string)];
    }
    default:
      return [nameOf((object.name ?? object.id) as string)];
  }
}

function merged(
  counts: Map<string, Map<number, number>>,
  visible: readonly Counted[],
): Map<string, Map<number, number>> {
  const claims = new Map<string, Set<string>>();
  for (const { object } of visible) {
    const name = nameOf((object.name ?? object.id) as string);
    for (const alias of [...list(object.aliases), ...list(object.x_mitre_aliases)].map(nameOf))
      if (alias !== name) claims.set(alias, (claims.get(alias) ?? new Set()).add(name));
  }
  const links = [...claims].flatMap(([alias, names]) => (names.size === 1 ? [[alias, [...names][0] as string]] : []));
  const groupOf = (start: string): Set<string> => {
    const group = new Set([start]);
    for (let size = 0; size < group.size; ) {
      size = group.size;
      for (const link of links) if (link.some((name) => group.has(name))) for (const name of link) group.add(name);
    }
    return group;
  };
  const result = new Map<string, Map<number, number>>();
  for (const [key, days] of counts) {
    const main = [...groupOf(key)].filter((name) => counts.has(name)).sort()[0] as string;
    const sum = result.get(main) ?? new Map<number, number>();
    for (const [day, count] of days) sum.set(day, (sum.get(day) ?? 0) + count);
    result.set(main, sum);
  }
  return result;
}

function list(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((one): one is string => typeof one === 'string' && one.trim() !== '');
}

function term(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
}

function nameOf(name: string): string {
  return name
    .trim()
    .slice(0, 250)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/g, '');
}
