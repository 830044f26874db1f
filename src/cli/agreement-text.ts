import { agreementEntry } from '../sharing/entries.ts';
import type { Agreement, Catalogue, Grant } from '../sharing/model.ts';
import { daysLeft, stateOf } from '../sharing/term.ts';
import type { Micros } from '../time.ts';
import { type Addition, madeBy } from './administer.ts';
import { shortName } from './select.ts';
import { pairs, table } from './table.ts';

export function agreementTable(catalogue: Catalogue, agreements: readonly Agreement[], now: Micros): string[] {
  return table(
    ['AGREEMENT', 'PARTNER', 'STATE', 'DAYS LEFT', 'UNTIL', 'GRANTS', 'MADE BY', 'TITLE'],
    agreements.map((agreement) => [
      agreement.name,
      agreement.partner,
      stateOf(agreement, now),
      daysText(agreement, now),
      shortInstant(agreement.until) ?? 'open',
      String(agreement.grants.length),
      originOf(catalogue, agreement),
      agreement.title ?? '-',
    ]),
  );
}

/** A date alone where it means its first instant, as commands read it. */
function shortInstant(instant: string | undefined): string | undefined {
  return instant?.replace(/T00:00:00(\.0+)?Z$/, '');
}

/** Whole days; an agreement that ends today has less than one. */
function daysText(agreement: Agreement, now: Micros): string {
  const left = daysLeft(agreement, now);
  if (left === undefined) return '-';
  return left > 0 && left < 1 ? '<1' : String(Math.max(0, Math.floor(left)));
}

/** How an agreement stands, in a line. */
export function standing(agreement: Agreement, now: Micros): Addition {
  const state = stateOf(agreement, now);
  const left = daysLeft(agreement, now);
  const days = left === undefined ? 'open-ended' : `${daysText(agreement, now)} days left`;
  const effect = {
    'in force': days,
    'not yet': `begins ${agreement.from}`,
    expired: `ended ${agreement.until}`,
    suspended: 'it grants nothing',
  };
  return {
    document: {
      agreement: agreement.name,
      state,
      days_left: left === undefined ? null : Math.max(0, Math.floor(left)),
    },
    lines: [`Agreement "${agreement.name}" is ${state === 'not yet' ? 'not yet in force' : state}: ${effect[state]}.`],
  };
}

export function agreementLines(catalogue: Catalogue, agreement: Agreement, now: Micros): string[] {
  return [
    ...pairs([
      ['name', agreement.name],
      ['partner', agreement.partner],
      ['state', stateOf(agreement, now)],
      ['days left', daysText(agreement, now)],
      ['from', agreement.from ?? '-'],
      ['until', agreement.until ?? 'open'],
      ['title', agreement.title ?? '-'],
      ['purpose', agreement.purpose ?? '-'],
      ['made by', originOf(catalogue, agreement)],
    ]),
    '',
    ...grantTable(catalogue, agreement.grants),
  ];
}

function grantTable(catalogue: Catalogue, grants: readonly Grant[]): string[] {
  if (grants.length === 0) return ['No grants: it permits nothing.'];
  return table(
    ['GRANT', 'COLLECTION', 'RIGHTS', 'MAX TLP', 'DELETE', 'TYPES'],
    grants.map((grant, i) => [
      String(i + 1),
      collectionName(catalogue, grant.collection),
      [...(grant.read ? ['read'] : []), ...(grant.write ? ['write'] : [])].join(', ') || 'listed only',
      grant.maxTlp,
      grant.delete,
      grant.types?.join(', ') ?? 'all',
    ]),
  );
}

/** As in a hub file, with what follows from it today. */
export function agreementDocument(catalogue: Catalogue, agreement: Agreement, now: Micros): Record<string, unknown> {
  const left = daysLeft(agreement, now);
  return {
    ...agreementEntry(agreement, (id) => collectionName(catalogue, id)),
    state: stateOf(agreement, now),
    days_left: left === undefined ? null : Math.max(0, Math.floor(left)),
    made_by: originOf(catalogue, agreement),
  };
}

function collectionName(catalogue: Catalogue, id: string): string {
  const collection = catalogue.collection.get(id)?.value;
  return collection === undefined ? id : shortName(collection);
}

function originOf(catalogue: Catalogue, { name }: Agreement): string {
  return madeBy(catalogue.agreement.get(name)?.origin ?? 'hand');
}
