import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BASIC_CHALLENGE, parseBasic } from '../../src/auth/basic.ts';
import { AppError } from '../../src/errors.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

describe('Basic credentials (RFC 7617)', () => {
  test('user and password are split at the first colon, so that passwords may hold more of them', () => {
    assert.deepEqual(parseBasic(`Basic ${base64('alice:a:b:')}`), { user: 'alice', password: 'a:b:' });
  });

  test('the scheme is read in any case and after any number of spaces (T21-3.2-02)', () => {
    for (const scheme of ['basic', 'BASIC', 'bAsIc'])
      assert.deepEqual(parseBasic(`${scheme}   ${base64('a:b')}`), { user: 'a', password: 'b' });
  });

  test('users are UTF-8 in normal form C (T21-8.2.2-07)', () => {
    const decomposed = 'u\u0308ser:p\u00e1ss';
    assert.deepEqual(parseBasic(`Basic ${base64(decomposed)}`), { user: '\u00fcser', password: 'p\u00e1ss' });
    assert.match(BASIC_CHALLENGE, /^Basic realm="[^"]+", charset="UTF-8"$/);
  });

  test('base64 without padding is read as well', () => {
    assert.deepEqual(parseBasic(`Basic ${base64('a:b').replace(/=+$/, '')}`), { user: 'a', password: 'b' });
  });

  test('an empty user or password is read as such', () => {
    assert.deepEqual(parseBasic(`Basic ${base64(':')}`), { user: '', password: '' });
  });

  const malformed = {
    'no credentials': 'Basic',
    'no credentials after a space': 'Basic ',
    'not base64': 'Basic %%%',
    base64url: 'Basic YTr_-w==',
    'two tokens': `Basic ${base64('a:b')} ${base64('a:b')}`,
    'another scheme': 'Digest username="alice"',
    'no scheme': base64('a:b'),
    'nothing at all': '',
    'no colon': `Basic ${base64('alice')}`,
    'a control character': `Basic ${base64('al\u0000ice:pw')}`,
    'a line break in the password': `Basic ${base64('alice:p\nw')}`,
    'not UTF-8': `Basic ${Buffer.from([0x61, 0x3a, 0xe4]).toString('base64')}`,
  };
  for (const [what, header] of Object.entries(malformed))
    test(`a header with ${what} is refused as invalid credentials`, () => {
      assert.throws(
        () => parseBasic(header),
        (error) => error instanceof AppError && error.code === 'auth.invalid',
      );
    });

  test('no message repeats what was in the header', () => {
    const secret = base64('hunter2');
    assert.throws(
      () => parseBasic(`Basic ${secret}`),
      (error) => {
        assert.ok(error instanceof AppError);
        return !error.message.includes(secret) && !error.message.includes('hunter2');
      },
    );
  });

  test('whatever is encoded is decoded, and any other text throws AppError only', () => {
    const part = fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(
        part.filter((text) => !text.includes(':')),
        part,
        (user, password) => {
          const read = parseBasic(`Basic ${base64(`${user}:${password}`)}`);
          assert.deepEqual(read, { user: user.normalize('NFC'), password });
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        try {
          parseBasic(header);
        } catch (error) {
          assert.ok(error instanceof AppError && error.status === 401);
        }
      }),
    );
  });
});
