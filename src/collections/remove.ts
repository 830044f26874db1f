import { AppError } from '../errors.ts';
import type { Allowed, Collection, Principal, SpecVersion } from '../sharing/model.ts';
import type { ObjectStore } from '../store/store.ts';
import type { Match } from '../taxii/query.ts';
import { ownerOf, sourceOf } from './ingest.ts';
import { toFilter } from './read.ts';

export interface RemoveRequest {
  readonly objects: ObjectStore;
  readonly collection: Collection;
  /** What the caller may delete. */
  readonly verdict: Allowed;
  readonly principal: Principal;
  /** STIX id. */
  readonly id: string;
  /** Its version and spec version fields; without them every version goes. */
  readonly match: Match;
}

const EVERY_SPEC: readonly SpecVersion[] = ['2.0', '2.1'];

/**
 * Removes the selected versions of one object, as far as the caller may.
 * @returns how many versions went
 * @throws {AppError} not-found when nothing is selected, permission.denied when the caller may remove none of it
 * Source: TAXII 2.1 §5.7
 */
export async function removeObject(request: RemoveRequest): Promise<number> {
  const { objects, collection, verdict, principal, id } = request;
  const filter = toFilter({ specVersions: EVERY_SPEC, ...request.match, ids: [id] }, 'all');
  const { selected, removed } =
    filter.specVersions?.length === 0
      ? { selected: 0, removed: 0 }
      : await objects.remove({
          collection: collection.id,
          verdict,
          select: { ids: [id], filter },
          by: sourceOf(ownerOf(principal)),
          reason: 'delete',
        });
  if (selected === 0)
    throw new AppError('not-found', {
      description: 'The collection does not hold this object, or not in this version.',
    });
  if (removed === 0)
    throw new AppError('permission.denied', {
      description:
        'The agreement lets you read this object, not delete it: it does not extend deletion to versions that others added, to this type, or to this marking.',
    });
  return removed;
}
