import { BASE, type Page } from '../context.ts';
import { html, NOTHING, type Shown } from '../html.ts';

/** Something went wrong, or is not to be had. */
export function faultPage(
  title: string,
  text: Shown,
  options: { readonly status: number; readonly id?: Shown; readonly home?: string },
): Page {
  const { status, id, home } = options;
  return {
    kind: 'page',
    title,
    status,
    body: html`<div class="card narrow">
<h1>${title}</h1>
<p>${text}</p>
${id === undefined ? NOTHING : html`<p class="quiet">${id}</p>`}
${home === undefined ? NOTHING : html`<p><a href="${BASE}/">${home}</a></p>`}
</div>`,
  };
}
