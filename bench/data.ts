import { type DomainType, iso, PROPERTIES } from './data/domain-objects.ts';
import { uuid4 } from './data/ids.ts';
import { BLOCK, kindAt, type Layout, layoutOf, type Type } from './data/layout.ts';
import { markings } from './data/markings.ts';
import type { StixObject } from './data/object.ts';
import { isObservable, observable } from './data/observables.ts';
import { chance, int, pick, type Random, randomAt } from './data/random.ts';

/** Sequences of one index. */
const ID = 2;
const VALUES = 3;
const REST = 4;

/** The first object is created here, each following one a few seconds later. */
const EPOCH_MS = Date.UTC(2020, 0, 1);
const STEP_MS = 7_000;
const HOUR_MS = 3_600_000;

/** Producers of the data: identities of the first block. */
const PRODUCERS = 6;

/** Types of which later versions come. */
const UPDATED: readonly Type[] = ['indicator', 'indicator', 'indicator', 'malware', 'threat-actor', 'vulnerability'];

/** A type that the data never has: an absent type must cost a poll nothing. */
export const ABSENT_TYPE = 'windows-registry-key';

export interface DataSet {
  /** The object at a position: a function of seed and position, so nothing is kept and any part can be made alone. */
  readonly at: (index: number) => StixObject;
  /** How many different objects the first `count` are: later versions do not count. */
  readonly heads: (count: number) => number;
}

/** Valid STIX 2.1 objects as partners exchange them, about 700 bytes each; 3 % are later versions of earlier ones. */
export function mixedData(seed: number): DataSet {
  const layout = layoutOf(seed);
  return {
    at: (index) => objectAt(layout, index),
    heads: (count) => count - Math.max(0, count - BLOCK) * (layout.places.update.length / BLOCK),
  };
}

/**
 * Versions of a hundredth as many objects, version by version: of `total` objects 99 % are superseded by the end.
 */
export function supersededData(seed: number, total: number): DataSet {
  const layout = layoutOf(seed);
  const heads = Math.max(1, Math.floor(total / 100));
  const places = layout.places.indicator;
  return {
    heads: (count) => Math.min(count, heads),
    at: (index) => {
      const head = index % heads;
      const block = Math.floor(head / places.length);
      const first = objectAt(layout, block * BLOCK + (places[head % places.length] as number));
      return later(first, Math.floor(index / heads), HOUR_MS);
    },
  };
}

function objectAt(layout: Layout, index: number): StixObject {
  const kind = kindAt(layout, index);
  if (kind === 'update') return updateAt(layout, index);
  const random = randomAt(layout.seed, index, REST);
  if (isObservable(kind)) {
    const refs = markings(random);
    const object = observable(kind, index, randomAt(layout.seed, index, VALUES));
    return refs.length === 0 ? object : { ...object, object_marking_refs: refs };
  }
  return domainObject(layout, kind, index, random);
}

function domainObject(layout: Layout, type: DomainType, index: number, random: Random): StixObject {
  const createdMs = EPOCH_MS + index * STEP_MS;
  const refs = markings(random);
  const producers = layout.places.identity;
  return {
    type,
    spec_version: '2.1',
    id: idAt(layout, type, index),
    created_by_ref: idAt(layout, 'identity', producers[int(random, PRODUCERS)] as number),
    created: iso(createdMs),
    modified: iso(createdMs),
    ...PROPERTIES[type]({ random, createdMs, ref: (target) => reference(layout, target, index, random) }),
    ...(chance(random, 0.5) ? { confidence: int(random, 101) } : {}),
    ...(chance(random, 0.15) ? { labels: ['triage', pick(random, ['night-shift', 'automatic', 'joint-case'])] } : {}),
    ...(refs.length === 0 ? {} : { object_marking_refs: refs }),
  };
}

/** A later version of an object of an earlier block. */
function updateAt(layout: Layout, index: number): StixObject {
  const random = randomAt(layout.seed, index, REST);
  const block = int(random, Math.floor(index / BLOCK));
  const place = pick(random, layout.places[pick(random, UPDATED)]);
  const base = block * BLOCK + place;
  return later(objectAt(layout, base), index - base, STEP_MS);
}

/** Its n-th version, which differs from the others in when it was modified and how sure its producer is. */
function later(object: StixObject, n: number, stepMs: number): StixObject {
  if (n === 0) return object;
  const modified = iso(Date.parse(object.created as string) + n * stepMs);
  return { ...object, modified, confidence: n % 101 };
}

/** The id of some object of a type, of the same or an earlier block. */
function reference(layout: Layout, type: Type, from: number, random: Random): string {
  const block = int(random, Math.floor(from / BLOCK) + 1);
  return idAt(layout, type, block * BLOCK + pick(random, layout.places[type]));
}

function idAt(layout: Layout, type: Type, index: number): string {
  if (isObservable(type)) return observable(type, index, randomAt(layout.seed, index, VALUES)).id;
  return `${type}--${uuid4(randomAt(layout.seed, index, ID))}`;
}
