import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { MarkingClass } from '../../../src/sharing/model.ts';
import { changeCatalogue, readCatalogue } from '../../../src/store/sqlite/catalogue.ts';
import { clearSlice } from '../../../src/store/sqlite/clearing.ts';
import { writerState } from '../../../src/store/sqlite/collection-writer.ts';
import { commitBatch } from '../../../src/store/sqlite/commit.ts';
import { openWriter, type Sqlite } from '../../../src/store/sqlite/connection.ts';
import { readPart } from '../../../src/store/sqlite/follower-rows.ts';
import { objectReader } from '../../../src/store/sqlite/objects.ts';
import { beginPush, interruptPushes, purgePushes, renewPushes } from '../../../src/store/sqlite/push-writer.ts';
import { countPendingPushes, readPushStatus } from '../../../src/store/sqlite/pushes.ts';
import { unfinishedRecall } from '../../../src/store/sqlite/recall-reader.ts';
import { beginRecall, undoRecall } from '../../../src/store/sqlite/recall-writer.ts';
import { removeVersions } from '../../../src/store/sqlite/remove.ts';
import { type Statements, statementsOf } from '../../../src/store/sqlite/statements.ts';
import { trendFollower } from '../../../src/store/sqlite/trend-follower.ts';
import { trendReader } from '../../../src/store/sqlite/trend-reader.ts';
import { rememberReport } from '../../../src/store/sqlite/trend-reports.ts';
import type { Filter, NewObject, NewPush, VersionSelector } from '../../../src/store/store.ts';
import { DIMENSIONS } from '../../../src/trends/dimensions.ts';
import { ALL, allow, collection, idOf, NOW, ONE, queryOf, version } from '../contract/harness.ts';

const CLASSES: readonly MarkingClass[] = ['unmarked', 'clear', 'green', 'amber', 'red'];
const TYPES = ['indicator', 'malware', 'report'];
const YEARS = [2019, 2020, 2021];

/** What a step of a plan may be: a search in an index, or the walk over what such searches bring together. */
const STEPS = [
  /^SEARCH /,
  /^SCAN (k|merged|start|page|stretch)$/,
  /^SCAN json_each VIRTUAL TABLE/,
  /^(CO-ROUTINE|MERGE|LEFT|RIGHT|COMPOUND QUERY|LEFT-MOST SUBQUERY|UNION ALL|SETUP|RECURSIVE STEP)/,
  /^(CORRELATED )?(SCALAR|LIST) SUBQUERY/,
  /^CREATE BLOOM FILTER$/,
  // Three at most.
  /^MATERIALIZE stretch$/,
  /^SCAN \d CONSTANT ROWS?$/,
  // As many as are pending, and the few names of the configuration, read whole and in the order of their key.
  /^SCAN push USING (COVERING )?INDEX push_pending$/,
  /^SCAN entity$/,
  /^SCAN hub_state$/,
  // The largest number, which is at the end.
  /^SEARCH facet$/,
];

function open(t: TestContext): { db: Sqlite; sql: Statements } {
  const directory = mkdtempSync(join(tmpdir(), 'entente-plans-'));
  const db = openWriter(join(directory, 'hub.db'), true);
  t.after(() => {
    db.close();
    rmSync(directory, { recursive: true });
  });
  const sql = statementsOf(db);
  changeCatalogue(sql, 1, [{ put: 'collection', origin: 'hand', value: collection(ONE) }], 'cli', NOW);
  return { db, sql };
}

/** Enough of everything that no statement stays unused. */
function fill(sql: Statements): ReturnType<typeof writerState> {
  const state = writerState(sql, 8);
  for (const year of YEARS)
    for (const [i, type] of TYPES.entries()) {
      const objects = CLASSES.map((marking, j) =>
        version(`${i}${j}`, '', { type, marking, modified: `${year}-01-01T00:00:00Z`, spec: j % 2 ? '2.0' : '2.1' }),
      );
      const undated = version(`u${i}`, ` ${year}`, { type, modified: null });
      commitBatch(state, { collection: ONE, source: 'import', objects: [...objects, undated] }, NOW);
    }
  const late = version('00', '', { modified: '2000-01-01T00:00:00Z', spec: '2.0' });
  const earlier = version('02', '', { modified: '2001-01-01T00:00:00Z' });
  commitBatch(state, { collection: ONE, source: 'import', objects: [late, earlier, late] }, NOW);
  return state;
}

const FILTERS: readonly Filter[] = [undefined, ['indicator'], TYPES].flatMap((types) =>
  [undefined, [idOf('00'), idOf('02')]].flatMap((ids) =>
    [undefined, ['2.1'] as const, ['2.0', '2.1'] as const].flatMap((specVersions) =>
      (
        [
          'all',
          { first: false, last: true, keys: [] },
          { first: true, last: false, keys: [] },
          { first: false, last: false, keys: ['2020-01-01T00:00:00', '2000-01-01T00:00:00'] },
          { first: true, last: true, keys: ['2020-01-01T00:00:00'] },
        ] satisfies VersionSelector[]
      ).map((versions) => ({
        versions,
        ...(types && { types }),
        ...(ids && { ids }),
        ...(specVersions && { specVersions }),
      })),
    ),
  ),
);

