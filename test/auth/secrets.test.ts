import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hashPassword, isPasswordHash, NOBODYS_HASH, verifyPassword } from '../../src/auth/secrets.ts';

describe('password hashes', () => {
  test('a password verifies against its own hash and no other does', async () => {
    const stored = await hashPassword('c\u00f3rrect h\u00f6rse');
    assert.match(stored, /^scrypt\$32768\$8\$1\$[\w-]+\$[\w-]+$/);
    assert.equal(await verifyPassword('c\u00f3rrect h\u00f6rse', stored), true);
    assert.equal(await verifyPassword('correct horse', stored), false);
    assert.equal(await verifyPassword('', stored), false);
  });

  test('a password is the same in either Unicode normal form (RFC 7617 §2.1)', async () => {
    assert.equal(await verifyPassword('pa\u0301ss', await hashPassword('p\u00e1ss')), true);
  });

  test('two hashes of one password differ', async () => {
    assert.notEqual(await hashPassword('same'), await hashPassword('same'));
  });

  test('hashes made at another cost still verify', async () => {
    // scrypt of "pleaseletmein" with salt "SodiumChloride". Source: RFC 7914 §12
    const hash = Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
      'hex',
    ).toString('base64url');
    const stored = `scrypt$16384$8$1$${Buffer.from('SodiumChloride').toString('base64url')}$${hash}`;
    assert.equal(await verifyPassword('pleaseletmein', stored), true);
    assert.equal(await verifyPassword('pleaseletmeout', stored), false);
  });

  test('a text that is no hash verifies nothing', async () => {
    const salt = 'c29tZXNhbHQxMjM0NQ';
    const hash = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const bad = [
      '',
      'secret',
      'scrypt$32768$8$1',
      `bcrypt$32768$8$1$${salt}$${hash}`,
      `scrypt$32767$8$1$${salt}$${hash}`,
      `scrypt$0$8$1$${salt}$${hash}`,
      `scrypt$32768$0$1$${salt}$${hash}`,
      `scrypt$32768$8$1$$${hash}`,
      `scrypt$32768$8$1$${salt}$`,
    ];
    for (const stored of bad) {
      assert.equal(isPasswordHash(stored), false, stored);
      assert.equal(await verifyPassword('secret', stored), false, stored);
    }
  });

  test('a hash that asks for more than the machine should give is none', () => {
    const tail = 'c29tZXNhbHQxMjM0NQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    assert.equal(isPasswordHash(`scrypt$16777216$8$1$${tail}`), false);
    assert.equal(isPasswordHash(`scrypt$32768$8$999$${tail}`), false);
    assert.equal(isPasswordHash(`scrypt$32768$8$1$${tail}`), true);
  });

  test('the hash of nobody is checked like any other and matches nothing', async () => {
    assert.equal(isPasswordHash(NOBODYS_HASH), true);
    assert.equal(await verifyPassword('', NOBODYS_HASH), false);
  });
});
