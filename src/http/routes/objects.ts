import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Readable, readObject, readObjects } from '../../collections/read.ts';
import { removeObject } from '../../collections/remove.ts';
import { sightOf } from '../../sharing/decide.ts';
import type { ObjectStore } from '../../store/store.ts';
import { readsOnePage } from '../../taxii/media-type.ts';
import { parseQuery } from '../../taxii/query.ts';
import { envelopeResource, statusResource } from '../../taxii/resources.ts';
import { admitTo } from '../access.ts';
import { bodyOf, checkBodyHeader } from '../body.ts';
import { callerOf, collectionAccess, pathPart, queryOf } from '../context.ts';
import type { HttpDeps } from '../deps.ts';
import { pageSender, sendTaxii } from '../reply.ts';
import type { Operations } from '../resource.ts';

/** Source: TAXII 2.1 §5.4, §5.5 */
export function objects(deps: HttpDeps): Operations {
  const { store, ingest, metrics } = deps;
  const sendPage = pageSender(deps);

  async function page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { root, collection } = collectionAccess(request);
    const asked = parseQuery(queryOf(request), 'objects', root.strict);
    const query = readsOnePage(request.headers.accept) ? { limit: collection.pageMax, ...asked } : asked;
    const result = await readObjects(readableOf(request, store.objects), query);
    metrics.objectsServed(result.count);
    return sendPage(reply, 'objects', result, envelopeResource(result));
  }

  async function push(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { root, collection, verdict } = collectionAccess(request);
    checkBodyHeader(request, root);
    const { catalogue, principal, credentials, now } = callerOf(request);
    const sees = sightOf(catalogue, principal, collection, now);
    const body = bodyOf(request, reply);
    const status = await ingest.push({ root, collection, verdict, sees, principal, credentials, body });
    request.count = status.total;
    return sendTaxii(reply, statusResource(status), 202);
  }

  return {
    GET: { admit: admitTo('read'), answer: page },
    POST: { admit: admitTo('write'), answer: push },
  };
}

/** Source: TAXII 2.1 §5.6, §5.7 */
export function object(deps: HttpDeps): Operations {
  const { store, metrics } = deps;
  const sendPage = pageSender(deps);

  async function page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { root } = collectionAccess(request);
    const query = parseQuery(queryOf(request), 'object', root.strict);
    const result = await readObject(readableOf(request, store.objects), pathPart(request, 'object'), query);
    metrics.objectsServed(result.count);
    return sendPage(reply, 'object', result, envelopeResource(result));
  }

  async function remove(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { root, collection, verdict } = collectionAccess(request);
    const { match } = parseQuery(queryOf(request), 'delete', root.strict);
    const removed = await removeObject({
      objects: store.objects,
      collection,
      verdict,
      principal: callerOf(request).principal,
      id: pathPart(request, 'object'),
      match,
    });
    request.count = removed;
    metrics.objectsRemoved(removed);
    return sendTaxii(reply);
  }

  return {
    GET: { admit: admitTo('read'), answer: page },
    DELETE: { admit: admitTo('delete'), answer: remove },
  };
}

export function readableOf(request: FastifyRequest, objects: ObjectStore): Readable {
  const { collection, verdict } = collectionAccess(request);
  return { objects, collection, verdict };
}
