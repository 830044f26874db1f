import assert from 'node:assert/strict';
import type { Allowed, MarkingClass } from '../../src/sharing/model.ts';
import type { Store } from '../../src/store/store.ts';
import type { DayWindow, TrendQuery } from '../../src/store/trends.ts';
import type { Dimension, TimeBasis } from '../../src/trends/dimensions.ts';
import { mergeAliases } from '../../src/trends/merge.ts';
import { ALL, EVERYTHING } from '../store/contract/harness.ts';
import type { NaiveVersion, Sees } from './naive.ts';

/** What the store has counted in a range of days, in the form of `naiveCounts`. */
export async function keptCounts(
  store: Store,
  dimension: Dimension,
  basis: TimeBasis,
  places: TrendQuery['places'],
  range: DayWindow,
): Promise<Map<string, Map<number, number>>> {
  const query = { dimension, basis, places };
  const groups = mergeAliases(await store.trends.totals(query, [range]));
  const days = Array.from({ length: range.until - range.from }, (_, i) => ({
    from: range.from + i,
    until: range.from + i + 1,
  }));
  const counts = new Map<string, Map<number, number>>();
  for (const { members, counts: totals } of groups) {
    const main = members.map(({ key }) => key).sort()[0] as string;
    const sum = new Map<number, number>();
    const details = await store.trends.details(
      query,
      members.map(({ num }) => num),
      days,
    );
    for (const { counts: ofDays } of details)
      for (const [i, count] of ofDays.entries())
        if (count !== 0) sum.set(range.from + i, (sum.get(range.from + i) ?? 0) + count);
    assert.equal(
      totals[0],
      [...sum.values()].reduce((a, b) => a + b, 0),
      `the total of ${main}`,
    );
    counts.set(main, sum);
  }
  return counts;
}

/** Every version that is stored. */
export async function storedVersions(store: Store, collections: readonly string[]): Promise<NaiveVersion[]> {
  const versions: NaiveVersion[] = [];
  for (const collection of collections) {
    let after = 0;
    for (let more = true; more; ) {
      const query = { collection, verdict: EVERYTHING, filter: ALL, after, limit: 1000, maxBytes: 1 << 26 };
      const page = await store.objects.kept(query);
      for (const { json, marking, source, dateAdded } of page.rows)
        versions.push({ collection, source, marking, dateAdded, object: JSON.parse(json) as Record<string, unknown> });
      after = page.rows.at(-1)?.dateAdded ?? after;
      more = page.more;
    }
  }
  return versions;
}

export function seesBy(places: TrendQuery['places']): Sees {
  const verdicts = new Map<string, Allowed>(places.map(({ collection, verdict }) => [collection, verdict]));
  return (collection, type, marking) =>
    verdicts
      .get(collection)
      ?.entries.some(
        ({ types, classes }) => (types === 'all' || types.has(type)) && classes.has(marking as MarkingClass),
      ) ?? false;
}

export function plain(counts: Map<string, Map<number, number>>): unknown {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, days]) => [key, [...days].sort(([a], [b]) => a - b)]);
}
