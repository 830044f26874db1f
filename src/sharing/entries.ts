import type { AgreementEntry, CollectionEntry, GrantEntry, LimitsEntry } from './hub-document.ts';
import { given } from './hub-entities.ts';
import type { Agreement, Collection, Grant, Limits, Partner } from './model.ts';

/**
 * Entities in the form that they have in a hub file: what commands print as JSON, and what the schema of hub files
 * checks when they are made by hand.
 */

export function partnerEntry({ name, identity, limits }: Partner): Record<string, unknown> {
  return given({ name, identity, limits: limits && limitsEntry(limits) });
}

export function limitsEntry({ requestsPerMinute, concurrentRequests }: Limits): LimitsEntry {
  return given({ requests_per_minute: requestsPerMinute, concurrent_requests: concurrentRequests });
}

export function collectionEntry(collection: Collection): CollectionEntry {
  return given({
    id: collection.id,
    alias: collection.alias,
    title: collection.title,
    description: collection.description,
    media_types: collection.mediaTypes,
    validation: collection.validation,
    default_tlp: collection.defaultTlp,
    unknown_marking: collection.unknownMarking,
    statement_marking: collection.statementMarking,
    page_default: collection.pageDefault,
    page_max: collection.pageMax,
    retention: collection.retentionDays === undefined ? undefined : { days: collection.retentionDays },
  });
}

/** @param nameOf how the file calls the collection with an id */
export function agreementEntry(agreement: Agreement, nameOf: (collection: string) => string): AgreementEntry {
  const { name, partner, title, purpose, from, until, suspended, grants } = agreement;
  const listed = grants.map((grant) => grantEntry(grant, nameOf));
  return given({ name, partner, title, purpose, from, until, suspended, grants: listed });
}

export function grantEntry(grant: Grant, nameOf: (collection: string) => string): GrantEntry {
  const { collection, read, write, maxTlp, types, delete: deletes } = grant;
  return given({ collection: nameOf(collection), read, write, max_tlp: maxTlp, types, delete: deletes });
}
