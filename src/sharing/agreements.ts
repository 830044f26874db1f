import { type Micros, parseInstant } from '../time.ts';
import { type Edit, put } from './edit.ts';
import { agreementEntry } from './entries.ts';
import { checkEntry } from './hub-file.ts';
import { termFaults } from './hub-rules.ts';
import { knownAgreement, knownCollection, knownParty, refused, refuseProblems } from './known.ts';
import { type Agreement, type Catalogue, type Grant, TLP_LEVELS } from './model.ts';

/** @throws {AppError} config.invalid, not-found */
export function addAgreement(catalogue: Catalogue, agreement: Agreement): Edit {
  const { name } = agreement;
  if (catalogue.agreement.has(name))
    throw refused(`There is an agreement "${name}" already; "entente agreement change ${name}" changes it.`);
  return putAgreement(catalogue, agreement);
}

/** @throws {AppError} config.invalid, not-found */
export function changeAgreement(catalogue: Catalogue, name: string, change: (now: Agreement) => Agreement): Edit {
  return putAgreement(catalogue, change(knownAgreement(catalogue, name)));
}

/**
 * Sets a later end.
 * @throws {AppError} config.invalid, not-found
 */
export function renewAgreement(catalogue: Catalogue, name: string, until: string, now: Micros): Edit {
  const agreement = knownAgreement(catalogue, name);
  if (agreement.until === undefined) throw refused(`The agreement "${name}" has no end, so there is nothing to renew.`);
  const [end, newEnd] = [parseInstant(agreement.until), parseInstant(until)];
  if (end !== undefined && newEnd !== undefined && newEnd <= end)
    throw refused(
      `The agreement "${name}" runs until ${agreement.until} already; "entente agreement change ${name} --until ${until}" would shorten it.`,
    );
  if (newEnd !== undefined && newEnd <= now) throw refused(`${until} is past, so that would not renew it.`);
  const { warnings = [], changes } = putAgreement(catalogue, { ...agreement, until });
  const suspended = agreement.suspended ? [`It is suspended: "entente agreement resume ${name}" ends that.`] : [];
  return { changes, warnings: [...warnings, ...suspended] };
}

/**
 * Sets an agreement aside or takes it up again. No hub file that is silent about it lifts a suspension.
 * @throws {AppError} config.invalid, not-found
 */
export function suspendAgreement(catalogue: Catalogue, name: string, suspend: boolean): Edit {
  const { suspended: _, ...rest } = knownAgreement(catalogue, name);
  const value: Agreement = suspend ? { ...rest, suspended: true } : rest;
  return { changes: [put(catalogue, 'agreement', value)], outlastsFile: suspend };
}

/** @throws {AppError} not-found */
export function removeAgreement(catalogue: Catalogue, name: string): Edit {
  return { changes: [{ remove: 'agreement', name: knownAgreement(catalogue, name).name }] };
}

/** @throws {AppError} config.invalid, not-found */
export function addGrant(catalogue: Catalogue, name: string, grant: Grant): Edit {
  const agreement = knownAgreement(catalogue, name);
  const beside = agreement.grants.filter(({ collection }) => collection === grant.collection);
  if (beside.some((other) => sameTypes(other, grant)))
    throw refused(
      `The agreement "${name}" has a grant on this collection for ${typesOf(grant)} already; "entente agreement change ${name} --collection …" changes it.`,
    );
  const { changes, warnings = [] } = putAgreement(catalogue, { ...agreement, grants: [...agreement.grants, grant] });
  if (beside.length === 0) return { changes, warnings };
  const more = 'It has other grants on this collection. They add up: what one of them admits is admitted.';
  return {
    changes,
    warnings: [more, ...(grant.read && beside.some(({ read }) => read) ? [NOT_SENT_AGAIN] : []), ...warnings],
  };
}

/**
 * The agreement with one of its grants changed.
 * @param number which of its grants, from 1; needed when it has several on the collection
 * @param change what becomes of the grant; undefined takes it away
 * @throws {AppError} config.invalid, not-found
 */
export function replaceGrant(
  agreement: Agreement,
  collection: string,
  number: number | undefined,
  change: (now: Grant) => Grant | undefined,
): Agreement {
  const index = grantIndex(agreement, collection, number);
  return {
    ...agreement,
    grants: agreement.grants.flatMap((grant, i) => (i === index ? (change(grant) ?? []) : [grant])),
  };
}

function grantIndex({ name, grants }: Agreement, collection: string, number: number | undefined): number {
  const indexes = grants.flatMap((grant, i) => (grant.collection === collection ? [i] : []));
  const numbers = indexes.map((i) => i + 1).join(', ');
  const [first] = indexes;
  if (first === undefined) throw refused(`The agreement "${name}" has no grant on this collection.`, 'not-found');
  if (number === undefined && indexes.length > 1)
    throw refused(
      `The agreement "${name}" has several grants on this collection. Say which with --grant: ${numbers}, as "entente agreement show ${name}" numbers them.`,
    );
  const index = number === undefined ? first : number - 1;
  if (!indexes.includes(index))
    throw refused(`Grant ${number} of the agreement "${name}" is not on this collection; there are: ${numbers}.`);
  return index;
}

function putAgreement(catalogue: Catalogue, agreement: Agreement): Edit {
  const entry = agreementEntry(agreement, (id) => id);
  // By hand grants may follow later.
  const problems = checkEntry('agreement', entry).filter(({ path }) => path.at(-1) !== 'grants');
  const faults = termFaults(entry).map(({ key, message }) => ({ path: [key], message }));
  refuseProblems(`The agreement "${agreement.name}"`, [...problems, ...faults]);
  knownParty(catalogue, agreement.partner);
  for (const { collection } of agreement.grants) knownCollection(catalogue, collection);
  return { changes: [put(catalogue, 'agreement', agreement)], warnings: warningsOf(catalogue, agreement) };
}

/** Dates added do not move when rights do. */
export const NOT_SENT_AGAIN =
  'Objects that become visible by this are not sent again: whoever follows the collection from its last date added gets them only by reading from the start.';

function warningsOf(catalogue: Catalogue, agreement: Agreement): string[] {
  const { name, grants } = agreement;
  const before = catalogue.agreement.get(name)?.value;
  const warnings: string[] = [];
  if (before !== undefined && widens(before, agreement)) warnings.push(NOT_SENT_AGAIN);
  if (grants.length === 0)
    warnings.push(`It grants nothing yet: "entente agreement grant ${name} --collection C --read --max-tlp LEVEL".`);
  if (grants.some((grant) => grant.delete !== 'none' && !(grant.read && grant.write)))
    warnings.push('Deleting needs read and write as well, which a grant with "delete" lacks.');
  return warnings;
}

/** Whether a grant that was there shows more than it did. */
function widens(before: Agreement, after: Agreement): boolean {
  if (before.grants.length !== after.grants.length) return false;
  return after.grants.some((grant, i) => {
    const old = before.grants[i];
    if (old === undefined || old.collection !== grant.collection || !old.read || !grant.read) return false;
    if (TLP_LEVELS.indexOf(grant.maxTlp) > TLP_LEVELS.indexOf(old.maxTlp)) return true;
    const { types: known } = old;
    return known !== undefined && (grant.types === undefined || grant.types.some((type) => !known.includes(type)));
  });
}

function sameTypes(one: Grant, other: Grant): boolean {
  const key = ({ types }: Grant): string => (types === undefined ? '' : [...types].sort().join());
  return key(one) === key(other);
}

function typesOf({ types }: Grant): string {
  return types === undefined ? 'all types' : types.join(', ');
}
