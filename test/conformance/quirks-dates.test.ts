import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { dateAdded } from '../http/fixture.ts';
import { type Answer, openHub, rows } from '../http/hub.ts';
import { ALL, assertError, FIRST, LAST, pages } from './answers.ts';
import { domain, indicator } from './stix.ts';

/** How clients as they ship use dates added, each point by its number in the list of their quirks. */

const hub = await openHub({ after });
const PATHS = ['objects/', 'manifest/', 'objects/indicator--a/', 'objects/indicator--a/versions/'];

describe('dates', () => {
  test('quirk 28: both date headers stand on every page with content, in UTC with six digits', async () => {
    for (const path of PATHS)
      for (const page of await pages(hub, path, `${ALL}&limit=2`, ({ json }) => `${ALL}&limit=2&next=${json.next}`)) {
        for (const name of [FIRST, LAST])
          assert.match(page.headers[name] ?? '', /^2024-01-01T00:00:00\.\d{6}Z$/, `${path} ${name}`);
        assert.ok(String(page.headers[FIRST]) <= String(page.headers[LAST]));
      }
  });

  const byDate = (cut: (date: string) => string, limit: number) => (answer: Answer) =>
    `limit=${limit}&added_after=${cut(String(answer.headers[LAST]))}`;

  test('quirk 29: reading on with the last date header alone delivers everything once, at any page size', async (t) => {
    const hub = await openHub(t, { maxContentLength: 1_000_000 });
    const objects = Array.from({ length: 60 }, () => domain());
    await hub.push('MT', objects.slice(0, 40));
    for (const object of objects.slice(40)) await hub.push('MT', [object]);
    for (const limit of [1, 7, 59, 60]) {
      const all = await pages(
        hub,
        '/api1/collections/MT/objects/',
        `limit=${limit}`,
        byDate((date) => date, limit),
      );
      assert.deepEqual(
        all.flatMap(rows),
        objects.map(({ id }) => id),
        `limit ${limit}`,
      );
    }
    for (const path of PATHS)
      for (const limit of [1, 2]) {
        const step = ({ headers }: Answer) => `${ALL}&limit=${limit}&added_after=${headers[LAST]}`;
        const all = await pages(hub, path, `${ALL}&limit=${limit}`, step);
        assert.deepEqual(all.flatMap(rows), rows(await hub.get(`${path}?${ALL}`)), path);
      }
  });

  test('quirk 30: the header cut to milliseconds and sent back delivers nothing old, and the follower becomes quiet', async (t) => {
    const hub = await openHub(t, { maxContentLength: 1_000_000 });
    const objects = Array.from({ length: 60 }, () => domain());
    await hub.push('MT', objects.slice(0, 50));
    for (const object of objects.slice(50)) await hub.push('MT', [object]);
    const cut = (date: string) => new Date(date).toISOString();
    for (const limit of [1, 7, 60]) {
      const all = await pages(hub, '/api1/collections/MT/objects/', `limit=${limit}`, byDate(cut, limit));
      assert.deepEqual(
        all.flatMap(rows),
        objects.map(({ id }) => id),
        `limit ${limit}`,
      );
      const last = cut(String(all.at(-1)?.headers[LAST]));
      const quiet = await hub.get(`/api1/collections/MT/objects/?added_after=${last}`);
      assert.deepEqual([quiet.json, quiet.headers[LAST]], [{}, last.replace('Z', '000Z')]);
    }
  });

  test('quirk 31: nothing becomes visible at or before a date that was delivered', async (t) => {
    const hub = await openHub(t, { maxContentLength: 1_000_000 });
    const writing = { done: false };
    const writers = Array.from({ length: 4 }, async (_, w) => {
      for (let i = 0; i < 8; i++)
        await hub.push(
          'MT',
          Array.from({ length: w * 20 + 1 }, () => domain()),
        );
    });
    const watching = (async () => {
      let known: string[] = [];
      while (!writing.done) {
        const { objects = [] } = (await hub.get('/api1/collections/MT/manifest/?limit=10000')).json;
        const dates = objects.map(({ date_added }: { date_added: string }) => date_added);
        assert.deepEqual(dates.slice(0, known.length), known, 'what was seen stays the beginning');
        known = dates;
        await new Promise(setImmediate);
      }
      return known;
    })();
    await Promise.all(writers);
    writing.done = true;
    const { objects } = (await hub.get('/api1/collections/MT/manifest/?limit=10000')).json;
    assert.equal(objects.length, 8 * (1 + 21 + 41 + 61));
    assert.ok((await watching).length <= objects.length);
  });

  test('quirk 32: added_after is strict, and a new version of an object is a new entry', async (t) => {
    const hub = await openHub(t);
    assert.deepEqual(rows(await hub.get(`objects/?added_after=${dateAdded('F6')}`)), ['F9']);
    const object = indicator();
    await hub.push('RW', [object]);
    const { [LAST]: last } = (await hub.get('objects/')).headers;
    assert.deepEqual(rows(await hub.get(`objects/?added_after=${last}`)), []);
    const newer = { ...object, modified: '2022-01-01T00:00:00.000Z' };
    await hub.push('RW', [newer]);
    assert.deepEqual((await hub.get(`objects/?added_after=${last}`)).json.objects, [newer]);
  });

  test('quirk 33: added_after takes 0 to 9 digits, offsets, a plus that came as a space and a lower-case z', async () => {
    const instants: [string, string[]][] = [
      ['2024-01-01T00:00:00Z', ['F2', 'F3', 'F4', 'F5', 'F6', 'F9']],
      ['2024-01-01T00:00:00.0Z', ['F2', 'F3', 'F4', 'F5', 'F6', 'F9']],
      ['2024-01-01T00:00:00.000Z', ['F2', 'F3', 'F4', 'F5', 'F6', 'F9']],
      ['2024-01-01T00:00:00.000005Z', ['F6', 'F9']],
      ['2024-01-01T00:00:00.0000059Z', ['F6', 'F9']],
      ['2024-01-01T00:00:00.000005999Z', ['F6', 'F9']],
      ['2024-01-01T01:00:00.000005%2B01:00', ['F6', 'F9']],
      ['2024-01-01T01:00:00.000005+01:00', ['F6', 'F9']],
      ['2024-01-01T01:00:00.000005%2001:00', ['F6', 'F9']],
      ['2023-12-31T19:00:00.000005-05:00', ['F6', 'F9']],
      ['2024-01-01t00:00:00.000005z', ['F6', 'F9']],
      ['2024-01-01T00:00:01Z', []],
    ];
    for (const [text, expected] of instants)
      assert.deepEqual(rows(await hub.get(`objects/?added_after=${text}`)), expected, text);
    const nonsense = [
      '',
      'now',
      '2024',
      '2024-01-01',
      '2024-02-30T00:00:00Z',
      '2024-01-01T25:00:00Z',
      '1704067200',
      '2024-01-01T00:00:00',
      '2024-01-01T00:00:00.0000000000Z',
      '2024-01-01T00:00:00%2B0100',
      '2024-01-01T00:00:00%2B99:00',
    ];
    for (const text of nonsense) assertError(await hub.get(`objects/?added_after=${text}`), 400, text);
  });
});
