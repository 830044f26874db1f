import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { StixObject } from '../http/fixture.ts';
import { type Hub, openHub } from '../http/hub.ts';
import { campaign20, indicator } from './stix.ts';

/**
 * The rules of 3.4.1 and A08 once more, as a plain walk over a list, compared with the hub over random queries.
 */

const IDS = ['1', '2', '3', '4', '5'].map((n) => `3c1f0b7e-6f0c-4a2b-9d55-0f6f1c3f8a1${n}`);
const TIMES = [
  '2020-01-01T00:00:00.000Z',
  '2020-01-01T00:00:00.0005Z',
  '2020-06-01T00:00:00.000Z',
  '2021-01-01T00:00:00.123Z',
];

interface Entry {
  readonly object: StixObject;
  readonly spec: string;
  readonly version: string;
  readonly dateAdded: string;
}

interface Query {
  readonly ids: readonly string[] | null;
  readonly types: readonly string[] | null;
  readonly specs: readonly string[] | null;
  readonly versions: readonly string[] | null;
  readonly after: number | null;
  readonly limit: number;
}

/** Every object in versions of both specs, in an order that is neither that of the ids nor that of the versions. */
function history(): StixObject[] {
  const created = '2019-01-01T00:00:00.000Z';
  const objects = IDS.flatMap((uuid, i) =>
    TIMES.flatMap((modified, j) => {
      // STIX 2.0 has milliseconds.
      const old = (i + j) % 3 === 0 && /\.\d{3}Z$/.test(modified);
      const more = { id: `campaign--${uuid}`, created, modified };
      if ((i * 7 + j * 3) % 5 === 4) return [];
      if (i % 2 === 0) return [old ? campaign20(more) : { ...campaign20(more), spec_version: '2.1' }];
      return [indicator({ ...more, id: `indicator--${uuid}` })];
    }),
  );
  return objects
    .map((object, i) => ({ object, place: (i * 7) % objects.length }))
    .sort(byPlace)
    .map(({ object }) => object);
}

const byPlace = (a: { place: number }, b: { place: number }): number => a.place - b.place;

function expected(entries: readonly Entry[], { ids, types, specs, versions, after }: Query): Entry[] {
  const asked = versions ?? ['last'];
  const explicit = asked.every((version) => version.includes('T'));
  let left = entries.filter(
    ({ object }) => (ids?.includes(object.id) ?? true) && (types?.includes(object.type) ?? true),
  );
  if (explicit) left = left.filter(({ version }) => asked.includes(version));
  left = left.filter((entry) => {
    if (specs !== null) return specs.includes(entry.spec);
    return !left.some(({ object, spec }) => object.id === entry.object.id && spec > entry.spec);
  });
  const edge = (entry: Entry, isBeyond: (a: number, b: number) => boolean): boolean =>
    !left.some(
      ({ object, version }) => object.id === entry.object.id && isBeyond(instant(version), instant(entry.version)),
    );
  left = left.filter(
    (entry) =>
      asked.includes('all') ||
      asked.includes(entry.version) ||
      (asked.includes('last') && edge(entry, (a, b) => a > b)) ||
      (asked.includes('first') && edge(entry, (a, b) => a < b)),
  );
  return left.filter(({ dateAdded }) => after === null || dateAdded > (entries[after]?.dateAdded ?? ''));
}

/** Microseconds, which is as fine as the times above are. */
function instant(version: string): number {
  const [seconds = '', fraction = ''] = version.slice(0, -1).split('.');
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, '0'));
}

function some(values: readonly string[]): fc.Arbitrary<string[] | null> {
  return fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }));
}

async function drained(hub: Hub, path: string, query: string, limit: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let next = ''; ; ) {
    const { status, json, text } = await hub.get(`${path}?${query}&limit=${limit}${next}`);
    assert.equal(status, 200, text);
    found.push(...(json.objects ?? []));
    if (json.more !== true) return found;
    assert.equal(json.objects.length, limit, 'a page with more behind it is full');
    next = `&next=${json.next}`;
  }
}

test('T21-3.4.1-02 T21-3.4.1-03 T21-3.4.1-09 T21-3.4.1-23 T21-3.5-01 T21-5.3-04 random queries, page by page, select what the rules say (A08)', async (t) => {
  const hub = await openHub(t, { maxContentLength: 1_000_000, withoutRows: true });
  const objects = history();
  const pushed = await hub.push('RW', objects);
  assert.equal(pushed.json.success_count, objects.length, pushed.text);
  const { json } = await hub.get('manifest/?match[version]=all&match[spec_version]=2.0,2.1');
  const entries = objects.map((object, i): Entry => {
    const { id, version, date_added: dateAdded } = json.objects[i];
    assert.deepEqual([id, version], [object.id, object.modified]);
    return { object, spec: String(object.spec_version ?? '2.0'), version, dateAdded };
  });
  const query = fc.record<Query>({
    ids: some([...new Set(objects.map(({ id }) => id)), 'campaign--none']),
    types: some(['indicator', 'campaign', 'tool']),
    specs: some(['2.0', '2.1', '3.0']),
    versions: fc.oneof(some(['first', 'last', ...TIMES]), fc.constant(['all'])),
    after: fc.option(fc.nat({ max: objects.length - 1 })),
    limit: fc.integer({ min: 1, max: objects.length }),
  });
  const check = async (asked: Query): Promise<void> => {
    const parts = [
      asked.ids && `match[id]=${asked.ids}`,
      asked.types && `match[type]=${asked.types}`,
      asked.specs && `match[spec_version]=${asked.specs}`,
      asked.versions && `match[version]=${asked.versions}`,
      asked.after !== null && `added_after=${entries[asked.after]?.dateAdded}`,
    ];
    const text = parts.filter(Boolean).join('&');
    const want = expected(entries, asked);
    assert.deepEqual(
      await drained(hub, 'objects/', text, asked.limit),
      want.map(({ object }) => object),
      text,
    );
    const records = (await drained(hub, 'manifest/', text, asked.limit)) as { id: string; version: string }[];
    assert.deepEqual(
      records.map(({ id, version }) => `${id} ${version}`),
      want.map(({ object, version }) => `${object.id} ${version}`),
      text,
    );
  };
  await fc.assert(fc.asyncProperty(query, check), { numRuns: 250 });
});
