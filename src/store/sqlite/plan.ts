import type { Allowed } from '../../sharing/model.ts';
import type { Filter } from '../store.ts';
import { laneOf } from './collection-writer.ts';
import { type Facet, visibleFacets } from './facets.ts';
import { keywordPredicate, specPredicate } from './selectors.ts';

/** The ranges of an index that hold exactly what a filter and a verdict ask for, each in the order of dates added. */
export type Ranges =
  /** The collection as it is. */
  { readonly kind: 'whole' } | { readonly kind: 'lanes' | 'facets'; readonly numbers: readonly number[] };

/** What a filter without ids and version values asks for; undefined when nothing can match. */
export function planRanges(
  collection: number,
  facets: readonly Facet[],
  verdict: Allowed,
  filter: Filter,
): Ranges | undefined {
  const wanted = visibleFacets(facets, verdict, filter.types).filter(wantedBy(filter));
  if (wanted.length === 0) return undefined;
  if (wanted.length === facets.length) return { kind: 'whole' };
  return wholeLanes(collection, facets, wanted) ?? { kind: 'facets', numbers: wanted.map((facet) => facet.num) };
}

/** Lanes are fewer than facets, so they are read where they hold just what is wanted: for a plain poll, above all. */
function wholeLanes(collection: number, facets: readonly Facet[], wanted: readonly Facet[]): Ranges | undefined {
  const lanes = new Set<number>();
  for (const facet of wanted) {
    const lane = laneOf(collection, facet);
    if (lane === undefined) return undefined;
    lanes.add(lane);
  }
  const held = facets.filter((facet) => lanes.has(laneOf(collection, facet) ?? -1));
  return held.length === wanted.length ? { kind: 'lanes', numbers: [...lanes] } : undefined;
}

function wantedBy(filter: Filter): (facet: Facet) => boolean {
  const wanted = keywordPredicate(filter);
  return ({ selectors }) => wanted(selectors);
}

/** A filter that names ids or versions, as a test of single versions. */
export interface VersionTest {
  /** Facets whose versions match whatever their version is. */
  readonly byKeyword: ReadonlySet<number>;
  /** Facets whose versions match when they are among `keys`. */
  readonly byValue: ReadonlyMap<number, Facet>;
  readonly keys: ReadonlySet<string>;
  /** Of the matches of an object only those of its newest spec version count, which the flags cannot tell. */
  readonly newestSpecOnly: boolean;
}

/**
 * Keywords are answered by flags, which say what is newest and first of an object whatever is asked for. Values alone
 * filter before the default of the spec version.
 * Source: the requirement list's A08
 */
export function planTest(facets: readonly Facet[], verdict: Allowed, filter: Filter): VersionTest {
  const visible = visibleFacets(facets, verdict, filter.types);
  const { versions } = filter;
  const keys = new Set(versions === 'all' ? [] : versions.keys);
  const byKeyword = new Set(visible.filter(wantedBy(filter)).map((facet) => facet.num));
  const valuesAlone = versions !== 'all' && !versions.first && !versions.last && filter.specVersions === undefined;
  const inSpec = valuesAlone ? () => true : specPredicate(filter);
  const byValue = keys.size === 0 ? [] : visible.filter((f) => !byKeyword.has(f.num) && inSpec(f.selectors));
  return {
    byKeyword,
    byValue: new Map(byValue.map((facet) => [facet.num, facet])),
    keys,
    newestSpecOnly: valuesAlone && keys.size > 1,
  };
}

/** Whether a version matches by itself. */
export function passes(test: VersionTest, version: { readonly facet: number; readonly version_key: string }): boolean {
  return test.byKeyword.has(version.facet) || (test.byValue.has(version.facet) && test.keys.has(version.version_key));
}
