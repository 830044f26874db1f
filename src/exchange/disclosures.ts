import type { Entry } from '../sharing/model.ts';
import type { DisclosedEntry, Disclosure } from '../store/ledger.ts';
import type { KeptObject, PageQuery } from '../store/store.ts';
import type { Micros } from '../time.ts';
import { type FeedJob, sourceOfFeed } from './job.ts';
import type { Outgoing } from './push-chunks.ts';

/**
 * Records of what is about to be sent: one for each stretch of a page without anything left out, since a record says that
 * everything between its ends was sent.
 * @param rows the page, in its order
 * @param chunk what is sent of it
 */
export function disclosuresOf(
  { feed, clock }: FeedJob,
  { collection, verdict, filter }: PageQuery,
  asOf: Micros,
  rows: readonly KeptObject[],
  chunk: readonly Outgoing[],
): Disclosure[] {
  const sent = new Set(chunk.map(({ dateAdded }) => dateAdded));
  const entries = verdict.entries.map(disclosedEntry);
  const records: { first: Micros; last: Micros; count: number }[] = [];
  let open = false;
  for (const { dateAdded } of rows) {
    if (!sent.has(dateAdded)) {
      open = false;
      continue;
    }
    const stretch = records.at(-1);
    if (open && stretch !== undefined) {
      stretch.last = dateAdded;
      stretch.count += 1;
    } else records.push({ first: dateAdded, last: dateAdded, count: 1 });
    open = true;
  }
  const time = clock();
  return records.map(({ first, last, count }) => ({
    kind: 'disclosure',
    time,
    who: sourceOfFeed(feed),
    read: 'feed',
    collection,
    as_of: asOf,
    first,
    last,
    count,
    filter,
    entries,
  }));
}

function disclosedEntry({ agreement, types, maxTlp, classes }: Entry): DisclosedEntry {
  return {
    ...(agreement === undefined ? {} : { agreement }),
    ...(types === 'all' ? {} : { types: [...types] }),
    tlp: maxTlp,
    classes: [...classes],
  };
}
