import { BASE, type Page } from '../context.ts';
import { html, NOTHING } from '../html.ts';
import { tokenField } from '../layout.ts';
import { input, note } from '../parts.ts';
import type { Texts } from '../texts/texts.ts';

/** @param certificate the connection has one, which may be enough */
export function signInPage(
  t: Texts,
  options: {
    readonly hub: string;
    readonly formToken: string;
    readonly to: string;
    readonly user?: string;
    readonly fault?: string;
    readonly ended?: boolean;
    readonly certificate: boolean;
    readonly status?: number;
  },
): Page {
  const { hub, formToken, to, user, fault, ended, certificate, status } = options;
  const body = html`<div class="card narrow">
<p class="hub">${hub}</p>
<h1>${t.signIn}</h1>
${ended ? note(t.sessionEnded) : NOTHING}${fault === undefined ? NOTHING : note(fault, 'error')}
<form method="post" action="${BASE}/sign-in/">
${tokenField(formToken)}<input type="hidden" name="to" value="${to}">
${input('user', t.user, { value: user, required: !certificate, autocomplete: 'username' })}
${input('password', t.passwordOrToken, { type: 'password', required: !certificate, autocomplete: 'current-password' })}
${certificate ? note(t.certificateHint) : NOTHING}
<button class="main">${t.signIn}</button>
</form>
</div>`;
  return { kind: 'page', title: t.signIn, body, ...(status === undefined ? {} : { status }) };
}
