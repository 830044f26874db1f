import type { Allowed } from '../../../src/sharing/model.ts';
import type { Filter, NewObject, Outcome, Removal, RemovalResult } from '../../../src/store/store.ts';
import { formatMicros, type Micros, timestampKey } from '../../../src/time.ts';

/** A stored version as the naive model keeps it. */
export interface ModelVersion {
  readonly object: NewObject;
  readonly source: string;
  readonly dateAdded: Micros;
  readonly version: string;
  readonly key: string;
}

/**
 * What the store does, as simply as it can be said: a list of versions that is searched from end to end. Dates are not
 * foretold but taken from the store's outcomes.
 */
export class Model {
  versions: ModelVersion[] = [];
  removed = 0;

  /** @returns the kinds of outcome to expect */
  commit(objects: readonly NewObject[], source: string, outcomes: readonly Outcome[]): string[] {
    return objects.map((object, i) => {
      const kind = this.#judge(object);
      const outcome = outcomes[i];
      if (kind === 'added' && outcome?.kind === 'added') {
        const { dateAdded } = outcome;
        const version = object.version ?? formatMicros(dateAdded);
        this.versions.push({ object, source, dateAdded, version, key: keyOf(version) });
      }
      return kind;
    });
  }

  #judge(object: NewObject): string {
    const others = this.versions.filter((version) => version.object.id === object.id);
    const { version } = object;
    if (version === undefined) return others.some((other) => other.object.json === object.json) ? 'present' : 'added';
    const same = others.find(({ key }) => key === keyOf(version));
    if (same === undefined) return 'added';
    return same.object.json === object.json ? 'present' : 'conflict';
  }

  /** Visible versions that a filter selects, ascending by date added. */
  select(filter: Filter, verdict: Allowed, after = 0): ModelVersion[] {
    const candidates = this.versions.filter(
      (version) =>
        (filter.ids === undefined || filter.ids.includes(version.object.id)) &&
        (filter.types === undefined || filter.types.includes(version.object.type)) &&
        this.isVisible(version, verdict),
    );
    return candidates.filter((version) => this.#isSelected(version, filter, candidates) && version.dateAdded > after);
  }

  #isSelected(version: ModelVersion, filter: Filter, candidates: readonly ModelVersion[]): boolean {
    const { versions, specVersions } = filter;
    const spec = version.object.specVersion;
    if (specVersions !== undefined && !specVersions.includes(spec)) return false;
    const isNamed = (other: ModelVersion): boolean => versions !== 'all' && versions.keys.includes(other.key);
    const valuesAlone = versions !== 'all' && !versions.first && !versions.last;
    if (valuesAlone && !isNamed(version)) return false;
    // Which spec version counts: among the rows that match by value, else among all of the object.
    const all = this.versions.filter((other) => other.object.id === version.object.id);
    const rivals = valuesAlone
      ? candidates.filter((other) => other.object.id === version.object.id && isNamed(other))
      : all;
    if (specVersions === undefined && spec === '2.0' && rivals.some((other) => other.object.specVersion === '2.1'))
      return false;
    if (versions === 'all' || isNamed(version)) return true;
    const together = specVersions?.includes('2.0') && specVersions.includes('2.1');
    const range = all.filter((other) => together || other.object.specVersion === spec).map((other) => other.key);
    const ends = range.toSorted();
    return (versions.last && version.key === ends.at(-1)) || (versions.first && version.key === ends[0]);
  }

  isVisible(version: ModelVersion, { entries }: Allowed): boolean {
    const { type, marking } = version.object;
    const newest = this.versions
      .filter((other) => other.object.id === version.object.id)
      .reduce((a, b) => (a.key > b.key ? a : b));
    const admits = (wanted: string): boolean =>
      entries.some(
        ({ types, classes }) => (types === 'all' || types.has(type)) && [...classes].some((name) => name === wanted),
      );
    return admits(marking) && admits(newest.object.marking);
  }

  remove(removal: Removal): RemovalResult {
    const { select, verdict, by } = removal;
    const selected =
      'ids' in select
        ? this.select({ ...select.filter, ids: select.ids }, verdict)
        : this.select({ versions: 'all', specVersions: ['2.0', '2.1'] }, verdict)
            .filter(({ dateAdded }) => dateAdded < select.addedBefore)
            .slice(0, select.limit);
    const permitting = (...kinds: readonly unknown[]): Allowed => ({
      kind: 'allowed',
      entries: verdict.entries.filter((entry) => kinds.includes(entry.delete)),
    });
    const going = new Set(
      selected.filter(
        (version) =>
          this.isVisible(version, permitting('any')) ||
          (version.source === by && this.isVisible(version, permitting('own', 'any'))),
      ),
    );
    this.versions = this.versions.filter((version) => !going.has(version));
    this.removed += going.size;
    return { selected: selected.length, removed: going.size };
  }
}

function keyOf(version: string): string {
  return timestampKey(version) ?? '';
}
