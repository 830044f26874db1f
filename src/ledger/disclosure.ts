import type { Allowed } from '../sharing/model.ts';
import type { Disclosure, ReadKind } from '../store/ledger.ts';
import type { Filter } from '../store/store.ts';
import type { Micros } from '../time.ts';

/** Who reads what, and how. */
export interface Reading {
  /** As in `LedgerRecord.who`. */
  readonly who: string;
  /** Names of the credentials that the request signed in with. */
  readonly credentials?: readonly string[];
  /** Request id. */
  readonly request?: string;
  readonly read: ReadKind;
  /** Collection id. */
  readonly collection: string;
  readonly verdict: Allowed;
}

/** What was read. */
export interface ReadResult {
  readonly count: number;
  /** Dates added of the first and the last version. */
  readonly first?: Micros;
  readonly last?: Micros;
  /** Ids of the versions, where the request named ids. */
  readonly ids?: readonly string[];
  readonly filter: Filter;
  /** The collection's clock at the read. */
  readonly asOf: Micros;
}

/** The record of a page that is about to be sent; undefined when there is nothing on it. */
export function disclosureOf(
  reading: Reading,
  { count, first, last, ids = [], filter, asOf }: ReadResult,
  time: Micros,
): Disclosure | undefined {
  if (count === 0 || first === undefined || last === undefined) return undefined;
  const { who, credentials = [], request, read, collection, verdict } = reading;
  return {
    kind: 'disclosure',
    time,
    who,
    ...(credentials.length === 0 ? {} : { credentials }),
    ...(request === undefined ? {} : { request }),
    read,
    collection,
    as_of: asOf,
    first,
    last,
    count,
    ...(isPlain(filter) ? {} : { filter: narrowed(filter, ids) }),
    entries: verdict.entries.map(({ agreement, types, maxTlp, classes }) => ({
      ...(agreement === undefined ? {} : { agreement }),
      ...(types === 'all' ? {} : { types: [...types] }),
      tlp: maxTlp,
      classes: [...classes],
    })),
  };
}

function isPlain({ ids, types, specVersions, versions }: Filter): boolean {
  if (ids !== undefined || types !== undefined || specVersions !== undefined || versions === 'all') return false;
  return versions.last && !versions.first && versions.keys.length === 0;
}

/** Of the ids that were asked for only those that were sent: a caller may ask for a thousand that nobody has. */
function narrowed(filter: Filter, sent: readonly string[]): Filter {
  return filter.ids === undefined ? filter : { ...filter, ids: [...new Set(sent)] };
}
