import { AppError } from '../errors.ts';
import { findCollection } from '../sharing/catalogue.ts';
import type { Catalogue, Collection } from '../sharing/model.ts';

/**
 * The collection that a command line names by UUID, alias or `root/alias`.
 * @throws {AppError} not-found with the collections there are
 */
export function selectCollection(catalogue: Catalogue, name: string): Collection {
  const found = candidates(catalogue, name);
  const [collection] = found;
  if (collection !== undefined && found.length === 1) return collection;
  const all = [...catalogue.collection.values()].map(({ value }) => shortName(value));
  const description =
    found.length > 1
      ? `The alias "${name}" stands in several API roots. Write ${found.map(shortName).join(' or ')}.`
      : `There is no collection "${name}". ${all.length === 0 ? 'The hub has none; "entente apply FILE" makes them.' : `There are: ${all.join(', ')}.`}`;
  throw new AppError('not-found', { description });
}

/** How a command line names it. */
export function shortName({ id, root, alias }: Collection): string {
  return alias === undefined ? id : `${root}/${alias}`;
}

function candidates(catalogue: Catalogue, name: string): Collection[] {
  const slash = name.indexOf('/');
  const roots = slash < 0 ? [...catalogue['api-root'].keys()] : [name.slice(0, slash)];
  const local = slash < 0 ? name : name.slice(slash + 1);
  return roots.flatMap((root) => findCollection(catalogue, root, local) ?? []);
}
