import { sourceOf } from '../../collections/ingest.ts';
import { AppError } from '../../errors.ts';
import { recallObject, type TakenBack, undoRecall } from '../../ledger/recall.ts';
import { recipientsOf } from '../../ledger/recipients.ts';
import type { Recall } from '../../store/recalls.ts';
import { formatMicros } from '../../time.ts';
import { actionFields, confirmForm } from '../admin-forms.ts';
import { type Answer, BASE, type Context, readableScopes } from '../context.ts';
import { csv } from '../csv.ts';
import { isStixId, parseObject, titleOf } from '../describe.ts';
import { instant } from '../format.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { heading, input, note, section, table } from '../parts.ts';
import { recipients, recipientsTable } from '../recipients-table.ts';

const PATH = `${BASE}/recalls/`;

/** Taking objects back, and letting them in again; for operators. */
export async function recallsPage(context: Context): Promise<Answer> {
  const { t, store, query } = context;
  const all = await store.recalls.list();
  return {
    kind: 'page',
    title: t.recalls,
    body: html`${heading(t.recalls)}
<p class="prose quiet">${t.recallExplained}</p>
<form method="post" action="${PATH}" class="action">${actionFields(context)}
${input('object', t.stixId, { required: true, value: query.get('object') ?? undefined })}
${input('reason', t.reason, { required: true })}
<button class="grave">${t.recall}</button>
</form>
${section(t.recalledObjects, all.length === 0 ? note(t.noRecalls) : list(context, all))}`,
  };
}

function list(context: Context, all: readonly Recall[]): Html {
  const { t, lang } = context;
  return table(
    t.recalledObjects,
    [
      { title: t.object },
      { title: t.reason },
      { title: t.time },
      { title: t.by, minor: true },
      { title: t.state },
      { title: t.change },
    ],
    all.map(({ object, reason, at, by, done, undone }) => [
      html`<a class="mono wrap" href="${BASE}/ledger/?object=${encodeURIComponent(object)}">${object}</a>`,
      reason,
      instant(lang, at),
      html`<span class="mono">${by}</span>`,
      undone !== undefined
        ? html`<span class="state plain">${t.undone}</span>`
        : html`<span class="state ${done === undefined ? 'warning' : 'good'}">${done === undefined ? t.underWay : t.recalled}</span>`,
      undone !== undefined
        ? ''
        : html`<details class="fold"><summary>${t.undo}</summary>
<form method="post" action="${PATH}undo/" class="action">${actionFields(context)}<input type="hidden" name="object" value="${object}">
${input('reason', t.reason, { required: true })}
<button>${t.undo}</button>
</form></details>`,
    ]),
  );
}

export function recall(context: Context): Promise<Answer> {
  const { t, store } = context;
  return change(context, t.recall, PATH, true, (object, reason, by) => recallObject(store, { object, reason, by }));
}

export function undo(context: Context): Promise<Answer> {
  const { t, store } = context;
  return change(context, t.undo, `${PATH}undo/`, false, (object, reason, by) =>
    undoRecall(store, { object, reason, by }),
  );
}

/** Asks first, with what is concerned; does it when that was confirmed. */
async function change(
  context: Context,
  title: string,
  path: string,
  grave: boolean,
  act: (object: string, reason: string, by: string) => Promise<TakenBack>,
): Promise<Answer> {
  const { t, form, viewer } = context;
  const object = (form.get('object') ?? '').trim();
  const reason = (form.get('reason') ?? '').trim();
  const page = (body: Html, status = 200): Answer => ({
    kind: 'page',
    title,
    status,
    body: html`${heading(title)}${body}`,
  });
  const back = html`<p><a href="${PATH}">${t.goBack}</a></p>`;
  if (!isStixId(object)) return page(html`${note(t.noStixId, 'error')}${back}`, 400);
  if (reason === '') return page(html`${note(t.noReason, 'error')}${back}`, 400);
  if (form.get('confirmed') !== 'yes')
    return page(html`${await concerned(context, object)}
${confirmForm(context, path, PATH, grave)}`);
  try {
    const { recipients: told } = await act(object, reason, sourceOf(viewer.principal));
    return page(html`${note(t.done, 'good')}
<p class="mono wrap">${object}</p>
${section(
  t.toNotify,
  html`${recipientsTable(context, told)}
${told.length === 0 ? NOTHING : html`<p class="actions"><a href="${PATH}csv/?object=${encodeURIComponent(object)}">CSV</a></p>`}`,
)}
${back}`);
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    return page(html`${note(error.description ?? error.title, 'error')}${back}`, error.status);
  }
}

async function concerned(context: Context, object: string): Promise<Html> {
  const { t, lang, store, viewer } = context;
  const hits = await store.search.current([object], readableScopes(viewer));
  const titles = new Map([...viewer.catalogue.collection].map(([id, { value }]) => [id, value.title]));
  const held =
    hits.length === 0
      ? note(t.heldNowhere)
      : html`<ul class="changes">${hits.map((hit) => html`<li><strong>${titleOf(parseObject(hit.json), hit.id)}</strong> ${titles.get(hit.collection)}, ${instant(lang, hit.version)}</li>`)}</ul>`;
  return html`<p class="mono wrap">${object}</p>
${held}
${section(t.recipients, await recipients(context, object))}`;
}

export async function recallCsv({ store, query }: Context): Promise<Answer> {
  const object = query.get('object') ?? '';
  if (!isStixId(object)) throw new AppError('not-found');
  const all = await recipientsOf(store.ledger, object);
  const rows = all.map(({ who, first, last, times, text, versions, agreements }) => [
    who,
    formatMicros(first),
    formatMicros(last),
    String(times),
    text ? 'object' : 'id only',
    versions.join(' '),
    agreements.join(' '),
  ]);
  const header = ['who', 'first', 'last', 'times', 'sent', 'versions', 'agreements'];
  return { kind: 'file', name: `recipients-${object}.csv`, type: 'text/csv', text: csv([header, ...rows]) };
}
