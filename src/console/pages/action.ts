import { sourceOf } from '../../collections/ingest.ts';
import { AppError } from '../../errors.ts';
import type { Difference } from '../../sharing/difference.ts';
import { describeEdit, type Edited, editCatalogue } from '../../sharing/edit.ts';
import { formOf } from '../action-fields.ts';
import { ACTIONS, type Action, type Plan } from '../actions.ts';
import { confirmForm } from '../admin-forms.ts';
import { type Answer, BASE, type Context, type Page } from '../context.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { heading, note } from '../parts.ts';

/**
 * Says what a change would do and asks; does it when it was confirmed, unless somebody else has changed something
 * meanwhile.
 */
export async function act(context: Context): Promise<Answer> {
  const { params, form, viewer, store, t } = context;
  const name = params.action ?? '';
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) throw new AppError('not-found');
  try {
    const plan = await action.prepare(formOf(form), viewer.now);
    if (form.get('confirmed') !== 'yes' || form.get('generation') !== String(viewer.catalogue.generation))
      return confirmation(context, name, action, plan);
    let successor: string | undefined;
    const edited = await editCatalogue(
      store,
      (catalogue) => {
        const edit = plan.edit(catalogue);
        successor = edit.successor;
        return edit;
      },
      sourceOf(viewer.principal),
    );
    return done(context, action, edited, plan.secret, successor);
  } catch (error) {
    if (!(error instanceof AppError) || !['config.invalid', 'not-found', 'catalogue.changed'].includes(error.code))
      throw error;
    return page(
      action.title(t),
      400,
      html`${heading(action.title(t))}
${note(html`<span class="lines">${error.description ?? error.title}</span>`, 'error')}
<p>${back(context)}</p>`,
    );
  }
}

function confirmation(context: Context, name: string, action: Action, plan: Plan): Page {
  const { t, form, viewer } = context;
  const { differences, warnings } = describeEdit(viewer.catalogue, plan.edit(viewer.catalogue));
  const title = action.title(t);
  const again = form.get('confirmed') === 'yes';
  if (differences.length === 0)
    return page(title, 200, html`${heading(title)}${note(t.nothingToChange)}<p>${back(context)}</p>`);
  return page(
    title,
    200,
    html`${heading(title)}
${again ? note(t.changedMeanwhile, 'warning') : NOTHING}
<p>${t.wouldChange}</p>
${changes(context, differences)}
${warnings.map((warning) => note(warning, 'warning'))}
${confirmForm(context, `${BASE}/actions/${name}/`, backPath(context), action.grave === true)}`,
  );
}

function done(
  context: Context,
  action: Action,
  { differences, warnings }: Edited,
  secret: string | undefined,
  successor: string | undefined,
): Page {
  const { t } = context;
  const shown = differences.length > 0 && secret !== undefined;
  return {
    ...page(
      action.title(t),
      200,
      html`${heading(action.title(t))}
${note(differences.length === 0 ? t.nothingToChange : t.done, 'good')}
${changes(context, differences)}
${warnings.map((warning) => note(warning, 'warning'))}
${
  shown
    ? html`<div class="secret"><h2>${successor ?? ''}</h2>
<p><code id="secret">${secret}</code> <button type="button" class="plain" data-copy="secret" hidden>${t.copy}</button></p>
${note(t.shownOnce, 'warning')}</div>`
    : NOTHING
}
<p>${back(context, t.goOn)}</p>`,
    ),
    scripts: ['copy.js'],
  };
}

function page(title: string, status: number, body: Html): Page {
  return { kind: 'page', title, status, body };
}

function changes({ t }: Context, differences: readonly Difference[]): Html {
  return html`<ul class="changes">${differences.map(
    ({ action, name, fields }) => html`
<li><span class="state ${action === 'remove' ? 'error' : action === 'add' ? 'good' : 'warning'}">${t.differences[action]}</span> ${name}${
      fields.length === 0 ? NOTHING : html`<ul>${fields.map((field) => html`<li>${field}</li>`)}</ul>`
    }</li>`,
  )}
</ul>`;
}

/** Where the form stood: a path of the console. */
function backPath({ form }: Context): string {
  const to = form.get('back') ?? '';
  return isOwnPath(to) ? to : `${BASE}/`;
}

function back(context: Context, text = context.t.goBack): Html {
  return html`<a href="${backPath(context)}">${text}</a>`;
}

/** Printable ASCII, as it stands in a request. */
const PATH = /^\/console\/[!-[\]-~]*$/;

/** A path below the console; nothing that a browser takes for another site. */
export function isOwnPath(path: string): boolean {
  return PATH.test(path) && !(path.split('?')[0] ?? '').includes('//') && path.length < 2000;
}
