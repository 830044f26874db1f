import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Collection, Grant } from '../../src/sharing/model.ts';
import type { NewObject } from '../../src/store/store.ts';
import { credential, put } from '../http/fixture.ts';
import { type Answer, type Hub, openHub } from '../http/hub.ts';
import { bare } from './cells.ts';
import { LEVELS, type Level } from './table.ts';
import { uuidOf } from './world.ts';

/**
 * Whatever is in a collection and whatever a partner may see of it: each read answers as a hub would from which all that
 * is hidden had been deleted. That hub is really built, of the rows that are left, with the dates they had.
 *
 * What is first and last of an object, and which spec version is its newest, is said of all its versions, seen or not
 * (docs/decisions.md). So where hidden versions lie before visible ones, filters stay with `last`, `all` and values,
 * and the versions of an object are of one spec version.
 */

type Class = 'unmarked' | Level | 'other' | 'statement';
const CLASSES: readonly Class[] = ['unmarked', ...LEVELS, 'other', 'statement'];
const TYPES = ['indicator', 'malware', 'report'] as const;
type Spec = '2.0' | '2.1';

interface Row {
  readonly id: string;
  readonly type: string;
  readonly spec: Spec;
  readonly time: number;
  readonly marking: Class;
}

interface Rules {
  readonly unmarked: Level;
  readonly unknown: Level;
  readonly statement: Level;
}

interface Grants {
  readonly ceiling: Level;
  readonly types?: readonly string[];
}

const TIMES = ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00.5Z', '2021-01-01T00:00:00Z', '2022-01-01T00:00:00.000Z'];
const IDS = TYPES.flatMap((type) => [1, 2].map((i) => `${type}--${uuidOf(`${type} ${i}`)}`));
const START = Date.parse('2024-01-01T00:00:00Z') * 1000;

// ── what is drawn ────────────────────────────────────────────────────────────────────────────────────────────────────

const level = fc.constantFrom(...LEVELS);
const rules: fc.Arbitrary<Rules> = fc.record({ unmarked: level, unknown: level, statement: level });
const grants: fc.Arbitrary<Grants[]> = fc.array(
  fc.record(
    { ceiling: level, types: fc.subarray([...TYPES, 'campaign'], { minLength: 1 }) },
    { requiredKeys: ['ceiling'] },
  ),
  { minLength: 1, maxLength: 3 },
);

/** Versions in the order in which they arrive. @param even an object's versions are all marked alike */
function rowsOf(even: boolean): fc.Arbitrary<Row[]> {
  const draw = fc.record({
    id: fc.constantFrom(...IDS),
    time: fc.nat(TIMES.length - 1),
    marking: fc.constantFrom(...CLASSES),
    spec: fc.constantFrom<Spec>('2.1', '2.1', '2.0'),
  });
  return fc
    .uniqueArray(draw, { minLength: 6, maxLength: 20, selector: ({ id, time }) => `${id} ${time}` })
    .map((rows) => {
      const first = new Map(rows.toReversed().map((row) => [row.id, row]));
      return rows.map((row) => ({
        ...row,
        type: row.id.split('--')[0] ?? '',
        ...(even
          ? { marking: first.get(row.id)?.marking ?? row.marking }
          : { spec: first.get(row.id)?.spec ?? row.spec }),
      }));
    });
}

function queriesOf(even: boolean): fc.Arbitrary<string[]> {
  const some = <T>(values: readonly T[]): fc.Arbitrary<readonly T[]> => fc.subarray([...values], { minLength: 1 });
  const keywords = even ? ['first', 'last', 'all'] : ['last', 'all'];
  const versions = fc.oneof(
    fc.constantFrom(...keywords),
    some([...keywords.filter((word) => word !== 'all'), ...TIMES]).map((words) => words.join()),
  );
  const query = fc
    .record(
      {
        'match[id]': some(IDS).map((ids) => ids.join()),
        'match[type]': some([...TYPES, 'x-none']).map((types) => types.join()),
        'match[version]': versions,
        'match[spec_version]': fc.constantFrom('2.0', '2.1', '2.0,2.1'),
        added_after: fc.nat(26).map(dateOf),
        limit: fc.integer({ min: 1, max: 6 }).map(String),
      },
      { requiredKeys: [] },
    )
    .map((fields) =>
      Object.entries(fields)
        .map((field) => field.join('='))
        .join('&'),
    );
  return fc.array(query, { minLength: 2, maxLength: 5 });
}

function dateOf(row: number): string {
  return new Date(START / 1000 + row).toISOString();
}

const run = fc
  .boolean()
  .chain((even) =>
    fc.record({ rules, grants, rows: rowsOf(even), queries: queriesOf(even), object: fc.constantFrom(...IDS) }),
  );

// ── what is hidden ───────────────────────────────────────────────────────────────────────────────────────────────────

function visibleRows(rows: readonly Row[], granted: readonly Grants[], { unmarked, unknown, statement }: Rules): Row[] {
  const levels = { unmarked, other: unknown, statement } as const;
  const rank = (marking: Class): number => LEVELS.indexOf(levels[marking as keyof typeof levels] ?? marking);
  const admits = (row: Row): boolean =>
    granted.some(
      ({ ceiling, types }) => (types?.includes(row.type) ?? true) && rank(row.marking) <= LEVELS.indexOf(ceiling),
    );
  return rows.filter((row) => {
    const newest = rows.filter(({ id }) => id === row.id).reduce((a, b) => (a.time > b.time ? a : b));
    return admits(row) && admits(newest);
  });
}

// ── the two hubs ─────────────────────────────────────────────────────────────────────────────────────────────────────

