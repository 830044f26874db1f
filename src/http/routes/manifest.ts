import { readManifest } from '../../collections/read.ts';
import { parseQuery } from '../../taxii/query.ts';
import { manifestResource } from '../../taxii/resources.ts';
import { admitTo } from '../access.ts';
import { collectionAccess, queryOf } from '../context.ts';
import type { HttpDeps } from '../deps.ts';
import { sendPage } from '../reply.ts';
import type { Operations } from '../resource.ts';
import { readableOf } from './objects.ts';

/** Source: TAXII 2.1 §5.3 */
export function manifest({ store }: HttpDeps): Operations {
  return {
    GET: {
      admit: admitTo('read', 'defined'),
      async answer(request, reply) {
        const { root, collection } = collectionAccess(request);
        const query = parseQuery(queryOf(request), 'manifest', root.strict);
        const page = await readManifest(readableOf(request, store.objects), query);
        return sendPage(reply, page, manifestResource(page, collection.mediaTypes));
      },
    },
  };
}
