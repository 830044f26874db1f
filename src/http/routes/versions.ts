import { readVersions } from '../../collections/read.ts';
import { parseQuery } from '../../taxii/query.ts';
import { versionsResource } from '../../taxii/resources.ts';
import { admitTo } from '../access.ts';
import { collectionAccess, pathPart, queryOf } from '../context.ts';
import type { HttpDeps } from '../deps.ts';
import { pageSender } from '../reply.ts';
import type { Operations } from '../resource.ts';
import { readableOf } from './objects.ts';

/** Source: TAXII 2.1 §5.8 */
export function versions(deps: HttpDeps): Operations {
  const { store } = deps;
  const sendPage = pageSender(deps);
  return {
    GET: {
      admit: admitTo('read'),
      async answer(request, reply) {
        const { root } = collectionAccess(request);
        const query = parseQuery(queryOf(request), 'versions', root.strict);
        const page = await readVersions(readableOf(request, store.objects), pathPart(request, 'object'), query);
        return sendPage(reply, 'versions', page, versionsResource(page));
      },
    },
  };
}