function readEverything(sql: Statements): void {
  const reader = objectReader(sql);
  for (const classes of [1, 3, 5]) {
    const verdict = allow({ classes: CLASSES.slice(0, classes) });
    for (const filter of FILTERS)
      for (const place of [{ maxBytes: 1 }, { maxBytes: 1 << 24, after: NOW + 1000 }]) {
        const query = queryOf({ filter, verdict, limit: 3, ...place });
        reader.texts(query);
        reader.objects(query);
        reader.manifest(query);
      }
  }
  reader.objects(queryOf({ verdict: allow({}), filter: ALL }));
  reader.counts(ONE);
  readCatalogue(sql);
  countPendingPushes(sql);
}

const DAYS = { from: 0, until: 40_000 };

/** A follower's tables as they come and go. */
function followEverything(db: Sqlite): void {
  const sql = statementsOf(db);
  for (const statement of trendFollower.schema) db.exec(statement);
  sql.rows('INSERT INTO follower VALUES (?, ?, 0, 0)').run(trendFollower.name, trendFollower.version);
}

/** Objects that name others, before and after those are there. */
function trendObjects(): NewObject[] {
  const name = idOf('n', 'malware');
  const more = { created: '2026-01-01T00:00:00Z', name: 'One', aliases: ['Two'] };
  const mention = { created: '2026-01-01T00:00:00Z', sighting_of_ref: name, target_ref: name };
  return [
    version('s', '', { type: 'sighting', more: mention }),
    version('n', '', { type: 'malware', more }),
    version('n', '', { type: 'malware', modified: '2021-01-01T00:00:00Z', marking: 'red', more }),
    version('r', '', { type: 'relationship', more: mention }),
  ];
}

function countEverything(sql: Statements): void {
  const state = writerState(sql, 8);
  commitBatch(state, { collection: ONE, source: 'import', objects: trendObjects() }, NOW);
  trendFollower.apply(sql, readPart(sql, 0, 0));
  const reader = trendReader(sql);
  for (const dimension of DIMENSIONS) {
    const query = { dimension, basis: 'event', places: [{ collection: ONE, verdict: allow({}) }] } as const;
    const { keys } = reader.totals(query, [DAYS, DAYS]);
    reader.details(
      query,
      keys.map(({ num }) => num),
      [DAYS],
    );
  }
  const verdict = allow({ delete: 'any' });
  const select = { ids: trendObjects().map(({ id }) => id), filter: ALL };
  removeVersions(state, { collection: ONE, verdict, by: 'operator:ops', reason: 'delete', select }, NOW);
  trendFollower.apply(sql, { ...readPart(sql, Number.MAX_SAFE_INTEGER, 0) });
  const place = { collection: ONE, dimension: 'malware', unit: 'week', from: 1, maxTlp: 'green' } as const;
  rememberReport(sql, place, { report: 'r', translation: 't' }, undefined);
}

function writeEverything(sql: Statements): void {
  const state = fill(sql);
  const verdict = allow({ delete: 'any' });
  const removal = { collection: ONE, verdict, by: 'operator:ops', reason: 'delete' } as const;
  removeVersions(state, { ...removal, select: { ids: [idOf('00')], filter: ALL } }, NOW);
  removeVersions(state, { ...removal, select: { addedBefore: NOW + 2000, limit: 5 } }, NOW);
  const recall = { object: idOf('12', 'malware'), reason: 'x', by: 'cli' };
  beginRecall(state, recall, NOW);
  assert.equal(unfinishedRecall(sql), undefined);
  undoRecall(state, recall, NOW);
  const push: NewPush = {
    id: 'p',
    root: 'r',
    collection: ONE,
    owner: { partner: 'vendor' },
    requested: NOW,
    total: 2,
    leaseUntil: NOW,
  };
  const line = { id: 'x', version: 'y' };
  beginPush(sql, push, [[line], [line]]);
  const part = { id: 'p', part: 0, lines: [{ refused: line }], last: false };
  commitBatch(state, { collection: ONE, source: 'import', objects: [], push: part }, NOW);
  readPushStatus(sql, 'p');
  renewPushes(sql, ['p'], NOW);
  interruptPushes(sql, NOW + 1);
  purgePushes(sql, NOW + 2);
  changeCatalogue(sql, 2, [{ remove: 'collection', name: ONE }], 'cli', NOW);
  while (clearSlice(state, () => undefined));
}

/** Spellings of one name, and days on which one object is named: few, or written seldom. */
function isGrouping(step: string, text: string): boolean {
  return step === 'USE TEMP B-TREE FOR GROUP BY' && /FROM trend_(name|mention)/.test(text);
}

function planOf(db: Sqlite, text: string): string[] {
  const values = [...text.matchAll(/\?/g)].map(() => null);
  return db
    .prepare<null[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`)
    .all(...values)
    .map(({ detail }) => detail);
}

test('every statement of a page or a write searches an index and sorts nothing', (t) => {
  const { db, sql } = open(t);
  fill(sql);
  readEverything(sql);
  followEverything(db);
  countEverything(sql);
  writeEverything(sql);
  const texts = new Set(sql.texts());
  assert.ok(texts.size > 50);
  const faults = [...texts].filter((text) => /(?<!\+)\?/.test(text)).map((text) => `Planned at every use: ${text}`);
  for (const text of texts)
    for (const step of planOf(db, text))
      if (!STEPS.some((allowed) => allowed.test(step)) && !isGrouping(step, text)) faults.push(`${step}\n  in ${text}`);
  assert.deepEqual(faults, []);
});

test('a plan that reads a table from end to end, or sorts, would be told', (t) => {
  const { db } = open(t);
  for (const text of [
    'SELECT json FROM object WHERE source = ?',
    'SELECT json FROM object WHERE facet = ? ORDER BY json',
  ])
    assert.ok(planOf(db, text).some((step) => !STEPS.some((allowed) => allowed.test(step))));
});
