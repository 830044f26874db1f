import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { hashPassword, NOBODYS_HASH } from '../../src/auth/secrets.ts';
import { AppError } from '../../src/errors.ts';
import type { Catalogue } from '../../src/sharing/model.ts';
import { catalogueOf } from '../sharing/catalogue-of.ts';
import { basic, isCode, signIn } from './sign-in.ts';

function hub(passwordHash: string): Catalogue {
  return catalogueOf({
    partner: [{ name: 'vendor' }],
    operator: [{ name: 'ops' }],
    credential: [
      { kind: 'basic', user: 'vendor', owner: { partner: 'vendor' }, passwordHash },
      { kind: 'basic', user: 'root', owner: { operator: 'ops' }, passwordHash },
      { kind: 'basic', user: 'orphan', owner: { partner: 'gone' }, passwordHash },
    ],
  });
}

/** Stands in for scrypt: a stored hash is `hash of PASSWORD`; counts and can hold back its answers. */
function fakeHashing() {
  const asked: string[] = [];
  let release: (() => void) | undefined;
  let gate: Promise<void> = Promise.resolve();
  return {
    asked,
    hold() {
      gate = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release?.(),
    verify: async (password: string, stored: string): Promise<boolean> => {
      asked.push(stored);
      await gate;
      return stored === `hash of ${password}`;
    },
  };
}

describe('who makes a request', () => {
  test('partner and operator sign in with Basic, as hashed by scrypt (T21-8.2.2-07)', async () => {
    const catalogue = hub(await hashPassword('p:\u00e4ss'));
    const authenticator = createAuthenticator();
    assert.deepEqual(await signIn(authenticator, basic('vendor', 'p:\u00e4ss'), catalogue), { partner: 'vendor' });
    assert.deepEqual(await signIn(authenticator, basic('root', 'p:\u00e4ss'), catalogue), { operator: 'ops' });
    await assert.rejects(signIn(authenticator, basic('vendor', 'p:ass'), catalogue), isCode('auth.invalid'));
  });

  test('without an Authorization header it is anonymous, with an empty one it is refused', async () => {
    const authenticator = createAuthenticator();
    assert.deepEqual(await signIn(authenticator, {}, hub('x')), { anonymous: true });
    await assert.rejects(signIn(authenticator, { authorization: '' }, hub('x')), isCode('auth.invalid'));
  });

  test('the challenge names Basic and its character set (T21-1.6.9-02)', () => {
    assert.deepEqual(createAuthenticator().challenges(), ['Basic realm="Entente", charset="UTF-8"']);
  });

  test('an unknown user is hashed as well, and gets the same words as a wrong password', async () => {
    const hashing = fakeHashing();
    const authenticator = createAuthenticator({ verify: hashing.verify });
    const messages = [];
    for (const user of ['nobody', 'vendor', 'orphan', '__proto__'])
      messages.push(
        await signIn(authenticator, basic(user, 'wrong'), hub('hash of right')).catch((e: Error) => e.message),
      );
    assert.equal(new Set(messages).size, 1);
    assert.deepEqual(hashing.asked, [NOBODYS_HASH, 'hash of right', NOBODYS_HASH, NOBODYS_HASH]);
  });

  test('a credential whose owner is gone signs nobody in', async () => {
    const authenticator = createAuthenticator({ verify: fakeHashing().verify });
    await assert.rejects(signIn(authenticator, basic('orphan', 'right'), hub('hash of right')), isCode('auth.invalid'));
  });
});

describe('remembered credentials', () => {
  test('a password that was right once is not hashed again', async () => {
    const hashing = fakeHashing();
    const authenticator = createAuthenticator({ verify: hashing.verify });
    for (let i = 0; i < 3; i++) await signIn(authenticator, basic('vendor', 'right'), hub('hash of right'));
    assert.equal(hashing.asked.length, 1);
  });

  test('a wrong password is never remembered', async () => {
    const hashing = fakeHashing();
    const authenticator = createAuthenticator({ verify: hashing.verify });
    for (let i = 0; i < 2; i++)
      await assert.rejects(signIn(authenticator, basic('vendor', 'wrong'), hub('hash of right')));
    assert.equal(hashing.asked.length, 2);
  });

  test('a changed password drops the old one at once', async () => {
    const authenticator = createAuthenticator({ verify: fakeHashing().verify });
    await signIn(authenticator, basic('vendor', 'old'), hub('hash of old'));
    await assert.rejects(signIn(authenticator, basic('vendor', 'old'), hub('hash of new')), isCode('auth.invalid'));
    assert.deepEqual(await signIn(authenticator, basic('vendor', 'new'), hub('hash of new')), {
      partner: 'vendor',
    });
  });

  test('user and password are not confused across their border', async () => {
    const hashing = fakeHashing();
    const authenticator = createAuthenticator({ verify: hashing.verify });
    const catalogue = catalogueOf({
      partner: [{ name: 'p' }],
      credential: [
        { kind: 'basic', user: 'ab', owner: { partner: 'p' }, passwordHash: 'hash of c' },
        { kind: 'basic', user: 'a', owner: { partner: 'p' }, passwordHash: 'hash of c' },
      ],
    });
    await signIn(authenticator, basic('ab', 'c'), catalogue);
    await assert.rejects(signIn(authenticator, basic('a', 'bc'), catalogue), isCode('auth.invalid'));
  });

  test('the one that was used longest ago is forgotten first when too many are remembered', async () => {
    const hashing = fakeHashing();
    const authenticator = createAuthenticator({ verify: hashing.verify, remembered: 2 });
    const users = ['a', 'b', 'c'];
    const catalogue = catalogueOf({
      partner: [{ name: 'p' }],
      credential: users.map((user) => ({
        kind: 'basic',
        user,
        owner: { partner: 'p' },
        passwordHash: 'hash of x',
      })),
    });
    const hashesFor = async (user: string): Promise<number> => {
      const before = hashing.asked.length;
      await signIn(authenticator, basic(user, 'x'), catalogue);
      return hashing.asked.length - before;
    };
    const hashes = [];
    for (const user of ['a', 'b', 'a', 'c', 'a', 'b']) hashes.push(await hashesFor(user));
    assert.deepEqual(hashes, [1, 1, 0, 1, 0, 1]);
  });
});

describe('hashing under load', () => {
  test('connections opened together with one password share one hash', async () => {
    const hashing = fakeHashing();
    hashing.hold();
    const authenticator = createAuthenticator({ verify: hashing.verify });
    const signIns = Array.from({ length: 8 }, () =>
      signIn(authenticator, basic('vendor', 'right'), hub('hash of right')),
    );
    await nextTurn();
    hashing.release();
    assert.equal(new Set((await Promise.all(signIns)).map((principal) => JSON.stringify(principal))).size, 1);
    assert.equal(hashing.asked.length, 1);
  });

  test('a bounded number is hashed at once, more wait, and beyond that the server is busy', async () => {
    const hashing = fakeHashing();
    const authenticator = createAuthenticator({ verify: hashing.verify, hashesAtOnce: 2, hashesWaiting: 3 });
    await signIn(authenticator, basic('vendor', 'right'), hub('hash of right'));
    hashing.asked.length = 0;
    hashing.hold();
    const attempts = [];
    for (let i = 0; i < 5; i++) {
      attempts.push(signIn(authenticator, basic('vendor', `guess ${i}`), hub('hash of right')));
      await nextTurn();
    }
    assert.equal(hashing.asked.length, 2);
    await assert.rejects(
      signIn(authenticator, basic('vendor', 'one too many'), hub('hash of right')),
      (error) => error instanceof AppError && error.code === 'server.busy' && error.headers['Retry-After'] === '5',
    );
    const remembered = await signIn(authenticator, basic('vendor', 'right'), hub('hash of right'));
    assert.deepEqual(remembered, { partner: 'vendor' }, 'a remembered password is served meanwhile');
    hashing.release();
    for (const outcome of await Promise.allSettled(attempts)) assert.equal(outcome.status, 'rejected');
    assert.equal(hashing.asked.length, 5);
  });
});
