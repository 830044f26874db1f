import type { Agreement, MarkingClass } from '../sharing/model.ts';
import type { PushRecord } from '../store/ledger.ts';
import { type Contact, type Disclosure, type LedgerRecord, type LedgerStore, LINES_ONLY } from '../store/ledger.ts';
import { formatMicros, type Micros } from '../time.ts';
import { pagesOf } from './recipients.ts';

/** From when to when: from ≤ time < to. */
export interface Period {
  readonly from: Micros;
  readonly to: Micros;
}

/** What came in. Every version of an object counts as one, each time that it was sent. */
export interface Received {
  /** New, there already and refused. */
  pushed: number;
  added: number;
  /** Sent before, by whomever; nothing was stored. */
  present: number;
  refused: number;
  /** Of those added and present: how many had warnings. */
  warned: number;
}

/** What went out. */
export interface Sent {
  /** Requests that were answered, those with nothing to send too. */
  polls: number;
  /** Of them, those that sent something. */
  answered: number;
  /** Objects sent with their content. */
  objects: number;
  /** Objects listed by id and version only. */
  listed: number;
}

export interface AgreementReport {
  readonly period: Period;
  /** When the partner was first and last there, in the period and under the agreement. */
  readonly firstContact?: Micros;
  readonly lastContact?: Micros;
  readonly pushes: number;
  readonly received: Received;
  /** Of those pushed, those that were accepted: from 0 to 1; absent: nothing was pushed. */
  readonly validity?: number;
  readonly sent: Sent;
  /** Versions that the partner deleted. */
  readonly deleted: number;
  /** By collection id. */
  readonly collections: ReadonlyMap<string, Received & Sent>;
  /** By month, `2026-01`, ascending. */
  readonly months: ReadonlyMap<string, Received & Sent>;
  /** New versions by STIX type and marking class, the commonest type first. */
  readonly types: ReadonlyMap<string, ReadonlyMap<MarkingClass, number>>;
  /** Hubs that ended without closing the ledger: a quarter of a second of requests may be missing for each. */
  readonly gaps: number;
}

/** What was received and disclosed under an agreement, as the ledger tells. */
export async function reportAgreement(
  ledger: Pick<LedgerStore, 'read'>,
  { name, partner }: Agreement,
  period: Period,
): Promise<AgreementReport> {
  const count = new Counter(name);
  const within = { from: period.from, until: period.to };
  const kinds = ['push', 'disclosure', 'contact', 'removal'] as const;
  for await (const rows of pagesOf(ledger, { ...within, who: `partner:${partner}`, kinds }))
    for (const { text } of rows) count.add(JSON.parse(text) as LedgerRecord);
  let gaps = 0;
  for await (const rows of pagesOf(ledger, { ...within, kinds: ['gap'] })) gaps += rows.length;
  return { period, ...count.result(), gaps };
}

class Counter {
  readonly #agreement: string;
  readonly #pushes = new Set<string>();
  readonly #total = nothing();
  readonly #collections = new Map<string, Received & Sent>();
  readonly #months = new Map<string, Received & Sent>();
  readonly #types = new Map<string, Map<MarkingClass, number>>();
  #deleted = 0;
  #first: Micros | undefined;
  #last: Micros | undefined;

  constructor(agreement: string) {
    this.#agreement = agreement;
  }

  add(record: LedgerRecord): void {
    switch (record.kind) {
      case 'push':
        if (record.agreements?.includes(this.#agreement)) this.#push(record);
        break;
      case 'disclosure':
        if (record.entries.some(({ agreement }) => agreement === this.#agreement)) this.#disclosure(record);
        break;
      case 'contact':
        if (record.agreements.includes(this.#agreement)) this.#contact(record);
        break;
      case 'removal':
        if (!record.agreements?.includes(this.#agreement)) break;
        this.#seen(record.time, record.time);
        this.#deleted += record.count;
        break;
      default:
    }
  }

  result(): Omit<AgreementReport, 'period' | 'gaps'> {
    const { pushed, added, present, refused, warned, polls, answered, objects, listed } = this.#total;
    const byCount = [...this.#types].sort(([a, x], [b, y]) => sum(y) - sum(x) || (a < b ? -1 : 1));
    return {
      ...(this.#first === undefined ? {} : { firstContact: this.#first }),
      ...(this.#last === undefined ? {} : { lastContact: this.#last }),
      pushes: this.#pushes.size,
      received: { pushed, added, present, refused, warned },
      ...(pushed === 0 ? {} : { validity: (added + present) / pushed }),
      sent: { polls, answered, objects, listed },
      deleted: this.#deleted,
      collections: this.#collections,
      months: new Map([...this.#months].sort(([a], [b]) => (a < b ? -1 : 1))),
      types: new Map(byCount),
    };
  }

  #push({ time, collection, push, added, present, refused, warned }: PushRecord): void {
    this.#seen(time, time);
    if (push !== undefined) this.#pushes.add(push);
    let fresh = 0;
    for (const [type, classes] of Object.entries(added)) {
      const known = this.#types.get(type) ?? new Map<MarkingClass, number>();
      this.#types.set(type, known);
      for (const [marking, versions] of Object.entries(classes) as [MarkingClass, number][]) {
        known.set(marking, (known.get(marking) ?? 0) + versions);
        fresh += versions;
      }
    }
    for (const tally of this.#tallies(collection, time)) {
      tally.pushed += fresh + present + refused;
      tally.added += fresh;
      tally.present += present;
      tally.refused += refused;
      tally.warned += warned;
    }
  }

  #disclosure({ time, collection, read, count }: Disclosure): void {
    this.#seen(time, time);
    for (const tally of this.#tallies(collection, time)) {
      tally.polls += 1;
      tally.answered += 1;
      // Of a page whose headers alone were asked for nothing was sent.
      if (read !== 'head') tally[LINES_ONLY.has(read) ? 'listed' : 'objects'] += count;
    }
  }

  #contact({ from, until, collection, count }: Contact): void {
    this.#seen(from, until);
    for (const tally of this.#tallies(collection, from)) tally.polls += count;
  }

  #tallies(collection: string, time: Micros): (Received & Sent)[] {
    return [this.#total, tallyOf(this.#collections, collection), tallyOf(this.#months, formatMicros(time).slice(0, 7))];
  }

  #seen(from: Micros, until: Micros): void {
    this.#first = Math.min(this.#first ?? from, from);
    this.#last = Math.max(this.#last ?? until, until);
  }
}

function tallyOf(tallies: Map<string, Received & Sent>, key: string): Received & Sent {
  const known = tallies.get(key) ?? nothing();
  tallies.set(key, known);
  return known;
}

function nothing(): Received & Sent {
  return { pushed: 0, added: 0, present: 0, refused: 0, warned: 0, polls: 0, answered: 0, objects: 0, listed: 0 };
}

function sum(classes: ReadonlyMap<MarkingClass, number>): number {
  return [...classes.values()].reduce((total, versions) => total + versions, 0);
}
