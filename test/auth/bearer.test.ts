import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { hashToken, isToken, newToken } from '../../src/auth/bearer.ts';
import { NOBODYS_HASH } from '../../src/auth/secrets.ts';
import type { Catalogue, Credential } from '../../src/sharing/model.ts';
import { catalogueOf } from '../sharing/catalogue-of.ts';
import { basic, instant, isCode, NOW, signIn } from './sign-in.ts';

const TOKEN = newToken();

function hub(...credentials: readonly Partial<Credential>[]): Catalogue {
  return catalogueOf({
    partner: [{ name: 'vendor' }, { name: 'other' }],
    operator: [{ name: 'ops' }],
    credential: credentials.map((more, i) => token(`t${i}`, more)),
  });
}

function token(name: string, more: Partial<Credential>): Credential {
  return { kind: 'token', name, owner: { partner: 'vendor' }, tokenHash: hashToken(TOKEN), ...more } as Credential;
}

/** No password is right. */
const asked: string[] = [];
const authenticator = createAuthenticator({
  verify: async (_password, stored) => {
    asked.push(stored);
    return false;
  },
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('tokens', () => {
  test('are random, recognisable and never base64', () => {
    const tokens = Array.from({ length: 100 }, newToken);
    assert.equal(new Set(tokens).size, 100);
    for (const each of tokens) {
      assert.match(each, /^ent_[A-Za-z0-9_-]{43}$/);
      assert.ok(isToken(each));
      assert.equal(Buffer.from(each.slice(4), 'base64url').length, 32);
    }
    for (const other of ['', 'ent_', `${TOKEN}x`, TOKEN.slice(1), ` ${TOKEN}`]) assert.ok(!isToken(other));
  });

  const forms = {
    'as Bearer': { authorization: `Bearer ${TOKEN}` },
    'as bearer in any case, with blanks': { authorization: `  bEARER   ${TOKEN} ` },
    'as Token': { authorization: `Token ${TOKEN}` },
    'as Basic password of any user': basic('whoever', TOKEN),
    'as Basic password without user': basic('', TOKEN),
    'as Basic user with blank password': basic(TOKEN, ''),
    'as it is after Basic': { authorization: `Basic ${TOKEN}` },
    'as it is after basic': { authorization: `basic ${TOKEN}` },
    'as X-API-Key': { apiKey: TOKEN },
    'as X-API-Key and as Bearer': { apiKey: TOKEN, authorization: `Bearer ${TOKEN}` },
  };
  for (const [what, brought] of Object.entries(forms))
    test(`work ${what} (client-quirks 14, T21-8.2.2-09)`, async () => {
      assert.deepEqual(await signIn(authenticator, brought, hub({})), { partner: 'vendor' });
      assert.deepEqual(asked, [], 'no password is hashed for a token');
    });

  const wrong = {
    'an unknown token': { authorization: `Bearer ${newToken()}` },
    'a token with another end': { authorization: `Bearer ${TOKEN.slice(0, -1)}` },
    'no token': { authorization: 'Bearer' },
    'a blank token': { authorization: 'Bearer ' },
    'two tokens': { authorization: `Bearer ${TOKEN} ${TOKEN}` },
    'a token behind another scheme': { authorization: `Digest ${TOKEN}` },
    'a token without a scheme': { authorization: TOKEN },
    'base64 of a token alone': { authorization: `Basic ${base64(TOKEN)}` },
    'an empty API key': { apiKey: '' },
    'a right token and a wrong key': { authorization: `Bearer ${TOKEN}`, apiKey: 'x' },
    'a stored hash': { authorization: `Bearer ${hashToken(TOKEN)}` },
  };
  for (const [what, brought] of Object.entries(wrong))
    test(`${what}: 401 (client-quirks 13)`, async () => {
      await assert.rejects(signIn(authenticator, brought, hub({})), isCode('auth.invalid'));
    });

  test('an unknown token as Basic password costs the hash of a password, whoever the user is', async () => {
    asked.length = 0;
    await assert.rejects(signIn(authenticator, basic('nobody', newToken()), hub({})), isCode('auth.invalid'));
    assert.deepEqual(asked, [NOBODYS_HASH]);
  });

  test('a disabled one, or one whose owner is gone, is none', async () => {
    for (const more of [{ disabled: true }, { owner: { partner: 'gone' } }, { owner: { operator: 'gone' } }] as const)
      await assert.rejects(signIn(authenticator, { apiKey: TOKEN }, hub(more)), isCode('auth.invalid'));
  });

  test('one that expires is good until that instant and not at it', async () => {
    const catalogue = hub({ expires: '2026-06-01T12:00:00.000001Z' });
    assert.deepEqual(await signIn(authenticator, { apiKey: TOKEN }, catalogue, NOW), { partner: 'vendor' });
    await assert.rejects(signIn(authenticator, { apiKey: TOKEN }, catalogue, NOW + 1), isCode('auth.invalid'));
    const unreadable = hub({ expires: 'never' });
    await assert.rejects(signIn(authenticator, { apiKey: TOKEN }, unreadable, NOW), isCode('auth.invalid'));
  });

  test('rotation: the old and the new one of an owner hold together until the old one ends', async () => {
    const next = newToken();
    const catalogue = hub({ expires: '2026-06-02T00:00:00Z' }, { tokenHash: hashToken(next) });
    for (const apiKey of [TOKEN, next])
      assert.deepEqual(await signIn(authenticator, { apiKey }, catalogue), { partner: 'vendor' });
    const later = instant('2026-06-02T00:00:00Z');
    await assert.rejects(signIn(authenticator, { apiKey: TOKEN }, catalogue, later), isCode('auth.invalid'));
    assert.deepEqual(await signIn(authenticator, { apiKey: next }, catalogue, later), { partner: 'vendor' });
  });

  test('the challenges name the kinds that the hub has (T21-8.2.2-09)', async () => {
    await signIn(authenticator, { apiKey: TOKEN }, hub({}));
    assert.deepEqual(authenticator.challenges(), ['Basic realm="Entente", charset="UTF-8"', 'Bearer realm="Entente"']);
    await signIn(authenticator, {}, hub());
    assert.deepEqual(authenticator.challenges(), ['Basic realm="Entente", charset="UTF-8"']);
  });

  test('last use is kept by the minute, under the name of the credential', async () => {
    const own = createAuthenticator();
    const minute = 60_000_000;
    for (const after of [0, 1, minute - 1, minute, minute + 5])
      await own.authenticate({ address: '::1', apiKey: TOKEN }, hub({}), NOW + after);
    assert.deepEqual([...own.lastUsed()], [['token:t0', NOW + minute]]);
  });
});

describe('several credentials in one request', () => {
  const other = newToken();

  test('of one owner are taken together, of two owners they are refused', async () => {
    const brought = { authorization: `Bearer ${TOKEN}`, apiKey: other };
    const same = hub({}, { tokenHash: hashToken(other) });
    const { credentials } = await authenticator.authenticate({ address: '::1', ...brought }, same, NOW);
    assert.deepEqual(credentials, ['token:t0', 'token:t1']);
    for (const owner of [{ partner: 'other' }, { operator: 'ops' }])
      await assert.rejects(
        signIn(authenticator, brought, hub({}, { tokenHash: hashToken(other), owner })),
        isCode('auth.invalid'),
      );
  });

  test('one that demands another kind does not hold alone, nor with itself', async () => {
    for (const kind of ['basic', 'mtls', 'token'] as const)
      await assert.rejects(
        signIn(authenticator, { apiKey: TOKEN, authorization: `Bearer ${TOKEN}` }, hub({ requires: [kind] })),
        isCode('auth.invalid'),
      );
    const both = hub({ requires: ['token'] }, { tokenHash: hashToken(other), requires: ['token'] });
    const brought = { authorization: `Bearer ${TOKEN}`, apiKey: other };
    assert.deepEqual(await signIn(authenticator, brought, both), { partner: 'vendor' });
  });
});
