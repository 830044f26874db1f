import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sourceOf } from '../collections/ingest.ts';
import {
  type Answer,
  BASE,
  type Context,
  type Page,
  type Route,
  type Viewer,
  visibleCollections,
} from '../console/context.ts';
import { layout } from '../console/layout.ts';
import { ROUTES } from '../console/routes.ts';
import { Sessions } from '../console/sessions.ts';
import { textsOf } from '../console/texts/texts.ts';
import { type Viewing, viewing } from '../console/viewed.ts';
import { AppError } from '../errors.ts';
import { createAssets, serveAssets } from './console-assets.ts';
import { faultOfPage, NothingOpen, StaleForm } from './console-faults.ts';
import { type CookieOptions, idOf, isOfSession, languageOf, refuseForeign, viewerOf } from './console-session.ts';
import { formOf, signInRoutes } from './console-sign-in.ts';
import { pathOf, queryOf } from './context.ts';
import type { HttpDeps } from './deps.ts';
import { certificateReader } from './principal.ts';
import { asAppError, faultOf } from './reply.ts';
import { boundUnsent, type Unsent } from './unsent.ts';

/** Nothing from elsewhere, nothing inline, nobody around. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  // With no-referrer browsers would not say either where a form comes from.
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cache-control': 'no-store',
};

const FORM_BYTES = 65_536;
const FORM = 'application/x-www-form-urlencoded';

/** Where people look. Pages come from `console/`; this is what stands between them and a browser. */
export function consoleScope(app: FastifyInstance, deps: HttpDeps, unsent: Unsent): void {
  const { catalogue, authenticator, ledger, limiter, clock, settings, store } = deps;
  const sessions = new Sessions();
  const assets = createAssets();
  const certificateOf = certificateReader(settings);
  const extensionSchemas = deps.extensionSchemas ?? new Map();

  const cookiesOf = (request: FastifyRequest): CookieOptions => ({
    secure: request.protocol === 'https' || settings.publicUrl?.startsWith('https:') === true,
  });

  /** A certificate that does not count is none here: a password may. */
  const certificateIn = (request: FastifyRequest) => {
    try {
      return certificateOf(request);
    } catch {
      return undefined;
    }
  };

  const send = (request: FastifyRequest, reply: FastifyReply, page: Page, viewer?: Viewer): FastifyReply => {
    const lang = languageOf(request);
    const hub = viewer?.catalogue.hub.get('hub')?.value.title ?? request.hubTitle ?? 'Entente';
    const html = layout(page, {
      lang,
      t: textsOf(lang),
      hub,
      ...(viewer === undefined ? {} : { viewer }),
      path: pathAndQuery(request),
      formToken: sessions.formToken(idOf(request, cookiesOf(request)) ?? ''),
      asset: assets.pathOf,
    });
    return reply
      .code(page.status ?? 200)
      .header('content-type', 'text/html; charset=utf-8')
      .send(html);
  };

  const answer = (request: FastifyRequest, reply: FastifyReply, given: Answer, viewer: Viewer): FastifyReply => {
    if (given.kind === 'page') return send(request, reply, given, viewer);
    if (given.kind === 'redirect') return reply.redirect(given.to, 303);
    if (given.kind === 'data')
      return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(given.value));
    return reply
      .header('content-type', `${given.type}; charset=utf-8`)
      .header('content-disposition', `attachment; filename="${given.name.replace(/[^\w.-]/g, '_')}"`)
      .send(given.text);
  };

  /** Who looks; somebody without a session is sent to sign in. */
  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.method === 'POST') refuseForeign(request, settings.publicUrl);
    const current = await catalogue.get();
    const now = clock();
    const id = idOf(request, cookiesOf(request));
    const viewer = viewerOf(sessions, id, certificateIn(request), current, now);
    request.hubTitle = current.hub.get('hub')?.value.title ?? null;
    request.viewer = viewer ?? null;
    request.caller = {
      principal: viewer?.principal ?? { anonymous: true },
      credentials: viewer?.credentials ?? [],
      catalogue: current,
      now,
    };
    await limiter.admit(request, reply);
  };

  const demandViewer = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (request.viewer !== null) return undefined;
    const to = request.method === 'GET' ? pathAndQuery(request) : `${BASE}/`;
    const ended = isOfSession(idOf(request, cookiesOf(request))) ? '&ended=1' : '';
    return reply.redirect(`${BASE}/sign-in/?to=${encodeURIComponent(to)}${ended}`, 303);
  };

  /** A form of this browser, from one of our pages. */
  const demandToken = async (request: FastifyRequest): Promise<void> => {
    const id = idOf(request, cookiesOf(request));
    const token = formOf(request).get('token');
    if (id === undefined || token === null || !sessions.isFormToken(id, token)) throw new StaleForm();
  };

  boundUnsent(app, unsent);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: FORM_BYTES }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  app.register(cookie);
  app.decorateRequest('viewer', null);
  app.decorateRequest('hubTitle', null);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(HEADERS);
    done();
  });

  app.setErrorHandler((thrown, request, reply) => {
    const error = asAppError(thrown);
    const t = textsOf(languageOf(request));
    request.fault = faultOf(error, request);
    reply.headers(error.headers);
    const page = faultOfPage(t, thrown, error, request.id);
    return send(request, reply, page, request.viewer ?? undefined);
  });

  serveAssets(app, assets);

  signInRoutes(app, deps, { sessions, cookiesOf, certificateIn, admit, demandToken, send });

  const contextOf = (request: FastifyRequest, viewer: Viewer, { search, objects }: Viewing): Context => {
    const lang = languageOf(request);
    return {
      store: { ...store, search, objects },
      authenticator,
      extensionSchemas,
      viewer,
      lang,
      t: textsOf(lang),
      params: request.params as Readonly<Record<string, string>>,
      query: new URLSearchParams(queryOf(request)),
      form: formOf(request),
      formToken: sessions.formToken(idOf(request, cookiesOf(request)) ?? ''),
      path: pathAndQuery(request),
    };
  };

  /** What a page shows is a disclosure like any other: it is recorded before anything of it goes out. */
  const record = (request: FastifyRequest, { principal }: Viewer, seen: Viewing): void => {
    const credentials = request.caller?.credentials ?? [];
    for (const { reading, result } of seen.read())
      ledger.read({ ...reading, who: sourceOf(principal), credentials, request: request.id }, result);
  };

  const serve = (route: Route): void => {
    app.route({
      method: route.method === 'GET' ? ['GET', 'HEAD'] : 'POST',
      url: BASE + route.path,
      onRequest: [admit, demandViewer],
      ...(route.method === 'POST' ? { preHandler: demandToken } : {}),
      async handler(request, reply) {
        const viewer = viewerIn(request);
        if (route.for === 'operators' && !('operator' in viewer.principal)) throw new AppError('not-found');
        if ('partner' in viewer.principal && visibleCollections(viewer).length === 0) throw new NothingOpen();
        const seen = viewing(store.search, store.objects);
        const given = await route.answer(contextOf(request, viewer, seen));
        record(request, viewer, seen);
        return answer(request, reply, given, viewer);
      },
    });
  };
  for (const route of ROUTES) serve(route);

  app.all(`${BASE}/*`, { onRequest: [admit, demandViewer] }, () => {
    throw new AppError('not-found');
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who has signed in to the console. */
    viewer: (Viewer & { readonly credentials: readonly string[] }) | null;
    hubTitle: string | null;
  }
}

function viewerIn(request: FastifyRequest): Viewer {
  if (request.viewer === null) throw new Error('Nobody was asked to sign in for this page.');
  return request.viewer;
}

function pathAndQuery(request: FastifyRequest): string {
  const query = queryOf(request);
  return query === '' ? pathOf(request) : `${pathOf(request)}?${query}`;
}
