import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { formatCursor } from '../../src/taxii/cursor.ts';
import { agreement, COLLECTIONS, dateAdded, put } from '../http/fixture.ts';
import { type Hub, openHub, rows } from '../http/hub.ts';
import { ALL, assertError, bare, drain, LAST } from './answers.ts';
import { domain, UNKNOWN } from './stix.ts';
import { PAGED } from './tour.ts';

/** For tests that only read. */
const hub = await openHub({ after });

const PLAIN = ['F2', 'F3', 'F4', 'F5', 'F6', 'F9'];
/** Of each paged endpoint a query that selects several entries. */
const QUERIES = PAGED.flatMap((path) => [[path, ALL] as const, [path, 'match[spec_version]=2.0,2.1'] as const]);

/** The pages that follow from one place to the next; `place` is what a client sends instead of `next`. */
async function pages(
  on: Hub,
  first: string,
  place: (next: string, last: string) => string,
): Promise<readonly (readonly string[])[]> {
  const found: string[][] = [];
  for (let path = first; ; ) {
    const answer = await on.get(path);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    found.push(rows(answer));
    const { more, next } = answer.json;
    if (more !== true) return found;
    assert.ok(rows(answer).length > 0, 'client-quirks 22: no empty page has more behind it');
    path = place(next, answer.headers[LAST] ?? '');
    assert.ok(found.length < 100, 'paging ends');
  }
}

describe('pages', () => {
  test('T21-3.5-01 T21-3.5-02 T21-3.5-03 T21-3.4-15 are slices of the whole list, at every size, by next and the same query', async () => {
    for (const [path, query] of QUERIES) {
      const whole = rows(await hub.get(`${path}?${query}`));
      for (let limit = 1; limit <= 10; limit++) {
        const at = `${path}?${query}&limit=${limit}`;
        const found = await pages(hub, at, (next) => `${at}&next=${next}`);
        assert.deepEqual(found.flat(), whole, at);
        for (const page of found.slice(0, -1)) assert.equal(page.length, limit, at);
      }
    }
    assert.deepEqual(await drain(hub, 'objects/', 'limit=1'), PLAIN);
  });

  test('T21-3.5-02 the server cap cuts pages as limit does', async (t) => {
    const own = await openHub(t, { pageDefault: 2, pageMax: 2 });
    for (const [path, query] of QUERIES) {
      const whole = rows(await hub.get(`${path}?${query}`));
      const found = await pages(own, `${path}?${query}`, (next) => `${path}?${query}&limit=100&next=${next}`);
      assert.deepEqual(found.flat(), whole, path);
      assert.equal(found.length, Math.ceil(whole.length / 2), 'client-quirks 26');
    }
  });

  test('T21-3.5-04 the date header as added_after works wherever next does, also cut to milliseconds', async (t) => {
    for (const [path, query] of QUERIES)
      for (const limit of [1, 2, 3, 100]) {
        const at = `${path}?${query}&limit=${limit}`;
        const found = await pages(hub, at, (_next, last) => `${at}&added_after=${last}`);
        assert.deepEqual(found.flat(), rows(await hub.get(`${path}?${query}`)), at);
      }
    // client-quirks 29 and 30, on dates that the hub itself gave.
    const own = await openHub(t);
    const objects = Array.from({ length: 25 }, () => domain());
    assert.equal((await own.push('MT', objects)).json.success_count, 25);
    for (const path of ['objects/', 'manifest/'])
      for (const cut of [(last: string) => last, (last: string) => last.replace(/(\.\d{3})\d{3}Z$/, '$1Z')]) {
        const at = `/api1/collections/MT/${path}?limit=4`;
        const found = await pages(own, at, (_next, last) => `${at}&added_after=${cut(last)}`);
        assert.deepEqual(
          found.flat(),
          objects.map(({ id }) => id),
        );
        const { headers } = await own.get(at.replace('4', '100'));
        const poll = await own.get(`${at}&added_after=${cut(headers[LAST] ?? '')}`);
        assert.deepEqual(poll.json, {}, 'an idle poll brings nothing again');
      }
  });
});

