import type { Allowed } from '../../sharing/model.ts';
import type { Filter } from '../store.ts';
import { laneOf } from './collection-writer.ts';
import { type Facet, type Facets, type HeldFacet, maskOf, visibility } from './facets.ts';
import { keywordPredicate, specPredicate } from './selectors.ts';

/** The ranges of an index that hold exactly what a filter and a verdict ask for, each in the order of dates added. */
export type Ranges =
  /** The collection as it is. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'lanes'; readonly numbers: readonly number[] }
  | {
      readonly kind: 'facets';
      /** Their numbers as a JSON list. */
      readonly json: string;
      /** They are many and hold a good part of the collection, so that its next rows are likely to be among them. */
      readonly dense: boolean;
    };

/** Up to this many ranges are cheaper to merge than other rows are to pass over. */
const FEW_RANGES = 32;

/** What share of a collection makes ranges dense. */
const DENSE = 1 / 4;

/** What the keywords of a filter without ids ask for; undefined when nothing can match. */
export function planRanges(collection: number, facets: Facets, verdict: Allowed, filter: Filter): Ranges | undefined {
  const isVisible = visibility(verdict, filter.types);
  const isWanted = keywordPredicate(filter);
  const wanted = facets.list.filter((facet) => isWanted(facet.selectors) && isVisible(facet));
  if (wanted.length === 0) return undefined;
  if (wanted.length === facets.list.length) return { kind: 'whole' };
  const lanes = wholeLanes(collection, facets, wanted);
  if (lanes !== undefined) return { kind: 'lanes', numbers: lanes };
  const dense = wanted.length > FEW_RANGES && versionsOf(wanted) >= DENSE * versionsOf(facets.list);
  return { kind: 'facets', json: JSON.stringify(wanted.map((facet) => facet.num)), dense };
}

/** Lanes are fewer than facets, so they are read where they hold just what is wanted: for a plain poll, above all. */
function wholeLanes(collection: number, facets: Facets, wanted: readonly Facet[]): number[] | undefined {
  const lanes = new Set<number>();
  for (const facet of wanted) {
    const lane = laneOf(collection, facet);
    if (lane === undefined) return undefined;
    lanes.add(lane);
  }
  const held = facets.list.filter((facet) => lanes.has(laneOf(collection, facet) ?? -1));
  return held.length === wanted.length ? [...lanes] : undefined;
}

function versionsOf(facets: readonly HeldFacet[]): number {
  return facets.reduce((sum, { versions }) => sum + versions, 0);
}

/** Keeps plans of a collection as long as its facets stay the same: polls ask for the same again and again. */
export function rangePlanner(
  collection: number,
  facets: Facets,
): (verdict: Allowed, filter: Filter) => Ranges | undefined {
  const known = new Map<string, Ranges | undefined>();
  return (verdict, filter) => {
    const key = keyOf(verdict, filter);
    const plan = known.get(key);
    if (plan !== undefined || known.has(key)) return plan;
    if (known.size >= MAX_PLANS) known.clear();
    const made = planRanges(collection, facets, verdict, filter);
    known.set(key, made);
    return made;
  };
}

const MAX_PLANS = 200;

function keyOf({ entries }: Allowed, { types, specVersions, versions }: Filter): string {
  return JSON.stringify([
    entries.map((entry) => [entry.types === 'all' ? null : [...entry.types], maskOf(entry.classes)]),
    types ?? null,
    specVersions ?? null,
    versions === 'all' ? null : [versions.first, versions.last],
  ]);
}

/** A filter that names ids or versions, as a test of single versions. */
export interface VersionTest {
  /** Whether versions of a facet match whatever their version is. */
  byKeyword(facet: Facet): boolean;
  /** Whether versions of a facet match if they are among `keys`. */
  byValue(facet: Facet): boolean;
  readonly keys: ReadonlySet<string>;
  /** Of the matches of an object only those of its newest spec version count, which the flags cannot tell. */
  readonly newestSpecOnly: boolean;
}

/**
 * Keywords are answered by flags, which say what is newest and first of an object whatever is asked for. Values alone
 * filter before the default of the spec version.
 * Source: the requirement list's A08
 */
export function planTest(verdict: Allowed, filter: Filter): VersionTest {
  const { versions } = filter;
  const isVisible = visibility(verdict, filter.types);
  const isWanted = keywordPredicate(filter);
  const keys = new Set(versions === 'all' ? [] : versions.keys);
  const valuesAlone = versions !== 'all' && !versions.first && !versions.last && filter.specVersions === undefined;
  const inSpec = valuesAlone ? () => true : specPredicate(filter);
  const byKeyword = (facet: Facet): boolean => isWanted(facet.selectors) && isVisible(facet);
  return {
    byKeyword,
    byValue: (facet) => keys.size > 0 && inSpec(facet.selectors) && isVisible(facet) && !byKeyword(facet),
    keys,
    newestSpecOnly: valuesAlone && keys.size > 1,
  };
}
