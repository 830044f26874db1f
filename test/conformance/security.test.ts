import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { formatCursor, parseCursor } from '../../src/taxii/cursor.ts';
import { agreement, COLLECTIONS, dateAdded, put } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { assertError, bare } from './answers.ts';
import { indicator, UNKNOWN } from './stix.ts';

const hub = await openHub({ after });

describe('next', () => {
  test('T21-B-01 it is no proof of a right: rights are looked at anew', async (t) => {
    const hub = await openHub(t);
    const { next } = (await hub.get('objects/?limit=2')).json;
    assert.deepEqual(rows(await hub.get(`objects/?next=${next}`)), ['F4', 'F5', 'F6', 'F9']);
    assertError(await hub.get(`objects/?next=${next}`, { user: 'bob' }), 404, 'bob never could read it');
    assertError(await hub.get(`objects/?next=${next}`, { user: null }), 401);
    await hub.change(put('agreement', agreement('alice', { RW: 'w' })));
    assertError(await hub.get(`objects/?next=${next}`), 403, 'alice may list it still');
    await hub.change(put('agreement', agreement('alice', { MT: 'r' })));
    assertError(await hub.get(`objects/?next=${next}`), 404, 'alice may not see it any more');
  });

  test('T21-B-01 it is no way around the ceiling of an agreement', async (t) => {
    const hub = await openHub(t);
    const { next } = (await hub.get('objects/?limit=1')).json;
    const [grant] = agreement('alice', { RW: 'r' }).grants;
    assert.ok(grant);
    await hub.change(put('agreement', agreement('alice', {}, { grants: [{ ...grant, types: ['campaign'] }] })));
    assert.deepEqual(rows(await hub.get(`objects/?next=${next}`)), ['F9']);
    await hub.change(put('agreement', agreement('alice', {}, { grants: [{ ...grant, maxTlp: 'clear' }] })));
    assert.deepEqual((await hub.get(`objects/?next=${next}`)).json, {}, 'unmarked counts as green here');
  });

  test('T21-B-01 on another collection it counts as absent', async () => {
    const { next } = (await hub.get('objects/?limit=2')).json;
    for (const path of ['/api1/collections/MT/objects/', '/api1/collections/RO/manifest/'])
      assert.equal((await hub.get(`${path}?next=${next}`)).text, (await hub.get(path)).text, path);
  });

  test('T21-B-01 one made up to lie before added_after brings nothing older', async () => {
    const forged = formatCursor(COLLECTIONS.RW, { position: 0, match: {} });
    const query = `added_after=${dateAdded('F5')}&next=${forged}`;
    assert.deepEqual(rows(await hub.get(`objects/?${query}`)), ['F6', 'F9']);
    assert.deepEqual(rows(await hub.get(`objects/?next=${forged}`)), ['F2', 'F3', 'F4', 'F5', 'F6', 'F9']);
  });

  test('T21-B-01 one made up with filters it was never issued for is a query like any other', async () => {
    const match = { types: ["'OR'1'='1", 'indicator'] };
    const forged = formatCursor(COLLECTIONS.RW, { position: 0, match });
    assert.deepEqual(rows(await hub.get(`objects/?next=${forged}`)), ['F4', 'F6']);
    const other = formatCursor(COLLECTIONS.RW, { position: 0, match: { ids: ['malware--x'] } });
    assertError(await hub.get(`objects/indicator--a/?next=${other}`), 400, 'the object of the URL stays the object');
    assertError(await hub.get(`objects/indicator--a/versions/?next=${forged}`), 400);
  });

  test('T21-B-01 damaged in any single bit it is refused, and never a fault of the hub', async () => {
    const { next } = (await hub.get('objects/?limit=2&match[type]=indicator,malware')).json;
    const octets = Buffer.from(next, 'base64url');
    assert.deepEqual(parseCursor(next, COLLECTIONS.RW, {})?.match, { types: ['indicator', 'malware'] });
    for (let bit = 0; bit < octets.length * 8; bit += 5) {
      const bent = Buffer.from(octets);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assertError(await hub.get(`objects/?next=${bent.toString('base64url')}`), 400, `bit ${bit}`);
    }
  });
});

