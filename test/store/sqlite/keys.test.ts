import assert from 'node:assert/strict';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { keyOfContent, keyOfId, keyOfVersion, keyWriter, positionOf } from '../../../src/store/sqlite/keys.ts';
import { initial } from '../../../src/store/sqlite/migrations/0001-initial.ts';
import { statementsOf } from '../../../src/store/sqlite/statements.ts';
import { timestampKey } from '../../../src/time.ts';

test('keys are whole numbers of 47 bits and differ by collection and kind', () => {
  const keys = [keyOfId(1, 'x'), keyOfId(2, 'x'), keyOfVersion(1, 'x'), keyOfId(1, 'y'), keyOfContent(1, 'x', '')];
  assert.equal(new Set(keys).size, 5);
  for (const key of keys) assert.ok(Number.isSafeInteger(key) && key >= 0 && key < 2 ** 47);
});

const time = fc
  .record({
    date: fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    fraction: fc.stringMatching(/^\d{0,12}$/),
  })
  .map(({ date, fraction }) => `${date.toISOString().slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`);

test('positions are texts in the order of the version keys, and as different', () => {
  const key = time.map((text) => timestampKey(text) ?? '');
  fc.assert(
    fc.property(key, key, (a, b) => {
      assert.equal(Math.sign(compare(positionOf(a), positionOf(b))), Math.sign(compare(a, b)));
      assert.ok(positionOf(a) > '');
    }),
  );
  assert.ok(positionOf('2016-12-31T23:59:60') > positionOf('2016-12-31T23:59:59.999'));
});

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const entry = fc.record({
  key: fc.nat(30).map((n) => n * 4e12),
  position: fc.constantFrom('a', 'b', 1, 2),
  num: fc.nat(5),
});
const step = fc.record({ add: fc.array(entry, { maxLength: 12 }), remove: fc.array(fc.nat(100), { maxLength: 3 }) });

test('entries stand in one of the two tables, whatever is added and removed, and few are recent', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 12 }), (steps, recentKeys) => {
      const db = new Database(':memory:');
      db.exec(initial.sql);
      const sql = statementsOf(db);
      const keys = keyWriter(sql, recentKeys);
      const expected = new Map<string, { key: number; position: string | number; num: number }>();
      for (const { add, remove } of steps) {
        for (const item of add) {
          const text = JSON.stringify(item);
          if (expected.has(text)) continue;
          expected.set(text, item);
          keys.add(item.key, item.position, item.num);
        }
        for (const i of remove) {
          const [text, item] = [...expected][i] ?? [];
          if (text === undefined || item === undefined) continue;
          expected.delete(text);
          keys.remove(item.key, item.position, item.num);
        }
        keys.settle();
        const recent = sql.rows('SELECT key, position, num FROM key_recent').all();
        const settled = sql.rows('SELECT key, position, num FROM key_settled').all();
        assert.ok(recent.length <= recentKeys);
        assert.equal(sql.values<number>('SELECT key_count FROM hub_state').get(), recent.length);
        const found = [...recent, ...settled].map((row) => JSON.stringify(row)).sort();
        assert.deepEqual(found, [...expected.keys()].sort());
      }
      db.close();
    }),
    { numRuns: 100 },
  );
});
