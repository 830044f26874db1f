import { ownerText } from '../sharing/credentials.ts';
import { inForce } from '../sharing/decide.ts';
import { credentialName, type Owner } from '../sharing/model.ts';
import { agreementsOf, credentialsOf } from '../sharing/partners.ts';
import type { Micros } from '../time.ts';
import { BASE, type Context } from './context.ts';
import { instant, number } from './format.ts';
import { type Html, html, type Shown } from './html.ts';
import { note, table } from './parts.ts';
import { credentialUses } from './uses.ts';

/** All partners with when they were last here; for operators. */
export async function partnersTable(context: Context): Promise<Html> {
  const { t, lang, viewer } = context;
  const { catalogue, now } = viewer;
  const names = [...catalogue.partner.keys()].sort();
  if (names.length === 0) return note(t.noPartners);
  const uses = await credentialUses(context);
  const rows: Shown[][] = [];
  for (const name of names) {
    const agreements = agreementsOf(catalogue, name);
    rows.push([
      html`<a href="${BASE}/partners/${encodeURIComponent(name)}/">${name}</a>`,
      number(lang, agreements.filter((agreement) => inForce(agreement, now)).length),
      number(lang, credentialsOf(catalogue, name).length),
      optional(context, await lastPush(context, { partner: name })),
      optional(context, lastRequest(context, uses, { partner: name })),
    ]);
  }
  return table(
    t.partners,
    [
      { title: t.partner },
      { title: t.agreementsInForce, kind: 'number' },
      { title: t.credentials, kind: 'number', minor: true },
      { title: t.lastPush },
      { title: t.lastRequest },
    ],
    rows,
  );
}

function optional({ lang }: Context, at: Micros | undefined): Shown {
  return at === undefined ? html`<span class="quiet">–</span>` : instant(lang, at);
}

export async function lastPush({ store }: Context, owner: Owner): Promise<Micros | undefined> {
  const [last] = await store.pushes.list({ owner, limit: 1 });
  return last?.requested;
}

/** When a credential of an owner was last used. */
export function lastRequest({ viewer }: Context, uses: ReadonlyMap<string, Micros>, owner: Owner): Micros | undefined {
  const times = [...viewer.catalogue.credential.values()].flatMap(({ value }) =>
    ownerText(value.owner) === ownerText(owner) ? (uses.get(credentialName(value)) ?? []) : [],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}
