import { AppError } from '../../errors.ts';
import { ownerText } from '../../sharing/credentials.ts';
import type { PushSummary } from '../../store/push-list.ts';
import type { PushStatus } from '../../store/store.ts';
import { statusResource } from '../../taxii/resources.ts';
import { type Answer, BASE, type Context, isOperator, type Viewer, visibleCollections } from '../context.ts';
import { csv } from '../csv.ts';
import { instant, number } from '../format.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { findPath } from '../object-link.ts';
import { facts, heading, note, section, table } from '../parts.ts';

const PAGE = 50;
const LINES = 200;

export async function pushes(context: Context): Promise<Answer> {
  const { t, lang, store, viewer, query } = context;
  const { principal } = viewer;
  const before = positionOf(query.get('before'));
  const list = await store.pushes.list({
    ...('partner' in principal ? { owner: { partner: principal.partner } } : {}),
    ...(before === undefined ? {} : { before }),
    limit: PAGE + 1,
  });
  const page = list.slice(0, PAGE);
  const shown = page.filter((push) => mayRead(viewer, push));
  const last = list.length > PAGE ? page.at(-1) : undefined;
  return {
    kind: 'page',
    title: t.pushes,
    body: html`${heading(t.pushes)}
<p class="quiet">${t.pushesKept}</p>
${
  shown.length === 0
    ? note(t.noPushes)
    : table(
        t.pushes,
        [
          { title: t.requested },
          ...(isOperator(viewer) ? [{ title: t.by }] : []),
          { title: t.collection },
          { title: t.objects, kind: 'number' },
          { title: t.failures, kind: 'number' },
          { title: t.state },
        ],
        shown.map((push) => [
          html`<a href="${BASE}/pushes/${push.id}/">${instant(lang, push.requested)}</a>`,
          ...(isOperator(viewer) ? [ownerText(push.owner)] : []),
          titleOf(context, push),
          number(lang, push.total),
          number(lang, push.failures),
          state(context, push),
        ]),
      )
}
${last === undefined ? NOTHING : html`<nav class="pager" aria-label="${t.pages}"><a href="${BASE}/pushes/?before=${last.requested}.${last.id}" rel="next">${t.nextPage}</a></nav>`}`,
  };
}

function positionOf(text: string | null): { requested: number; id: string } | undefined {
  const match = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(text ?? '');
  return match === null ? undefined : { requested: Number(match[1]), id: match[2] ?? '' };
}

/** Only what the viewer may know of: a grant may have ended since. */
function titleOf({ viewer }: Context, { collection }: Pick<PushSummary, 'collection'>): string {
  return visibleCollections(viewer).find((one) => one.collection.id === collection)?.collection.title ?? collection;
}

function state({ t }: Context, { complete, failures, total }: Omit<PushSummary, 'owner'>): Html {
  if (!complete) return html`<span class="state plain">${t.pushPending}</span>`;
  if (failures === 0) return html`<span class="state good">${t.pushGood}</span>`;
  return html`<span class="state ${failures === total ? 'error' : 'warning'}">${failures === total ? t.pushBad : t.pushPartly}</span>`;
}

interface Line {
  readonly id: string;
  readonly version: string;
  readonly message?: string;
}

