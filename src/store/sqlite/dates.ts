import { formatMicros, type Micros, timestampKey } from '../../time.ts';

const MILLISECOND = 1000;

/** Dates are given in whole milliseconds while the clock of the collection is at most this far ahead of the wall. */
const LEAD = 60_000_000;

/** The step beyond that: bulk loads would otherwise run ahead of the wall clock without bound. */
const FINE_STEP = 10;

/** How far a given date may lie in the future. */
const GIVEN_LEAD = 61_000_000;

/**
 * The date of the next entry of a collection, later than every one before. Whole milliseconds serve clients that cut
 * the fraction to three digits; the last entry of a commit always stands on one.
 * @param clock of the collection: the last date given
 */
export function nextDate(clock: Micros, now: Micros, lastOfCommit: boolean): Micros {
  if (clock - now <= LEAD) return Math.max(now - (now % MILLISECOND), clock - (clock % MILLISECOND) + MILLISECOND);
  const fine = clock + FINE_STEP;
  const over = fine % MILLISECOND;
  return lastOfCommit && over !== 0 ? fine - over + MILLISECOND : fine;
}

/**
 * The date that an entry with a given one gets. Records come in the order of their source, whose dates may be equal:
 * they step by a microsecond, and those right behind follow.
 * @param kept the given date of the record before, if nothing was added since
 * @returns undefined when the date is not later than the collection's last, or too far in the future
 */
export function keptDate(given: Micros, clock: Micros, kept: Micros | undefined, now: Micros): Micros | undefined {
  const date = given > clock ? given : kept !== undefined && given >= kept ? clock + 1 : undefined;
  return date !== undefined && date <= now + GIVEN_LEAD ? date : undefined;
}

/** A version text in its two parts: the ordered key, and what is missing from it to the text. */
export interface VersionText {
  readonly key: string;
  readonly rest: string;
}

/** @param text a STIX timestamp; else the fault is the caller's, who validates objects */
export function splitVersion(text: string): VersionText {
  const key = timestampKey(text);
  if (key === undefined) throw new Error(`"${text}" is not a STIX timestamp.`);
  return { key, rest: text.slice(key.length) };
}

/** The version of an object that has none of its own. Source: TAXII 2.1 §5.3.1 */
export function versionOfDate(date: Micros): VersionText {
  return splitVersion(formatMicros(date));
}
