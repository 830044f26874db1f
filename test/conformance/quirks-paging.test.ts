import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { agreement, COLLECTIONS, dateAdded, put } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { ALL, assertError, pages } from './answers.ts';
import { domain, indicator } from './stix.ts';

/** How clients as they ship read page by page, each point by its number in the list of their quirks. */

const hub = await openHub({ after });
const PATHS = ['objects/', 'manifest/', 'objects/indicator--a/', 'objects/indicator--a/versions/'];

test('quirk 21: more true always comes with next, and the last page has neither', async () => {
  for (const path of PATHS)
    for (const limit of [1, 2, 3, 9]) {
      const all = await pages(
        hub,
        path,
        `${ALL}&limit=${limit}`,
        ({ json }) => `${ALL}&limit=${limit}&next=${json.next}`,
      );
      for (const { json } of all.slice(0, -1)) assert.deepEqual([json.more, typeof json.next], [true, 'string']);
      const last = all.at(-1)?.json;
      assert.deepEqual([last.more, 'next' in last], [false, false], path);
    }
});

test('quirk 22: no page is empty and says more, whatever the filters', async (t) => {
  const hub = await openHub(t);
  const [grant] = agreement('alice', { RW: 'r' }).grants;
  assert.ok(grant);
  const types = ['indicator', 'malware', 'campaign', 'ipv4-addr', 'marking-definition', 'tool'];
  const filter = fc.record(
    {
      'match[type]': fc.subarray(types, { minLength: 1 }).map((list) => list.join()),
      'match[version]': fc.constantFrom('all', 'first', 'last', 'first,last', '2020-01-01T00:00:00Z'),
      'match[spec_version]': fc.constantFrom('2.0', '2.1', '2.0,2.1', '3.0'),
      limit: fc.constantFrom('1', '2', '3'),
      added_after: fc.integer({ min: 1, max: 9 }).map((row) => dateAdded(`F${row}` as 'F1')),
    },
    { requiredKeys: [] },
  );
  for (const visible of [undefined, ['campaign'], ['ipv4-addr', 'malware']]) {
    const limited = visible === undefined ? grant : { ...grant, types: visible };
    await hub.change(put('agreement', agreement('alice', {}, { grants: [limited] })));
    await fc.assert(
      fc.asyncProperty(filter, fc.constantFrom('objects/', 'manifest/'), async (fields, path) => {
        const query = new URLSearchParams(fields as Record<string, string>).toString();
        for (const { json } of await pages(hub, path, query, ({ json }) => `${query}&next=${json.next}`))
          if (json.more === true) assert.ok(json.objects.length > 0, query);
      }),
      { numRuns: 15 },
    );
  }
});

