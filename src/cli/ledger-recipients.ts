import { type Receipt, receiptsOf, recipientsOf } from '../ledger/recipients.ts';
import { formatMicros } from '../time.ts';
import { type CollectionName, namesOf, toSecond } from './ledger-text.ts';
import { type CommonOptions, print, type Session, withStore } from './session.ts';
import { table } from './table.ts';

/** Prints each time that somebody was sent an object, and who that is altogether. */
export async function listRecipients(
  session: Session,
  object: string,
  options: CommonOptions & { readonly version?: string },
): Promise<void> {
  await withStore(session, options, false, async (store) => {
    const nameOf = namesOf(await store.catalogue.load());
    const all = await recipientsOf(store.ledger, object, options.version);
    const receipts: Receipt[] = [];
    for await (const receipt of receiptsOf(store.ledger, object, options.version)) receipts.push(receipt);
    const document = {
      object,
      recipients: all.map(({ first, last, ...rest }) => ({
        ...rest,
        first: formatMicros(first),
        last: formatMicros(last),
      })),
      receipts: receipts.map(receiptDocument),
    };
    const rows = receipts.map((receipt) => receiptCells(receipt, nameOf));
    const header = ['TIME', 'WHO', 'SENT', 'VERSION', 'COLLECTION', 'AGREEMENT', 'CREDENTIAL', 'REQUEST'];
    const nobody = 'Nobody was sent it, as far as the ledger and the collections that are left tell.';
    const summary = `Sent to ${all.map(({ who }) => who).join(', ')}.`;
    await print(session, document, all.length === 0 ? [nobody] : [...table(header, rows), '', summary]);
  });
}

function receiptDocument({ record, disclosure, text, versions }: Receipt): object {
  const { time, who, credentials = [], request, read, collection } = disclosure;
  return {
    record,
    time: formatMicros(time),
    who,
    credentials,
    request: request ?? null,
    read,
    collection,
    text,
    versions: versions.map(({ version, dateAdded, agreements }) => ({
      version,
      date_added: formatMicros(dateAdded),
      agreements,
    })),
  };
}

function receiptCells({ disclosure, text, versions }: Receipt, nameOf: CollectionName): string[] {
  const { time, who, credentials = [], request, read, collection } = disclosure;
  return [
    toSecond(time),
    who,
    text ? 'object' : `id only (${read})`,
    versions.map(({ version }) => version).join(' '),
    nameOf(collection),
    [...new Set(versions.flatMap(({ agreements }) => agreements))].join(' ') || '-',
    credentials.join(' ') || '-',
    request ?? read,
  ];
}
