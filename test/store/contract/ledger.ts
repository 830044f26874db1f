import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChainCheck, ORIGIN } from '../../../src/ledger/chain.ts';
import { type Allowed, MARKING_CLASSES, type MarkingClass } from '../../../src/sharing/model.ts';
import type { Disclosure, LedgerRecord, LedgerRow } from '../../../src/store/ledger.ts';
import type { Filter, Store, VersionSelector } from '../../../src/store/store.ts';
import {
  ALL,
  allow,
  EVERYTHING,
  idOf,
  NOW,
  ONE,
  type OpenStore,
  openBench,
  queryOf,
  SECOND,
  TWO,
  version,
} from './harness.ts';

const SESSION = { id: 'a', pid: 2 ** 30, host: 'there' };
const ANOTHER = { id: 'b', pid: 2 ** 30, host: 'elsewhere' };

function failure(address: string, time = NOW): LedgerRecord {
  return { kind: 'sign-in-failure', time, address, count: 1, from: time, until: time };
}

export function ledgerContract(name: string, open: OpenStore): void {
  test(`${name}: records are chained in the order in which they are appended, whatever wrote them`, async (t) => {
    const bench = await openBench(t, open);
    const other = await bench.another();
    const { count } = await bench.store.ledger.head();
    await bench.store.ledger.append([failure('1'), failure('2')]);
    await other.ledger.append([failure('3')]);
    await bench.add(version('a'));
    const rows = await allRows(bench.store);
    assert.deepEqual(
      rows.map(({ num }) => num),
      rows.map((_, i) => i + 1),
    );
    const records = rows.slice(count).map(recordOf);
    assert.deepEqual(
      records.map((record) => ('address' in record ? record.address : record.kind)),
      ['1', '2', '3', 'push'],
    );
    assert.deepEqual(faultsOf(rows, await bench.store.ledger.head()), []);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: a hub without records has a head of its own`, async (t) => {
    const bench = await openBench(t, open);
    const { count, hash } = await bench.store.ledger.head();
    // The two collections of every bench.
    assert.equal(count, 2);
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.notEqual(hash, ORIGIN);
  });

  test(`${name}: changes, pushes and removals are recorded with what they are, or not done`, async (t) => {
    const bench = await openBench(t, open);
    const { store } = bench;
    const { count } = await store.ledger.head();
    const credential = {
      kind: 'basic',
      owner: { partner: 'vendor' },
      user: 'vendor',
      passwordHash: 'one',
    } as const;
    const put = { put: 'credential', origin: 'hand', value: credential } as const;
    const generation = await store.catalogue.generation();
    await store.catalogue.change(generation, [put], 'operator:ops');
    await store.catalogue.change(generation + 1, [{ ...put, value: { ...credential, passwordHash: 'two' } }], 'cli');
    await assert.rejects(store.catalogue.change(generation, [put], 'cli'));
    const grounds = { agreements: ['coop'], credentials: ['basic:vendor'] };
    const twice = version('b', '', { type: 'malware', marking: 'red' });
    await bench.commit({ objects: [version('a'), twice, twice], grounds });
    const verdict = allow({ delete: 'any' });
    const select = { ids: [idOf('a')], filter: ALL };
    await store.objects.remove({ collection: ONE, verdict, select, by: 'partner:vendor', reason: 'delete' });
    const records = (await allRows(store)).slice(count).map(recordOf);
    const shown = { kind: 'basic', owner: { partner: 'vendor' }, user: 'vendor' };
    const admin = { kind: 'admin', time: NOW, entity: 'credential', name: 'basic:vendor', origin: 'hand' };
    assert.deepEqual(records, [
      { ...admin, who: 'operator:ops', after: shown },
      { ...admin, who: 'cli', before: shown, after: shown, secret: 'changed' },
      {
        kind: 'push',
        time: NOW,
        who: 'partner:vendor',
        ...grounds,
        collection: ONE,
        first: NOW,
        last: NOW + 1000,
        added: { indicator: { green: 1 }, malware: { red: 1 } },
        present: 1,
        refused: 0,
        warned: 0,
      },
      {
        kind: 'removal',
        time: NOW,
        who: 'partner:vendor',
        reason: 'delete',
        collection: ONE,
        object: idOf('a'),
        count: 1,
        first: NOW + 2000,
        last: NOW + 2000,
      },
    ]);
  });

  test(`${name}: a push that is interrupted is recorded with what it left`, async (t) => {
    const bench = await openBench(t, open);
    const line = { id: 'indicator--x', version: '2020-01-01T00:00:00Z' };
    const owner = { partner: 'vendor' };
    const push = { id: 'p', root: 'r', collection: ONE, owner, requested: NOW, total: 2, leaseUntil: NOW };
    await bench.store.pushes.begin(push, [[line], [line]]);
    await bench.store.pushes.interrupt(NOW + 1);
    const record = recordOf((await allRows(bench.store)).at(-1) as LedgerRow);
    assert.ok(record.kind === 'push' && record.interrupted && record.complete);
    assert.deepEqual([record.who, record.push, record.refused], ['partner:vendor', 'p', 2]);
  });

  test(`${name}: records are found by kind, caller, collection and time, a stretch at a time`, async (t) => {
    const bench = await openBench(t, open);
    const { ledger } = bench.store;
    await bench.add(version('a'));
    await bench.commit({ collection: TWO, source: 'import', objects: [version('a')] });
    const later = NOW + 10 * SECOND;
    const earlier = NOW - SECOND;
    await ledger.append([failure('late', later), failure('early', earlier), failure('x', NOW)]);
    const found = async (query: Partial<Parameters<typeof ledger.read>[0]>) =>
      (await ledger.read({ limit: 100, ...query })).rows.map(({ num }) => num);
    assert.deepEqual(await found({ kinds: ['push', 'removal'] }), [3, 4]);
    assert.deepEqual(await found({ who: 'import' }), [4]);
    assert.deepEqual(await found({ collection: ONE }), [3]);
    assert.deepEqual(await found({ from: NOW + 1 }), [5]);
    assert.deepEqual(await found({ until: NOW }), [6]);
    assert.deepEqual(await found({ from: later + 1 }), []);
    assert.deepEqual(await found({ after: 5 }), [6, 7]);
    const page = await ledger.read({ limit: 2, kinds: ['sign-in-failure'] });
    assert.deepEqual([page.rows.map(({ num }) => num), page.next], [[5, 6], 6]);
    assert.equal((await ledger.read({ limit: 3, kinds: ['sign-in-failure'] })).next, undefined);
  });

  test(`${name}: a session that ends without closing leaves one gap, one that closes none`, async (t) => {
    const bench = await openBench(t, open);
    const { ledger } = bench.store;
    const gaps = async (): Promise<LedgerRecord[]> =>
      (await ledger.read({ limit: 10, kinds: ['gap'] })).rows.map(recordOf);
    assert.equal(await ledger.keep(SESSION), 0);
    await ledger.append([failure('1')], SESSION);
    assert.equal(await ledger.keep(ANOTHER), 0);
    bench.now += 50 * SECOND;
    assert.equal(await ledger.keep(ANOTHER), 0);
    bench.now += 11 * SECOND;
    assert.equal(await ledger.keep(ANOTHER), 1);
    assert.equal(await ledger.keep(ANOTHER), 0);
    assert.deepEqual(await gaps(), [{ kind: 'gap', time: bench.now, session: 'a', from: NOW }]);
    await ledger.close(ANOTHER, [failure('2')]);
    bench.now += 1000 * SECOND;
    assert.equal(await ledger.keep(SESSION), 0);
    assert.equal((await gaps()).length, 1);
  });

  test(`${name}: a session of a process of this machine that is gone leaves its gap at once`, async (t) => {
    const bench = await openBench(t, open);
    const { ledger } = bench.store;
    await ledger.keep({ id: 'parent', pid: process.ppid, host: 'here' });
    await ledger.keep({ id: 'a', pid: 2 ** 30, host: 'here' });
    assert.equal(await ledger.keep({ id: 'own', pid: process.pid, host: 'here' }), 1);
  });

  test(`${name}: what was sent is worked out later as it was, whatever happened since`, async (t) => {
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
        const bench = await openBench(t, open);
        const truth: { readonly disclosure: Disclosure; readonly sent: readonly string[] }[] = [];
        for (const each of steps) {
          bench.now += SECOND;
          if (each.kind === 'add') await bench.add(...each.objects);
          else if (each.kind === 'remove') await remove(bench.store, each.letters, each.selector);
          else truth.push(...(await poll(bench.store, each)));
        }
        for (const letter of LETTERS)
          for (const type of TYPES) {
            const id = idOf(letter, type);
            const worked = await bench.store.ledger.sent(
              id,
              truth.map(({ disclosure }) => disclosure),
            );
            assert.deepEqual(
              worked.map((versions) => versions.map(({ dateAdded, version: text }) => `${id} ${text} ${dateAdded}`)),
              truth.map((each) => each.sent.filter((key) => key.startsWith(`${id} `))),
            );
          }
        sent += truth.reduce((sum, each) => sum + each.sent.length, 0);
      }),
      { numRuns: 20 },
    );
    assert.ok(sent > 250, `only ${sent} versions were sent`);
  });

  test(`${name}: the agreements named are those that let the object be seen`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'), version('b', '', { type: 'malware', marking: 'red' }));
    const { asOf } = await bench.page();
    const disclosure: Disclosure = {
      kind: 'disclosure',
      time: NOW,
      who: 'partner:vendor',
      read: 'objects',
      collection: ONE,
      as_of: asOf,
      first: NOW,
      last: NOW + 1000,
      count: 2,
      entries: [
        { agreement: 'wide', tlp: 'green', classes: ['clear', 'green'] },
        { agreement: 'narrow', types: ['malware'], tlp: 'red', classes: ['green', 'red'] },
      ],
    };
    const named = async (id: string) =>
      (await bench.store.ledger.sent(id, [disclosure])).flat().flatMap(({ agreements }) => agreements);
    assert.deepEqual(await named(idOf('a')), ['wide']);
    assert.deepEqual(await named(idOf('b', 'malware')), ['narrow']);
    assert.deepEqual(await named(idOf('c')), []);
  });
}

// ── the model ────────────────────────────────────────────────────────────────────────────────────────────────────────

const LETTERS = ['a', 'b', 'c'];
const TYPES = ['indicator', 'malware'];
const VERSIONS = ['2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z', '2022-01-01T00:00:00.000Z'];
const KEYS = VERSIONS.map((text) => text.slice(0, 19));

const classes = fc.subarray<MarkingClass>([...MARKING_CLASSES], { minLength: 1 });
const selector: fc.Arbitrary<VersionSelector> = fc.oneof(
  fc.constant('all' as const),
  fc
    .record({ first: fc.boolean(), last: fc.boolean(), keys: fc.subarray(KEYS) })
    .filter(({ first, last, keys }) => first || last || keys.length > 0),
  fc.constant({ first: false, last: true, keys: [] }),
);
const filter: fc.Arbitrary<Filter> = fc
  .record({
    versions: selector,
    ids: fc.option(
      fc.subarray(
        LETTERS.flatMap((letter) => TYPES.map((type) => idOf(letter, type))),
        { minLength: 1 },
      ),
    ),
    types: fc.option(fc.subarray(TYPES, { minLength: 1 })),
    specVersions: fc.option(fc.subarray(['2.0', '2.1'] as const, { minLength: 1 })),
  })
  .map(({ versions, ids, types, specVersions }) => ({
    versions,
    ...(ids === null ? {} : { ids }),
    ...(types === null ? {} : { types }),
    ...(specVersions === null ? {} : { specVersions }),
  }));
const object = fc
  .record({
    letter: fc.constantFrom(...LETTERS),
    type: fc.constantFrom(...TYPES),
    modified: fc.constantFrom(...VERSIONS, null),
    spec: fc.constantFrom('2.0' as const, '2.1' as const),
    marking: fc.constantFrom(...MARKING_CLASSES),
    as: fc.nat(3),
  })
  .map(({ letter, as, ...options }) => version(letter, ` ${as}`, options));
const verdict = fc
  .array(fc.record({ classes, types: fc.option(fc.subarray(TYPES, { minLength: 1 })) }), { minLength: 1, maxLength: 2 })
  .map((entries) => allow(...entries.map(({ types, ...rest }) => ({ ...rest, ...(types === null ? {} : { types }) }))));
const step = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      objects: fc.array(object, { minLength: 2, maxLength: 6 }),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      letters: fc.subarray(LETTERS, { minLength: 1, maxLength: 1 }),
      selector,
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('poll' as const),
      filter,
      verdict,
      limit: fc.integer({ min: 1, max: 5 }),
    }),
    weight: 3,
  },
);

async function remove(store: Store, letters: readonly string[], versions: VersionSelector): Promise<void> {
  const ids = letters.flatMap((letter) => TYPES.map((type) => idOf(letter, type)));
  await store.objects.remove({
    collection: ONE,
    verdict: { ...EVERYTHING, entries: EVERYTHING.entries.map((entry) => ({ ...entry, delete: 'any' as const })) },
    select: { ids, filter: { versions, specVersions: ['2.0', '2.1'] } },
    by: 'operator:ops',
    reason: 'delete',
  });
}

/** Reads to the end, page by page. */
async function poll(
  store: Store,
  asked: { readonly filter: Filter; readonly verdict: Allowed; readonly limit: number },
) {
  const pages: { disclosure: Disclosure; sent: string[] }[] = [];
  let after: number | undefined;
  for (;;) {
    const { filter: wanted, verdict: granted, limit } = asked;
    const query = { filter: wanted, verdict: granted, limit, ...(after === undefined ? {} : { after }) };
    const { rows, more, asOf } = await store.objects.objects(queryOf(query));
    const first = rows[0]?.dateAdded;
    const last = rows.at(-1)?.dateAdded;
    if (first === undefined || last === undefined) return pages;
    pages.push({
      disclosure: {
        kind: 'disclosure',
        time: NOW,
        who: 'partner:vendor',
        read: 'objects',
        collection: ONE,
        as_of: asOf,
        first,
        last,
        count: rows.length,
        filter: wanted,
        entries: granted.entries.map(({ types, maxTlp, classes: admitted }) => ({
          ...(types === 'all' ? {} : { types: [...types] }),
          tlp: maxTlp,
          classes: [...admitted],
        })),
      },
      sent: rows.map((row) => `${row.id} ${row.version} ${row.dateAdded}`),
    });
    if (!more) return pages;
    after = last;
  }
}

// ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function allRows(store: Store): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page = await store.ledger.read({ after, limit: 100 });
    rows.push(...page.rows);
    after = page.next;
  }
  return rows;
}

export function recordOf({ text }: LedgerRow): LedgerRecord {
  return JSON.parse(text) as LedgerRecord;
}

function faultsOf(rows: readonly LedgerRow[], head: { readonly count: number; readonly hash: string }) {
  const chain = new ChainCheck();
  for (const row of rows) chain.add(row);
  return chain.end(head);
}
