import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../src/errors.ts';
import type { LedgerRecord } from '../../../src/store/ledger.ts';
import { type Refused, refusalOf } from '../../../src/store/refusals.ts';
import type { NewObject } from '../../../src/store/store.ts';
import { formatMicros } from '../../../src/time.ts';
import {
  ALL,
  allow,
  type Bench,
  idOf,
  kinds,
  LAST,
  NOW,
  ONE,
  type OpenStore,
  openBench,
  TWO,
  version,
} from './harness.ts';

const SECOND = '2021-01-01T00:00:00.000Z';
const NOW_TEXT = '2026-01-01T00:00:00.000Z';
const RECALL = { object: idOf('a'), reason: 'names a witness', by: 'cli' };

export function recallContract(name: string, open: OpenStore): void {
  test(`${name}: a recall leaves the revoked version alone, everywhere, with the markings it had`, async (t) => {
    const bench = await openBench(t, open);
    const newest = version('a', ' 2', { modified: SECOND, marking: 'red' });
    await bench.add(version('a', ' 1'), newest, version('b'));
    await bench.commit({ collection: TWO, objects: [version('a', ' there')] });
    const recall = await bench.store.recalls.begin(RECALL);
    assert.deepEqual(recall, {
      ...RECALL,
      at: NOW,
      done: NOW,
      collections: [
        { collection: ONE, revoked: NOW_TEXT, versions: 2, removed: 2 },
        { collection: TWO, revoked: NOW_TEXT, versions: 1, removed: 1 },
      ],
    });
    assert.deepEqual(await bench.store.recalls.list(), [recall]);
    const { rows } = await bench.page({ filter: { ...ALL, ids: [idOf('a')] } });
    const json = newest.json.replace(`"modified":"${SECOND}"`, `"modified":"${NOW_TEXT}","revoked":true`);
    assert.deepEqual(
      rows.map((row) => [row.version, row.json]),
      [[NOW_TEXT, json]],
    );
    assert.deepEqual(await bench.names(LAST), ['b', 'a 2']);
    assert.deepEqual(await bench.names(LAST, { collection: TWO }), ['a there']);
    assert.deepEqual(await bench.names(ALL, { verdict: allow({ classes: ['green'] }) }), ['b']);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: whoever follows a collection is sent the revoked version`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'));
    const { rows } = await bench.page();
    await bench.store.recalls.begin(RECALL);
    const page = await bench.page({ after: rows.at(-1)?.dateAdded ?? 0 });
    assert.deepEqual(
      page.rows.map((row) => (JSON.parse(row.json) as { revoked?: boolean }).revoked),
      [true],
    );
  });

  test(`${name}: what has no versions is removed`, async (t) => {
    const bench = await openBench(t, open);
    const undated = (as: string) => version('a', as, { type: 'ipv4-addr', modified: null });
    await bench.add(undated(' 1'), undated(' 2'), version('b'));
    const recall = await bench.store.recalls.begin({ ...RECALL, object: idOf('a', 'ipv4-addr') });
    assert.deepEqual(recall.collections, [{ collection: ONE, versions: 2, removed: 2 }]);
    assert.deepEqual(await bench.names(ALL), ['b']);
    assert.deepEqual(kinds(await bench.add(undated(' 1'))), ['recalled']);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: a recalled id is refused in every collection, whoever sends it in whatever version`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'));
    await bench.store.recalls.begin(RECALL);
    const [revoked] = (await bench.page()).rows;
    bench.now += 1_000_000;
    const batch: NewObject[] = [
      version('a'),
      version('a', ' new', { modified: '2030-01-01T00:00:00Z' }),
      { ...version('a', '', { modified: NOW_TEXT }), json: revoked?.json ?? '' },
      version('b'),
    ];
    for (const collection of [ONE, TWO])
      for (const source of ['partner:vendor', 'operator:ops', 'import'])
        assert.deepEqual(
          (await bench.commit({ collection, source, objects: batch })).slice(0, 3),
          [0, 1, 2].map((i) => ({ kind: 'recalled', version: batch[i]?.version, since: NOW })),
        );
    const [record] = await bench.add(version('a', '', { dateAdded: bench.now + 2_000_000 }));
    assert.equal(
      refusalOf(record as Refused),
      `This object was recalled on ${formatMicros(NOW)}. It is refused in every collection until the recall is undone.`,
    );
    assert.deepEqual(await bench.names(ALL), ['a', 'b']);
    await bench.restart();
    assert.deepEqual(kinds(await bench.add(version('a'))), ['recalled']);
  });

  test(`${name}: an id that nothing is stored of can be recalled`, async (t) => {
    const bench = await openBench(t, open);
    assert.deepEqual((await bench.store.recalls.begin(RECALL)).collections, []);
    assert.deepEqual(kinds(await bench.add(version('a'))), ['recalled']);
  });

  test(`${name}: an undone recall lets the object in again and takes its revoked version back`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'));
    await bench.store.recalls.begin(RECALL);
    bench.now += 1_000_000;
    const undone = await bench.store.recalls.undo({ ...RECALL, reason: 'a mistake' });
    assert.deepEqual(undone.undone, { at: bench.now, reason: 'a mistake', by: 'cli' });
    assert.deepEqual(await bench.names(ALL), []);
    assert.deepEqual(kinds(await bench.add(version('a'))), ['added']);
    assert.deepEqual(await bench.names(ALL), ['a']);
    const notRecalled = (error: unknown) => error instanceof AppError && error.code === 'not-found';
    await assert.rejects(bench.store.recalls.undo(RECALL), notRecalled);
    await assert.rejects(bench.store.recalls.advance(RECALL.object), notRecalled);
    bench.now += 1_000_000;
    const again = await bench.store.recalls.begin(RECALL);
    assert.deepEqual(await bench.store.recalls.list(), [again, undone]);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: a recall that is in force stays as it is`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'));
    const recall = await bench.store.recalls.begin(RECALL);
    bench.now += 1_000_000;
    assert.deepEqual(await bench.store.recalls.begin({ ...RECALL, reason: 'another' }), recall);
    assert.equal((await bench.page({ filter: ALL })).rows.length, 1);
  });

  test(`${name}: a revoked version is later than the newest, wherever that lies`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(
      version('a', '', { modified: '9999-12-31T23:59:59.999Z' }),
      version('b', '', { modified: NOW_TEXT }),
    );
    for (const [letter, revoked] of [
      ['a', '9999-12-31T23:59:59.9991Z'],
      ['b', '2026-01-01T00:00:01.000Z'],
    ] as const) {
      const recall = await bench.store.recalls.begin({ ...RECALL, object: idOf(letter) });
      assert.equal(recall.collections[0]?.revoked, revoked);
    }
    assert.equal((await bench.page({ filter: ALL })).rows.length, 2);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: of more versions than a commit holds the recall refuses first and goes on in parts`, async (t) => {
    const bench = await openBench(t, open);
    await addMany(bench, 2500);
    const begun = await bench.store.recalls.begin(RECALL);
    assert.equal(begun.done, undefined);
    assert.deepEqual(kinds(await bench.add(version('a'))), ['recalled']);
    assert.deepEqual(await bench.names(LAST), ['a 2499']);
    let recall = begun;
    for (let parts = 0; recall.done === undefined; parts++) {
      recall = await bench.store.recalls.advance(RECALL.object);
      assert.ok(parts < 10);
    }
    assert.deepEqual(recall.collections, [{ collection: ONE, revoked: NOW_TEXT, versions: 2500, removed: 2500 }]);
    assert.equal((await bench.page({ filter: ALL })).rows.length, 1);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: a recall that was left unfinished goes on by itself when the store is opened`, async (t) => {
    const bench = await openBench(t, open);
    await addMany(bench, 2500);
    await bench.store.recalls.begin(RECALL);
    await bench.restart();
    for (;;) {
      const [recall] = await bench.store.recalls.list();
      if (recall?.done !== undefined) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal((await bench.page({ filter: ALL })).rows.length, 1);
  });

  test(`${name}: what another process commits meanwhile does not slip through`, async (t) => {
    const bench = await openBench(t, open);
    await addMany(bench, 1500);
    const other = await bench.another();
    let over = false;
    const pushing = (async () => {
      for (let i = 0; !over; i++) {
        const modified = new Date(Date.UTC(2025, 0, 1) + i).toISOString();
        await other.objects.commit({
          collection: TWO,
          source: 'import',
          objects: [version('a', ' late', { modified })],
        });
      }
    })();
    while ((await bench.page({ collection: TWO })).rows.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    let recall = await bench.store.recalls.begin(RECALL);
    while (recall.done === undefined) recall = await bench.store.recalls.advance(RECALL.object);
    for (const collection of [ONE, TWO])
      assert.equal((await bench.page({ collection, filter: ALL })).rows.length, 1, collection);
    over = true;
    await pushing;
    for (const collection of [ONE, TWO])
      assert.equal((await bench.page({ collection, filter: ALL })).rows.length, 1, collection);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: the ledger says who recalled what and why, and what became of it`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'));
    await bench.store.recalls.begin(RECALL);
    await bench.store.recalls.undo({ ...RECALL, reason: 'a mistake' });
    const { rows } = await bench.store.ledger.read({ limit: 100 });
    const records = rows.map(({ text }) => JSON.parse(text) as LedgerRecord).filter(({ kind }) => kind !== 'admin');
    assert.deepEqual(
      records.map((record) => [record.kind, 'reason' in record ? record.reason : undefined]),
      [
        ['push', undefined],
        ['recall', 'names a witness'],
        ['push', undefined],
        ['removal', 'recall'],
        ['removal', 'recall undone'],
        ['unrecall', 'a mistake'],
      ],
    );
  });
}

async function addMany(bench: Bench, count: number): Promise<void> {
  for (let first = 0; first < count; first += 1000) {
    const objects = Array.from({ length: Math.min(1000, count - first) }, (_, i) =>
      version('a', ` ${first + i}`, { modified: new Date(Date.UTC(2020, 0, 1) + first + i).toISOString() }),
    );
    await bench.add(...objects);
  }
}
