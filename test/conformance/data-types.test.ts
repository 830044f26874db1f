import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { entente, file, temporary } from '../cli/program.ts';
import { COLLECTIONS, dateAdded, ROW_NAMES } from '../http/fixture.ts';
import { openHub } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { ALL, assertError, FIRST, LAST } from './answers.ts';
import { domain, NONSENSE, TS6, UUID4 } from './stix.ts';
import { PAGED, tour } from './tour.ts';

/** For tests that only read. */
const hub = await openHub({ after });

/** Every value of an answer that is ours, with the name of its member; not those inside STIX objects. */
function values(value: unknown, name = ''): (readonly [string, unknown])[] {
  const own = [[name, value] as const];
  if (typeof value !== 'object' || value === null || 'type' in value) return own;
  return [...own, ...Object.entries(value).flatMap(([key, member]) => values(member, key))];
}

test('T21-2-01 booleans are bare', async (t) => {
  const booleans = new Map<string, unknown[]>();
  for (const { answer, resource } of await tour(await openHub(t)))
    if (resource !== undefined)
      for (const [name, value] of values(answer.json))
        if (['can_read', 'can_write', 'more'].includes(name))
          booleans.set(name, [...(booleans.get(name) ?? []), value]);
  assert.equal(booleans.size, 3);
  for (const [name, found] of booleans) assert.deepEqual([...new Set(found)].sort(), [false, true], name);
});

describe('identifiers', () => {
  test('T21-2-02 are version 4 UUIDs in lower case, all distinct', async (t) => {
    const own = await openHub(t);
    const ids = new Set<string>();
    for (let i = 0; i < 100; i++) ids.add((await own.push('RW', [NONSENSE])).json.id);
    assert.equal(ids.size, 100);
    const listed = (await own.get('/api1/collections/', { user: 'ops' })).json.collections as { id: string }[];
    for (const { id } of listed) ids.add(id);
    assert.equal(ids.size, 106);
    for (const id of ids) assert.match(id, UUID4);
  });

  test('T21-2-02 a collection gets one when none is given, and no other version is taken', async (t) => {
    const directory = await temporary(t);
    const data = join(directory, 'data');
    const apply = async (id: string) => {
      const collection = `{ title: C, alias: c${id === '' ? '' : `, id: ${JSON.stringify(id)}`} }`;
      const hubFile = `hub: { title: H }\napi_roots:\n  - { path: a, title: A, collections: [${collection}] }\n`;
      return entente(['apply', await file(directory, 'hub.yaml', hubFile), '--data', data]);
    };
    const wrong = [
      '6ba7b810-9dad-11d1-80b4-00c04fd430c8', // version 1
      '28bb3599-77cd-5a82-a950-b5bc3caf07c4', // version 5
      '0190163d-8694-739b-aea5-966c26f8ad91', // version 7
      '5b1e6f0c-2d3e-4f5a-c6b7-c8d9e0f1a2b3', // another variant
      '00000000-0000-0000-0000-000000000000',
      COLLECTIONS.RW.replaceAll('-', ''),
      `{${COLLECTIONS.RW}}`,
      'threat-data',
    ];
    for (const id of wrong) {
      const { code, stderr } = await apply(id);
      assert.equal(code, 2, id);
      assert.match(stderr, /hub\.yaml:3:\d+: api_roots\[0\]\.collections\[0\]\.id: /, id);
    }
    assert.equal((await apply('')).code, 0);
    const { stdout } = await entente(['collection', 'list', '--json', '--data', data]);
    assert.match(JSON.parse(stdout).collections[0].id, UUID4);
  });
});

describe('integers', () => {
  test('T21-2-03 lie within the safe range, in queries', async () => {
    assert.equal((await hub.get('objects/?limit=9007199254740991')).status, 200);
    for (const limit of ['9007199254740992', '18446744073709551617', `1${'0'.repeat(400)}`])
      assertError(await hub.get(`objects/?limit=${limit}`), 400, limit);
  });

  test('T21-2-03 lie within the safe range, in the hub file', async (t) => {
    const directory = await temporary(t);
    for (const [size, expected] of [
      ['9007199254740992', 2],
      ['1e300', 2],
      ['0', 2],
      ['-1', 2],
      ['1.5', 2],
      ['10000', 0],
    ] as const) {
      const hubFile = `hub: { title: H }\napi_roots:\n  - { path: a, title: A, max_content_length: ${size} }\n`;
      const path = await file(directory, 'hub.yaml', hubFile);
      const { code, stderr } = await entente(['apply', path, '--data', join(directory, 'data')]);
      assert.equal(code, expected, `${size}: ${stderr}`);
      if (expected === 2) assert.match(stderr, /max_content_length/);
    }
  });

  test('T21-2-03 in answers they are numbers within it', async (t) => {
    let found = 0;
    for (const { answer, resource } of await tour(await openHub(t)))
      if (resource !== undefined)
        for (const [name, value] of values(answer.json)) {
          if (name !== 'max_content_length' && !name.endsWith('_count')) continue;
          assert.ok(Number.isSafeInteger(value), `${name}: ${value}`);
          found += 1;
        }
    assert.ok(found > 10);
  });
});

