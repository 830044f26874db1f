import { TLP_LEVELS } from '../sharing/model.ts';
import { BASE, type Context } from './context.ts';
import { type Html, html, type Shown } from './html.ts';
import { tokenField } from './layout.ts';
import { input, select } from './parts.ts';

/** A form of an action; whoever sends it is asked to confirm. */
export function actionForm(
  context: Context,
  action: string,
  label: string,
  fields: Shown,
  values: Fields = {},
  grave = false,
): Html {
  return html`<form method="post" action="${BASE}/actions/${action}/" class="action">
${actionFields(context)}${hidden(values)}
${fields}
<button${grave ? html` class="grave"` : html``}>${label}</button>
</form>`;
}

/** What every form of a change carries. */
export function actionFields({ formToken, path }: Context): Html {
  return html`${tokenField(formToken)}<input type="hidden" name="back" value="${path}">`;
}

/** Fields of a confirmation itself. */
const OWN = new Set(['token', 'confirmed', 'generation']);

/** Asks whether a change shall be made, with everything that was sent for it. */
export function confirmForm({ t, form, formToken, viewer }: Context, path: string, back: string, grave: boolean): Html {
  return html`<form method="post" action="${path}" class="confirm">
${tokenField(formToken)}<input type="hidden" name="confirmed" value="yes"><input type="hidden" name="generation" value="${viewer.catalogue.generation}">
${[...form].filter(([key]) => !OWN.has(key)).map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`)}
<p class="actions"><button class="main${grave ? ' grave' : ''}">${t.confirm}</button> <a href="${back}">${t.cancel}</a></p>
</form>`;
}

type Fields = Readonly<Record<string, string>>;

function hidden(values: Fields): Html[] {
  return Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** Opens on demand, so that a page is for reading first. */
export function fold(title: string, content: Shown): Html {
  return html`<details class="fold"><summary>${title}</summary>
${content}
</details>`;
}

export interface GrantValues {
  readonly collection?: string;
  readonly read?: boolean;
  readonly write?: boolean;
  readonly maxTlp?: string;
  readonly types?: readonly string[];
  readonly delete?: string;
}

export function grantFields({ t, viewer }: Context, values: GrantValues): Html {
  const collections = [...viewer.catalogue.collection.values()].map(({ value }) => ({
    value: value.id,
    text: value.title,
  }));
  return html`${values.collection === undefined ? select('collection', t.collection, collections, undefined) : html`<input type="hidden" name="collection" value="${values.collection}">`}
${select(
  'max_tlp',
  t.ceiling,
  TLP_LEVELS.map((level) => ({ value: level, text: `TLP:${level.toUpperCase()}` })),
  values.maxTlp ?? 'green',
)}
<fieldset><legend>${t.rights}</legend>
<label class="check"><input type="checkbox" name="read" value="yes"${(values.read ?? true) && html` checked`}> ${t.read}</label>
<label class="check"><input type="checkbox" name="write" value="yes"${(values.write ?? false) && html` checked`}> ${t.write}</label>
</fieldset>
${select(
  'delete',
  t.deletion,
  [
    { value: 'none', text: t.deletes.none },
    { value: 'own', text: t.deletes.own },
    { value: 'any', text: t.deletes.any },
  ],
  values.delete ?? 'none',
)}
${input('types', t.types, { value: (values.types ?? []).join(', '), hint: t.typesHint })}`;
}

export function termFields(
  { t }: Context,
  values: {
    title?: string | undefined;
    purpose?: string | undefined;
    from?: string | undefined;
    until?: string | undefined;
  },
): Html {
  return html`${input('title', t.title, { value: values.title })}
${input('purpose', t.purpose, { value: values.purpose })}
${input('from', t.from, { value: values.from, hint: t.dateHint })}
${input('until', t.until, { value: values.until, hint: t.dateHint })}`;
}

export function ownerSelect({ t, viewer }: Context, chosen?: string): Html {
  const owners = [
    ...[...viewer.catalogue.partner.keys()].sort().map((name) => ({ value: `partner:${name}`, text: name })),
    ...[...viewer.catalogue.operator.keys()]
      .sort()
      .map((name) => ({ value: `operator:${name}`, text: `${name} (${t.operator})` })),
  ];
  return select('owner', t.owner, owners, chosen);
}
