import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods, onRequestAsyncHookHandler } from 'fastify';
import { AppError } from '../errors.ts';
import { sendTaxii } from './reply.ts';

/** One operation of a URL: who is let in, before the body is touched, and what is answered. */
export interface Operation {
  readonly admit: (request: FastifyRequest) => void;
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>;
}

export type Operations = Partial<Record<'GET' | 'POST' | 'DELETE', Operation>>;

/** Every method that a request can have. */
const ALL_METHODS = METHODS.filter((method) => method !== 'CONNECT') as HTTPMethods[];

/** Makes the framework hand on every method, and keep its hands off the bodies of all but POST. */
export function allowAllMethods(app: FastifyInstance): void {
  for (const method of ALL_METHODS)
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
      app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
}

/**
 * Serves a URL: HEAD as GET, OPTIONS with what there is, and any other method with 405.
 */
export function serve(
  scope: FastifyInstance,
  url: string,
  identify: onRequestAsyncHookHandler,
  operations: Operations,
): void {
  const served: HTTPMethods[] = [];
  for (const [method, { admit, answer }] of Object.entries(operations)) {
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method];
    served.push(...methods);
    scope.route({
      method: methods,
      url,
      onRequest: [
        identify,
        (request, _reply, done) => {
          admit(request);
          done();
        },
      ],
      handler: answer,
    });
  }
  const allow = [...served, 'OPTIONS'].join(', ');
  scope.route({
    method: 'OPTIONS',
    url,
    handler: (_request, reply) => sendTaxii(reply.header('Allow', allow)),
  });
  scope.route({
    method: ALL_METHODS.filter((method) => !served.includes(method) && method !== 'OPTIONS'),
    url,
    // In a hook, because what follows looks at the body's type first.
    onRequest: (_request, _reply, done) =>
      done(new AppError('method.not-allowed', { description: `Allowed are ${allow}.`, headers: { Allow: allow } })),
    handler: (_request, reply) => reply,
  });
}
