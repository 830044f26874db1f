import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ALIAS, dateAdded, type RowName, V21 } from '../http/fixture.ts';
import { type Ask, openHub, rows } from '../http/hub.ts';
import { ALL, assertError, bare, FIRST } from './answers.ts';
import { domain, UNKNOWN } from './stix.ts';
import { PAGED } from './tour.ts';

/** For tests that only read. */
const hub = await openHub({ after });

const PLAIN: readonly RowName[] = ['F2', 'F3', 'F4', 'F5', 'F6', 'F9'];
const BOTH = ['objects/', 'manifest/'] as const;
const MIDNIGHT = '2024-01-01T00:00:00.000000Z';

/** Asserts what a query lists, on objects and manifest alike. */
async function lists(query: string, expected: readonly string[], ask: Ask = {}): Promise<void> {
  for (const path of BOTH) {
    const answer = await hub.get(`${path}?${query}`, ask);
    assert.equal(answer.status, 200, `${query}: ${answer.text}`);
    assert.deepEqual(rows(answer), expected, `${path}?${query}`);
  }
}

/** Asserts that a query is refused on all paged endpoints (or those that have the parameter), with nothing delivered. */
async function refused(query: string, parameter: string, paths: readonly string[] = PAGED): Promise<void> {
  for (const path of paths) {
    const answer = await hub.get(`${path}?${query}`);
    assertError(answer, 400, `${path}?${query}`);
    assert.equal(answer.json.details.parameter, parameter, query);
    assert.doesNotMatch(answer.text, /"objects"|"versions"|"more"/);
  }
}

test('T21-3.4-02 without parameters comes the newest of everything', async () => {
  await lists('', PLAIN);
  await lists('&&', PLAIN);
});

describe('added_after', () => {
  test('T21-3.4-03 it is strict', async () => {
    await lists(`added_after=${dateAdded('F5')}`, ['F6', 'F9']);
    await lists(`added_after=${dateAdded('F5')}&match[version]=all`, ['F6', 'F7', 'F9']);
    await lists(`added_after=${dateAdded('F5')}&${ALL}`, ['F6', 'F7', 'F8', 'F9']);
    await lists(`added_after=${dateAdded('F8')}`, ['F9']);
    await lists(`added_after=${dateAdded('F9')}`, []);
    await lists(`added_after=${MIDNIGHT}`, PLAIN);
  });

  test('T21-3.4-04 there is one, with one timestamp', async () => {
    const [x, y] = [dateAdded('F1'), dateAdded('F2')];
    for (const query of [
      `added_after=${x}&added_after=${y}`,
      `added_after=${x}&added_after=${x}`,
      `added_after=${x}&added%5Fafter=${y}`,
      `added_after=${x},${y}`,
      `added_after=${x}%2C${y}`,
      `added_after=${x}%20`,
    ])
      await refused(query, 'added_after');
  });

  test('T21-3.4-01 T21-3.4-05 it is a timestamp that exists', async () => {
    const wrong =
      '2024-13-01T00:00:00.000000Z|2024-00-01T00:00:00.000000Z|2024-02-30T00:00:00.000000Z|2023-02-29T00:00:00.000000Z|2024-01-01T24:00:00.000000Z|2024-01-01T00:60:00.000000Z|2024-01-01T00:00:61.000000Z|2024-01-01|2024-01-01T00:00Z|yesterday||now|0|1704067200|2024-01-01T00:00:00.000000|2024-01-01T00:00:00.Z|2024-01-01%2000:00:00.000000Z|2024-1-1T00:00:00.000000Z|24-01-01T00:00:00.000000Z|-2024-01-01T00:00:00.000000Z|2024-01-01T00:00:00,000000Z|2024-01-01T00:00:00.000000+24:00|2024-01-01T00:00:00.000000+0100|2024-01-01T00:00:00.000000UTC|2024-01-01T00:00:00.0000000001Z|%00';
    for (const text of wrong.split('|')) await refused(`added_after=${text}`, 'added_after');
    await refused('added_after', 'added_after');
  });

  test('T21-3.4-05 any number of digits to nine, offsets and z are read, exactly (A01, client-quirks 33)', async () => {
    const after5 = ['F6', 'F9'];
    const from5 = ['F5', ...after5];
    for (const [text, expected] of [
      ['2024-01-01T00:00:00.000005Z', after5],
      ['2024-01-01T00:00:00.00000500Z', after5],
      ['2024-01-01T00:00:00.000005999Z', after5],
      ['2024-01-01T00:00:00.000004999Z', from5],
      ['2024-01-01T00:00:00.00000Z', PLAIN],
      ['2024-01-01T00:00:00.000Z', PLAIN],
      ['2024-01-01T00:00:00.001Z', []],
      ['2024-01-01T00:00:00Z', PLAIN],
      ['2023-12-31T23:59:59.999999999Z', PLAIN],
      ['2024-01-01T00:00:00.000005z', after5],
      ['2024-01-01t00:00:00.000005z', after5],
      ['2024-01-01T01:00:00.000005%2B01:00', after5],
      ['2024-01-01T01:00:00.000005+01:00', after5],
      ['2024-01-01T01:00:00.000005%2001:00', after5],
      ['2023-12-31T18:30:00.000005-05:30', after5],
      ['2024-01-01T00:00:00.000005+00:00', after5],
      ['0001-01-01T00:00:00.000000Z', PLAIN],
      ['9999-12-31T23:59:59.999999Z', []],
      ['2016-12-31T23:59:60.000000Z', PLAIN],
    ] as const)
      await lists(`added_after=${text}`, expected);
  });

  test('T21-3.4-05 a strict root reads six digits and Z only (A01)', async () => {
    const at = '/strict/collections/ST/objects/';
    assert.equal((await hub.get(`${at}?added_after=${MIDNIGHT}`)).status, 200);
    for (const text of [
      '2024-01-01T00:00:00Z',
      '2024-01-01T00:00:00.000Z',
      '2024-01-01T00:00:00.0000000Z',
      '2024-01-01T00:00:00.000000z',
      '2024-01-01t00:00:00.000000Z',
      '2024-01-01T00:00:00.000000%2B00:00',
      '2024-01-01T00:00:00.000000+00:00',
    ])
      assertError(await hub.get(`${at}?added_after=${text}`), 400, text);
  });

  test('T21-3.4-06 it is not about dates inside objects', async () => {
    await lists('added_after=2023-12-31T00:00:00.000000Z', PLAIN);
    await lists(`added_after=2023-12-31T00:00:00.000000Z&match[version]=first`, ['F2', 'F3', 'F5', 'F6', 'F7', 'F9']);
    await lists('added_after=2024-01-01T00:00:01.000000Z', []);
  });

  test('T21-3.4-07 without it the oldest come first', async () => {
    await lists('limit=1', ['F2']);
    await lists(`limit=1&${ALL}`, ['F1']);
  });

  test('T21-3.4-08 every answer has the date by which a client sets its clock', async () => {
    for (const [path, ask] of [
      ['/taxii2/', {}],
      ['objects/', {}],
      ['objects/?limit=0', {}],
      ['objects/', { user: null }],
      ['/x/', {}],
    ] as const) {
      const before = Math.floor(Date.now() / 1000) * 1000;
      const date = Date.parse((await hub.get(path, ask)).headers.date ?? '');
      assert.ok(date >= before - 2000 && date <= Date.now() + 2000, `${path}: ${date}`);
    }
  });
});

