import type { Allowed, MarkingClass } from '../../sharing/model.ts';
import type { Micros } from '../../time.ts';
import type { DisclosedEntry, Disclosure, SentVersion } from '../ledger.ts';
import type { Filter } from '../store.ts';
import { keyOfId } from './keys.ts';
import { planTest } from './plan.ts';
import { classOf, derive, ownClass, SPEC_21 } from './selectors.ts';
import type { Statements } from './statements.ts';

const NEWEST: Filter = { versions: { first: false, last: true, keys: [] } };

/** A version of an object, there or gone. */
interface PastVersion {
  readonly num: number;
  readonly type: string;
  /** Of them only the spec version and the version's own class stay what they were. */
  readonly selectors: number;
  readonly marking: number;
  readonly version_key: string;
  readonly version: string;
  readonly date_added: Micros;
  readonly removed_at: Micros | null;
}

/**
 * Which versions of an object each of some disclosures sent: what was there at its instant, by the collection's clock, is
 * put through the same test as a read. To be called in a read transaction.
 */
export function sentVersions(
  sql: Statements,
  object: string,
  disclosures: readonly Disclosure[],
): readonly (readonly SentVersion[])[] {
  const known = new Map<string, readonly PastVersion[]>();
  return disclosures.map((disclosure) => {
    const { collection } = disclosure;
    const versions = known.get(collection) ?? historyOf(sql, collection, object);
    known.set(collection, versions);
    return versionsIn(disclosure, object, versions);
  });
}

/** Every version that a collection ever held of an object, by date added. */
function historyOf(sql: Statements, collection: string, object: string): readonly PastVersion[] {
  const num = sql.values<number>('SELECT num FROM collection WHERE id = ?').get(collection);
  if (num === undefined) return [];
  const key = keyOfId(num, object);
  const facet = 'f.type, f.selectors, f.marking';
  const version = 'version_key, version_key || version_rest AS version, date_added';
  return sql
    .rows<PastVersion>(
      `SELECT o.num, ${facet}, ${version}, NULL AS removed_at
       FROM (SELECT num FROM key_recent WHERE key = ? AND position > ''
             UNION ALL SELECT num FROM key_settled WHERE key = ? AND position > '') k
       CROSS JOIN object o ON o.num = k.num CROSS JOIN facet f ON f.num = o.facet WHERE o.id = ?
       UNION ALL
       SELECT r.num, ${facet}, ${version}, r.removed_at
       FROM removal r INDEXED BY removal_by_id CROSS JOIN facet f ON f.num = r.facet WHERE r.id = ? AND r.collection = ?
       ORDER BY date_added`,
    )
    .all(key, key, object, object, num);
}

function versionsIn(disclosure: Disclosure, object: string, versions: readonly PastVersion[]): readonly SentVersion[] {
  const { first, last, as_of: asOf, filter = NEWEST, entries } = disclosure;
  const inRange = ({ date_added }: PastVersion): boolean => first <= date_added && date_added <= last;
  if (!versions.some(inRange) || (filter.ids !== undefined && !filter.ids.includes(object))) return [];
  const there = versions.filter(
    ({ date_added, removed_at }) => date_added <= asOf && (removed_at === null || removed_at > asOf),
  );
  if (there.length === 0) return [];
  const facets = derive(there).map((derived, i) => ({ ...(there[i] as PastVersion), ...derived }));
  const test = planTest(verdictOf(entries), filter);
  const matches = facets.filter(
    (version) => test.byKeyword(version) || (test.keys.has(version.version_key) && test.byValue(version)),
  );
  const newest = test.newestSpecOnly && matches.some(({ selectors }) => selectors & SPEC_21);
  return matches
    .filter((version) => inRange(version) && (!newest || version.selectors & SPEC_21))
    .map(({ version, date_added, type, marking }) => ({
      version,
      dateAdded: date_added,
      agreements: admitting(entries, type, classOf(ownClass(marking))),
    }));
}

function verdictOf(entries: readonly DisclosedEntry[]): Allowed {
  return {
    kind: 'allowed',
    entries: entries.map(({ types, tlp, classes }) => ({
      types: types === undefined ? 'all' : new Set(types),
      maxTlp: tlp,
      classes: new Set(classes),
    })),
  };
}

/** Agreements that let an object of this type and marking be seen; several add up. */
function admitting(entries: readonly DisclosedEntry[], type: string, marking: MarkingClass): readonly string[] {
  const names = entries.flatMap(({ agreement, types, classes }) =>
    agreement !== undefined && (types?.includes(type) ?? true) && classes.includes(marking) ? [agreement] : [],
  );
  return [...new Set(names)];
}
