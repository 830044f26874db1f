import type { TakenBack } from '../ledger/recall.ts';
import type { Recipient } from '../ledger/recipients.ts';
import type { Recall, RecalledFrom } from '../store/recalls.ts';
import { formatMicros } from '../time.ts';
import { count } from './io.ts';
import { type CollectionName, toSecond } from './ledger-text.ts';
import { table } from './table.ts';

/** What a recall did, in words. @param already it was in force before */
export function recallLines(recall: Recall, already: boolean, nameOf: CollectionName): string[] {
  const { object, at, reason, collections } = recall;
  return [
    already
      ? `${object} was recalled already, on ${toSecond(at)} (${reason}). Nothing was changed.`
      : `${object} is recalled: every collection refuses it until the recall is undone.`,
    ...(collections.length === 0
      ? ['No collection held it.']
      : collections.map((from) => `  ${nameOf(from.collection)}: ${whatWasDone(from)}`)),
  ];
}

function whatWasDone({ revoked, removed }: RecalledFrom): string {
  const gone = `${count(removed, 'version')} removed`;
  return revoked === undefined
    ? `${gone}; it has no versions that could be revoked, so readers see it no more and are not told`
    : `revoked as version ${revoked}, ${gone}`;
}

export function undoLines({ object, collections }: Recall): string[] {
  const revoked = collections.filter((from) => from.revoked !== undefined).length;
  return [
    `${object} is let in again: it may be pushed, pulled and imported.`,
    'What the recall removed does not come back by itself: have it pushed, pulled or imported again.',
    ...(revoked === 0 ? [] : [`The revoked version was taken out of ${count(revoked, 'collection')}.`]),
  ];
}

/** Whom to tell, and what they know already. */
export function recipientLines({ recall, recipients }: TakenBack, nameOf: CollectionName): string[] {
  if (recipients.length === 0)
    return [
      recall.undone === undefined
        ? 'Nobody was sent it, as far as the ledger and the collections that are left tell.'
        : 'Nobody was sent the revoked version.',
    ];
  return [
    recall.undone === undefined
      ? `To notify: ${count(recipients.length, 'recipient')}.`
      : `${count(recipients.length, 'recipient')} ${recipients.length === 1 ? 'was' : 'were'} sent the revoked version, and may keep the object as revoked until its producer publishes a newer one:`,
    ...table(
      ['WHO', 'FIRST SENT', 'LAST SENT', 'TIMES', 'SENT', 'AGREEMENTS', 'COLLECTIONS'],
      recipients.map(({ who, first, last, times, text, agreements, collections }) => [
        who,
        toSecond(first),
        toSecond(last),
        String(times),
        text ? 'object' : 'id only',
        agreements.join(' ') || '-',
        collections.map(nameOf).join(' '),
      ]),
    ),
  ];
}

export const recipientHeader = [
  'who',
  'first_sent',
  'last_sent',
  'times',
  'sent',
  'versions',
  'agreements',
  'credentials',
  'collections',
];

export function recipientCells(recipient: Recipient): string[] {
  const { who, first, last, times, text, versions, agreements, credentials, collections } = recipient;
  return [
    who,
    formatMicros(first),
    formatMicros(last),
    String(times),
    text ? 'object' : 'id only',
    versions.join(' '),
    agreements.join(' '),
    credentials.join(' '),
    collections.join(' '),
  ];
}

export function recipientDocument({ first, last, ...rest }: Recipient): object {
  return { ...rest, first: formatMicros(first), last: formatMicros(last) };
}

export function recallDocument({ at, done, undone, ...rest }: Recall): object {
  return {
    ...rest,
    at: formatMicros(at),
    done: done === undefined ? null : formatMicros(done),
    undone: undone === undefined ? null : { ...undone, at: formatMicros(undone.at) },
  };
}

export function recallTable(recalls: readonly Recall[]): string[] {
  return table(
    ['RECALLED', 'OBJECT', 'STATE', 'COLLECTIONS', 'REASON'],
    recalls.map(({ at, object, done, undone, collections, reason }) => [
      toSecond(at),
      object,
      undone !== undefined ? `undone ${toSecond(undone.at)}` : done === undefined ? 'under way' : 'in force',
      String(collections.length),
      undone === undefined ? reason : `${reason}; undone: ${undone.reason}`,
    ]),
  );
}
