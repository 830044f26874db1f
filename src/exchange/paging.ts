import { hash } from 'node:crypto';
import { AppError } from '../errors.ts';
import { formatMicros, type Micros, parseInstant } from '../time.ts';

/**
 * Where a list goes on, as a plain object that can be stored. Going on from the position of a page misses nothing that
 * comes after it.
 */
export interface Position {
  /** Only what was added later than this. */
  readonly addedAfter?: string;
  /** The other server's own place, while its list was not at its end. */
  readonly next?: string;
  /** The last date seen, to go on from should `next` not be known any more. */
  readonly last?: string;
}

/** What is asked for. */
export interface PageRequest {
  readonly addedAfter?: string;
  readonly next?: string;
  readonly limit?: number;
}

/** What a page says about itself. */
export interface PageFacts {
  readonly count: number;
  readonly more: boolean;
  readonly next?: string;
  /** Dates added of its first and last object, as the server wrote them. */
  readonly first?: string;
  readonly last?: string;
  /** When the server answered, by its own clock. */
  readonly served?: Micros;
  /** Equal pages have equal digests. */
  readonly digest: string;
}

export interface PagerOptions<P extends PageFacts> {
  readonly fetch: (request: PageRequest) => Promise<P>;
  readonly discard: (page: P) => PromiseLike<void>;
  readonly from: Position;
  readonly limit?: number;
  /** Pages of one run. */
  readonly maxPages: number;
}

export interface Paged<P> {
  readonly page: P;
  /** Where to go on after it. */
  readonly position: Position;
}

/** Where whole seconds are all a server tells, more may come with a date that was seen: that second is asked for again. */
const WHOLE_SECOND = 1_000_000;
/** Without dates a list is asked for again from so long before: what a server shows late is found all the same. */
const MARGIN_MICROS = 600_000_000;
const MAX_EMPTY_PAGES = 100;
/** Asked for when more objects than a page holds have one date. */
const LARGE_LIMIT = 10_000;

/**
 * Follows a list from page to page to its end. Where the server is wrong about the way, it goes on by dates, with an overlap
 * rather than a gap: objects may be seen twice and are never missed.
 */
export class Pager<P extends PageFacts> {
  readonly #options: PagerOptions<P>;
  /** What is asked for next; undefined at the end. */
  #ask: PageRequest | undefined;
  /** The dates by which the list is known to go up to here. */
  #last: string | undefined;
  #lastMicros = Number.NEGATIVE_INFINITY;
  /** By `next`, shortened since there may be many long ones: the page that it brought. */
  readonly #brought = new Map<string, string>();
  #pages = 0;
  #empty = 0;
  /** The most objects that the server put on one page. */
  #largest = 0;
  /** Dates went backwards: they are no way to go on. */
  #disordered = false;
  /** The end is asked for once more, in case `more` was not true. */
  #confirming = false;
  #startedAgain = false;
  /** False once a `next` led in a circle, or nowhere. */
  #trustNext = true;
  /** The last date at which going by dates began, as far as it has brought nothing later yet. */
  #fellBackAt = Number.NEGATIVE_INFINITY;
  #askedLarge = false;
  #served: Micros | undefined;
  #dated = false;

  constructor(options: PagerOptions<P>) {
    this.#options = options;
    const { addedAfter, next, last } = options.from;
    this.#learn(last);
    this.#ask = this.#request(next === undefined ? secondAgain(addedAfter) : addedAfter, next);
  }