describe('next', () => {
  test('quirk 23: alone it repeats the first filters; those filters, added_after and another limit do no harm', async () => {
    const query = 'match[type]=indicator,campaign,malware&match[version]=all';
    const expected = rows(await hub.get(`objects/?${query}`));
    assert.deepEqual(expected, ['F1', 'F2', 'F4', 'F6', 'F7', 'F9']);
    const after = `added_after=${dateAdded('F1')}`;
    const steps: ((next: string) => string)[] = [
      (next) => `next=${next}`,
      (next) => `limit=1&next=${next}`,
      (next) => `next=${next}&${query}&limit=4`,
      (next) => `next=${next}&match[version]=all`,
      (next) => `next=${next}&limit=2&${after}`,
      (next) => `${after}&${query}&limit=100&next=${next}`,
    ];
    for (const step of steps) {
      const all = await pages(hub, 'objects/', `${query}&limit=2`, ({ json }) => step(json.next));
      assert.deepEqual(all.flatMap(rows), expected, step('…'));
    }
  });

  test('quirk 24: it is a place and not a snapshot: it works twice, after a restart, years later, and brings what came since', async (t) => {
    const hub = await openHub(t);
    const { next } = (await hub.get('objects/?limit=5')).json;
    assert.match(next, /^[A-Za-z0-9._~-]{1,100}$/);
    const rest = () => hub.get(`objects/?next=${next}`);
    assert.deepEqual([rows(await rest()), rows(await rest())], [['F9'], ['F9']]);
    await hub.restart();
    assert.deepEqual(rows(await rest()), ['F9']);
    hub.clockOffset = 5 * 365 * 86_400_000_000;
    const added = [indicator(), domain()];
    await hub.push('RW', added);
    assert.deepEqual(rows(await rest()), ['F9', ...added.map(({ id }) => id)]);
    const many = `match[id]=${Array.from({ length: 400 }, (_, i) => `indicator--${i}`).join()},malware--b,indicator--a`;
    const long = (await hub.get(`objects/?${many}&limit=1`)).json;
    assert.match(long.next, /^[A-Za-z0-9._~-]{1,1024}$/, 'short, however long the filters are');
    assert.deepEqual(rows(await hub.get(`objects/?${many}&next=${long.next}`)), ['F4']);
  });

  test('quirk 25: one of another collection counts as absent, a malformed one is 400', async () => {
    const { next } = (await hub.get('objects/?limit=1&match[type]=indicator')).json;
    for (const path of ['/api1/collections/MT/objects/', '/api1/collections/RO/manifest/'])
      assert.equal((await hub.get(`${path}?next=${next}&match[type]=malware`)).status, 200, path);
    for (const text of [
      '',
      'x',
      `${next}A`,
      next.slice(1),
      '%00',
      `${next}=`,
      'A'.repeat(5000),
      '..',
      '%7B%7D',
      next.toLowerCase(),
    ])
      assertError(await hub.get(`objects/?next=${text}`), 400, text.slice(0, 50));
  });
});

describe('limits', () => {
  test('quirk 26: a limit above the cap is capped, the place follows what was delivered; others are 400', async (t) => {
    const hub = await openHub(t, { pageMax: 2, pageDefault: 2 });
    const all = await pages(hub, 'objects/', 'limit=5000', ({ json }) => `limit=5000&next=${json.next}`);
    assert.deepEqual(all.map(rows), [
      ['F2', 'F3'],
      ['F4', 'F5'],
      ['F6', 'F9'],
    ]);
    for (const limit of ['0', '-1', 'all', '', '1.0', '1e3', ' 5'])
      assertError(await hub.get(`objects/?limit=${encodeURIComponent(limit)}`), 400, limit);
  });

  test('quirk 27: without a limit a page has a thousand entries, or what the collection says', async (t) => {
    const hub = await openHub(t, { maxContentLength: 2_000_000 });
    await hub.push(
      'MT',
      Array.from({ length: 1001 }, () => domain()),
    );
    const at = '/api1/collections/MT/objects/';
    assert.deepEqual([(await hub.get(at)).json.objects.length, (await hub.get(at)).json.more], [1000, true]);
    assert.equal((await hub.get(`${at}?limit=10000`)).json.objects.length, 1001);
    const { value } = (await hub.catalogue.get()).collection.get(COLLECTIONS.MT) ?? {};
    assert.ok(value);
    await hub.change(put('collection', { ...value, pageDefault: 7 }));
    assert.equal((await hub.get(at)).json.objects.length, 7);
  });

  test('quirk 37: a page ends before 16 MiB whatever its limit, so that it comes in time, and loses nothing', async (t) => {
    const hub = await openHub(t);
    const big = Array.from({ length: 9 }, () => domain({ x_big: 'x'.repeat(2 << 20) }));
    await hub.store.objects.commit({
      collection: COLLECTIONS.MT,
      source: 'import',
      objects: big.map((object) => ({
        id: object.id,
        type: object.type,
        specVersion: '2.1',
        marking: 'unmarked',
        json: JSON.stringify(object),
      })),
    });
    const at = '/api1/collections/MT/objects/';
    const all = await pages(hub, at, 'limit=1000', ({ json }) => `limit=1000&next=${json.next}`);
    assert.deepEqual(
      all.map((page) => page.json.objects.length),
      [7, 2],
    );
    for (const { bytes } of all) assert.ok(bytes.length <= 16 << 20);
    assert.deepEqual(
      all.flatMap(rows),
      big.map(({ id }) => id),
    );
  });
});
