import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { hashToken, newToken } from '../../src/auth/bearer.ts';
import type { Catalogue, CredentialKind } from '../../src/sharing/model.ts';
import { catalogueOf } from '../sharing/catalogue-of.ts';
import { basic, isCode, NOW, signIn } from './sign-in.ts';

const TOKEN = newToken();
const CERTIFICATE = { subject: 'CN=siem', fingerprint: 'sha256:00', validFrom: 0, validTo: NOW };
const BASIC = 'Basic realm="Entente", charset="UTF-8"';
const BEARER = 'Bearer realm="Entente"';

function hub(signInKinds?: readonly CredentialKind[]): Catalogue {
  const owner = { partner: 'vendor' };
  return catalogueOf({
    hub: [{ title: 'Hub', ...(signInKinds === undefined ? {} : { signIn: signInKinds }) }],
    partner: [{ name: 'vendor' }],
    credential: [
      { kind: 'basic', user: 'vendor', passwordHash: 'hash', owner },
      { kind: 'token', name: 'siem', tokenHash: hashToken(TOKEN), owner },
      { kind: 'mtls', certificate: { subject: 'CN=siem' }, owner },
    ],
  });
}

const BROUGHT = {
  basic: basic('vendor', 'right'),
  token: { authorization: `Bearer ${TOKEN}` },
  mtls: { certificate: CERTIFICATE },
} as const;

/** Asked for 401s, with what a hub takes of each kind. */
async function taken(
  catalogue: Catalogue,
): Promise<{ kinds: CredentialKind[]; challenges: readonly string[]; hashes: number }> {
  let hashes = 0;
  const authenticator = createAuthenticator({
    verify: async () => {
      hashes += 1;
      return true;
    },
  });
  const kinds: CredentialKind[] = [];
  for (const kind of ['basic', 'token', 'mtls'] as const)
    await signIn(authenticator, BROUGHT[kind], catalogue).then(
      () => kinds.push(kind),
      (error: unknown) => assert.ok(isCode('auth.invalid')(error), String(error)),
    );
  return { kinds, challenges: authenticator.challenges(), hashes };
}

describe('the kinds of credentials that a hub takes (T21-8.2.2-08)', () => {
  test('are all, unless it says otherwise', async () => {
    const { kinds, challenges } = await taken(hub());
    assert.deepEqual(
      [kinds, challenges],
      [
        ['basic', 'token', 'mtls'],
        [BASIC, BEARER],
      ],
    );
  });

  test('others do not count, are not asked for, and cost no hash', async () => {
    assert.deepEqual(await taken(hub(['token'])), { kinds: ['token'], challenges: [BEARER], hashes: 0 });
    assert.deepEqual(await taken(hub(['token', 'mtls'])), {
      kinds: ['token', 'mtls'],
      challenges: [BEARER],
      hashes: 0,
    });
    assert.deepEqual(await taken(hub(['basic'])), { kinds: ['basic'], challenges: [BASIC], hashes: 1 });
  });

  test('a 401 has a challenge even where nothing but certificates is taken (T21-1.6.9-02)', async () => {
    assert.deepEqual(await taken(hub(['mtls'])), {
      kinds: ['mtls'],
      challenges: ['ClientCertificate realm="Entente"'],
      hashes: 0,
    });
  });

  test('a token is one as Basic password too, which many clients can send only so', async () => {
    const authenticator = createAuthenticator();
    assert.deepEqual(await signIn(authenticator, basic('whoever', TOKEN), hub(['token'])), { partner: 'vendor' });
    await assert.rejects(signIn(authenticator, basic('whoever', TOKEN), hub(['mtls'])), isCode('auth.invalid'));
  });
});
