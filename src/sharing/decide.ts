import { type Micros, parseInstant } from '../time.ts';
import {
  type Action,
  type Agreement,
  type Allowed,
  ANONYMOUS,
  type Catalogue,
  type Collection,
  type Entry,
  type Grant,
  MARKING_CLASSES,
  type MarkingClass,
  type Principal,
  TLP_LEVELS,
  type Tlp,
  type Verdict,
} from './model.ts';

/**
 * The one decision about every read and write: what may this caller do to this collection at this instant?
 *
 * It looks only at the caller's own grants, so a collection that is hidden takes the same path as one that is absent.
 */
export function decide(
  catalogue: Catalogue,
  principal: Principal,
  collection: Collection,
  action: Action,
  now: Micros,
): Verdict {
  if ('operator' in principal) return { kind: 'allowed', entries: [everything(collection)] };
  const grants = grantsInForce(catalogue, principal, collection.id, now);
  if (grants.length === 0) return { kind: 'hidden' };
  if (action === 'delete') return decideDelete(grants, collection);
  const entries = grants.filter((grant) => grant[action]).map((grant) => entryOf(grant, collection));
  return entries.length > 0 ? { kind: 'allowed', entries } : { kind: 'forbidden' };
}

/** What a caller may read, as a verdict that may admit nothing: what somebody who writes knows of what is there. */
export function sightOf(catalogue: Catalogue, principal: Principal, collection: Collection, now: Micros): Allowed {
  const verdict = decide(catalogue, principal, collection, 'read', now);
  return verdict.kind === 'allowed' ? verdict : { kind: 'allowed', entries: [] };
}

/** Whether the collection may be listed to the caller, and the two flags that its resource shows. */
export function rightsOn(
  catalogue: Catalogue,
  principal: Principal,
  collection: Collection,
  now: Micros,
): { readonly visible: boolean; readonly read: boolean; readonly write: boolean } {
  const read = decide(catalogue, principal, collection, 'read', now);
  const write = decide(catalogue, principal, collection, 'write', now);
  return { visible: read.kind !== 'hidden', read: read.kind === 'allowed', write: write.kind === 'allowed' };
}

/** True when one entry admits an object of this type and marking class. */
export function admits(verdict: Allowed, type: string, marking: MarkingClass): boolean {
  return verdict.entries.some(
    (entry) => (entry.types === 'all' || entry.types.has(type)) && entry.classes.has(marking),
  );
}

/** Names of the agreements that a verdict rests on; none for operators. */
export function agreementsOf({ entries }: Allowed): readonly string[] {
  return [...new Set(entries.flatMap(({ agreement }) => agreement ?? []))];
}

/** The marking classes that a ceiling admits in a collection. */
export function classesUpTo(maxTlp: Tlp, collection: Collection): ReadonlySet<MarkingClass> {
  const ceiling = TLP_LEVELS.indexOf(maxTlp);
  return new Set(MARKING_CLASSES.filter((marking) => TLP_LEVELS.indexOf(levelOf(marking, collection)) <= ceiling));
}

/** What a class counts as in a collection. */
function levelOf(marking: MarkingClass, collection: Collection): Tlp {
  const { defaultTlp, unknownMarking, statementMarking = defaultTlp } = collection;
  if (marking === 'unmarked') return defaultTlp;
  if (marking === 'other') return unknownMarking;
  return marking === 'statement' ? statementMarking : marking;
}

/**
 * Deletion needs both rights (TAXII 2.1 §5.7): neither looks like an absent object, one alone is forbidden. Whose
 * versions may go is the business of the grants' `delete`; the others still say what is there to be refused.
 */
function decideDelete(grants: readonly Agreed[], collection: Collection): Verdict {
  const read = grants.some((grant) => grant.read);
  const write = grants.some((grant) => grant.write);
  if (!read && !write) return { kind: 'hidden' };
  if (!read || !write) return { kind: 'forbidden' };
  if (!grants.some((grant) => grant.read && grant.delete !== 'none')) return { kind: 'forbidden' };
  const entries = grants
    .filter((grant) => grant.read)
    .map((grant) => ({ ...entryOf(grant, collection), ...(grant.delete === 'none' ? {} : { delete: grant.delete }) }));
  return { kind: 'allowed', entries };
}

/** A grant with the name of the agreement that it belongs to. */
type Agreed = Grant & { readonly agreement: string };

function grantsInForce(catalogue: Catalogue, principal: Principal, collection: string, now: Micros): readonly Agreed[] {
  const name = 'partner' in principal ? principal.partner : ANONYMOUS;
  const grants: Agreed[] = [];
  for (const { value: agreement } of catalogue.agreement.values()) {
    if (agreement.partner !== name || !inForce(agreement, now)) continue;
    for (const grant of agreement.grants)
      if (grant.collection === collection) grants.push({ ...grant, agreement: agreement.name });
  }
  return grants;
}

/**
 * from ≤ now < until, and not suspended; a bound that is absent does not bind. A bound that cannot be read is never met:
 * in doubt an agreement grants nothing.
 */
export function inForce({ from, until, suspended }: Agreement, now: Micros): boolean {
  if (suspended !== undefined) return false;
  return (
    (from === undefined || (parseInstant(from) ?? Number.POSITIVE_INFINITY) <= now) &&
    (until === undefined || now < (parseInstant(until) ?? Number.NEGATIVE_INFINITY))
  );
}

function entryOf(grant: Agreed, collection: Collection): Entry {
  return {
    agreement: grant.agreement,
    types: grant.types === undefined ? 'all' : new Set(grant.types),
    maxTlp: grant.maxTlp,
    classes: classesUpTo(grant.maxTlp, collection),
  };
}

function everything(collection: Collection): Entry {
  return { types: 'all', maxTlp: 'red', classes: classesUpTo('red', collection), delete: 'any' };
}
