import type { Allowed } from '../../sharing/model.ts';
import { classNumber, governingClass, ownClass } from './selectors.ts';
import type { Statements } from './statements.ts';

/**
 * What a set of versions has in common: type, selectors and marking pair. A collection has dozens of facets, a few hundred
 * at most, so what a filter and a verdict ask for is a list of them, and each is one range of an index.
 */
export interface Facet {
  readonly num: number;
  readonly type: string;
  readonly selectors: number;
  readonly marking: number;
}

/** A facet that has versions. */
export interface HeldFacet extends Facet {
  readonly versions: number;
}

/** The facets of a collection that have versions, with those of them that some versions are of. */
export interface Facets {
  readonly list: readonly HeldFacet[];
  readonly byNum: ReadonlyMap<number, HeldFacet>;
}

export function readFacets(sql: Statements, collection: number): Facets {
  const list = sql
    .rows<HeldFacet>('SELECT num, type, selectors, marking, versions FROM facet WHERE collection = ? AND versions > 0')
    .all(collection);
  return { list, byNum: new Map(list.map((facet) => [facet.num, facet])) };
}

/**
 * Which facets a verdict lets its holder see. For each type the classes of all entries that admit it add up; a version's
 * own class must be among them, and that of the newest version of its object.
 */
export function visibility({ entries }: Allowed, types?: readonly string[]): (facet: Facet) => boolean {
  const masks = entries.map(({ classes }) => maskOf(classes));
  const ofType = new Map<string, number>();
  const admitted = (type: string): number => {
    if (types !== undefined && !types.includes(type)) return 0;
    return entries.reduce(
      (mask, entry, i) => (entry.types === 'all' || entry.types.has(type) ? mask | (masks[i] ?? 0) : mask),
      0,
    );
  };
  return ({ type, marking }) => {
    let mask = ofType.get(type);
    if (mask === undefined) {
      mask = admitted(type);
      ofType.set(type, mask);
    }
    return ((mask >> ownClass(marking)) & (mask >> governingClass(marking)) & 1) === 1;
  };
}

/** A set of marking classes as bits. */
export function maskOf(classes: Allowed['entries'][number]['classes']): number {
  let mask = 0;
  for (const name of classes) mask |= 1 << classNumber(name);
  return mask;
}
