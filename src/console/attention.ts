import { credentialState, ownerText } from '../sharing/credentials.ts';
import { credentialName } from '../sharing/model.ts';
import { credentialsOf } from '../sharing/partners.ts';
import { DAY_MICROS, daysLeft, stateOf } from '../sharing/term.ts';
import { parseInstant } from '../time.ts';
import { BASE, type Context } from './context.ts';
import { failingFeeds } from './feeds-table.ts';
import { number } from './format.ts';
import { type Html, html } from './html.ts';
import { note } from './parts.ts';

const SOON_DAYS = 30;
const RECENT_PUSHES = 100;
const MAX_SHOWN = 12;

/** What needs a person; for operators. */
export async function attention(context: Context): Promise<Html> {
  const found = [
    ...agreements(context),
    ...credentials(context),
    ...(await failingFeeds(context)),
    ...(await pushes(context)),
  ];
  const { t, lang } = context;
  if (found.length === 0) return note(t.nothingNeeded, 'good');
  const rest = found.length - MAX_SHOWN;
  return html`<ul class="attention">${found.slice(0, MAX_SHOWN).map(
    (item) => html`
<li>${item}</li>`,
  )}${rest > 0 && html`<li class="quiet">${t.andMore(number(lang, rest))}</li>`}
</ul>`;
}

function agreements({ t, viewer }: Context): Html[] {
  return [...viewer.catalogue.agreement.values()].flatMap(({ value }): Html[] => {
    const link = html`<a href="${BASE}/agreements/${encodeURIComponent(value.name)}/">${value.name}</a>`;
    const left = daysLeft(value, viewer.now);
    const state = stateOf(value, viewer.now);
    if (state === 'expired') return [html`${link}: ${t.agreementExpired}`];
    if (state === 'suspended') return [html`${link}: ${t.agreementSuspended}`];
    return left !== undefined && left < SOON_DAYS ? [html`${link}: ${t.agreementEnds(Math.ceil(left))}`] : [];
  });
}

function credentials({ t, viewer }: Context): Html[] {
  const { catalogue, now } = viewer;
  const ending = [...catalogue.credential.values()].flatMap(({ value }): Html[] => {
    const name = credentialName(value);
    const end = value.expires === undefined ? undefined : parseInstant(value.expires);
    const left = end === undefined ? undefined : (end - now) / DAY_MICROS;
    if (credentialState(value, now) !== 'active' || left === undefined || left >= SOON_DAYS) return [];
    return [
      html`<a href="${BASE}/credentials/">${name}</a> (${ownerText(value.owner)}): ${t.credentialEnds(Math.ceil(left))}`,
    ];
  });
  const without = [...catalogue.partner.keys()].flatMap((name): Html[] => {
    const usable = credentialsOf(catalogue, name).some((credential) => credentialState(credential, now) === 'active');
    if (usable || name === 'anonymous') return [];
    return [html`<a href="${BASE}/partners/${encodeURIComponent(name)}/">${name}</a>: ${t.cannotSignIn}`];
  });
  return [...ending, ...without];
}

async function pushes({ t, lang, store }: Context): Promise<Html[]> {
  const recent = await store.pushes.list({ limit: RECENT_PUSHES });
  return recent
    .filter(({ failures }) => failures > 0)
    .map(
      ({ id, owner, failures, total }) =>
        html`<a href="${BASE}/pushes/${id}/">${t.push} ${id.slice(0, 8)}</a> (${ownerText(owner)}): ${t.pushFailed(number(lang, failures), number(lang, total))}`,
    );
}