describe('while the collection changes', () => {
  test('T21-3.5-05 a follow-up page may be empty', async (t) => {
    for (const path of ['objects/', 'manifest/']) {
      const own = await openHub(t);
      const { next } = (await own.get(`${path}?limit=5`)).json;
      await own.delete('objects/campaign--g/');
      const answer = await own.get(`${path}?limit=5&next=${next}`);
      assert.deepEqual([answer.status, answer.json, answer.headers[LAST]], [200, {}, dateAdded('F6')]);
    }
  });

  test('T21-3.5-06 what is added while a client pages comes last, once', async (t) => {
    const own = await openHub(t);
    const added: string[] = [];
    const place = async (): Promise<void> => {
      const object = domain();
      assert.equal((await own.push('RW', [object])).json.success_count, 1);
      added.push(object.id);
    };
    const seen: string[] = [];
    for (let query = 'limit=1'; ; ) {
      const answer = await own.get(`objects/?${query}`);
      seen.push(...rows(answer));
      if (answer.json.more !== true) break;
      query = `limit=1&next=${answer.json.next}`;
      if (added.length < 4) await place();
    }
    assert.deepEqual(seen, [...PLAIN, ...added]);
  });

  test('T21-3.5-06 a newer version of what was delivered comes last, and one not yet delivered moves there', async (t) => {
    const own = await openHub(t);
    const page = await own.get(`objects/?limit=2`);
    assert.deepEqual(rows(page), ['F2', 'F3']);
    const [malware, indicator] = (await own.get('objects/?match[id]=malware--b,indicator--a')).json.objects;
    for (const object of [malware, indicator]) {
      const newer = { ...object, modified: '2025-01-01T00:00:00.000Z' };
      assert.equal((await own.push('RW', [newer])).json.success_count, 1);
    }
    const rest = await own.get(`objects/?next=${page.json.next}`);
    assert.deepEqual(rows(rest), ['F5', 'F6', 'F9', malware.id, indicator.id]);
  });

  test('T21-3.5-07 taking away what was delivered, or the entry of the place itself, moves nothing', async (t) => {
    for (const gone of ['malware--b', 'ipv4-addr--c', 'indicator--a']) {
      const own = await openHub(t);
      const { next } = (await own.get(`objects/?limit=2`)).json;
      const byDate = dateAdded('F3');
      assert.equal((await own.delete(`objects/${gone}/`)).status, 200);
      const rest = gone === 'indicator--a' ? ['F5', 'F6'] : ['F4', 'F5'];
      assert.deepEqual(rows(await own.get(`objects/?limit=2&next=${next}`)), rest, gone);
      assert.deepEqual(rows(await own.get(`objects/?limit=2&added_after=${byDate}`)), rest, gone);
    }
  });
});

