import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { agreement, dateAdded, OBJECTS, put, ROWS } from './fixture.ts';
import { type Answer, type Hub, openHub, rows } from './hub.ts';

/** Of the tests that change nothing in it. */
const hub = await openHub({ after });

const ALL = 'match[version]=all&match[spec_version]=2.0,2.1';
const FIRST = 'x-taxii-date-added-first';
const LAST = 'x-taxii-date-added-last';

async function follow(hub: Hub, path: string, query: string, step: (answer: Answer) => string): Promise<string[]> {
  const seen: string[] = [];
  for (let answer = await hub.get(`${path}?${query}`); ; ) {
    seen.push(...rows(answer));
    if (answer.json.more !== true) return seen;
    assert.equal(typeof answer.json.next, 'string');
    answer = await hub.get(`${path}?${step(answer)}`);
  }
}

test('a poll gets the newest version in the newest spec version, oldest first (T21-3.4-02)', async () => {
  for (const path of ['objects/', 'manifest/']) {
    assert.deepEqual(rows(await hub.get(path)), ['F2', 'F3', 'F4', 'F5', 'F6', 'F9']);
    assert.deepEqual(rows(await hub.get(`${path}?${ALL}`)), ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9']);
  }
});

describe('following', () => {
  const paths = ['objects/', 'manifest/', 'objects/indicator--a/', 'objects/indicator--a/versions/'];
  test('next, with or without the filters, sees everything once at any limit (T21-3.5-01, client-quirks 23)', async () => {
    for (const path of paths) {
      const expected = rows(await hub.get(`${path}?${ALL}`));
      for (const limit of [1, 2, 4, 100]) {
        const alone = ({ json }: Answer): string => `limit=${limit}&next=${json.next}`;
        const repeated = (answer: Answer): string => `${ALL}&${alone(answer)}`;
        assert.deepEqual(await follow(hub, path, `${ALL}&limit=${limit}`, alone), expected);
        assert.deepEqual(await follow(hub, path, `${ALL}&limit=${limit}`, repeated), expected);
      }
    }
  });
  test('the date header sees everything once (T21-3.5-04)', async () => {
    for (const path of paths)
      for (const limit of [1, 2]) {
        const query = `${ALL}&limit=${limit}`;
        const byDate = ({ headers }: Answer): string => `${query}&added_after=${headers[LAST]}`;
        assert.deepEqual(await follow(hub, path, query, byDate), rows(await hub.get(`${path}?${ALL}`)));
      }
  });
});

describe('next', () => {
  test('takes another limit, and the later of its place and added_after (T21-3.5-09, -10)', async () => {
    const { next } = (await hub.get(`objects/?limit=2`)).json;
    assert.deepEqual(rows(await hub.get(`objects/?limit=3&next=${next}`)), ['F4', 'F5', 'F6']);
    assert.deepEqual(rows(await hub.get(`objects/?next=${next}&added_after=${dateAdded('F5')}`)), ['F6', 'F9']);
    assert.deepEqual(rows(await hub.get(`objects/?next=${next}&added_after=${dateAdded('F1')}`)), [
      'F4',
      'F5',
      'F6',
      'F9',
    ]);
  });
  test('survives a restart, works twice and later brings what was added since (A12, client-quirks 24)', async (t) => {
    const hub = await openHub(t, { pageMax: 6, pageDefault: 6 });
    const { next } = (await hub.get(`objects/?limit=5`)).json;
    await hub.restart();
    assert.deepEqual(rows(await hub.get(`objects/?next=${next}`)), ['F9']);
    assert.deepEqual(rows(await hub.get(`objects/?next=${next}`)), ['F9']);
    const ipv4 = { type: 'ipv4-addr', spec_version: '2.1', id: 'ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd' };
    assert.equal((await hub.push('RW', [{ ...ipv4, value: '198.51.100.3' }])).json.success_count, 1);
    assert.deepEqual(rows(await hub.get(`objects/?next=${next}`)), ['F9', ipv4.id]);
  });
  test('that is damaged or contradicts is 400, of another collection as absent (T21-3.4-16)', async () => {
    const { next } = (await hub.get('objects/?limit=1&match[type]=indicator')).json;
    assert.equal((await hub.get('objects/?next=zzz')).json.error_code, 'cursor.invalid');
    assert.equal((await hub.get(`objects/?next=${next}x`)).status, 400);
    assert.equal((await hub.get(`objects/?next=${next}&match[type]=malware`)).json.error_code, 'query.invalid');
    assert.equal((await hub.get(`objects/malware--b/?next=${next}`)).status, 400);
    assert.deepEqual((await hub.get(`/api1/collections/MT/objects/?next=${next}`)).json, {});
    assert.deepEqual(rows(await hub.get(`objects/?next=${next}`)), ['F6']);
  });
  test('stands with every more, and with nothing else (A03, client-quirks 21)', async (t) => {
    const hub = await openHub(t, { pageMax: 5, pageDefault: 5 });
    for (const path of ['objects/', 'manifest/']) {
      const page = (await hub.get(`${path}?limit=100`)).json;
      assert.deepEqual([page.objects.length, page.more, typeof page.next], [5, true, 'string']);
      const rest = (await hub.get(`${path}?next=${page.next}`)).json;
      assert.deepEqual([rest.objects.length, rest.more, rest.next], [1, false, undefined]);
    }
  });
});

describe('the date headers', () => {
  test('are those of the first and last entry of the answer (T21-3.2-09)', async () => {
    for (const path of ['objects/', 'manifest/']) {
      const { headers } = await hub.get(`${path}?limit=2`);
      assert.deepEqual([headers[FIRST], headers[LAST]], [dateAdded('F2'), dateAdded('F3')]);
    }
    const { headers } = await hub.get('objects/indicator--a/versions/');
    assert.deepEqual([headers[FIRST], headers[LAST]], [dateAdded('F1'), dateAdded('F7')]);
  });
  test('keep the place of a client whose page is empty (A02, client-quirks 36)', async (t) => {
    const hub = await openHub(t);
    const nothing = await hub.get('objects/?match[type]=x-none');
    assert.deepEqual([nothing.headers[FIRST], nothing.headers[LAST]], [undefined, undefined]);
    for (const path of ['objects/', 'manifest/', 'objects/indicator--a/', 'objects/indicator--a/versions/']) {
      const after = await hub.get(`${path}?added_after=2025-01-01T00:00:00Z`);
      assert.deepEqual([after.status, after.json], [200, {}], path);
      assert.ok(after.bytes.length > 3);
      assert.equal(after.headers[LAST], '2025-01-01T00:00:00.000000Z');
    }
    const { next } = (await hub.get('objects/?limit=5')).json;
    await hub.delete('objects/campaign--g/');
    const end = await hub.get(`objects/?next=${next}`);
    assert.deepEqual([end.json, end.headers[LAST]], [{}, dateAdded('F6')]);
  });
  test('stand on pages only (T21-3.2-10)', async (t) => {
    const hub = await openHub(t);
    for (const answer of [
      await hub.get('/api1/collections/'),
      await hub.push('RW', [{}]),
      await hub.delete('objects/malware--b/'),
      await hub.get('objects/?limit=0'),
    ])
      assert.deepEqual([answer.headers[FIRST], answer.headers[LAST]], [undefined, undefined]);
  });
});

describe('an object', () => {
  test('is 404 when unknown, or in a version that is asked for by value and not there (A04)', async () => {
    for (const path of [
      'objects/indicator--unknown/',
      'objects/not-a-stix-id/',
      'objects/indicator--unknown/versions/',
      'objects/indicator--a/?match[version]=2001-01-01T00:00:00Z',
      'objects/indicator--a/?match[version]=2001-01-01T00:00:00Z&match[spec_version]=2.0',
    ])
      assert.equal((await hub.get(path)).status, 404, path);
  });
  test('is an empty page when it is there and excluded (A04, A07)', async () => {
    for (const query of [
      'added_after=2025-01-01T00:00:00Z',
      'match[spec_version]=2.0',
      'match[spec_version]=3.7',
      'match[version]=2020-02-01T00:00:00Z&match[spec_version]=2.0',
      'match[version]=2020-02-01T00:00:00Z&added_after=2025-01-01T00:00:00Z',
    ]) {
      const answer = await hub.get(`objects/indicator--a/?${query}`);
      assert.deepEqual([answer.status, answer.json], [200, {}], query);
    }
    assert.deepEqual((await hub.get('objects/?match[id]=indicator--unknown')).json, {});
    assert.deepEqual((await hub.get('objects/?match[spec_version]=3.7')).json, {});
  });
  test('is selected by version like any (T21-5.6-03)', async () => {
    assert.deepEqual(rows(await hub.get('objects/indicator--a/')), ['F4']);
    assert.deepEqual(rows(await hub.get('objects/indicator--a/?match[version]=first,last')), ['F4', 'F7']);
    assert.deepEqual(rows(await hub.get('objects/indicator--a/?match[version]=2020-01-01T00:00:00Z')), ['F1']);
    assert.deepEqual(rows(await hub.get('objects/campaign--g/?match[version]=2020-03-01T00:00:00Z')), ['F8']);
    assert.deepEqual(rows(await hub.get('objects/campaign--g/versions/')), ['F9']);
  });
  test('comes back as its text is stored (promise 1)', async () => {
    assert.equal((await hub.get('objects/malware--b/')).text, `{"more":false,"objects":[${JSON.stringify(ROWS.F2)}]}`);
  });
});

describe('DELETE', () => {
  const left = async (hub: Hub): Promise<string[]> =>
    rows(await hub.get(`objects/?${ALL}&match[id]=indicator--a,campaign--g`));
  test('without a filter takes every version of every spec version (A05)', async (t) => {
    const hub = await openHub(t);
    const answer = await hub.delete('objects/campaign--g/');
    assert.deepEqual([answer.status, answer.text, answer.headers['content-length']], [200, '', '0']);
    assert.deepEqual(await left(hub), ['F1', 'F4', 'F7']);
    for (const path of ['objects/campaign--g/', 'objects/campaign--g/versions/'])
      assert.equal((await hub.get(path)).status, 404);
    assert.equal((await hub.delete('objects/campaign--g/')).status, 404);
  });
  test('takes the versions that are selected (T21-5.7-03, -04)', async (t) => {
    const hub = await openHub(t);
    const steps: [string, number, string[]][] = [
      ['indicator--a/?match[version]=2001-01-01T00:00:00Z', 404, ['F1', 'F4', 'F7', 'F8', 'F9']],
      ['indicator--a/?match[spec_version]=2.0', 404, ['F1', 'F4', 'F7', 'F8', 'F9']],
      ['indicator--a/?match[spec_version]=3.7', 404, ['F1', 'F4', 'F7', 'F8', 'F9']],
      ['indicator--a/?match[version]=first', 200, ['F1', 'F4', 'F8', 'F9']],
      ['indicator--a/?match[version]=last', 200, ['F1', 'F8', 'F9']],
      ['campaign--g/?match[spec_version]=2.0', 200, ['F1', 'F9']],
      ['indicator--a/?match[version]=2020-01-01T00:00:00Z', 200, ['F9']],
      ['campaign--g/?match[version]=last', 200, []],
    ];
    for (const [path, status, expected] of steps) {
      assert.equal((await hub.delete(`objects/${path}`)).status, status, path);
      assert.deepEqual(await left(hub), expected, path);
    }
  });
  test('refuses what it does not know, and takes nothing (T21-5.7-12)', async () => {
    for (const query of ['match[type]=x', 'limit=1', 'match[verison]=last', 'match[version]=all,last', 'x'])
      assert.equal((await hub.delete(`objects/indicator--a/?${query}`)).status, 400, query);
    assert.deepEqual(await left(hub), ['F1', 'F4', 'F7', 'F8', 'F9']);
  });
  test('takes own versions under an agreement that says so, any for operators (A05)', async (t) => {
    const hub = await openHub(t);
    const grant = { ...agreement('bob', { RW: 'rw' }).grants[0], delete: 'own' as const };
    await hub.change(put('agreement', agreement('bob', {}, { grants: [grant as never] })));
    assert.equal((await hub.delete('objects/malware--b/', { user: 'bob' })).status, 403, "another's");
    assert.equal((await hub.delete('objects/malware--unknown/', { user: 'bob' })).status, 404);
    const newer = { ...ROWS.F2, modified: '2021-01-01T00:00:00.000Z' };
    assert.equal((await hub.push('RW', [newer], { user: 'bob' })).json.success_count, 1);
    assert.equal((await hub.delete('objects/malware--b/', { user: 'bob' })).status, 200, 'its own among others');
    assert.deepEqual(rows(await hub.get('objects/malware--b/versions/')), ['F2']);
    assert.equal((await hub.delete('objects/malware--b/', { user: 'ops' })).status, 200);
  });
});

test('objects and manifest list the same entries for any query (T21-5.3-04)', async () => {
  const ids = fc.subarray(Object.values(OBJECTS), { minLength: 1 }).map((list) => `match[id]=${list}`);
  const types = fc
    .subarray(['indicator', 'malware', 'campaign', 'x'], { minLength: 1 })
    .map((list) => `match[type]=${list}`);
  const specs = fc.constantFrom('2.0', '2.1', '2.0,2.1').map((list) => `match[spec_version]=${list}`);
  const versions = fc
    .constantFrom('all', 'first', 'last', 'first,last', '2020-01-01T00:00:00Z', 'first,2020-02-01T00:00:00Z')
    .map((list) => `match[version]=${list}`);
  const limits = fc.integer({ min: 1, max: 4 }).map((limit) => `limit=${limit}`);
  const after = fc.integer({ min: 1, max: 9 }).map((row) => `added_after=${dateAdded(`F${row}` as 'F1')}`);
  const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  await fc.assert(
    fc.asyncProperty(fc.tuple(...[ids, types, specs, versions, limits, after].map(some)), async (parts) => {
      const query = parts.filter((part) => part !== undefined).join('&');
      const [objects, manifest] = [await hub.get(`objects/?${query}`), await hub.get(`manifest/?${query}`)];
      assert.deepEqual(rows(objects), rows(manifest), query);
      assert.deepEqual([objects.json.more, objects.json.next], [manifest.json.more, manifest.json.next]);
      for (const name of [FIRST, LAST]) assert.equal(objects.headers[name], manifest.headers[name]);
    }),
    { numRuns: 60 },
  );
});