export async function pushPage(context: Context): Promise<Answer> {
  const { t, lang, viewer } = context;
  const status = await read(context);
  const { successes, failures, pendings } = status;
  const summary = { ...status, successes: successes.count, failures: failures.count, pendings: pendings.count };
  const good = firstLines(successes);
  const warned = good.filter(({ message }) => message !== undefined);
  return {
    kind: 'page',
    title: `${t.push} ${status.id.slice(0, 8)}`,
    body: html`<nav class="crumbs" aria-label="${t.whereYouAre}"><a href="${BASE}/pushes/">${t.pushes}</a></nav>
${heading(html`${t.push} <span class="mono">${status.id.slice(0, 8)}</span>`, html`<p class="under">${state(context, summary)}</p>`)}
${facts([
  ['id', html`<span class="mono">${status.id}</span>`],
  isOperator(viewer) && [t.by, ownerText(status.owner)],
  [t.collection, titleOf(context, status)],
  [t.requested, instant(lang, status.requested)],
  [t.objects, number(lang, status.total)],
  [t.accepted, number(lang, successes.count)],
  [t.failures, number(lang, failures.count)],
  pendings.count > 0 && [t.pending, number(lang, pendings.count)],
])}
<p class="actions">${t.download}: <a href="${BASE}/pushes/${status.id}/json/">JSON</a> <a href="${BASE}/pushes/${status.id}/csv/">CSV</a></p>
${failures.count > 0 ? section(t.failures, lines(context, firstLines(failures), failures.count, 'error')) : NOTHING}
${warned.length > 0 ? section(t.findings, lines(context, warned, warned.length, 'warning')) : NOTHING}
${
  good.length > warned.length
    ? section(
        t.accepted,
        lines(
          context,
          good.filter(({ message }) => message === undefined),
          successes.count - warned.length,
        ),
      )
    : NOTHING
}`,
  };
}

function lines({ t, lang }: Context, all: readonly Line[], count: number, kind?: 'error' | 'warning'): Html {
  const rest = count - Math.min(all.length, LINES);
  return html`${table(
    t.objects,
    [{ title: t.object }, { title: t.version }, ...(kind === undefined ? [] : [{ title: t.message }])],
    all
      .slice(0, LINES)
      .map(({ id, version, message }) => [
        kind === 'error'
          ? html`<span class="mono wrap">${id}</span>`
          : html`<a class="mono wrap" href="${findPath(id)}">${id}</a>`,
        html`<span class="nowrap">${instant(lang, version)}</span>`,
        ...(kind === undefined ? [] : [message]),
      ]),
  )}${rest > 0 ? note(t.andMore(number(lang, rest))) : NOTHING}`;
}

function linesOf({ json }: PushStatus['successes']): Line[] {
  return JSON.parse(`[${json}]`) as Line[];
}

/** One line: an object whose members are texts. */
const LINE = /\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\}/g;

/** Lines that a page looks at: a push may have hundreds of thousands. */
const MAX_LOOKED_AT = 5000;

function firstLines({ json }: PushStatus['successes']): Line[] {
  const lines: Line[] = [];
  for (const [text] of json.matchAll(LINE)) {
    lines.push(JSON.parse(text) as Line);
    if (lines.length === MAX_LOOKED_AT) break;
  }
  return lines;
}

export async function pushJson(context: Context): Promise<Answer> {
  const status = await read(context);
  return {
    kind: 'file',
    name: `push-${status.id}.json`,
    type: 'application/json',
    text: String(statusResource(status)),
  };
}

export async function pushCsv(context: Context): Promise<Answer> {
  const { id, successes, failures, pendings } = await read(context);
  const rows = [
    ['result', 'id', 'version', 'message'],
    ...linesOf(failures).map((line) => ['failure', line.id, line.version, line.message ?? '']),
    ...linesOf(successes).map((line) => ['success', line.id, line.version, line.message ?? '']),
    ...linesOf(pendings).map((line) => ['pending', line.id, line.version, line.message ?? '']),
  ];
  return { kind: 'file', name: `push-${id}.csv`, type: 'text/csv', text: csv(rows) };
}

/** @throws {AppError} not-found when there is none, or none that the viewer may read */
async function read({ store, viewer, params }: Context): Promise<PushStatus> {
  const status = await store.pushes.status((params.id ?? '').toLowerCase());
  if (status === undefined || !mayRead(viewer, status)) throw new AppError('not-found');
  return status;
}

/** Whoever pushed, as long as it may know of the API root, and operators. */
function mayRead(viewer: Viewer, { owner, root }: Pick<PushSummary, 'owner' | 'root'>): boolean {
  const { principal } = viewer;
  if ('operator' in principal) return true;
  const own = 'partner' in owner && owner.partner === principal.partner;
  return own && visibleCollections(viewer).some(({ collection }) => collection.root === root);
}
