import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { networkOf } from '../auth/attempts.ts';
import { type ClientCertificate, certificateOfHeader } from '../auth/mtls.ts';
import { type SignIn, userOf } from '../auth/presented.ts';
import { AppError } from '../errors.ts';
import type { Catalogue, Principal } from '../sharing/model.ts';
import type { HttpDeps } from './deps.ts';
import { peerCertificate } from './peer.ts';
import { trustedAddresses } from './trusted.ts';

/**
 * The hook that finds out who asks, and holds the caller to its limits. Credentials that are wrong end the request,
 * wherever it goes.
 * Throws what the authenticator throws, and rate.limited.
 */
export function identify(deps: HttpDeps): onRequestAsyncHookHandler {
  const certificateOf = certificateReader(deps.settings);
  const { limiter } = deps;
  return async (request, reply) => {
    const catalogue = await deps.catalogue.get();
    const now = deps.clock();
    const { headers } = request;
    const apiKey = headers['x-api-key'];
    const signIn = {
      authorization: headers.authorization,
      // Two of them are one value that no token has.
      apiKey: Array.isArray(apiKey) ? apiKey.join() : apiKey,
      certificate: certificateOf(request),
      address: request.ip,
    };
    const { principal, credentials } = await deps.authenticator.authenticate(signIn, catalogue, now).catch((error) => {
      if (isWrong(error)) deps.ledger.signInFailed(networkOf(request.ip), triedCredential(signIn, catalogue));
      throw error;
    });
    request.caller = { principal, credentials, catalogue, now };
    await limiter.admit(request, reply);
  };
}

export function isWrong(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'auth.invalid' || error.code === 'auth.too-many-attempts');
}

/** A name that belongs to no credential may be a secret that was typed in the wrong place. */
export function triedCredential(signIn: SignIn, { credential }: Catalogue): string | undefined {
  const name = `basic:${userOf(signIn) ?? ''}`;
  return credential.has(name) ? name : undefined;
}

/** The certificate of the connection, or the one that a trusted proxy names in the header agreed with it. */
export function certificateReader({ trustProxy, clientCertHeader }: HttpDeps['settings']) {
  const isTrusted = trustedAddresses(trustProxy ?? []);
  const header = clientCertHeader?.toLowerCase();
  return (request: FastifyRequest): ClientCertificate | undefined => {
    const { certificate, fault } = peerCertificate(request.raw.socket);
    if (header !== undefined && isTrusted(request.raw.socket.remoteAddress)) {
      const text = request.headers[header];
      // The proxy's own certificate is not its client's.
      return typeof text === 'string' && text !== '' ? certificateOfHeader(text) : undefined;
    }
    if (fault !== undefined)
      throw new AppError('auth.invalid', { description: `The client certificate is not accepted: ${fault}.` });
    return certificate;
  };
}

/** As it stands in the log. */
export function nameOf(principal: Principal): string {
  if ('anonymous' in principal) return 'anonymous';
  return 'partner' in principal ? `partner:${principal.partner}` : `operator:${principal.operator}`;
}