describe('lists', () => {
  const LISTS = 'objects versions collections api_roots media_types successes failures pendings'.split(' ');

  test('T21-2-04 T21-2-05 one that is there has an element, and an empty one is left out', async (t) => {
    const seen = new Set<string>();
    let withoutAny = 0;
    for (const { path, answer, resource } of await tour(await openHub(t))) {
      if (resource === undefined) continue;
      const found = values(answer.json);
      for (const [name, value] of found) {
        assert.notEqual(value, null, `${path} ${name}`);
        if (!Array.isArray(value)) continue;
        assert.ok(value.length > 0, `${path} ${name}`);
        seen.add(name);
      }
      if (!found.some(([, value]) => Array.isArray(value))) withoutAny += 1;
    }
    assert.deepEqual([...seen].sort(), LISTS.filter((name) => name !== 'pendings').sort());
    assert.ok(withoutAny > 10, 'and answers without entries were among them');
  });

  test('T21-2-05 an answer without entries has no key for them', async () => {
    const empty = [
      '/api1/collections/MT/objects/',
      '/api1/collections/MT/manifest/',
      'objects/?match[type]=tool',
      'objects/indicator--a/?added_after=2100-01-01T00:00:00.000000Z',
      'objects/indicator--a/versions/?added_after=2100-01-01T00:00:00.000000Z',
    ];
    for (const path of empty) {
      const { status, text } = await hub.get(path);
      assert.deepEqual([status, JSON.parse(text)], [200, {}], path);
      // A36: requests for Python takes a JSON body of three octets or fewer for UTF-16.
      assert.match(text, /^\{\}\s{2,}$/, path);
    }
  });

  test('T21-2-06 the required list of an API root is there', async () => {
    for (const root of ['api1', 'api2', 'strict', 'pub']) {
      const { json } = await hub.get(`/${root}/`, { user: 'ops' });
      assertResource('api-root', json);
      assert.ok(json.versions.length >= 1);
    }
  });
});

test('T21-2-07 strings are Unicode, in resources as in objects', async (t) => {
  const directory = await temporary(t);
  const title = '日本 – é 😀 \u202e"\\';
  const path = await file(directory, 'hub.yaml', JSON.stringify({ hub: { title }, api_roots: [{ path: 'a', title }] }));
  assert.equal((await entente(['apply', path, '--data', join(directory, 'data')])).code, 0);
  assert.equal((await hub.get('/taxii2/')).json.title, 'Fixture – 日本');
  const own = await openHub(t);
  const object = domain({ value: 'bücher.example', x_a: title });
  await own.push('RW', [object]);
  assert.deepEqual((await own.get(`objects/${object.id}/`)).json.objects, [object]);
});

describe('timestamps', () => {
  const NAMES = new Set(['date_added', 'request_timestamp']);

  test('T21-2-08 every one of ours has six digits and Z', async (t) => {
    const found = new Map<string, number>();
    const check = (name: string, value: unknown): void => {
      assert.match(String(value), TS6, name);
      found.set(name, (found.get(name) ?? 0) + 1);
    };
    for (const { answer, resource } of await tour(await openHub(t))) {
      for (const name of [FIRST, LAST]) if (answer.headers[name] !== undefined) check(name, answer.headers[name]);
      if (resource !== undefined)
        for (const [name, value] of values(answer.json)) if (NAMES.has(name)) check(name, value);
    }
    assert.deepEqual([...found.keys()].sort(), [...NAMES, FIRST, LAST].sort());
  });

  test('T21-2-08 also when the digits are zeros', async (t) => {
    const own = await openHub(t);
    const object = domain();
    const date = '2025-01-01T00:00:00.000000Z';
    await own.store.objects.commit({
      collection: COLLECTIONS.MT,
      source: 'partner:alice',
      objects: [
        {
          id: object.id,
          type: object.type,
          specVersion: '2.1',
          marking: 'unmarked',
          json: JSON.stringify(object),
          dateAdded: Date.parse(date) * 1000,
        },
      ],
    });
    const { headers, json } = await own.get('/api1/collections/MT/manifest/');
    assert.deepEqual([json.objects[0].date_added, json.objects[0].version], [date, date]);
    assert.deepEqual([headers[FIRST], headers[LAST]], [date, date]);
  });

  test('T21-2-09 they are UTC wherever the server stands', async (t) => {
    const zone = process.env.TZ;
    t.after(() => {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });
    process.env.TZ = 'Asia/Tokyo';
    assert.equal(new Date().getTimezoneOffset(), -540);
    const own = await openHub(t);
    const records = (await own.get(`manifest/?${ALL}`)).json.objects as { date_added: string }[];
    assert.deepEqual(
      records.map(({ date_added }) => date_added),
      ROW_NAMES.map(dateAdded),
    );
    const before = new Date().toISOString();
    const status = (await own.push('RW', [NONSENSE])).json;
    assert.ok(status.request_timestamp.slice(0, 23) >= before.slice(0, 23), status.request_timestamp);
    assert.ok(Date.parse(status.request_timestamp) <= Date.now() + 1);
    for (const path of PAGED) assert.match((await own.get(path)).headers[LAST] ?? '', /^2024-01-01T00:00:00.*Z$/);
  });
});

test('T21-2-10 T21-3.6.1-05 details of an error are a dictionary that names what was at fault', async (t) => {
  const own = await openHub(t);
  const stops = (await tour(own)).filter(({ answer }) => answer.status >= 400);
  for (const { path, answer } of stops) {
    const { details } = answer.json;
    assert.ok(details === undefined || (typeof details === 'object' && !Array.isArray(details)), path);
  }
  for (const [query, parameter] of [
    ['limit=x', 'limit'],
    ['added_after=x', 'added_after'],
    ['next=x', 'next'],
    ['match[version]=x', 'match[version]'],
    ['match%5Btype%5D=', 'match[type]'],
    [`match[id]=${randomUUID()},`, 'match[id]'],
  ])
    assert.equal((await own.get(`objects/?${query}`)).json.details.parameter, parameter, query);
});
