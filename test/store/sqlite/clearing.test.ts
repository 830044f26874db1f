import assert from 'node:assert/strict';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { changeCatalogue } from '../../../src/store/sqlite/catalogue.ts';
import { clearSlice, isClearingDue } from '../../../src/store/sqlite/clearing.ts';
import { writerState } from '../../../src/store/sqlite/collection-writer.ts';
import { commitBatch } from '../../../src/store/sqlite/commit.ts';
import { MIGRATIONS } from '../../../src/store/sqlite/migrations/index.ts';
import { removeVersions } from '../../../src/store/sqlite/remove.ts';
import { statementsOf } from '../../../src/store/sqlite/statements.ts';
import { ALL, allow, collection, idOf, NOW, ONE, TWO, version } from '../contract/harness.ts';

test('what a removed collection held is cleared away in slices, and nothing of others', () => {
  const db = new Database(':memory:');
  for (const { sql } of MIGRATIONS) db.exec(sql);
  const sql = statementsOf(db);
  const state = writerState(sql, 100);
  const put = [ONE, TWO].map((id) => ({ put: 'collection', origin: 'hand', value: collection(id) }) as const);
  changeCatalogue(sql, 1, put, 'cli', NOW);
  for (const id of [ONE, TWO]) {
    for (const part of [0, 1]) {
      const objects = Array.from({ length: 600 }, (_, i) => version(`${part}.${i}`));
      commitBatch(state, { collection: id, source: 'import', objects }, NOW);
    }
    const select = { ids: [idOf('0.0'), idOf('1.1')], filter: ALL };
    removeVersions(
      state,
      { collection: id, verdict: allow({ delete: 'any' }), select, by: 'x', reason: 'delete' },
      NOW,
    );
  }
  const rows = (): number[] =>
    ['object', 'key_recent', 'key_settled', 'facet', 'removal', 'collection'].map(
      (table) => sql.values<number>(`SELECT count(*) FROM ${table}`).get() ?? 0,
    );
  assert.equal(isClearingDue(state), false);
  changeCatalogue(sql, 2, [{ remove: 'collection', name: ONE }], 'cli', NOW);
  let slices = 0;
  const forgotten = new Set<number>();
  const forget = (gone: readonly { readonly num: number }[]): void => {
    for (const { num } of gone) forgotten.add(num);
  };
  while (clearSlice(state, forget)) slices += 1;
  assert.ok(slices > 2);
  const [objects, recent = 0, settled = 0, ...rest] = rows();
  assert.equal(forgotten.size, 1200);
  assert.deepEqual([objects, recent + settled, ...rest], [1198, 2396, 1, 2, 1]);
  assert.equal(sql.values<number>('SELECT key_count FROM hub_state').get(), recent);
  db.close();
});
