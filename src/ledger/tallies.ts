import type { Micros } from '../time.ts';

/** How often something happened, from when until when. */
export interface Counted {
  readonly count: number;
  readonly from: Micros;
  readonly until: Micros;
}

interface Tally<T> {
  readonly of: T;
  count: number;
  from: Micros;
  until: Micros;
}

/** Things that are told apart at once. */
const MAX_TALLIES = 1000;
const OTHERS = '';

/**
 * Adds up what comes again and again and says little: reads that sent nothing, wrong credentials. The first time is for
 * whoever counts to record at once, the others are added up.
 */
export class Tallies<T> {
  readonly #tallies = new Map<string, Tally<T>>();

  /**
   * @param others what it counts for when too many are told apart already
   * @returns what is to be recorded at once, since it is the first of its kind; undefined when it was added up
   */
  add(key: string, of: T, others: T, now: Micros): T | undefined {
    const known = this.#tallies.get(key);
    if (known === undefined && key !== OTHERS && this.#tallies.size >= MAX_TALLIES)
      return this.add(OTHERS, others, others, now);
    if (known === undefined) {
      this.#tallies.set(key, { of, count: 0, from: now, until: now });
      return of;
    }
    if (known.count === 0) known.from = now;
    known.count += 1;
    known.until = now;
    return undefined;
  }

  /** What was added up, and begins anew. */
  take(): (T & Counted)[] {
    const counted = [...this.#tallies.values()].filter(({ count }) => count > 0);
    this.#tallies.clear();
    return counted.map(({ of, count, from, until }) => ({ ...of, count, from, until }));
  }
}
