import { type Html, html, NOTHING, type Shown } from './html.ts';

/** Pieces that pages are put together from. */

export function heading(title: Shown, beside: Shown = NOTHING): Html {
  return html`<div class="heading"><h1>${title}</h1>${beside}</div>`;
}

export interface Column {
  readonly title: Shown;
  /** Numbers stand to the right. */
  readonly kind?: 'number';
  /** Left out where there is little room. */
  readonly minor?: true;
}

/** A table that scrolls by itself where it does not fit. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Shown[])[]): Html {
  const classes = columns.map(({ kind, minor }) => [kind, minor && 'minor'].filter(Boolean).join(' '));
  const cell = (content: Shown, i: number): Html => html`<td class="${classes[i]}">${content}</td>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption class="unseen">${caption}</caption>
<thead><tr>${columns.map(({ title }, i) => html`<th scope="col" class="${classes[i]}">${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`
<tr>${row.map(cell)}</tr>`,
  )}
</tbody></table></div>`;
}

/** Names with what belongs to them. */
export function facts(entries: readonly (readonly [name: Shown, value: Shown] | undefined | false)[]): Html {
  return html`<dl class="facts">${entries.map(
    (entry) =>
      entry &&
      html`
<div><dt>${entry[0]}</dt><dd>${entry[1]}</dd></div>`,
  )}
</dl>`;
}

export function section(title: Shown, content: Shown, id?: string): Html {
  return html`<section${id === undefined ? NOTHING : html` id="${id}"`}><h2>${title}</h2>
${content}
</section>`;
}

export function note(text: Shown, kind: 'plain' | 'good' | 'warning' | 'error' = 'plain'): Html {
  return html`<p class="note ${kind}"${kind === 'error' ? html` role="alert"` : NOTHING}>${text}</p>`;
}

export interface Choice {
  readonly value: string;
  readonly text: string;
}

export function select(
  name: string,
  label: string,
  choices: readonly Choice[],
  chosen: string | undefined,
  any?: string,
): Html {
  return html`<label class="field"><span>${label}</span><select name="${name}">${
    any === undefined ? NOTHING : html`<option value="">${any}</option>`
  }${choices.map(
    ({ value, text }) => html`<option value="${value}"${value === chosen ? html` selected` : NOTHING}>${text}</option>`,
  )}</select></label>`;
}

export interface InputOptions {
  readonly type?: 'text' | 'search' | 'date' | 'password' | 'number';
  readonly value?: string | undefined;
  readonly required?: boolean;
  readonly hint?: string;
  readonly autocomplete?: string;
  readonly min?: string;
  readonly max?: string;
}

export function input(name: string, label: string, options: InputOptions = {}): Html {
  const { type = 'text', value, required, hint, autocomplete, min, max } = options;
  return html`<label class="field"><span>${label}</span><input type="${type}" name="${name}"${
    value === undefined ? NOTHING : html` value="${value}"`
  }${required ? html` required` : NOTHING}${autocomplete === undefined ? NOTHING : html` autocomplete="${autocomplete}"`}${
    min === undefined ? NOTHING : html` min="${min}"`
  }${max === undefined ? NOTHING : html` max="${max}"`}>${hint === undefined ? NOTHING : html`<small>${hint}</small>`}</label>`;
}

export function checkbox(name: string, label: string, checked: boolean): Html {
  return html`<label class="check"><input type="checkbox" name="${name}" value="yes"${checked ? html` checked` : NOTHING}> ${label}</label>`;
}

/** A bar for a share of a whole, with the number beside it for whoever does not see it. */
export function bar(share: number): Html {
  const percent = Math.max(0, Math.min(100, Math.round(share * 100)));
  return html`<meter min="0" max="100" value="${percent}" aria-hidden="true"></meter>`;
}
