import { AppError } from '../../errors.ts';
import { type Agreement, ANONYMOUS, type Grant } from '../../sharing/model.ts';
import { agreementsOf, credentialsOf } from '../../sharing/partners.ts';
import { actionForm, fold, grantFields, termFields } from '../admin-forms.ts';
import { agreementsTable, bound, ceilingOf, left, rights, state } from '../agreements-table.ts';
import { reference } from '../card.ts';
import { type Answer, BASE, type Context } from '../context.ts';
import { addCredentialForms, credentialsTable } from '../credentials-table.ts';
import { instant } from '../format.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { lastPush, lastRequest, partnersTable } from '../partners-table.ts';
import { facts, heading, input, note, section, select, table } from '../parts.ts';
import { credentialUses } from '../uses.ts';

/** Pages of operators. Every form on them leads to a page that says what would change and asks. */

export async function partners(context: Context): Promise<Answer> {
  const { t } = context;
  const form = actionForm(
    context,
    'partner-add',
    t.addPartner,
    html`${input('name', t.name, { required: true })}${input('identity', t.identity, { hint: t.identityHint })}`,
  );
  return {
    kind: 'page',
    title: t.partners,
    body: html`${heading(t.partners)}
${await partnersTable(context)}
${fold(t.addPartner, form)}`,
  };
}

export async function partner(context: Context): Promise<Answer> {
  const { t, lang, viewer, params } = context;
  const { catalogue } = viewer;
  const found = catalogue.partner.get(params.name ?? '')?.value;
  if (found === undefined) throw new AppError('not-found');
  const { name, identity } = found;
  const agreements = agreementsOf(catalogue, name);
  const owner = { partner: name };
  const push = await lastPush(context, owner);
  const request = lastRequest(context, await credentialUses(context), owner);
  const id = typeof identity === 'string' ? identity : identity?.id;
  return {
    kind: 'page',
    title: name,
    body: html`<nav class="crumbs" aria-label="${t.whereYouAre}"><a href="${BASE}/partners/">${t.partners}</a></nav>
${heading(name)}
${facts([
  [t.identity, id === undefined ? '–' : reference(id)],
  typeof identity === 'object' && typeof identity.name === 'string' && [t.name, identity.name],
  [t.lastPush, push === undefined ? '–' : instant(lang, push)],
  [t.lastRequest, request === undefined ? '–' : instant(lang, request)],
])}
${section(
  t.agreements,
  html`${agreements.length === 0 ? note(t.noAgreements) : ofPartner(context, agreements)}
${fold(t.addAgreement, addAgreementForm(context, name))}`,
)}
${section(
  t.credentials,
  html`${await credentialsTable(context, credentialsOf(catalogue, name))}
${addCredentialForms(context, `partner:${name}`)}`,
)}
${section(t.change, fold(t.removePartner, actionForm(context, 'partner-remove', t.removePartner, html`<label class="check"><input type="checkbox" name="cascade" value="yes"> ${t.cascade}</label>`, { name }, true)))}`,
  };
}

function ofPartner(context: Context, agreements: readonly Agreement[]): Html {
  const { t } = context;
  return table(
    t.agreements,
    [{ title: t.agreement }, { title: t.state }, { title: t.daysLeft, kind: 'number' }, { title: t.until }],
    agreements.map((agreement) => [
      html`<a href="${BASE}/agreements/${encodeURIComponent(agreement.name)}/">${agreement.name}</a>`,
      state(context, agreement),
      left(context, agreement),
      bound(context, agreement.until),
    ]),
  );
}

export function agreements(context: Context): Answer {
  const { t } = context;
  return {
    kind: 'page',
    title: t.agreements,
    body: html`${heading(t.agreements)}
${agreementsTable(context)}
${fold(t.addAgreement, addAgreementForm(context))}`,
  };
}

function addAgreementForm(context: Context, partnerName?: string): Html {
  const { t, viewer } = context;
  const names = [...viewer.catalogue.partner.keys(), ANONYMOUS].sort().map((name) => ({ value: name, text: name }));
  return actionForm(
    context,
    'agreement-add',
    t.addAgreement,
    html`${input('name', t.name, { required: true })}
${partnerName === undefined ? select('partner', t.partner, names, undefined) : NOTHING}
${termFields(context, {})}`,
    partnerName === undefined ? {} : { partner: partnerName },
  );
}

export function agreement(context: Context): Answer {
  const { t, viewer, params } = context;
  const found = viewer.catalogue.agreement.get(params.name ?? '')?.value;
  if (found === undefined) throw new AppError('not-found');
  const { name, suspended } = found;
  const act = (action: string, label: string, fields: Html, grave = false): Html =>
    actionForm(context, action, label, fields, { name }, grave);
  return {
    kind: 'page',
    title: name,
    body: html`<nav class="crumbs" aria-label="${t.whereYouAre}"><a href="${BASE}/agreements/">${t.agreements}</a></nav>
${heading(found.title ?? name, html`<p class="under">${state(context, found)}</p>`)}
${facts([
  [t.name, name],
  [
    t.partner,
    found.partner === ANONYMOUS
      ? ANONYMOUS
      : html`<a href="${BASE}/partners/${encodeURIComponent(found.partner)}/">${found.partner}</a>`,
  ],
  found.purpose !== undefined && [t.purpose, found.purpose],
  [t.from, bound(context, found.from)],
  [t.until, bound(context, found.until)],
  [t.daysLeft, left(context, found)],
])}
${section(
  t.grants,
  html`${found.grants.length === 0 ? note(t.noGrants) : grants(context, found)}
${fold(t.addGrant, act('grant-add', t.addGrant, grantFields(context, {})))}`,
)}
${section(
  t.change,
  html`${found.until === undefined ? NOTHING : fold(t.renew, act('agreement-renew', t.renew, input('until', t.until, { required: true, hint: t.dateHint })))}
${fold(t.changeAgreement, act('agreement-change', t.changeAgreement, termFields(context, found)))}
${suspended ? fold(t.resume, act('agreement-resume', t.resume, html``)) : fold(t.suspend, act('agreement-suspend', t.suspend, html``, true))}
${fold(t.removeAgreement, act('agreement-remove', t.removeAgreement, html``, true))}`,
)}`,
  };
}

function grants(context: Context, { name, grants: all }: Agreement): Html {
  const { t, viewer } = context;
  const titleOf = (grant: Grant): string =>
    viewer.catalogue.collection.get(grant.collection)?.value.title ?? grant.collection;
  return table(
    t.grants,
    [
      { title: '#', kind: 'number' },
      { title: t.collection },
      { title: t.rights },
      { title: t.ceiling },
      { title: t.types },
      { title: t.change },
    ],
    all.map((grant, i) => [
      i + 1,
      titleOf(grant),
      rights(context, grant),
      ceilingOf(grant),
      grant.types === undefined ? t.all : grant.types.join(', '),
      fold(
        t.change,
        html`${actionForm(context, 'grant-change', t.changeGrant, grantFields(context, grant), { name, number: String(i + 1) })}
${actionForm(context, 'grant-remove', t.removeGrant, NOTHING, { name, number: String(i + 1), collection: grant.collection }, true)}`,
      ),
    ]),
  );
}

export async function credentials(context: Context): Promise<Answer> {
  const { t, viewer } = context;
  const all = [...viewer.catalogue.credential.values()].map(({ value }) => value);
  return {
    kind: 'page',
    title: t.credentials,
    body: html`${heading(t.credentials)}
${await credentialsTable(context, all)}
${addCredentialForms(context)}`,
  };
}
