/**
 * Markup with everything escaped that is put into it. Values stand in text or in quoted attributes, nowhere else: not in
 * tag names, not in scripts, not in URLs of foreign origin.
 */
export interface Html {
  readonly [MARKUP]: string;
}

const MARKUP = Symbol('markup');

/** Nothing is shown of `undefined`, `null` and `false`, so that `condition && html…` can stand in a template. */
export type Shown = Html | string | number | undefined | null | false | readonly Shown[];

export function html(strings: TemplateStringsArray, ...values: readonly Shown[]): Html {
  let text = strings[0] ?? '';
  for (const [i, value] of values.entries()) text += markupOf(value) + (strings[i + 1] ?? '');
  return { [MARKUP]: text };
}

export const NOTHING: Html = html``;

export function render(value: Html): string {
  return value[MARKUP];
}

/** Data for a script of ours, in an element that no browser runs. */
export function dataElement(id: string, value: unknown): Html {
  // Nothing in it can end the element.
  const json = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return { [MARKUP]: `<script type="application/json" id="${escaped(id)}">${json}</script>` };
}

function markupOf(value: Shown): string {
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return MARKUP in value ? value[MARKUP] : value.map(markupOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}
