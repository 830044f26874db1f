import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { logRequest } from '../observe/log.ts';
import { hostFault } from './base-url.ts';
import { consoleScope } from './console-scope.ts';
import { pathOf, REQUEST_STATE } from './context.ts';
import type { HttpDeps } from './deps.ts';
import { opsScope } from './ops-scope.ts';
import { nameOf } from './principal.ts';
import { errorSender } from './reply.ts';
import { allowAllMethods } from './resource.ts';
import { answerUnreadable, createHttpServer, SERVER_DEFAULTS } from './server.ts';
import { taxiiScope } from './taxii-scope.ts';
import { createUnsent } from './unsent.ts';

const NO_QUERY = {};
const YEAR_SECONDS = 31_536_000;

/**
 * The HTTP application: constructed here, started by `listen`, ended by `close`, which lets requests finish.
 */
export function buildApp(deps: HttpDeps): FastifyInstance {
  const { settings, logger } = deps;
  const sendError = errorSender(deps);
  const server = { ...SERVER_DEFAULTS, ...settings.server };
  const unsent = createUnsent(server);
  const app = Fastify({
    // Requests are logged by us, one line each.
    logger: false,
    genReqId: () => randomUUID(),
    serverFactory: (handler) => createHttpServer(handler, server, settings.tls),
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, logger),
    frameworkErrors: (error, request, reply) => {
      record(deps, request, reply);
      sendError(error, request, reply);
    },
    // While closing, what arrives on open connections is still answered.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    ...(settings.trustProxy === undefined ? {} : { trustProxy: [...settings.trustProxy] }),
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: server.maxHeaderBytes,
      // taxii/query.ts reads query strings itself.
      querystringParser: () => NO_QUERY,
    },
  });
  allowAllMethods(app);
  for (const name of REQUEST_STATE) app.decorateRequest(name, null);
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onRequest', (request, reply, done) => {
    record(deps, request, reply);
    reply.header('x-content-type-options', 'nosniff');
    // Whoever was here over TLS stays with it. Source: RFC 6797 §7.2
    if (settings.tls !== undefined) reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}`);
    reply.raw.once('close', () => {
      // A connection that was busy when closing began would else stay open for another request.
      if (closing) setImmediate(() => app.server.closeIdleConnections());
    });
    done(refusalOfAny(request));
  });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendError(new AppError('not-found'), request, reply));
  app.register((scope, _options, done) => {
    taxiiScope(scope, deps, unsent);
    done();
  });
  app.register((scope, _options, done) => {
    opsScope(scope, deps);
    done();
  });
  app.register((scope, _options, done) => {
    consoleScope(scope, deps, unsent);
    done();
  });
  return app;
}

/** What is wrong with a request wherever it goes; in a hook, because what follows looks at the body's type first. */
function refusalOfAny(request: FastifyRequest): AppError | undefined {
  const host = hostFault(request.raw);
  if (host !== undefined) return new AppError('request.invalid', { description: host });
  // The router takes the root of the host for an API root without a name.
  return request.is404 || /^\/*$/.test(pathOf(request)) ? new AppError('not-found') : undefined;
}

/** Writes one line and counts, once the request is over: answered, or given up by the client. */
function record({ logger, metrics }: HttpDeps, request: FastifyRequest, reply: FastifyReply): void {
  const started = performance.now();
  const from = request.ip;
  let over = false;
  const end = (status: number | undefined): void => {
    if (over) return;
    over = true;
    const ms = performance.now() - started;
    const route = request.is404 ? undefined : request.routeOptions.url;
    metrics.requestAnswered(route ?? 'none', request.method, status, ms / 1000);
    logRequest(logger, {
      request: request.id,
      who: request.caller ? nameOf(request.caller.principal) : undefined,
      credential: request.caller?.credentials.join(' ') || undefined,
      from,
      method: request.method,
      route,
      path: pathOf(request),
      status,
      count: request.count ?? undefined,
      ms,
      error: request.fault ?? undefined,
    });
  };
  reply.raw.once('finish', () => end(reply.statusCode));
  reply.raw.once('close', () => end(undefined));
}
