import { rightsOn } from '../../sharing/decide.ts';
import type { Collection } from '../../sharing/model.ts';
import { type CollectionView, collectionResource, collectionsResource } from '../../taxii/resources.ts';
import { admitToListed, admitToRoot, collectionsOf } from '../access.ts';
import { type Caller, callerOf, listedCollection, rootAccess } from '../context.ts';
import { sendTaxii } from '../reply.ts';
import type { Operations } from '../resource.ts';

/** Source: TAXII 2.1 §5.1 */
export function collections(): Operations {
  return {
    GET: {
      admit: admitToRoot,
      answer(request, reply) {
        const caller = callerOf(request);
        const all = collectionsOf(caller.catalogue, rootAccess(request).root);
        const views = all.flatMap((collection) => viewFor(caller, collection) ?? []);
        request.count = views.length;
        return sendTaxii(reply, collectionsResource(views));
      },
    },
  };
}

/** Source: TAXII 2.1 §5.2 */
export function collection(): Operations {
  return {
    GET: {
      admit: admitToListed,
      answer(request, reply) {
        const view = viewFor(callerOf(request), listedCollection(request));
        if (view === undefined) throw new Error('A hidden collection was let through.');
        return sendTaxii(reply, collectionResource(view));
      },
    },
  };
}

/** A collection as its resource shows it to a caller; undefined when it is hidden. */
function viewFor({ catalogue, principal, now }: Caller, collection: Collection): CollectionView | undefined {
  const rights = rightsOn(catalogue, principal, collection, now);
  return rights.visible ? { ...collection, canRead: rights.read, canWrite: rights.write } : undefined;
}
