import { randomBytes } from 'node:crypto';
import { hashToken, newToken } from '../auth/bearer.ts';
import { hashPassword } from '../auth/secrets.ts';
import {
  addAgreement,
  addGrant,
  changeAgreement,
  removeAgreement,
  renewAgreement,
  replaceGrant,
  suspendAgreement,
} from '../sharing/agreements.ts';
import {
  addCredential,
  removeCredential,
  revokeCredential,
  rotatePassword,
  rotateToken,
} from '../sharing/credentials.ts';
import type { Edit } from '../sharing/edit.ts';
import { refused } from '../sharing/known.ts';
import { type Agreement, type Catalogue, credentialName } from '../sharing/model.ts';
import { addPartner, removePartner } from '../sharing/partners.ts';
import type { Micros } from '../time.ts';
import { type Form, grantOf, instantOf, termOf, termsOf } from './action-fields.ts';
import type { Texts } from './texts/texts.ts';

/** What operators can do, one entry each. The edits are those of the commands; nothing else changes the catalogue. */
export interface Action {
  readonly title: (t: Texts) => string;
  /** Takes something away: its button says so by its colour. */
  readonly grave?: true;
  /** @throws {AppError} config.invalid when the form is not acceptable */
  readonly prepare: (form: Form, now: Micros) => Plan | Promise<Plan>;
}

export interface Plan {
  readonly edit: (catalogue: Catalogue) => Edit & { readonly successor?: string };
  /** Made for this change and kept nowhere: shown once, when it has been made. */
  readonly secret?: string;
}

const PASSWORD_BYTES = 24;
const OVERLAP_DAYS = 7;

export const ACTIONS: Readonly<Record<string, Action>> = {
  'partner-add': {
    title: (t) => t.addPartner,
    prepare: (form) => {
      const name = form.text('name');
      const identity = form.optional('identity');
      return { edit: (catalogue) => addPartner(catalogue, identity === undefined ? { name } : { name, identity }) };
    },
  },
  'partner-remove': {
    title: (t) => t.removePartner,
    grave: true,
    prepare: (form) => {
      const name = form.text('name');
      return { edit: (catalogue) => removePartner(catalogue, name, form.is('cascade')) };
    },
  },
  'agreement-add': {
    title: (t) => t.addAgreement,
    prepare: (form) => {
      const agreement: Agreement = {
        name: form.text('name'),
        partner: form.text('partner'),
        ...termOf(form),
        grants: [],
      };
      return { edit: (catalogue) => addAgreement(catalogue, agreement) };
    },
  },
  'agreement-change': {
    title: (t) => t.changeAgreement,
    prepare: (form) => {
      const name = form.text('name');
      const term = termOf(form);
      return {
        edit: (catalogue) =>
          changeAgreement(catalogue, name, ({ title: _t, purpose: _p, from: _f, until: _u, ...rest }) => ({
            ...rest,
            ...term,
          })),
      };
    },
  },
  'agreement-renew': {
    title: (t) => t.renew,
    prepare: (form, now) => {
      const [name, until] = [form.text('name'), instantOf(form.text('until'))];
      return { edit: (catalogue) => renewAgreement(catalogue, name, until, now) };
    },
  },
  'agreement-suspend': {
    title: (t) => t.suspend,
    grave: true,
    prepare: (form) => {
      const name = form.text('name');
      return { edit: (catalogue) => suspendAgreement(catalogue, name, true) };
    },
  },
  'agreement-resume': {
    title: (t) => t.resume,
    prepare: (form) => {
      const name = form.text('name');
      return { edit: (catalogue) => suspendAgreement(catalogue, name, false) };
    },
  },
  'agreement-remove': {
    title: (t) => t.removeAgreement,
    grave: true,
    prepare: (form) => {
      const name = form.text('name');
      return { edit: (catalogue) => removeAgreement(catalogue, name) };
    },
  },
  'grant-add': {
    title: (t) => t.addGrant,
    prepare: (form) => {
      const [name, grant] = [form.text('name'), grantOf(form)];
      return { edit: (catalogue) => addGrant(catalogue, name, grant) };
    },
  },
  'grant-change': {
    title: (t) => t.changeGrant,
    prepare: (form) => {
      const [name, grant, number] = [form.text('name'), grantOf(form), Number(form.text('number'))];
      return {
        edit: (catalogue) =>
          changeAgreement(catalogue, name, (now) => replaceGrant(now, grant.collection, number, () => grant)),
      };
    },
  },
  'grant-remove': {
    title: (t) => t.removeGrant,
    grave: true,
    prepare: (form) => {
      const [name, collection, number] = [form.text('name'), form.text('collection'), Number(form.text('number'))];
      return {
        edit: (catalogue) =>
          changeAgreement(catalogue, name, (now) => replaceGrant(now, collection, number, () => undefined)),
      };
    },
  },
  'token-add': {
    title: (t) => t.addToken,
    prepare: (form, now) => {
      const secret = newToken();
      const credential = {
        kind: 'token',
        name: form.text('name'),
        tokenHash: hashToken(secret),
        ...termsOf(form, now),
      } as const;
      return {
        secret,
        edit: (catalogue) => ({ ...addCredential(catalogue, credential, now), successor: credentialName(credential) }),
      };
    },
  },
  'password-add': {
    title: (t) => t.addPassword,
    prepare: async (form, now) => {
      const secret = randomBytes(PASSWORD_BYTES).toString('base64url');
      const passwordHash = await hashPassword(secret);
      const credential = {
        kind: 'basic',
        user: form.text('name').normalize('NFC'),
        passwordHash,
        ...termsOf(form, now),
      } as const;
      return {
        secret,
        edit: (catalogue) => ({ ...addCredential(catalogue, credential, now), successor: credentialName(credential) }),
      };
    },
  },
  'credential-rotate': {
    title: (t) => t.rotate,
    prepare: async (form, now) => {
      const name = form.text('name');
      if (name.startsWith('token:')) {
        const secret = newToken();
        const overlap = Number(form.optional('overlap') ?? OVERLAP_DAYS);
        if (!Number.isInteger(overlap) || overlap < 0 || overlap > 3650)
          throw refused('The overlap is a number of days from 0 to 3650.');
        return { secret, edit: (catalogue) => rotateToken(catalogue, name, hashToken(secret), overlap, now) };
      }
      const secret = randomBytes(PASSWORD_BYTES).toString('base64url');
      const passwordHash = await hashPassword(secret);
      return {
        secret,
        edit: (catalogue) => ({ ...rotatePassword(catalogue, name, passwordHash, now), successor: name }),
      };
    },
  },
  'credential-revoke': {
    title: (t) => t.revoke,
    grave: true,
    prepare: (form) => {
      const name = form.text('name');
      return { edit: (catalogue) => revokeCredential(catalogue, name, true) };
    },
  },
  'credential-enable': {
    title: (t) => t.enable,
    prepare: (form) => {
      const name = form.text('name');
      return { edit: (catalogue) => revokeCredential(catalogue, name, false) };
    },
  },
  'credential-remove': {
    title: (t) => t.removeCredential,
    grave: true,
    prepare: (form) => {
      const name = form.text('name');
      return { edit: (catalogue) => removeCredential(catalogue, name) };
    },
  },
};
