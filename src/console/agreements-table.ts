import type { Agreement, Grant } from '../sharing/model.ts';
import { daysLeft, stateOf } from '../sharing/term.ts';
import { BASE, type Context } from './context.ts';
import { day, number, tlp } from './format.ts';
import { type Html, html, NOTHING, type Shown } from './html.ts';
import { note, table } from './parts.ts';

/** All agreements, those that end soonest first. */
export function agreementsTable(context: Context): Html {
  const { t, viewer } = context;
  const all = [...viewer.catalogue.agreement.values()].map(({ value }) => value);
  if (all.length === 0) return note(t.noAgreements);
  return table(
    t.agreements,
    [
      { title: t.agreement },
      { title: t.partner },
      { title: t.state },
      { title: t.daysLeft, kind: 'number' },
      { title: t.from, minor: true },
      { title: t.until, minor: true },
    ],
    byEnd(context, all).map((agreement) => [
      html`<a href="${BASE}/agreements/${encodeURIComponent(agreement.name)}/">${agreement.name}</a>`,
      agreement.partner,
      state(context, agreement),
      left(context, agreement),
      bound(context, agreement.from),
      bound(context, agreement.until),
    ]),
  );
}

/** What a partner may know of its own agreements. */
export function ownAgreements(context: Context): Html {
  const { t, viewer } = context;
  const { principal } = viewer;
  const own = [...viewer.catalogue.agreement.values()].flatMap(({ value }) =>
    'partner' in principal && value.partner === principal.partner ? [value] : [],
  );
  if (own.length === 0) return note(t.noAgreements);
  return table(
    t.yourAgreements,
    [{ title: t.agreement }, { title: t.state }, { title: t.daysLeft, kind: 'number' }, { title: t.until }],
    byEnd(context, own).map((agreement) => [
      html`${agreement.title ?? agreement.name}${agreement.purpose === undefined ? NOTHING : html`<br><span class="quiet">${agreement.purpose}</span>`}`,
      state(context, agreement),
      left(context, agreement),
      bound(context, agreement.until),
    ]),
  );
}

function byEnd({ viewer }: Context, agreements: readonly Agreement[]): Agreement[] {
  const rank = (agreement: Agreement): number => daysLeft(agreement, viewer.now) ?? Number.POSITIVE_INFINITY;
  return [...agreements].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

const SOON_DAYS = 30;

export function state({ t, viewer }: Context, agreement: Agreement): Html {
  const now = stateOf(agreement, viewer.now);
  const soon = now === 'in force' && (daysLeft(agreement, viewer.now) ?? SOON_DAYS) < SOON_DAYS;
  const kind = now === 'in force' ? (soon ? 'warning' : 'good') : now === 'not yet' ? 'plain' : 'error';
  return html`<span class="state ${kind}">${t.agreementStates[now]}</span>`;
}

export function left({ t, lang, viewer }: Context, agreement: Agreement): Shown {
  const days = daysLeft(agreement, viewer.now);
  if (days === undefined) return html`<span class="quiet">${t.openEnded}</span>`;
  return days <= 0 ? '0' : number(lang, Math.ceil(days));
}

export function bound({ lang }: Context, at: string | undefined): Shown {
  return at === undefined ? '–' : day(lang, at);
}

export function rights({ t }: Context, grant: Grant): string {
  const some = [grant.read && t.read, grant.write && t.write, grant.delete !== 'none' && t.deletes[grant.delete]];
  return some.filter(Boolean).join(', ') || t.listedOnly;
}

export function ceilingOf(grant: Grant): Html {
  return tlp(grant.maxTlp);
}
