import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '../auth/attempts.ts';
import type { ClientCertificate } from '../auth/mtls.ts';
import { standingOf } from '../auth/standing.ts';
import { BASE, type Page } from '../console/context.ts';
import { isOwnPath } from '../console/pages/action.ts';
import { signInPage } from '../console/pages/sign-in.ts';
import type { Sessions } from '../console/sessions.ts';
import { isLanguage, type Language, textsOf } from '../console/texts/texts.ts';
import { AppError } from '../errors.ts';
import { type CookieOptions, idOf, idOrNew, languageOf, setId, setLanguage } from './console-session.ts';
import { queryOf } from './context.ts';
import type { HttpDeps } from './deps.ts';
import { isWrong, triedCredential } from './principal.ts';
import { asAppError, faultOf } from './reply.ts';

/** What the pages around signing in need of the scope. */
interface Surroundings {
  readonly sessions: Sessions;
  readonly cookiesOf: (request: FastifyRequest) => CookieOptions;
  readonly certificateIn: (request: FastifyRequest) => ClientCertificate | undefined;
  readonly admit: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  readonly demandToken: (request: FastifyRequest) => Promise<void>;
  readonly send: (request: FastifyRequest, reply: FastifyReply, page: Page) => FastifyReply;
}

/** Signing in and out, and the choice of the language: the pages for whoever is not known yet. */
export function signInRoutes(app: FastifyInstance, deps: HttpDeps, around: Surroundings): void {
  const { catalogue, authenticator, ledger, clock, metrics } = deps;
  const { sessions, cookiesOf, certificateIn, admit, demandToken, send } = around;

  const signInForm = (request: FastifyRequest, reply: FastifyReply, to: string, fault?: Partial<Fault>) => {
    const t = textsOf(languageOf(request));
    const page = signInPage(t, {
      hub: request.hubTitle ?? 'Entente',
      formToken: sessions.formToken(idOrNew(request, reply, cookiesOf(request))),
      to,
      certificate: certificateIn(request) !== undefined,
      ...fault,
    });
    return send(request, reply, page);
  };

  const signIn = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const form = formOf(request);
    const to = ownPath(form.get('to'));
    const user = form.get('user') ?? '';
    const password = form.get('password') ?? '';
    const current = await catalogue.get();
    const now = clock();
    const certificate = certificateIn(request);
    const bare = user === '' && password === '';
    const tried = { authorization: bare ? undefined : basic(user, password), certificate, address: request.ip };
    try {
      const signedIn = await authenticator.authenticate(tried, current, now);
      const { principal, credentials } = signedIn;
      const standing = standingOf(principal, credentials, certificate, current, now);
      if ('anonymous' in principal || standing === undefined) throw new AppError('auth.invalid');
      const old = idOf(request, cookiesOf(request));
      if (old !== undefined) sessions.end(old);
      setId(reply, sessions.begin({ principal, credentials, standing }, now), cookiesOf(request));
      return reply.redirect(to, 303);
    } catch (thrown) {
      const error = asAppError(thrown);
      const t = textsOf(languageOf(request));
      if (isWrong(error)) ledger.signInFailed(networkOf(request.ip), triedCredential(tried, current));
      if (error.code === 'auth.invalid') metrics.signInFailed();
      else if (error.code !== 'auth.too-many-attempts' && error.code !== 'server.busy') throw error;
      request.fault = faultOf(error, request);
      reply.headers(error.headers);
      const fault = error.code === 'auth.invalid' ? t.signInFailed : t.signInLocked;
      // 401 would make browsers ask for a password of their own.
      return signInForm(request, reply, to, { user, fault, status: error.status === 401 ? 403 : error.status });
    }
  };

  app.route({
    method: ['GET', 'HEAD'],
    url: `${BASE}/sign-in/`,
    onRequest: admit,
    handler(request, reply) {
      const query = new URLSearchParams(queryOf(request));
      const to = ownPath(query.get('to'));
      if (request.viewer !== null) return reply.redirect(to, 303);
      return signInForm(request, reply, to, { ended: query.has('ended') });
    },
  });
  app.route({
    method: 'POST',
    url: `${BASE}/sign-in/`,
    onRequest: admit,
    preHandler: demandToken,
    handler: signIn,
  });
  app.route({
    method: 'POST',
    url: `${BASE}/sign-out/`,
    onRequest: admit,
    preHandler: demandToken,
    handler(request, reply) {
      sessions.end(idOf(request, cookiesOf(request)) ?? '');
      return reply.redirect(`${BASE}/sign-in/`, 303);
    },
  });
  app.route({
    method: ['GET', 'HEAD'],
    url: `${BASE}/language/:language/`,
    handler(request, reply) {
      const { language } = request.params as Readonly<Record<string, string>>;
      if (isLanguage(language)) setLanguage(reply, language satisfies Language, cookiesOf(request));
      return reply.redirect(ownPath(new URLSearchParams(queryOf(request)).get('to')), 303);
    },
  });
}

interface Fault {
  readonly user: string;
  readonly fault: string;
  readonly status: number;
  readonly ended: boolean;
}

/** What was posted. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}

function ownPath(to: string | null): string {
  return to !== null && isOwnPath(to) ? to : `${BASE}/`;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user.normalize('NFC')}:${password}`).toString('base64')}`;
}
