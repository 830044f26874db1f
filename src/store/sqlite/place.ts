import type { NewObject } from '../store.ts';
import type { CollectionWriter, StoredVersion } from './collection-writer.ts';
import type { Facet } from './facets.ts';
import {
  classNumber,
  FIRST,
  FIRST_IN_SPEC,
  governingClass,
  LAST,
  LAST_IN_SPEC,
  markingPair,
  NEWEST_SPEC,
  onlyVersion,
  SPEC_21,
  specBit,
} from './selectors.ts';
import type { VersionReader } from './versions.ts';

/**
 * The facet of a new version among the versions of its object, whose own facets are put right. Where only an end is
 * concerned, the other versions, however many, are not looked at.
 * @param last the last stored version of the object
 */
export function placeVersion(
  collection: CollectionWriter,
  stored: VersionReader,
  object: NewObject,
  key: string,
  last: StoredVersion | undefined,
): Facet {
  const { facets } = collection;
  const own = classNumber(object.marking);
  const spec = specBit(object.specVersion);
  if (last === undefined) return facets.find(object.type, onlyVersion(object.specVersion), markingPair(own, own));
  const newest = facets.get(last.facet);
  const ofSpec = (facet: Facet): boolean => (facet.selectors & SPEC_21) === spec;
  const governing = governingClass(newest.marking);
  const inner = spec | (newest.selectors & NEWEST_SPEC);
  if (key > last.version_key && ofSpec(newest) && own === governing) {
    collection.change(last, newest.selectors & ~(LAST | LAST_IN_SPEC), newest.marking);
    return facets.find(object.type, inner | LAST | LAST_IN_SPEC, markingPair(own, own));
  }
  const first = key < last.version_key && ofSpec(newest) ? stored.first(object.id) : undefined;
  const oldest = first && facets.get(first.facet);
  if (first && oldest && ofSpec(oldest)) {
    if (key > first.version_key) return facets.find(object.type, inner, markingPair(own, governing));
    collection.change(first, oldest.selectors & ~(FIRST | FIRST_IN_SPEC), oldest.marking);
    return facets.find(object.type, inner | FIRST | FIRST_IN_SPEC, markingPair(own, governing));
  }
  const { selectors, marking } = collection.rederive(stored.all(object.id), { key, spec, own });
  return facets.find(object.type, selectors, marking);
}
