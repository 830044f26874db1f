import { credentialState, ownerText } from '../sharing/credentials.ts';
import { type Credential, credentialName } from '../sharing/model.ts';
import { actionForm, fold, ownerSelect } from './admin-forms.ts';
import type { Context } from './context.ts';
import { day, instant } from './format.ts';
import { type Html, html, NOTHING } from './html.ts';
import { input, note, table } from './parts.ts';
import { credentialUses } from './uses.ts';

export async function credentialsTable(context: Context, credentials: readonly Credential[]): Promise<Html> {
  const { t, lang, viewer } = context;
  if (credentials.length === 0) return note(t.noCredentials);
  const used = await credentialUses(context);
  return table(
    t.credentials,
    [
      { title: t.credential },
      { title: t.owner, minor: true },
      { title: t.state },
      { title: t.created, minor: true },
      { title: t.expires },
      { title: t.lastUsed },
      { title: t.change },
    ],
    credentials.map((credential) => {
      const name = credentialName(credential);
      const state = credentialState(credential, viewer.now);
      const last = used.get(name);
      return [
        html`<span class="mono wrap">${name}</span>`,
        ownerText(credential.owner),
        html`<span class="state ${state === 'active' ? 'good' : 'error'}">${t.credentialStates[state]}</span>`,
        credential.created === undefined ? '–' : day(lang, credential.created),
        credential.expires === undefined ? t.never : day(lang, credential.expires),
        last === undefined ? '–' : instant(lang, last),
        fold(t.change, changes(context, credential)),
      ];
    }),
  );
}

function changes(context: Context, credential: Credential): Html {
  const { t } = context;
  const name = credentialName(credential);
  const overlap = input('overlap', t.overlapDays, { type: 'number', value: '7', min: '0' });
  return html`${
    credential.kind === 'mtls' || credential.disabled
      ? NOTHING
      : actionForm(context, 'credential-rotate', t.rotate, credential.kind === 'token' ? overlap : NOTHING, { name })
  }
${
  credential.disabled
    ? actionForm(context, 'credential-enable', t.enable, NOTHING, { name })
    : actionForm(context, 'credential-revoke', t.revoke, NOTHING, { name }, true)
}
${actionForm(context, 'credential-remove', t.remove, NOTHING, { name }, true)}`;
}

export function addCredentialForms(context: Context, owner?: string): Html {
  const { t } = context;
  return html`${fold(t.addToken, addForm(context, 'token-add', t.addToken, t.tokenName, owner))}
${fold(t.addPassword, addForm(context, 'password-add', t.addPassword, t.user, owner))}`;
}

function addForm(context: Context, action: string, label: string, nameLabel: string, owner: string | undefined): Html {
  const { t } = context;
  return actionForm(
    context,
    action,
    label,
    html`${input('name', nameLabel, { required: true })}
${owner === undefined ? ownerSelect(context) : NOTHING}
${input('expires', t.expires, { hint: t.dateHint })}`,
    owner === undefined ? {} : { owner },
  );
}
