import { MARKING_CLASSES, type MarkingClass, type SpecVersion } from '../../sharing/model.ts';
import type { Filter } from '../store.ts';

/**
 * What a version is among the versions of its object in its collection, as bits of `facet.selectors`. They ignore TLP,
 * so they are a property of the data and never of a caller.
 */
export const LAST_IN_SPEC = 1;
export const FIRST_IN_SPEC = 2;
export const LAST = 4;
export const FIRST = 8;
/** Its spec version is the newest among the object's versions. */
export const NEWEST_SPEC = 16;
/** Spec version 2.1; without it 2.0. */
export const SPEC_21 = 32;

/** What a poll without `match` gets: just these versions have an `object.lane`. */
export const CURRENT = LAST_IN_SPEC | NEWEST_SPEC;

const ONLY_VERSION = LAST_IN_SPEC | FIRST_IN_SPEC | LAST | FIRST | NEWEST_SPEC;

export function specOf(selectors: number): SpecVersion {
  return selectors & SPEC_21 ? '2.1' : '2.0';
}

export function onlyVersion(spec: SpecVersion): number {
  return ONLY_VERSION | specBit(spec);
}

export function specBit(spec: SpecVersion): number {
  return spec === '2.1' ? SPEC_21 : 0;
}

/** The stored pair of marking classes: the version's own and that of the newest version, which governs. */
export function markingPair(own: number, governing: number): number {
  return own * 8 + governing;
}

export function ownClass(marking: number): number {
  return marking >> 3;
}

export function governingClass(marking: number): number {
  return marking & 7;
}

export function classOf(number: number): MarkingClass {
  const marking = MARKING_CLASSES[number];
  if (marking === undefined) throw new Error(`There is no marking class ${number}.`);
  return marking;
}

export function classNumber(marking: MarkingClass): number {
  return MARKING_CLASSES.indexOf(marking);
}

/** A version as far as selectors and governance depend on it. */
export interface VersionRow {
  readonly num: number;
  readonly version_key: string;
  readonly selectors: number;
  readonly marking: number;
}

/** The selectors and markings that all versions of one object must have, in the order of the rows given. */
export function derive(rows: readonly VersionRow[]): { selectors: number; marking: number }[] {
  const order = rows.map((_, i) => i).sort((a, b) => compareKeys(rows[a], rows[b]));
  const newestSpec = rows.some((row) => row.selectors & SPEC_21) ? SPEC_21 : 0;
  const ends = new Map<number, { first: number; last: number }>();
  for (const i of order) {
    const spec = (rows[i] as VersionRow).selectors & SPEC_21;
    const known = ends.get(spec);
    if (known) known.last = i;
    else ends.set(spec, { first: i, last: i });
  }
  const last = order.at(-1) as number;
  const governing = ownClass((rows[last] as VersionRow).marking);
  return rows.map((row, i) => {
    const spec = row.selectors & SPEC_21;
    const end = ends.get(spec) as { first: number; last: number };
    let selectors = spec;
    if (end.last === i) selectors |= LAST_IN_SPEC;
    if (end.first === i) selectors |= FIRST_IN_SPEC;
    if (last === i) selectors |= LAST;
    if (order[0] === i) selectors |= FIRST;
    if (spec === newestSpec) selectors |= NEWEST_SPEC;
    return { selectors, marking: markingPair(ownClass(row.marking), governing) };
  });
}

function compareKeys(a: VersionRow | undefined, b: VersionRow | undefined): number {
  const left = a?.version_key ?? '';
  const right = b?.version_key ?? '';
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * Whether versions with these selectors are asked for by the keywords of a filter (explicit versions apart).
 * One spec version asked for: first and last within it; several together count as one object; none: the newest.
 * Source: TAXII 2.1 §3.4.1
 */
export function keywordPredicate(filter: Filter): (selectors: number) => boolean {
  const specs = filter.specVersions;
  const inSpec = specPredicate(filter);
  if (filter.versions === 'all') return inSpec;
  const together = specs?.includes('2.0') && specs.includes('2.1');
  const wanted =
    (filter.versions.last ? (together ? LAST : LAST_IN_SPEC) : 0) |
    (filter.versions.first ? (together ? FIRST : FIRST_IN_SPEC) : 0);
  return (selectors) => (selectors & wanted) !== 0 && inSpec(selectors);
}

/** Whether the spec version of a row is asked for. */
export function specPredicate(filter: Filter): (selectors: number) => boolean {
  const specs = filter.specVersions;
  if (specs === undefined) return (selectors) => (selectors & NEWEST_SPEC) !== 0;
  const with21 = specs.includes('2.1');
  const with20 = specs.includes('2.0');
  return (selectors) => (selectors & SPEC_21 ? with21 : with20);
}
