import { readManifest } from '../../collections/read.ts';
import { parseQuery } from '../../taxii/query.ts';
import { manifestResource } from '../../taxii/resources.ts';
import { admitTo } from '../access.ts';
import { collectionAccess, queryOf } from '../context.ts';
import type { HttpDeps } from '../deps.ts';
import { pageSender } from '../reply.ts';
import type { Operations } from '../resource.ts';
import { readableOf } from './objects.ts';

/** Source: TAXII 2.1 §5.3 */
export function manifest(deps: HttpDeps): Operations {
  const { store } = deps;
  const sendPage = pageSender(deps);
  return {
    GET: {
      admit: admitTo('read', 'defined'),
      async answer(request, reply) {
        const { root, collection } = collectionAccess(request);
        const query = parseQuery(queryOf(request), 'manifest', root.strict);
        const page = await readManifest(readableOf(request, store.objects), query);
        return sendPage(reply, 'manifest', page, manifestResource(page, collection.mediaTypes));
      },
    },
  };
}
