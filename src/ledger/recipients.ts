import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Disclosure,
  type LedgerHead,
  type LedgerQuery,
  type LedgerRow,
  type LedgerStore,
  LINES_ONLY,
  type SentVersion,
} from '../store/ledger.ts';
import { type Micros, timestampKey } from '../time.ts';

/** One time that somebody was sent an object. */
export interface Receipt {
  /** Number of the record. */
  readonly record: number;
  readonly disclosure: Disclosure;
  /** The object itself was sent, not only its id and versions. */
  readonly text: boolean;
  readonly versions: readonly SentVersion[];
}

/** Somebody who was sent an object, over all times. */
export interface Recipient {
  /** As in `LedgerRecord.who`. */
  readonly who: string;
  /** When it was sent first and last. */
  readonly first: Micros;
  readonly last: Micros;
  readonly times: number;
  /** The object itself was sent, not only its id and versions. */
  readonly text: boolean;
  readonly versions: readonly string[];
  /** Names of those that let it be seen. */
  readonly agreements: readonly string[];
  readonly credentials: readonly string[];
  /** Collection ids. */
  readonly collections: readonly string[];
}

/** Records looked at before others get their turn. */
const PAGE = 1000;

type Ledger = Pick<LedgerStore, 'read' | 'sent'>;

/**
 * Each time that somebody was sent an object, oldest first. It is worked out from what was read and what the collections
 * held at that moment; of a collection that was removed since nothing is known any more.
 * @param version only this one, in any spelling of the same instant
 */
export async function* receiptsOf(
  ledger: Ledger,
  object: string,
  version?: string,
  query: Omit<LedgerQuery, 'after' | 'limit' | 'kinds'> = {},
): AsyncGenerator<Receipt, void, undefined> {
  for await (const rows of pagesOf(ledger, { ...query, kinds: ['disclosure'] })) {
    const read = rows.map((row) => ({ record: row.num, disclosure: JSON.parse(row.text) as Disclosure }));
    const disclosures = read.map(({ disclosure }) => disclosure);
    const sent = await ledger.sent(object, disclosures);
    for (const [i, { record, disclosure }] of read.entries()) {
      const versions = (sent[i] ?? []).filter((each) => version === undefined || isSame(each.version, version));
      if (versions.length === 0 || disclosure.read === 'head') continue;
      yield { record, disclosure, text: !LINES_ONLY.has(disclosure.read), versions };
    }
  }
}

/** Everybody who was sent an object, by when they first were. */
export async function recipientsOf(ledger: Ledger, object: string, version?: string): Promise<Recipient[]> {
  const recipients = new Map<string, Recipient>();
  for await (const receipt of receiptsOf(ledger, object, version)) {
    const { who } = receipt.disclosure;
    recipients.set(who, withReceipt(recipients.get(who), receipt));
  }
  return [...recipients.values()];
}

/** Records of the ledger that fit a query, a page at a time. @returns the head as of the last page */
export async function* pagesOf(
  ledger: Pick<LedgerStore, 'read'>,
  query: Omit<LedgerQuery, 'after' | 'limit'>,
): AsyncGenerator<readonly LedgerRow[], LedgerHead, undefined> {
  for (let after = 0; ; ) {
    const page = await ledger.read({ ...query, after, limit: PAGE });
    if (page.rows.length > 0) yield page.rows;
    if (page.next === undefined) return page.head;
    after = page.next;
    // Reads are done at once; a server has others to answer between.
    await nextTurn();
  }
}

function withReceipt(known: Recipient | undefined, { disclosure, text, versions }: Receipt): Recipient {
  const { who, time, credentials = [], collection } = disclosure;
  return {
    who,
    first: Math.min(known?.first ?? time, time),
    last: Math.max(known?.last ?? time, time),
    times: (known?.times ?? 0) + 1,
    text: text || known?.text === true,
    versions: union(
      known?.versions,
      versions.map((each) => each.version),
    ),
    agreements: union(
      known?.agreements,
      versions.flatMap((each) => each.agreements),
    ),
    credentials: union(known?.credentials, credentials),
    collections: union(known?.collections, [collection]),
  };
}

function union(a: readonly string[] = [], b: readonly string[] = []): readonly string[] {
  return b.every((item) => a.includes(item)) ? a : [...new Set([...a, ...b])];
}

/** Versions are instants; an undated one is written as the date that it was added. */
function isSame(a: string, b: string): boolean {
  return a === b || (timestampKey(a) !== undefined && timestampKey(a) === timestampKey(b));
}