describe('next', () => {
  test('T21-3.5-08 survives restarts, does not time out, works twice, and later brings what came since (A12)', async (t) => {
    const own = await openHub(t);
    const { next } = (await own.get('objects/?limit=5')).json;
    await own.restart();
    assert.deepEqual(rows(await own.get(`objects/?next=${next}`)), ['F9']);
    own.clockOffset = 400 * 86_400 * 1_000_000;
    assert.deepEqual(rows(await own.get(`objects/?next=${next}`)), ['F9']);
    const object = domain();
    await own.push('RW', [object]);
    await own.restart();
    assert.deepEqual(rows(await own.get(`objects/?next=${next}`)), ['F9', object.id]);
  });

  test('T21-3.5-09 T21-3.4-16 takes another limit, or none', async () => {
    for (const [path, query] of QUERIES) {
      const whole = rows(await hub.get(`${path}?${query}`));
      if (whole.length < 2) continue;
      const { next } = (await hub.get(`${path}?${query}&limit=1`)).json;
      for (const limit of [1, 3, 100]) {
        const page = rows(await hub.get(`${path}?${query}&limit=${limit}&next=${next}`));
        assert.deepEqual(page, whole.slice(1, 1 + limit), `${path}?${query}`);
      }
      assert.deepEqual(
        rows(await hub.get(`${path}?next=${next}`)),
        whole.slice(1),
        'and no filters (client-quirks 23)',
      );
    }
  });

  test('T21-3.5-10 T21-3.4-16 beside added_after the later of both counts', async () => {
    const at = `objects/?added_after=${dateAdded('F3')}&limit=1`;
    assert.deepEqual((await pages(hub, at, (next) => `${at}&next=${next}`)).flat(), ['F4', 'F5', 'F6', 'F9']);
    const { next } = (await hub.get(at)).json;
    for (const [query, expected] of [
      ['', ['F5', 'F6', 'F9']],
      [`&added_after=${dateAdded('F1')}`, ['F5', 'F6', 'F9']],
      [`&added_after=${dateAdded('F5')}`, ['F6', 'F9']],
      [`&added_after=${dateAdded('F9')}`, []],
    ] as const)
      assert.deepEqual(rows(await hub.get(`objects/?next=${next}${query}`)), expected, query);
  });

  test('T21-3.4-16 T21-3.4-01 that was not issued here, is damaged or contradicts is 400', async () => {
    const query = 'match[type]=indicator,malware&match[version]=all';
    const { next } = (await hub.get(`objects/?${query}&limit=1`)).json;
    const other = next.endsWith('A') ? 'B' : 'A';
    const damaged = [
      'zzz',
      '',
      'null',
      `${next}x`,
      next.slice(1),
      next.slice(0, -1),
      next.slice(0, -1) + other,
      'A'.repeat(2000),
    ];
    for (const text of [...damaged, next.toLowerCase(), `${next}%20`, `%20${next}`, `${next}=`, `${next}%0A`, UNKNOWN])
      for (const path of PAGED) assertError(await hub.get(`${path}?next=${text}`), 400, `${path} ${text}`);
    for (const path of PAGED) assertError(await hub.get(`${path}?next=${next}&next=${next}`), 400);
    for (const contradiction of [
      'match[type]=malware',
      'match[type]=indicator',
      'match[type]=indicator,malware,tool',
      'match[version]=last',
      'match[id]=malware--b',
      'match[spec_version]=2.1',
    ])
      for (const path of ['objects/', 'manifest/'])
        assertError(await hub.get(`${path}?next=${next}&${contradiction}`), 400, contradiction);
    assertError(await hub.get(`objects/indicator--a/?next=${next}`), 400, 'the object of the URL');
  });

  test('T21-3.4-16 the filters it was issued for may be spelled anew, and serve objects and manifest alike', async () => {
    const query = 'match[type]=indicator,malware&match[version]=all';
    const { next } = (await hub.get(`objects/?${query}&limit=1`)).json;
    const rest = ['F2', 'F4', 'F6', 'F7'];
    for (const path of ['objects/', 'manifest/'])
      for (const again of ['', query, 'match[type]=malware,indicator', 'match%5Bversion%5D=all', 'match[x]=1'])
        assert.deepEqual(rows(await hub.get(`${path}?next=${next}&${again}`)), rest, again);
  });

  test('T21-3.4-16 one of another collection counts as absent (client-quirks 25)', async () => {
    const { next } = (await hub.get('objects/?limit=2&match[type]=indicator,malware')).json;
    for (const path of ['/api1/collections/MT/objects/', '/api1/collections/RO/manifest/'])
      assert.deepEqual(bare(await hub.get(`${path}?next=${next}`)), bare(await hub.get(path)), path);
    const foreign = formatCursor(COLLECTIONS.MT, { position: 8e15, match: { types: ['tool'] } });
    for (const path of PAGED)
      assert.deepEqual(bare(await hub.get(`${path}?next=${foreign}`)), bare(await hub.get(path)), path);
  });

  test('T21-3.4-16 after filters too long to travel in it the same ones must come again (A12)', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `tool--${UNKNOWN.slice(0, -2)}${i + 10}`).join();
    const query = `match[id]=malware--b,indicator--a,campaign--g,${ids}`;
    const { next } = (await hub.get(`objects/?${query}&limit=1`)).json;
    assert.ok(next.length < 200, 'it stays short');
    assert.deepEqual(rows(await hub.get(`objects/?${query}&next=${next}`)), ['F4', 'F9']);
    assertError(await hub.get(`objects/?next=${next}`), 400);
    assertError(await hub.get(`objects/?${query},tool--another&next=${next}`), 400);
  });

  test('T21-3.5-11 proves neither a right nor a query', async (t) => {
    const own = await openHub(t);
    const { next } = (await own.get('objects/?limit=1')).json;
    assertError(await own.get(`objects/?next=${next}`, { user: 'bob' }), 404);
    assertError(await own.get(`objects/?next=${next}`, { user: null }), 401);
    const forged = formatCursor(COLLECTIONS.HID, { position: 0, match: {} });
    assertError(await own.get(`/api1/collections/HID/objects/?next=${forged}`), 404);
    const wide = formatCursor(COLLECTIONS.RW, { position: 0, match: {} });
    assertError(await own.get(`objects/indicator--a/?next=${wide}`), 400, 'the object of the URL stays the object');
    assert.deepEqual(rows(await own.get(`objects/?added_after=${dateAdded('F6')}&next=${wide}`)), ['F9']);
    await own.change(put('agreement', agreement('alice', { MT: 'rw' })));
    assertError(await own.get(`objects/?next=${next}`), 404);
  });
});
