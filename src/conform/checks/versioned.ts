import type { Probe } from '../probe.ts';
import { type Entry, keyOf } from '../sample.ts';

/** Ids whose versions fit. */
export function idsWith(t: Probe, fits: (versions: readonly Entry[]) => boolean): string[] {
  const { entries } = t.sample;
  return [...new Set(entries.map(({ id }) => id))].filter((id) => fits(entries.filter((entry) => entry.id === id)));
}

/** Objects that have several versions within a spec version. */
export function severalVersions(t: Probe): string[] {
  const ids = idsWith(t, (all) => all.filter(({ specVersion }) => specVersion === '2.1').length > 1);
  return ids.length > 0 ? ids : t.skip('no object with several versions can be seen');
}

/** An older version that was added after a newer one. */
export function lateOlder(t: Probe): Entry | undefined {
  const { entries } = t.sample;
  return entries.find((entry, i) =>
    entries
      .slice(0, i)
      .some(
        (each) =>
          each.id === entry.id &&
          each.specVersion === entry.specVersion &&
          keyOf(each.version ?? '') > keyOf(entry.version ?? ''),
      ),
  );
}
