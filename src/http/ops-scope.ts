import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { sharedReadiness } from '../observe/health.ts';
import { signInFirst } from './access.ts';
import { callerOf } from './context.ts';
import type { HttpDeps } from './deps.ts';
import { identify } from './principal.ts';

/**
 * What whoever runs the hub asks: is it alive, can it work, what has it done. The first two say yes or no to anybody,
 * the third is for the machine itself and for operators.
 */
export function opsScope(app: FastifyInstance, deps: HttpDeps): void {
  const { store, catalogue, metrics, logger } = deps;
  const identifyCaller = identify(deps);
  const readiness = sharedReadiness(store.maintenance, catalogue);
  const { publicUrl, trustProxy } = deps.settings;
  // What comes through a proxy on this machine looks as if it came from it.
  const hasProxy = publicUrl !== undefined || trustProxy !== undefined;

  app.route({
    method: ['GET', 'HEAD'],
    url: '/healthz',
    handler: (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'alive' }),
  });

  app.route({
    method: ['GET', 'HEAD'],
    url: '/readyz',
    async handler(_request, reply) {
      const { ready, cause } = await readiness();
      if (!ready) logger.error({ err: cause }, 'not ready');
      reply.header('cache-control', 'no-store').code(ready ? 200 : 503);
      return reply.send({ status: ready ? 'ready' : 'not ready' });
    },
  });

  app.route({
    method: ['GET', 'HEAD'],
    url: '/metrics',
    async onRequest(request, reply) {
      if (!hasProxy && isFromThisMachine(request)) return;
      await identifyCaller.call(this, request, reply);
      const { principal } = callerOf(request);
      if ('anonymous' in principal) throw signInFirst();
      if (!('operator' in principal))
        throw new AppError('permission.denied', { description: 'Metrics are for operators.' });
    },
    async handler(_request, reply) {
      const { contentType, text } = await metrics.render();
      return reply.header('content-type', contentType).header('cache-control', 'no-store').send(text);
    },
  });
}

const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/** From a loopback address, and not handed on by a proxy that stands on one. */
function isFromThisMachine({ raw, headers }: FastifyRequest): boolean {
  if (PROXY_HEADERS.some((name) => headers[name] !== undefined)) return false;
  const address = raw.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
