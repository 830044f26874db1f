import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from './deps.ts';
import { identify } from './principal.ts';
import { type Operations, serve } from './resource.ts';
import { apiRoot } from './routes/api-root.ts';
import { collection, collections } from './routes/collections.ts';
import { discovery } from './routes/discovery.ts';
import { manifest } from './routes/manifest.ts';
import { object, objects } from './routes/objects.ts';
import { status } from './routes/status.ts';
import { versions } from './routes/versions.ts';
import { boundUnsent, type Unsent } from './unsent.ts';

/**
 * The URLs of TAXII 2.1. Each ends in a slash; the router takes them without one as well, and repeated slashes as one.
 * Source: TAXII 2.1 §4, §5
 */
export function taxiiScope(app: FastifyInstance, deps: HttpDeps, unsent: Unsent): void {
  // Bodies are read by whoever wants them, counted and in pieces.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  boundUnsent(app, unsent);
  const identifyCaller = identify(deps);
  const at = (url: string, operations: Operations): void => serve(app, url, identifyCaller, operations);
  at('/taxii2/', discovery(deps.settings.publicUrl));
  at('/:root/', apiRoot());
  at('/:root/status/:status/', status(deps));
  at('/:root/collections/', collections());
  at('/:root/collections/:collection/', collection());
  at('/:root/collections/:collection/manifest/', manifest(deps));
  at('/:root/collections/:collection/objects/', objects(deps));
  at('/:root/collections/:collection/objects/:object/', object(deps));
  at('/:root/collections/:collection/objects/:object/versions/', versions(deps));
}
