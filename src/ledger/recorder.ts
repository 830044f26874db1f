import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { AppError } from '../errors.ts';
import { agreementsOf } from '../sharing/decide.ts';
import type { Contact, LedgerHead, LedgerRecord, LedgerSession, LedgerStore, SignInFailure } from '../store/ledger.ts';
import { MAX_BATCH } from '../store/store.ts';
import type { Clock, Micros } from '../time.ts';
import { disclosureOf, type Reading, type ReadResult } from './disclosure.ts';
import { type Counted, Tallies } from './tallies.ts';

/** What answers requests tells the ledger. */
export interface Recording {
  /**
   * Records what is about to be sent; to be called before anything of it goes out.
   * @throws {AppError} database.unavailable, server.busy when it cannot be recorded: then it must not be sent
   */
  read(reading: Reading, result: ReadResult): void;
  /** @param credential name of the one that was tried, if there is one of that name */
  signInFailed(address: string, credential: string | undefined): void;
}

/** What an owner of logs is told. */
export interface RecorderEvents {
  /** Records cannot be written; nothing is disclosed until they can. */
  failed(error: unknown): void;
  recovered(): void;
  /** Sessions before ended without closing. */
  gaps(count: number): void;
  /** Everything is appended, and the ledger ends so. */
  closed(head: LedgerHead): void;
}

export interface RecorderOptions {
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly events: RecorderEvents;
}

/** So that records are on the disk within 250 ms. */
const FLUSH_MS = 200;
const RETRY_MS = 1000;
const TALLY_MS = 10 * 60_000;
const KEEP_MS = 20_000;
/** Records that wait while a flush is slow: another process may hold the lock. */
const MAX_WAITING = 20_000;

/**
 * Buffers the records of one process for a moment, so that a read costs the appending of one to a list. Whoever makes it
 * starts it before the first request, so that a crash is noticed, and ends it before the store.
 */
export class Recorder implements Recording, AsyncDisposable {
  readonly #ledger: LedgerStore;
  readonly #clock: Clock;
  readonly #events: RecorderEvents;
  readonly #session: LedgerSession = { id: randomUUID(), pid: process.pid, host: hostname() };
  readonly #contacts = new Tallies<Omit<Contact, 'time' | keyof Counted>>();
  readonly #failures = new Tallies<Omit<SignInFailure, 'time' | keyof Counted>>();
  readonly #waiting: LedgerRecord[] = [];
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #upkeep: readonly NodeJS.Timeout[] = [];
  #started = false;
  #failing = false;
  #closed = false;

  constructor({ ledger, clock, events }: RecorderOptions) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#events = events;
  }

  /**
   * From here on a crash leaves a gap in the ledger; those of crashes before are recorded.
   * @throws {AppError} database.unavailable
   */
  async start(): Promise<void> {
    await this.#keep();
    this.#started = true;
    const failed = (error: unknown): void => this.#events.failed(error);
    this.#upkeep = [
      setInterval(() => void this.#keep().catch(failed), KEEP_MS).unref(),
      setInterval(() => this.#addTallies(), TALLY_MS).unref(),
    ];
  }

  read(reading: Reading, result: ReadResult): void {
    if (this.#failing)
      throw new AppError('database.unavailable', {
        description: 'The ledger cannot be written, and nothing is disclosed until it can.',
      });
    if (this.#waiting.length >= MAX_WAITING)
      throw new AppError('server.busy', {
        description: 'Too much waits to be recorded. Try again in a few seconds.',
        headers: { 'Retry-After': '5' },
      });
    const now = this.#clock();
    const disclosure = disclosureOf(reading, result, now);
    if (disclosure === undefined) this.#contact(reading, now);
    else this.#add(disclosure);
  }

  signInFailed(address: string, credential: string | undefined): void {
    const now = this.#clock();
    const of = { kind: 'sign-in-failure', address, ...(credential === undefined ? {} : { credential }) } as const;
    const others = { kind: 'sign-in-failure', address: 'others' } as const;
    const first = this.#failures.add(`${address} ${credential ?? ''}`, of, others, now);
    if (first !== undefined) this.#add({ ...first, time: now, count: 1, from: now, until: now });
  }

  /** Appends what waits and ends the session. What cannot be appended leaves a gap. */
  async [Symbol.asyncDispose](): Promise<void> {
    // First, so that nothing else is scheduled.
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const timer of this.#upkeep) clearInterval(timer);
    this.#addTallies();
    try {
      await this.#flushing;
      while (this.#waiting.length > MAX_BATCH) await this.#appendSome();
      if (this.#started) await this.#ledger.close(this.#session, this.#waiting);
      else await this.#ledger.append(this.#waiting);
      this.#events.closed(await this.#ledger.head());
    } catch (error) {
      this.#events.failed(error);
    }
  }

  #contact({ who, credentials = [], read, collection, verdict }: Reading, now: Micros): void {
    const agreements = agreementsOf(verdict);
    const of = {
      kind: 'contact',
      who,
      ...(credentials.length === 0 ? {} : { credentials }),
      agreements,
      read,
      collection,
    } as const;
    const key = [who, collection, read, ...credentials, '', ...agreements].join('\n');
    const first = this.#contacts.add(
      key,
      of,
      { kind: 'contact', who: 'others', agreements: [], read, collection },
      now,
    );
    if (first !== undefined) this.#add({ ...first, time: now, count: 1, from: now, until: now });
  }

  #add(record: LedgerRecord): void {
    this.#waiting.push(record);
    this.#schedule(FLUSH_MS);
  }

  #addTallies(): void {
    const time = this.#clock();
    const counted = [...this.#contacts.take(), ...this.#failures.take()];
    for (const record of counted) this.#add({ ...record, time });
  }

  #schedule(ms: number): void {
    if (this.#closed || this.#flushing !== undefined) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flushing = this.#flush().finally(() => {
        this.#flushing = undefined;
        if (this.#waiting.length > 0) this.#schedule(this.#failing ? RETRY_MS : FLUSH_MS);
      });
    }, ms);
  }

  /** Appends what waits by now; what comes meanwhile is for the next time. */
  async #flush(): Promise<void> {
    try {
      for (let left = this.#waiting.length; left > 0; left -= MAX_BATCH) await this.#appendSome();
      if (this.#failing) this.#events.recovered();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#events.failed(error);
      this.#failing = true;
    }
  }

  async #appendSome(): Promise<void> {
    const some = this.#waiting.slice(0, MAX_BATCH);
    await this.#ledger.append(some, this.#session);
    this.#waiting.splice(0, some.length);
  }

  async #keep(): Promise<void> {
    const gaps = await this.#ledger.keep(this.#session);
    if (gaps > 0) this.#events.gaps(gaps);
  }
}
