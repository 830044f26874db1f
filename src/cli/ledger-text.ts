import type { NumberedRecord } from '../ledger/select.ts';
import type { Catalogue } from '../sharing/model.ts';
import type { Disclosure, LedgerRecord, PushRecord } from '../store/ledger.ts';
import { formatMicros, type Micros } from '../time.ts';
import { count } from './io.ts';
import { shortName } from './select.ts';

export type CollectionName = (id: string) => string;

export function namesOf(catalogue: Catalogue): CollectionName {
  return (id) => {
    const collection = catalogue.collection.get(id)?.value;
    return collection === undefined ? id : shortName(collection);
  };
}

/** Cells of a record: number, time, kind, who, and what happened in words. */
export function recordCells({ num, record }: NumberedRecord, nameOf: CollectionName): readonly string[] {
  return [String(num), toSecond(record.time), record.kind, whoOf(record), describe(record, nameOf)];
}

/** To the second, as people read it. */
export function toSecond(time: Micros): string {
  return `${formatMicros(time).slice(0, 19)}Z`;
}

export function whoOf(record: LedgerRecord): string {
  if ('who' in record) return record.who;
  return record.kind === 'sign-in-failure' ? record.address : '-';
}

const READS = {
  objects: 'objects of',
  object: 'one object of',
  manifest: 'manifest of',
  versions: 'versions of an object of',
  head: 'headers only, of',
  export: 'export of',
  feed: 'sent to a feed from',
  console: 'console, from',
} as const satisfies Record<Disclosure['read'], string>;

function describe(record: LedgerRecord, nameOf: CollectionName): string {
  switch (record.kind) {
    case 'disclosure': {
      const agreements = record.entries.flatMap(({ agreement }) => agreement ?? []);
      return `${READS[record.read]} ${nameOf(record.collection)}: ${count(record.count, 'version')} added from ${formatMicros(record.first)} to ${formatMicros(record.last)}${under(agreements)}`;
    }
    case 'contact':
      return `${READS[record.read]} ${nameOf(record.collection)}: nothing to send${times(record.count)}${under(record.agreements)}`;
    case 'push':
      return `${nameOf(record.collection)}: ${pushText(record)}${under(record.agreements)}`;
    case 'removal':
      return `${nameOf(record.collection)}: ${count(record.count, 'version')}${record.object === undefined ? '' : ` of ${record.object}`} removed (${record.reason})`;
    case 'admin':
      return `${record.name === record.entity ? '' : `${record.entity} `}${record.name} ${record.before === undefined ? 'added' : record.after === undefined ? 'removed' : 'changed'}${record.secret === undefined ? '' : ', with its secret'}`;
    case 'recall':
    case 'unrecall':
      return `${record.object} ${record.kind === 'recall' ? 'taken back' : 'let in again'}: ${record.reason}`;
    case 'sign-in-failure':
      return `wrong credentials${record.credential === undefined ? '' : ` for ${record.credential}`}${times(record.count)}`;
    case 'gap':
      return `a hub ended without closing the ledger; what it did after ${toSecond(record.from)} may be missing`;
  }
}

function pushText({ added, present, refused, interrupted }: PushRecord): string {
  const total = Object.values(added)
    .flatMap((classes) => Object.values(classes))
    .reduce((sum, versions) => sum + versions, 0);
  return `${total} added, ${present} there already, ${refused} refused${interrupted ? ' (interrupted)' : ''}`;
}

function times(number: number): string {
  return number === 1 ? '' : `, ${number} times`;
}

function under(agreements: readonly string[] = []): string {
  return agreements.length === 0 ? '' : `, under ${[...new Set(agreements)].join(', ')}`;
}
