import { ownerOf } from '../../collections/ingest.ts';
import { AppError } from '../../errors.ts';
import type { Owner, Principal } from '../../sharing/model.ts';
import { statusResource } from '../../taxii/resources.ts';
import { admitToRoot, signInFirst } from '../access.ts';
import { callerOf, pathPart, rootAccess } from '../context.ts';
import type { HttpDeps } from '../deps.ts';
import { sendTaxii } from '../reply.ts';
import type { Operations } from '../resource.ts';

/** Source: TAXII 2.1 §4.3 */
export function status({ store }: HttpDeps): Operations {
  return {
    GET: {
      admit: admitToRoot,
      async answer(request, reply) {
        const { principal } = callerOf(request);
        const push = await store.pushes.status(pathPart(request, 'status').toLowerCase());
        const visible = push?.root === rootAccess(request).root.path && mayRead(principal, push.owner);
        if (push !== undefined && visible) return sendTaxii(reply, statusResource(push));
        throw 'anonymous' in principal ? signInFirst() : new AppError('not-found');
      },
    },
  };
}

/** Whoever pushed, and operators. */
function mayRead(principal: Principal, owner: Owner): boolean {
  if ('operator' in principal) return true;
  const reader = ownerOf(principal);
  return 'partner' in reader && 'partner' in owner && reader.partner === owner.partner;
}