describe('limit', () => {
  test('T21-3.4-01 T21-3.4-09 it is an integer greater than zero, in digits', async () => {
    for (const text of '0|00|-1|-0|1.5|1.0|1e2|abc||%201|1%20|1+|0x10|%2B1|+1|01|1,2|١|１|Infinity|NaN|null|1%00'.split(
      '|',
    ))
      await refused(`limit=${text}`, 'limit');
    await refused('limit=1&limit=2', 'limit');
    await refused('limit=1&limit=1', 'limit');
    await refused('limit', 'limit');
    await lists('limit=1', ['F2']);
  });

  test('T21-3.4-10 T21-3.4-11 T21-3.4-13 T21-3.4-14 no more than limit come, and more says whether that was all', async () => {
    const queries = [
      ['objects/', ''],
      ['manifest/', ''],
      ['objects/', ALL],
      ['manifest/', ALL],
      ['objects/indicator--a/', 'match[version]=all'],
      ['objects/indicator--a/versions/', ''],
    ] as const;
    for (const [path, query] of queries) {
      const all = rows(await hub.get(`${path}?${query}`));
      for (let n = 1; n <= 10; n++) {
        const answer = await hub.get(`${path}?${query}&limit=${n}`);
        assert.deepEqual(rows(answer), all.slice(0, n), `${path}?${query}&limit=${n}`);
        const { more, next } = answer.json;
        assert.equal(more, n < all.length);
        if (more) assert.match(next, /^[A-Za-z0-9._~-]+$/, 'client-quirks 24');
        else assert.equal(next, undefined, 'client-quirks 21');
      }
    }
  });

  test('T21-3.4-12 T21-3.4-13 the cap of the server is no error, and more says that there is more', async (t) => {
    const own = await openHub(t, { pageDefault: 5, pageMax: 5 });
    for (const path of BOTH)
      for (const query of ['', 'limit=100', 'limit=6', 'limit=9007199254740991']) {
        const answer = await own.get(`${path}?${query}`);
        assert.deepEqual(rows(answer), PLAIN.slice(0, 5), `${path}?${query}`);
        assert.deepEqual([answer.status, answer.json.more, typeof answer.json.next], [200, true, 'string']);
      }
    const exact = await openHub(t, { pageDefault: 6, pageMax: 6 });
    assert.deepEqual((await exact.get('objects/')).json.more, false);
    const smaller = await openHub(t, { pageDefault: 2, pageMax: 5 });
    assert.deepEqual(rows(await smaller.get('objects/')), ['F2', 'F3']);
    assert.deepEqual(rows(await smaller.get('objects/?limit=4')), PLAIN.slice(0, 4));
  });
});

