import { MARKING_CLASSES } from '../sharing/model.ts';
import type { Disclosure, LedgerQuery, LedgerRecord, LedgerRow, LedgerStore } from '../store/ledger.ts';
import { pagesOf } from './recipients.ts';

export interface RecordQuery extends Omit<LedgerQuery, 'after' | 'limit'> {
  /** STIX id: only records of what happened to this object. */
  readonly object?: string;
}

export interface NumberedRecord extends LedgerRow {
  readonly record: LedgerRecord;
}

/** Records that fit, oldest first. */
export async function* recordsOf(
  ledger: Pick<LedgerStore, 'read' | 'sent'>,
  { object, ...query }: RecordQuery,
): AsyncGenerator<NumberedRecord, void, undefined> {
  for await (const rows of pagesOf(ledger, query)) {
    const records = rows.map((row) => ({ ...row, record: JSON.parse(row.text) as LedgerRecord }));
    yield* object === undefined ? records : await concerning(ledger, object, records);
  }
}

async function concerning(
  ledger: Pick<LedgerStore, 'sent'>,
  object: string,
  records: readonly NumberedRecord[],
): Promise<readonly NumberedRecord[]> {
  const ranges = records.map(({ record }) => rangeOf(record));
  const held = await ledger.sent(
    object,
    ranges.filter((range) => range !== undefined),
  );
  let at = 0;
  return records.filter(({ record }, i) => {
    if (ranges[i] !== undefined) return (held[at++]?.length ?? 0) > 0;
    return 'object' in record && record.object === object;
  });
}

/** What was sent, or what a push added: the versions of a stretch of the collection's clock. */
function rangeOf(record: LedgerRecord): Disclosure | undefined {
  if (record.kind === 'disclosure') return record;
  if (record.kind !== 'push' || record.first === undefined || record.last === undefined) return undefined;
  const { time, who, collection, first, last } = record;
  return {
    kind: 'disclosure',
    time,
    who,
    read: 'objects',
    collection,
    as_of: last,
    first,
    last,
    count: 0,
    filter: { versions: 'all', specVersions: ['2.0', '2.1'] },
    entries: [{ tlp: 'red', classes: MARKING_CLASSES }],
  };
}
