import type { FastifyReply, FastifyRequest } from 'fastify';
import { discoveryResource } from '../../taxii/resources.ts';
import { admitToServer, visibleRoots } from '../access.ts';
import { baseUrl } from '../base-url.ts';
import { callerOf } from '../context.ts';
import { sendTaxii } from '../reply.ts';
import type { Operations } from '../resource.ts';

/** Source: TAXII 2.1 §4.1 */
export function discovery(publicUrl: string | undefined): Operations {
  function answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const caller = callerOf(request);
    const hub = caller.catalogue.hub.get('hub')?.value;
    const base = baseUrl(request, publicUrl);
    const urlOf = (path: string): string => `${base}/${path}/`;
    const paths = visibleRoots(caller).map((root) => root.path);
    const body = discoveryResource({
      title: hub?.title ?? 'TAXII 2.1 server',
      description: hub?.description,
      contact: hub?.contact,
      apiRoots: paths.map(urlOf),
      default: paths.filter((path) => path === hub?.defaultRoot).map(urlOf)[0],
    });
    return sendTaxii(reply, body);
  }
  return { GET: { admit: admitToServer, answer } };
}