const whole = await openHub({ after }, { withoutRows: true });
const rest = await openHub({ after }, { withoutRows: true });
for (const hub of [whole, rest])
  await hub.change(put('partner', { name: 'reader' }), put('credential', credential('reader', { partner: 'reader' })));
const ASK = {
  user: null,
  headers: { authorization: `Basic ${Buffer.from('reader:reader-password').toString('base64')}` },
};

async function fill(hub: Hub, collection: Collection, granted: readonly Grants[], objects: NewObject[]): Promise<void> {
  const all = granted.map(
    ({ ceiling, types }): Grant => ({
      collection: collection.id,
      read: true,
      write: false,
      maxTlp: ceiling,
      ...(types === undefined ? {} : { types }),
      delete: 'none',
    }),
  );
  await hub.change(
    put('collection', collection),
    ...all.map((grant, i) => put('agreement', { name: `reader-${i}`, partner: 'reader', grants: [grant] })),
  );
  if (objects.length > 0) await hub.store.objects.commit({ collection: collection.id, source: 'import', objects });
}

async function empty(hub: Hub, collection: Collection, granted: readonly Grants[]): Promise<void> {
  await hub.change(
    { remove: 'collection', name: collection.id },
    ...granted.map((_, i) => ({ remove: 'agreement', name: `reader-${i}` }) as const),
  );
}

function collectionWith(rules: Rules): Collection {
  return {
    id: randomUUID(),
    root: 'api1',
    title: 'Drawn',
    mediaTypes: ['application/stix+json;version=2.1', 'application/stix+json;version=2.0'],
    validation: 'standard',
    defaultTlp: rules.unmarked,
    unknownMarking: rules.unknown,
    statementMarking: rules.statement,
    pageDefault: 5,
    pageMax: 1000,
  };
}

function storedRow(row: Row, position: number): NewObject {
  const { id, type, spec, time, marking } = row;
  const modified = TIMES[time] ?? '';
  const json = JSON.stringify({ type, id, ...(spec === '2.1' ? { spec_version: spec } : {}), modified, position });
  return { id, type, specVersion: spec, version: modified, marking, json, dateAdded: START + (position + 1) * 1000 };
}

// ── the property ─────────────────────────────────────────────────────────────────────────────────────────────────────

const LISTS = ['objects/', 'manifest/'];

test('each read answers as a hub would from which the hidden objects had been deleted', async () => {
  const endOnFailure = process.env.ENTENTE_FIRST_FAILURE !== undefined;
  await fc.assert(
    fc.asyncProperty(run, async ({ rules, grants: granted, rows, queries, object }) => {
      await withBoth(rules, granted, rows, async (at) => {
        for (const end of [...LISTS, `objects/${object}/`, `objects/${object}/versions/`])
          for (const query of ['', 'match[version]=all', ...queries]) await compare(`${at}${end}`, query);
        for (const id of IDS) await compare(`${at}objects/${id}/versions/`, '');
      });
    }),
    { numRuns: 60, endOnFailure },
  );
});

test('so it does where a page is put together from many kinds of objects', async () => {
  const types = Array.from({ length: 12 }, (_, i) => `x-kind-${i}`);
  const kinds = types.flatMap((type) => CLASSES.map((marking) => ({ type, marking, spec: '2.1' as const })));
  const rows = kinds.flatMap((kind): Row[] => {
    const id = `${kind.type}--${uuidOf(kind.marking)}`;
    return [
      { ...kind, id, time: 0 },
      { ...kind, id, time: 2 },
    ];
  });
  for (const granted of [
    [{ ceiling: 'green' }],
    [{ ceiling: 'red', types: types.slice(0, 6) }],
    [{ ceiling: 'clear' }],
  ] as Grants[][])
    await withBoth({ unmarked: 'green', unknown: 'red', statement: 'amber' }, granted, rows, async (at) => {
      for (const list of LISTS)
        for (const query of ['', 'match[version]=all', 'match[version]=all&limit=30', 'match[version]=first&limit=30'])
          await compare(`${at}${list}`, query);
    });
});

/** Builds the collection in one hub whole and in the other without what is hidden, for as long as `ask` takes. */
async function withBoth(
  rules: Rules,
  granted: readonly Grants[],
  rows: readonly Row[],
  ask: (at: string) => Promise<void>,
): Promise<void> {
  const collection = collectionWith(rules);
  const dated = rows.map((row, i) => [row, storedRow(row, i)] as const);
  const visible = new Set(visibleRows(rows, granted, rules));
  await fill(
    whole,
    collection,
    granted,
    dated.map(([, stored]) => stored),
  );
  await fill(
    rest,
    collection,
    granted,
    dated.filter(([row]) => visible.has(row)).map(([, stored]) => stored),
  );
  await ask(`/api1/collections/${collection.id}/`);
  for (const hub of [whole, rest]) await empty(hub, collection, granted);
}

/** Asks both hubs, then follows both by `next` and by the date of the last entry. */
async function compare(path: string, query: string): Promise<void> {
  const first = await both(`${path}?${query}`);
  for (let answer = first; moreOf(answer) !== undefined; )
    answer = await both(`${path}?${query}&next=${moreOf(answer)}`);
  const filters = query.replace(/&?added_after=[^&]*/, '');
  for (let answer = first; moreOf(answer) !== undefined; )
    answer = await both(`${path}?${filters}&added_after=${answer.headers['x-taxii-date-added-last']}`);
}

function moreOf(answer: Answer): string | undefined {
  return answer.status === 200 && answer.json.more === true ? String(answer.json.next) : undefined;
}

/** The same answer of both, headers and the text of `next` included: a place says nothing of what lies between. */
async function both(url: string): Promise<Answer> {
  const [one, other] = await Promise.all([whole.get(url, ASK), rest.get(url, ASK)]);
  assert.deepEqual(bare(one), bare(other), url);
  return one;
}
