import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientCertificate } from '../auth/mtls.ts';
import { standingOf } from '../auth/standing.ts';
import { BASE, type Viewer } from '../console/context.ts';
import { newId, type Sessions } from '../console/sessions.ts';
import { isLanguage, type Language, preferredLanguage } from '../console/texts/texts.ts';
import { AppError } from '../errors.ts';
import type { Catalogue } from '../sharing/model.ts';
import type { Micros } from '../time.ts';

/** What the cookies of a browser say, and what keeps others from using them. */

const LANGUAGE = 'entente-language';
const YEAR_SECONDS = 31_536_000;

/** A cookie under this name can only have been set over TLS. Source: RFC 6265bis §4.1.3.1 */
const cookieName = (secure: boolean): string => (secure ? '__Secure-entente' : 'entente');

export interface CookieOptions {
  /** The browser reaches the hub over TLS. */
  readonly secure: boolean;
}

/** A request that was refused at once has had no cookies read. */
function cookieOf({ cookies }: FastifyRequest, name: string): string | undefined {
  return (cookies as FastifyRequest['cookies'] | null)?.[name];
}

export function idOf(request: FastifyRequest, { secure }: CookieOptions): string | undefined {
  return cookieOf(request, cookieName(secure));
}

export function setId(reply: FastifyReply, id: string, { secure }: CookieOptions): void {
  reply.setCookie(cookieName(secure), id, { path: BASE, httpOnly: true, sameSite: 'strict', secure });
}

/** Before ids of those who have not signed in. */
const STRANGER = 'stranger.';

/** The id that the browser has, or a new one for somebody who has not signed in. */
export function idOrNew(request: FastifyRequest, reply: FastifyReply, options: CookieOptions): string {
  const known = idOf(request, options);
  if (known !== undefined && known !== '') return known;
  const id = STRANGER + newId();
  setId(reply, id, options);
  return id;
}

/** Whether an id was given to somebody who had signed in. */
export function isOfSession(id: string | undefined): boolean {
  return id !== undefined && id !== '' && !id.startsWith(STRANGER);
}

/** Who has signed in, as long as the credentials are worth what they were then. */
export function viewerOf(
  sessions: Sessions,
  id: string | undefined,
  certificate: ClientCertificate | undefined,
  catalogue: Catalogue,
  now: Micros,
): (Viewer & { readonly credentials: readonly string[] }) | undefined {
  if (id === undefined) return undefined;
  const session = sessions.use(id, now);
  if (session === undefined) return undefined;
  const { principal, credentials, standing } = session;
  if (standingOf(principal, credentials, certificate, catalogue, now) === standing)
    return { principal, credentials, catalogue, now };
  sessions.end(id);
  return undefined;
}

export function languageOf(request: FastifyRequest): Language {
  const chosen = cookieOf(request, LANGUAGE);
  return isLanguage(chosen) ? chosen : preferredLanguage(request.headers['accept-language']);
}

export function setLanguage(reply: FastifyReply, language: Language, { secure }: CookieOptions): void {
  reply.setCookie(LANGUAGE, language, { path: BASE, httpOnly: true, sameSite: 'lax', secure, maxAge: YEAR_SECONDS });
}

/**
 * Browsers say where a request comes from, and no page can make them say something else.
 * @param publicUrl what browsers know the hub by; a proxy may ask for it by another host
 * @throws {AppError} request.invalid when it comes from another site
 */
export function refuseForeign({ headers, host }: FastifyRequest, publicUrl: string | undefined): void {
  const site = headers['sec-fetch-site'];
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  const from = URL.parse(origin ?? '')?.host;
  const isOwn = from === host || (publicUrl !== undefined && from === URL.parse(publicUrl)?.host);
  const foreignOrigin = origin !== undefined && (from === undefined || !isOwn);
  if (foreignSite || foreignOrigin)
    throw new AppError('request.invalid', { description: 'The request was made by a page of another site.' });
}