describe('what a caller may not know', () => {
  test('T21-B-06 hidden collections, hidden roots and foreign statuses answer as what does not exist', async () => {
    const status = (await hub.push('MT', [indicator()])).json.id;
    const pairs: [string, string][] = [
      ['/api1/collections/HID/', `/api1/collections/${UNKNOWN}/`],
      ['/api1/collections/HID/objects/?limit=0', `/api1/collections/${UNKNOWN}/objects/?limit=0`],
      ['/api2/', '/nope/'],
      ['/api2/collections/', '/nope/collections/'],
    ];
    for (const [hidden, absent] of pairs)
      assert.deepEqual(bare(await hub.get(hidden)), bare(await hub.get(absent)), hidden);
    for (const user of ['bob', 'carol'] as const)
      assert.deepEqual(
        bare(await hub.get(`/api1/status/${status}/`, { user })),
        bare(await hub.get(`/api1/status/${UNKNOWN}/`, { user })),
        user,
      );
    for (const [method, path] of [
      ['POST', 'objects/'],
      ['DELETE', 'objects/malware--b/'],
    ] as const) {
      const body = method === 'POST' ? { body: 'no JSON' } : {};
      const hidden = await hub.request(method, `/api1/collections/HID/${path}`, body);
      assert.deepEqual(
        bare(hidden),
        bare(await hub.request(method, `/api1/collections/${UNKNOWN}/${path}`, body)),
        path,
      );
    }
  });

  test('T21-B-02 a new collection is invisible until an agreement names it', async (t) => {
    const hub = await openHub(t);
    const template = (await hub.catalogue.get()).collection.get(COLLECTIONS.MT)?.value;
    assert.ok(template);
    const id = '6a1f0b7e-6f0c-4a2b-9d55-0f6f1c3f8a22';
    await hub.change(put('collection', { ...template, id, title: 'New' }));
    for (const user of ['alice', 'bob'] as const)
      assertError(await hub.get(`/api1/collections/${id}/`, { user }), 404, user);
    assertError(await hub.get(`/api1/collections/${id}/`, { user: null }), 401);
    assert.equal((await hub.get(`/api1/collections/${id}/`, { user: 'ops' })).status, 200);
  });
});

test('T21-B-03 each request leaves one line that says who, what, with what result and how many, and no secret', async (t) => {
  const hub = await openHub(t);
  await hub.get('objects/?limit=2');
  await hub.push('RW', [indicator(), { type: 'x' }]);
  await hub.delete('objects/malware--b/');
  const refused = await hub.get('objects/', { headers: { authorization: `Basic ${btoa('alice:sEcReT')}` } });
  const seen = hub.log.map(({ who, method, status, count }) => [who, method, status, count]);
  assert.deepEqual(seen, [
    ['partner:alice', 'GET', 200, 2],
    ['partner:alice', 'POST', 202, 2],
    ['partner:alice', 'DELETE', 200, 1],
    [undefined, 'GET', 401, undefined],
  ]);
  assert.equal(hub.log[3]?.request, refused.json.error_id);
  assert.doesNotMatch(JSON.stringify(hub.log), new RegExp(`sEcReT|${btoa('alice:sEcReT')}|alice-password`));
});

describe('limits', () => {
  test('T21-B-04 a page has a bound, whatever is asked for', async (t) => {
    const hub = await openHub(t, { pageDefault: 3, pageMax: 4 });
    const length = async (query: string) => (await hub.get(`objects/${query}`)).json.objects.length;
    assert.deepEqual([await length(''), await length('?limit=2'), await length('?limit=9007199254740991')], [3, 2, 4]);
  });

  test('T21-B-05 a list of more than a thousand values is refused, one of a thousand is answered', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, i) => `a--${i}`).join();
    assert.deepEqual((await hub.get(`objects/?match[id]=${ids(1000)}`)).json, {});
    for (const name of ['match[id]', 'match[type]', 'match[version]', 'match[spec_version]'])
      assertError(await hub.get(`objects/?${name}=${ids(1001)}`), 400, name);
  });

  test('T21-B-09 names compare exactly: look-alikes are others', async () => {
    for (const alias of ['my‑alias', 'mу-alias', 'My-alias', 'my-alias ', 'my-alia%73x'])
      assertError(await hub.get(`/api1/collections/${encodeURI(alias)}/`), 404, alias);
    const cyrillic = `Basic ${Buffer.from('аlice:alice-password').toString('base64')}`;
    assertError(await hub.get('/api1/', { headers: { authorization: cyrillic } }), 401);
  });
});