  /**
   * @returns undefined at the end of the list; the page is the caller's to dispose of
   * @throws {AppError} remote.paging, and what `fetch` throws
   */
  async next(): Promise<Paged<P> | undefined> {
    while (this.#ask !== undefined) {
      if (this.#pages++ >= this.#options.maxPages)
        throw stuck(`it has more than ${this.#options.maxPages} pages, the most that are read at once`);
      const asked = this.#ask;
      const page = await this.#fetch(asked);
      if (page === undefined) continue;
      this.#served ??= page.served;
      if (this.#isRepeated(asked, page)) {
        await this.#options.discard(page);
        this.#trustNext = false;
        this.#goOnByDate(undefined);
        continue;
      }
      try {
        this.#advance(asked, page);
      } catch (error) {
        await this.#options.discard(page);
        throw error;
      }
      if (page.count > 0) return { page, position: this.#position() };
      await this.#options.discard(page);
    }
    return undefined;
  }

  /** A `next` that is not known any more, since it may be used once only or ran out, is gone past by dates. */
  async #fetch(asked: PageRequest): Promise<P | undefined> {
    try {
      return await this.#options.fetch(asked);
    } catch (error) {
      const unknown =
        error instanceof AppError && (error.code === 'remote.refused' || error.code === 'remote.not-found');
      if (!unknown || asked.next === undefined) throw error;
      if (this.#last !== undefined && !this.#disordered) this.#goOnByDate(undefined);
      else if (this.#startedAgain) throw error;
      else {
        this.#startedAgain = true;
        this.#ask = this.#request(asked.addedAfter, undefined);
      }
      return undefined;
    }
  }

  #isRepeated({ next }: PageRequest, page: P): boolean {
    if (next === undefined) return false;
    const key = hash('sha256', next, 'base64');
    const brought = hash('sha256', page.digest, 'base64');
    const before = this.#brought.get(key);
    this.#brought.set(key, brought);
    return before === brought;
  }

  #advance(asked: PageRequest, page: P): void {
    this.#empty = page.count === 0 ? this.#empty + 1 : 0;
    if (this.#empty > MAX_EMPTY_PAGES) throw stuck(`${MAX_EMPTY_PAGES} pages of it were empty`);
    const before = this.#lastMicros;
    if (page.count > 0) this.#see(asked, page);
    const advanced = this.#lastMicros > before;
    const confirming = this.#confirming;
    this.#confirming = false;
    if (page.more && page.next !== undefined && this.#trustNext) this.#ask = this.#request(asked.addedAfter, page.next);
    else if (confirming && !advanced) this.#ask = undefined;
    else if (page.more && page.count > 0) this.#goOnByDate(page);
    else if (advanced) this.#confirm();
    else this.#ask = undefined;
  }

  #see(asked: PageRequest, { count, first, last }: P): void {
    this.#largest = Math.max(this.#largest, count);
    this.#dated = this.#dated || last !== undefined;
    const [begin, end] = [microsOf(first), microsOf(last)];
    // Pages by date overlap with those before, others do not.
    if (asked.next !== undefined && begin !== undefined && begin < this.#lastMicros) this.#disordered = true;
    if (begin !== undefined && end !== undefined && end < begin) this.#disordered = true;
    this.#learn(first);
    this.#learn(last);
  }

  /** The list is said to end here. Whether it does costs one request. */
  #confirm(): void {
    this.#confirming = true;
    this.#ask = this.#request(this.#last, undefined);
  }

  /**
   * Goes on from the last date, that date included: others may have it as well.
   * @param page that came last; undefined when its `next` led nowhere
   * @throws {AppError} remote.paging
   */
  #goOnByDate(page: P | undefined): void {
    if (this.#last === undefined)
      throw stuck('it says there is more and tells neither a usable "next" nor the dates of its objects');
    if (this.#disordered)
      throw stuck('its "next" leads nowhere, and its objects do not come in the order of their dates');
    const after = justBefore(this.#last);
    if (this.#lastMicros > this.#fellBackAt) {
      this.#fellBackAt = this.#lastMicros;
      this.#askedLarge = false;
      this.#ask = this.#request(after, undefined);
      return;
    }
    this.#trustNext = false;
    if (page !== undefined && page.count < this.#largest) this.#confirm();
    else if (this.#askedLarge)
      throw stuck(`${this.#largest} or more of its objects have the date ${this.#last}, and no "next" leads past them`);
    else {
      this.#askedLarge = true;
      this.#ask = { addedAfter: after, limit: LARGE_LIMIT };
    }
  }

  #learn(last: string | undefined): void {
    const micros = microsOf(last);
    if (micros === undefined || micros <= this.#lastMicros) return;
    this.#last = last;
    this.#lastMicros = micros;
  }

  #request(addedAfter: string | undefined, next: string | undefined): PageRequest {
    const { limit } = this.#options;
    return {
      ...(addedAfter === undefined ? {} : { addedAfter }),
      ...(next === undefined ? {} : { next }),
      ...(limit === undefined ? {} : { limit }),
    };
  }

  #position(): Position {
    const ask = this.#ask;
    const last = this.#last === undefined || this.#disordered ? {} : { last: this.#last };
    if (ask?.next !== undefined) return { ...after(ask.addedAfter), next: ask.next, ...last };
    // By dates while they are the way, from the start while they are not.
    if (ask !== undefined && !this.#confirming) return after(ask.addedAfter);
    if (this.#last !== undefined) return { addedAfter: this.#last };
    const { from } = this.#options;
    if (this.#dated || this.#served === undefined) return after(from.addedAfter);
    return { addedAfter: formatMicros(this.#served - MARGIN_MICROS) };
  }
}

function after(addedAfter: string | undefined): Position {
  return addedAfter === undefined ? {} : { addedAfter };
}

function stuck(reason: string): AppError {
  return new AppError('remote.paging', {
    description: `The list of the other server cannot be followed to its end: ${reason}. What came before is complete.`,
  });
}

/** An instant of any fraction, cut to what is counted here. */
function microsOf(date: string | undefined): Micros | undefined {
  return date === undefined ? undefined : parseInstant(date.replace(/(\.\d{9})\d+/, '$1'));
}

function justBefore(date: string): string {
  return formatMicros((microsOf(date) ?? 0) - 1);
}

function secondAgain(date: string | undefined): string | undefined {
  const micros = microsOf(date);
  return date === undefined || micros === undefined || micros % WHOLE_SECOND !== 0 ? date : justBefore(date);
}
