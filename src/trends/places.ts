import { classesUpTo, decide } from '../sharing/decide.ts';
import {
  type Allowed,
  type Catalogue,
  type Collection,
  DEFAULT_TRENDS,
  type Principal,
  type Tlp,
} from '../sharing/model.ts';
import type { Micros } from '../time.ts';

/** A collection with what a reader of trends may see there. */
export interface TrendPlace {
  readonly collection: Collection;
  readonly verdict: Allowed;
}

/**
 * Where trends may look for a reader: the collections that `decide` lets the reader read.
 * @param maxTlp narrows what the reader may see
 */
export function trendPlaces(
  catalogue: Catalogue,
  principal: Principal,
  collections: readonly Collection[],
  maxTlp: Tlp,
  now: Micros,
): TrendPlace[] {
  return collections.flatMap((collection) => {
    const verdict = decide(catalogue, principal, collection, 'read', now);
    return verdict.kind === 'allowed' ? [{ collection, verdict: narrowed(verdict, collection, maxTlp) }] : [];
  });
}

function narrowed({ entries }: Allowed, collection: Collection, maxTlp: Tlp): Allowed {
  const ceiling = classesUpTo(maxTlp, collection);
  return {
    kind: 'allowed',
    entries: entries.map((entry) => ({
      ...entry,
      classes: new Set([...entry.classes].filter((marking) => ceiling.has(marking))),
    })),
  };
}

/** Below which counts are withheld from a reader: what partners are shown leaves the organisation. */
export function minCountFor(catalogue: Catalogue, principal: Principal): number {
  return 'operator' in principal ? 1 : (catalogue.hub.get('hub')?.value.trends ?? DEFAULT_TRENDS).minCount;
}