describe('any parameter', () => {
  test('T21-3.4-01 a malformed one gives 400 whatever stands beside it', async () => {
    for (const query of ['limit=1&added_after=x', 'match[id]=unknown&limit=x', `added_after=${MIDNIGHT}&next=zzz`])
      for (const path of BOTH) {
        const answer = await hub.get(`${path}?${query}`);
        assertError(answer, 400, query);
        assert.equal(answer.headers[FIRST], undefined);
      }
    assertError(await hub.get('/api1/collections/MT/objects/?limit=0'), 400, 'also where there is nothing');
    assertError(await hub.get(`objects/indicator--${UNKNOWN}/?limit=0`), 400, 'also of what is not there');
    assertError(await hub.get('/api1/collections/WO/objects/?limit=0'), 403, 'but not where nothing may be read');
  });

  test('T21-3.4-23 brackets, commas and letters come raw or encoded, in either case', async () => {
    for (const name of ['match[type]', 'match%5Btype%5D', 'match%5btype%5d', 'match[type%5D', 'm%61tch[type]'])
      for (const value of ['malware,campaign', 'malware%2Ccampaign', 'malware%2ccampaign', 'm%61lware,campaign'])
        await lists(`${name}=${value}`, ['F2', 'F9']);
    for (const colon of [':', '%3A', '%3a'])
      await lists(`added_after=${dateAdded('F5').replaceAll(':', colon)}`, ['F6', 'F9']);
    for (const query of [
      'match[type]=%zz',
      'match[type]=%',
      'match[type]=%c3',
      'limit=1%',
      '%zz=1',
      'match[id]=%ff%fe',
    ])
      for (const path of BOTH) assertError(await hub.get(`${path}?${query}`), 400, query);
  });

  test('T21-3.4-24 values reach no query language, and are bounded', async () => {
    const texts = ["' OR 1=1--", "x');DROP TABLE objects;--", '%', '_', 'indicator%00', '*', '{{7*7}}', '\\', '"'];
    for (const field of ['id', 'type', 'version', 'spec_version'])
      for (const text of texts) {
        const answer = await hub.get(`objects/?match[${field}]=${encodeURIComponent(text)}`);
        assert.ok([200, 400].includes(answer.status), `${field} ${text}: ${answer.status}`);
        if (answer.status === 200) assert.deepEqual(answer.json, {}, `${field} ${text}`);
      }
    await lists('', PLAIN);
    const url = new URL(await hub.listen());
    const signIn = Buffer.from('alice:alice-password').toString('base64');
    for (const query of [
      `match[id]=${'x'.repeat(100_000)}`,
      'a=1&'.repeat(25_000),
      `match[id]=${'x,'.repeat(50_000)}x`,
    ]) {
      const head = `GET /api1/collections/${ALIAS}/objects/?${query} HTTP/1.1\r\nHost: ${url.host}\r\n`;
      const answer = await hub.raw(
        `${head}Connection: close\r\nAccept: ${V21}\r\nAuthorization: Basic ${signIn}\r\n\r\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 4(00|14|31) /, query.slice(0, 30));
      assert.ok(answer.includes(`\r\nContent-Type: ${V21}\r\n`) || answer.includes(`\r\ncontent-type: ${V21}\r\n`));
    }
    assert.deepEqual(rows(await hub.get(`objects/?match[id]=${'x'.repeat(20_000)}`)), []);
  });

  test('T21-3.4-19 T21-3.4-20 fields that an endpoint does not have are passed over, on a GET (A09)', async () => {
    const noise = [
      'match[x_foo]=1',
      'x=%20',
      'match[]=1',
      'match=1',
      'MATCH[type]=malware',
      'match[Type]=x',
      'offset=1',
    ];
    for (const query of [...noise, noise.join('&'), 'match[x]=1&match[x]=2'])
      for (const path of PAGED)
        assert.deepEqual(bare(await hub.get(`${path}?${query}`)), bare(await hub.get(path)), query);
    const versions = 'objects/indicator--a/versions/';
    for (const query of ['match[version]=first', 'match[version]=nonsense', 'match[id]=x', 'match[type]=x,,'])
      assert.deepEqual(bare(await hub.get(`${versions}?${query}`)), bare(await hub.get(versions)), query);
    for (const query of ['match[id]=malware--b', 'match[type]=x,,'])
      assert.deepEqual(rows(await hub.get(`objects/indicator--a/?${query}`)), ['F4'], query);
  });
});

test('T21-3.4-08 the date is not more than a second behind what was just added', async (t) => {
  const own = await openHub(t);
  await own.push('MT', [domain()]);
  const answer = await own.get('/api1/collections/MT/manifest/');
  const added = Date.parse(answer.json.objects[0].date_added);
  assert.ok(added <= Date.parse(answer.headers.date ?? '') + 1000, `${added}`);
});
