import type { onRequestAsyncHookHandler } from 'fastify';
import type { Principal } from '../sharing/model.ts';
import type { HttpDeps } from './deps.ts';

/**
 * The hook that finds out who asks. Credentials that are wrong end the request, wherever it goes.
 * Throws what the authenticator throws.
 */
export function identify(deps: Pick<HttpDeps, 'catalogue' | 'authenticator' | 'clock'>): onRequestAsyncHookHandler {
  return async (request) => {
    const catalogue = await deps.catalogue.get();
    const principal = await deps.authenticator.authenticate(request.headers, catalogue);
    request.caller = { principal, catalogue, now: deps.clock() };
  };
}

/** As it stands in the log. */
export function nameOf(principal: Principal): string {
  if ('anonymous' in principal) return 'anonymous';
  return 'partner' in principal ? `partner:${principal.partner}` : `operator:${principal.operator}`;
}
