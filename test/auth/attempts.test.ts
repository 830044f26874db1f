import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ATTEMPT_LIMITS, createAttempts, networkOf } from '../../src/auth/attempts.ts';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { AppError } from '../../src/errors.ts';
import { catalogueOf } from '../sharing/catalogue-of.ts';
import { basic, NOW, signIn } from './sign-in.ts';

const catalogue = catalogueOf({
  partner: [{ name: 'vendor' }, { name: 'other' }],
  credential: [
    { kind: 'basic', user: 'v', owner: { partner: 'vendor' }, passwordHash: 'hash of p' },
    { kind: 'basic', user: 'o', owner: { partner: 'other' }, passwordHash: 'hash of p' },
  ],
});

/** An authenticator whose clock stands until it is moved on. */
function fixture() {
  const state = { nowMs: 0, hashes: 0 };
  const authenticator = createAuthenticator({
    verify: async (password, stored) => {
      state.hashes += 1;
      return stored === `hash of ${password}`;
    },
    attempts: createAttempts(ATTEMPT_LIMITS, () => state.nowMs),
  });
  /** @returns `in`, `auth.invalid`, or the seconds to wait */
  const outcome = async (user: string, password: string, address = '192.0.2.1'): Promise<string | number> => {
    try {
      await signIn(authenticator, { address, ...basic(user, password) }, catalogue, NOW);
      return 'in';
    } catch (error) {
      assert.ok(error instanceof AppError);
      return error.code === 'auth.too-many-attempts' ? Number(error.headers['Retry-After']) : error.code;
    }
  };
  return { state, outcome };
}

describe('guessing passwords', () => {
  test('is locked after five wrong ones, for twice as long after each further one, 15 minutes at most', async () => {
    const { state, outcome } = fixture();
    for (let i = 0; i < 5; i++) assert.equal(await outcome('v', `wrong ${i}`), 'auth.invalid');
    const waits: number[] = [];
    for (let i = 0; i < 13; i++) {
      const wait = await outcome('v', 'p');
      assert.ok(typeof wait === 'number', 'while locked the right one is not looked at either');
      waits.push(wait);
      state.nowMs += wait * 1000;
      assert.equal(await outcome('v', `again wrong ${i}`), 'auth.invalid');
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  test('10,000 times at one account costs five hashes, and those who signed in before go on', async () => {
    const { state, outcome } = fixture();
    assert.equal(await outcome('v', 'p', '198.51.100.7'), 'in');
    assert.equal(await outcome('o', 'p', '198.51.100.8'), 'in');
    state.hashes = 0;
    for (let i = 0; i < 10_000; i++) await outcome('v', `guess ${i}`);
    assert.equal(state.hashes, 5);
    assert.equal(await outcome('v', 'p', '198.51.100.7'), 'in');
    assert.equal(await outcome('o', 'p', '198.51.100.8'), 'in');
    assert.notEqual(await outcome('v', 'p'), 'in');
  });

  test('all at once is no way around', async () => {
    const { state, outcome } = fixture();
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, i) => outcome('v', `guess ${i}`)));
    assert.equal(state.hashes, 5);
    assert.equal(outcomes.filter((each) => each === 1).length, 95);
  });

  test('at many accounts locks the address, and not those of others', async () => {
    const { outcome } = fixture();
    const outcomes: (string | number)[] = [];
    for (let i = 0; i < 60; i++) outcomes.push(await outcome(`user ${i}`, 'summer'));
    assert.deepEqual(outcomes.slice(0, 50), Array(50).fill('auth.invalid'));
    assert.ok(outcomes.slice(50).every((each) => typeof each === 'number'));
    assert.equal(await outcome('o', 'p', '192.0.2.2'), 'in');
  });

  test('one client with an old password does not lock others behind the same address', async () => {
    const { state, outcome } = fixture();
    for (let i = 0; i < 200; i++) {
      await outcome('v', 'old');
      state.nowMs += 30_000;
    }
    assert.equal(await outcome('o', 'p'), 'in');
  });

  test('an unknown user is locked like a known one', async () => {
    const { outcome } = fixture();
    const [known, unknown] = [[] as unknown[], [] as unknown[]];
    for (let i = 0; i < 8; i++) {
      known.push(await outcome('v', `w${i}`));
      unknown.push(await outcome('nobody', `w${i}`));
    }
    assert.deepEqual(known, unknown);
  });

  test('is forgotten an hour after the last wrong one', async () => {
    const { state, outcome } = fixture();
    for (let i = 0; i < 5; i++) await outcome('v', 'wrong');
    state.nowMs += 3_600_000;
    for (let i = 0; i < 5; i++) assert.equal(await outcome('v', 'wrong'), 'auth.invalid');
    assert.equal(await outcome('v', 'wrong'), 1);
  });

  test('a known address is locked for itself', async () => {
    const { outcome } = fixture();
    await outcome('v', 'p');
    for (let i = 0; i < 5; i++) assert.equal(await outcome('v', `w${i}`), 'auth.invalid');
    assert.equal(await outcome('v', 'p'), 1);
    assert.equal(await outcome('v', 'p', '192.0.2.2'), 'in');
  });

  test('a hash that fails is no wrong guess', async () => {
    const attempts = createAttempts();
    for (let i = 0; i < 20; i++) attempts.begin('v', '::1').end(undefined);
    assert.doesNotThrow(() => attempts.check('v', '::1'));
  });

  test('what is remembered is bounded', () => {
    const attempts = createAttempts({ ...ATTEMPT_LIMITS, remembered: 3 });
    for (let i = 0; i < 5; i++) attempts.begin('first', '192.0.2.1').end(false);
    assert.throws(() => attempts.check('first', '192.0.2.2'));
    for (let i = 0; i < 3; i++) attempts.begin(`user ${i}`, '192.0.2.3').end(false);
    assert.doesNotThrow(() => attempts.check('first', '192.0.2.2'));
  });

  test('an IPv6 address stands for its 64 bits of network', () => {
    assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:db8:1:2::9'));
    assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'));
    assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64');
    assert.equal(networkOf('::1'), '0:0:0:0::/64');
    assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
  });
});
