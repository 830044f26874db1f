import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { authorization } from '../http/fixture.ts';
import { openHub } from '../http/hub.ts';
import { assertError } from './answers.ts';
import { indicator } from './stix.ts';

/** How clients as they ship sign in, and what is said of those that are refused, by the number in the list of quirks. */

const hub = await openHub({ after });

describe('signing in', () => {
  test('quirk 13: scheme names in any case; 401 with a Basic challenge when none or wrong; never 400 or 500', async () => {
    const basic = authorization('alice').slice(6);
    for (const scheme of ['Basic', 'basic', 'BASIC', 'bAsIc'])
      assert.equal(
        (await hub.get('/api1/', { user: null, headers: { authorization: `${scheme} ${basic}` } })).status,
        200,
      );
    const wrong = [
      '',
      'Basic',
      'Basic ',
      'Basic %%%',
      'Basic YQ',
      `Basic ${btoa('alice')}`,
      basic,
      `Digest ${basic}`,
      `Basic ${basic}x`,
      `Basic\t${basic} ${basic}`,
      'Basic /w==',
      ', ,',
      'x'.repeat(5000),
    ];
    for (const header of [...wrong, undefined]) {
      const answer = await hub.get('/api1/', {
        user: null,
        headers: header === undefined ? {} : { authorization: header },
      });
      assertError(answer, 401, header);
      assert.match(String(answer.headers['www-authenticate']), /^Basic realm="/);
    }
  });

  test('quirk 14: schemes that are not served are 401, and nothing signs in by the query', async () => {
    for (const authorizationHeader of ['Bearer abc', 'Token abc', `Bearer ${authorization('alice').slice(6)}`])
      assertError(await hub.get('/api1/', { user: null, headers: { authorization: authorizationHeader } }), 401);
    for (const query of [
      'token=alice-password',
      'api_key=alice-password',
      'access_token=x',
      'user=alice&password=alice-password',
    ])
      assertError(await hub.get(`/api1/?${query}`, { user: null }), 401, query);
  });

  test('quirk 15: can_read and can_write are those of the signed-in user, and unreadable collections do not fail a listing', async () => {
    const flags = async (user: 'alice' | 'bob') =>
      (await hub.get('/api1/collections/', { user })).json.collections.map(
        (entry: { title: string; can_read: boolean; can_write: boolean }) =>
          `${entry.title} ${entry.can_read} ${entry.can_write}`,
      );
    assert.deepEqual((await flags('alice')).toSorted(), [
      'Collection MT true true',
      'Collection NO false false',
      'Collection RO true false',
      'Collection RW true true',
      'Collection WO false true',
    ]);
    assert.deepEqual((await flags('bob')).toSorted(), [
      'Collection HID true false',
      'Collection MT true false',
      'Collection RO false true',
    ]);
  });
});

test('quirk 40: what was refused stands in the log with the header at fault and the client', async (t) => {
  const hub = await openHub(t);
  const headers = { 'user-agent': 'some-client/1.0' };
  await hub.get('/api1/', { user: null, headers: { ...headers, authorization: 'Bearer secret' } });
  await hub.get('/api1/', { accept: 'text/html', headers });
  await hub.push('RW', [indicator()], { contentType: 'text/plain', headers });
  await hub.get('objects/?limit=none', { headers });
  const lines = hub.log.map(({ status, error }) => {
    const { header, userAgent, description } = error as Record<string, string>;
    return [status, header, userAgent, header === undefined ? description : undefined];
  });
  assert.deepEqual(lines.slice(0, 3), [
    [401, 'Authorization: Bearer', 'some-client/1.0', undefined],
    [406, 'Accept: text/html', 'some-client/1.0', undefined],
    [415, 'Content-Type: text/plain', 'some-client/1.0', undefined],
  ]);
  assert.deepEqual(lines[3]?.slice(0, 3), [400, undefined, 'some-client/1.0']);
  assert.match(String(lines[3]?.[3]), /limit.*"none"/);
});
