import { NOT_SENT_AGAIN } from './agreements.ts';
import { type Edit, put } from './edit.ts';
import { collectionEntry } from './entries.ts';
import { checkEntry } from './hub-file.ts';
import { titleKey } from './hub-rules.ts';
import { knownCollection, knownRoot, refused, refuseProblems } from './known.ts';
import { type Catalogue, type Collection, TLP_LEVELS } from './model.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws {AppError} config.invalid, not-found */
export function addCollection(catalogue: Catalogue, collection: Collection): Edit {
  if (catalogue.collection.has(collection.id))
    throw refused(`There is a collection with the id ${collection.id} already.`);
  knownRoot(catalogue, collection.root);
  return putCollection(catalogue, collection);
}

/** @throws {AppError} config.invalid, not-found */
export function changeCollection(catalogue: Catalogue, id: string, change: (now: Collection) => Collection): Edit {
  return putCollection(catalogue, change(knownCollection(catalogue, id)));
}

function putCollection(catalogue: Catalogue, collection: Collection): Edit {
  refuseProblems(`The collection "${collection.title}"`, checkEntry('collection', collectionEntry(collection)));
  const { pageDefault, pageMax, alias, title } = collection;
  if (pageDefault > pageMax) throw refused(`page_default (${pageDefault}) is larger than page_max (${pageMax}).`);
  if (alias !== undefined && UUID.test(alias)) throw refused('An alias must not look like an id.');
  for (const { value: other } of catalogue.collection.values()) {
    const shared = other.id === collection.id ? undefined : sharedName(other, collection);
    if (shared !== undefined) throw refused(`The ${shared} is taken by the collection "${other.title}" (${other.id}).`);
  }
  const warnings = title.includes('.') ? ['Clients that write ROOT.TITLE stumble over a dot in the title.'] : [];
  const before = catalogue.collection.get(collection.id)?.value;
  if (before !== undefined && ranksLower(before, collection)) warnings.push(NOT_SENT_AGAIN);
  return { changes: [put(catalogue, 'collection', collection)], warnings };
}

/** Whether objects that say nothing of TLP that the hub understands count as more open than before. */
function ranksLower(before: Collection, after: Collection): boolean {
  const ranks = ({ defaultTlp, unknownMarking, statementMarking = defaultTlp }: Collection): readonly number[] =>
    [defaultTlp, unknownMarking, statementMarking].map((level) => TLP_LEVELS.indexOf(level));
  const old = ranks(before);
  return ranks(after).some((rank, i) => rank < (old[i] ?? 0));
}

/** What two collections may not have in common. */
export function sharedName(one: Collection, other: Collection): string | undefined {
  if (titleKey(one.title) === titleKey(other.title)) return `title "${one.title}"`;
  return one.root === other.root && one.alias !== undefined && one.alias === other.alias
    ? `alias "${one.alias}"`
    : undefined;
}
