import { hash } from 'node:crypto';
import type { LedgerHead, LedgerRecord, LedgerRow } from '../store/ledger.ts';

/** The hash before the first record. */
export const ORIGIN = '0'.repeat(64);

/** The text that is stored and hashed: members in the order in which the record has them, times in microseconds. */
export function textOf(record: LedgerRecord): string {
  return JSON.stringify(record);
}

/** SHA-256 in hexadecimal of the hash before, a line feed, and the text in UTF-8. */
export function nextHash(before: string, text: string): string {
  return hash('sha256', `${before}\n${text}`);
}

/** Faults beyond this many are counted, not named. */
const MAX_FAULTS = 100;

/** Follows the chain record by record and finds what was changed, taken out, put in or put elsewhere. */
export class ChainCheck {
  readonly #faults: string[] = [];
  readonly #wanted: string | undefined;
  #more = 0;
  #num = 0;
  #hash = ORIGIN;
  #found: boolean;

  /** @param wanted a hash that was kept elsewhere: the record that it belongs to must be there */
  constructor(wanted?: string) {
    this.#wanted = wanted?.toLowerCase();
    this.#found = this.#wanted === ORIGIN;
  }

  add({ num, hash: stated, text }: LedgerRow): void {
    if (num > this.#num + 1) this.#fault(missing(this.#num + 1, num - 1));
    // Behind a hole the hash before is not known: such a record is judged with the one that follows.
    else if (nextHash(this.#hash, text) !== stated)
      this.#fault(`Record ${num} is not what was written: its text, its hash or the record before it was changed.`);
    if (stated === this.#wanted) this.#found = true;
    this.#num = num;
    this.#hash = stated;
  }

  /** @param noted what the database says its last record is */
  end(noted: LedgerHead): readonly string[] {
    if (noted.count > this.#num) this.#fault(missing(this.#num + 1, noted.count));
    else if (noted.count < this.#num)
      this.#fault(`There are ${this.#num} records, and only ${noted.count} are noted: some were put in by hand.`);
    else if (noted.hash !== this.#hash)
      this.#fault('The hash noted for the last record is not the one that the last record has.');
    if (this.#wanted !== undefined && !this.#found)
      this.#fault(
        'No record has the hash that was given: the records up to it were cut off or changed, or it is of another hub.',
      );
    return this.#more === 0 ? this.#faults : [...this.#faults, `And ${this.#more} faults more.`];
  }

  #fault(text: string): void {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push(text);
    else this.#more += 1;
  }
}

function missing(first: number, last: number): string {
  return first === last ? `Record ${first} is missing.` : `Records ${first} to ${last} are missing.`;
}
