import type { SpecVersion } from '../sharing/model.ts';
import { isObject, type JsonObject } from '../stix/json.ts';
import { timestampKey } from '../time.ts';
import { type Dimension, NAMED_TYPE } from './dimensions.ts';
import { TREND_EXTENSION } from './extension.ts';
import { countryKey, nameKey, spelling, termKey } from './names.ts';
import { observableKinds } from './observable-kinds.ts';

/** What one object says that trends count, as docs/trends.md defines it. */
export interface TrendFacts {
  /** Days since 1970 of its event; undefined: it has no time of its own. */
  readonly day: number | undefined;
  /** Where it counts itself, beside `type` and `source`. */
  readonly keys: readonly TrendKey[];
  /** Ids of the objects that it names, each once; those of types that no dimension counts are left out. */
  readonly names: readonly string[];
  /** How much each of its mentions weighs. */
  readonly weight: number;
  /** How it counts where it is named. */
  readonly named: readonly NamedKey[];
}

export interface TrendKey {
  readonly dimension: Dimension;
  /** The same for all that counts as equal. */
  readonly key: string;
}

export interface NamedKey extends TrendKey {
  /** As the object writes it. */
  readonly label: string;
  /** An alias counts nothing, it may merge. */
  readonly alias: boolean;
}

const NAMED: ReadonlySet<string> = new Set(Object.values(NAMED_TYPE));

/** How many objects one source names, and how many keys one object has: bounds that no honest object meets. */
const MAX_NAMES = 20_000;
const MAX_KEYS = 200;

const NOTHING: TrendFacts = { day: undefined, keys: [], names: [], weight: 0, named: [] };

/** @returns undefined for a revoked object, which does not count */
export function trendFacts(object: JsonObject, specVersion: SpecVersion): TrendFacts | undefined {
  if (object.revoked === true) return undefined;
  const type = String(object.type);
  const names = namesOf(object, type);
  const named = NAMED.has(type) ? distinct(namedKeys(object, type)) : [];
  const keys = type === 'indicator' ? distinct(indicatorKeys(object, specVersion)) : [];
  return { ...NOTHING, day: dayOf(object, type), names, named, keys, weight: weightOf(object, type) };
}

/** Whether mentions of an id are counted, by its type. */
export function isNamed(id: string): boolean {
  return NAMED.has(id.slice(0, id.indexOf('--')));
}

const EVENT_TIME: Readonly<Record<string, string>> = {
  sighting: 'last_seen',
  report: 'published',
  'observed-data': 'first_observed',
};

function dayOf(object: JsonObject, type: string): number | undefined {
  const event = EVENT_TIME[type];
  return dayOfTime(event === undefined ? undefined : object[event]) ?? dayOfTime(object.created);
}

/** @returns days since 1970 */
function dayOfTime(time: unknown): number | undefined {
  if (typeof time !== 'string' || timestampKey(time) === undefined) return undefined;
  return Date.parse(`${time.slice(0, 10)}T00:00:00Z`) / 86_400_000;
}

function weightOf({ count }: JsonObject, type: string): number {
  return type === 'sighting' && typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : 1;
}

function namesOf(object: JsonObject, type: string): readonly string[] {
  return [...new Set(textsOf(...referencesOf(object, type)))].filter(isNamed).slice(0, MAX_NAMES);
}

function referencesOf(object: JsonObject, type: string): readonly unknown[] {
  switch (type) {
    case 'sighting':
      return [object.sighting_of_ref, object.where_sighted_refs];
    case 'relationship':
      return [object.source_ref, object.target_ref];
    case 'report':
      return isObject(object.extensions) && TREND_EXTENSION in object.extensions ? [] : [object.object_refs];
    case 'grouping':
    case 'observed-data':
      return [object.object_refs];
    default:
      return [];
  }
}

function indicatorKeys(object: JsonObject, specVersion: SpecVersion): TrendKey[] {
  const types = textsOf(specVersion === '2.0' ? object.labels : object.indicator_types);
  const isStix = object.pattern_type === undefined || object.pattern_type === 'stix';
  const { pattern } = object;
  const kinds = isStix && typeof pattern === 'string' ? observableKinds(pattern, specVersion) : [];
  return [
    ...types.map((term) => ({ dimension: 'indicator-type', key: termKey(term) }) as const),
    ...kinds.map((kind) => ({ dimension: 'observable', key: kind }) as const),
  ];
}

function namedKeys(object: JsonObject, type: string): NamedKey[] {
  switch (type) {
    case 'location':
      return [
        ...textsOf(object.country).map((text) => term('country', countryKey(text))),
        ...textsOf(object.region).map((text) => term('region', termKey(text))),
      ];
    case 'identity':
      return textsOf(object.sectors).map((text) => term('sector', termKey(text)));
    case 'vulnerability':
      return [name(type, cveOf(object) ?? nameOf(object))];
    case 'attack-pattern':
      return [...namesAndAliases(object, type), ...phasesOf(object)];
    default:
      return namesAndAliases(object, type);
  }
}

function namesAndAliases(object: JsonObject, type: string): NamedKey[] {
  const own = name(type, nameOf(object));
  const aliases = textsOf(object.aliases, object.x_mitre_aliases)
    .map((alias) => ({ ...name(type, alias), alias: true }))
    .filter(({ key }) => key !== own.key);
  return [own, ...aliases];
}

function phasesOf({ kill_chain_phases: phases }: JsonObject): NamedKey[] {
  if (!Array.isArray(phases)) return [];
  return phases.flatMap((phase) => {
    if (!isObject(phase)) return [];
    const [chain, step] = [textsOf(phase.kill_chain_name)[0], textsOf(phase.phase_name)[0]];
    return chain === undefined || step === undefined
      ? []
      : [term('kill-chain-phase', `${termKey(chain)}/${termKey(step)}`)];
  });
}

function cveOf({ external_references: references }: JsonObject): string | undefined {
  if (!Array.isArray(references)) return undefined;
  const cve = references.find((one) => isObject(one) && textsOf(one.source_name)[0]?.toLowerCase() === 'cve');
  return isObject(cve) ? textsOf(cve.external_id)[0]?.toUpperCase() : undefined;
}

function nameOf({ name: own, id }: JsonObject): string {
  return textsOf(own)[0] ?? String(id);
}

function name(type: string, text: string): NamedKey {
  return { dimension: type as Dimension, key: nameKey(text), label: spelling(text), alias: false };
}

function term(dimension: Dimension, key: string): NamedKey {
  return { dimension, key, label: key, alias: false };
}

/** The texts among values and lists of values that are not blank. */
function textsOf(...values: readonly unknown[]): string[] {
  return values.flat().filter((value) => typeof value === 'string' && value.trim() !== '') as string[];
}

function distinct<T extends TrendKey>(keys: readonly T[]): readonly T[] {
  return [...new Map(keys.map((key) => [`${key.dimension} ${key.key}`, key])).values()].slice(0, MAX_KEYS);
}
