import { apiRootResource } from '../../taxii/resources.ts';
import { admitToRoot } from '../access.ts';
import { rootAccess } from '../context.ts';
import { sendTaxii } from '../reply.ts';
import type { Operations } from '../resource.ts';

/** Source: TAXII 2.1 §4.2 */
export function apiRoot(): Operations {
  return {
    GET: {
      admit: admitToRoot,
      answer: (request, reply) => sendTaxii(reply, apiRootResource(rootAccess(request).root)),
    },
  };
}
