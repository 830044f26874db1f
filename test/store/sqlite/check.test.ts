import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkDatabase } from '../../../src/store/sqlite/check.ts';
import { openWriter } from '../../../src/store/sqlite/connection.ts';
import { statementsOf } from '../../../src/store/sqlite/statements.ts';
import { openSqliteStore } from '../../../src/store/sqlite/store.ts';
import { collection, NOW, ONE, version } from '../contract/harness.ts';

const LINE = { id: 'indicator--x', version: '2020-01-01T00:00:00Z' };

/** Each fault by the SQL that plants it, and what check must say. */
const FAULTS: readonly (readonly [sql: string, fault: RegExp])[] = [
  [`UPDATE object SET json = '{' WHERE num = 1`, /not a JSON object/],
  [
    `UPDATE object SET json = replace(json, '"type":"indicator"', '"type":"malware"') WHERE num = 1`,
    /another id or type/,
  ],
  [`UPDATE object SET json = replace(json, '2020-', '2019-') WHERE num = 1`, /another version/],
  [`UPDATE object SET json = json || '${' '.repeat(500)}' WHERE num = 1`, /larger than/],
  [`UPDATE object SET version_rest = '1Z' WHERE num = 1`, /does not have this key/],
  [`UPDATE object SET lane = lane + 1 WHERE num = 1`, /wrong range of the plain poll/],
  [`UPDATE object SET lane = NULL WHERE num = 1`, /wrong range of the plain poll/],
  [`UPDATE object SET facet = 998 WHERE num = 1`, /facet 998 does not exist/],
  [`UPDATE facet SET selectors = selectors & ~4 WHERE num = (SELECT facet FROM object WHERE num = 1)`, /wrong flags/],
  [
    `UPDATE facet SET marking = marking + 1 WHERE num = (SELECT facet FROM object WHERE num = 1)`,
    /wrong governing class/,
  ],
  [
    `UPDATE facet SET versions = versions + 1 WHERE num = (SELECT facet FROM object WHERE num = 1)`,
    /counts 3 versions/,
  ],
  [`UPDATE object SET date_added = date_added + 1000000 WHERE num = 1`, /out of the order/],
  [`DELETE FROM key_recent WHERE num = 1 AND position > ''`, /not found by its id/],
  [`DELETE FROM key_recent WHERE num = 1 AND position < ''`, /not found by its version/],
  [`DELETE FROM key_recent WHERE num = 1`, /7 entries of keys instead of 9/],
  [`INSERT INTO key_settled VALUES (1, 'x', 1)`, /10 entries of keys instead of 9/],
  [`DELETE FROM key_recent WHERE num = 4 AND position = ''`, /not found by its content/],
  [`UPDATE object SET content = content + 1 WHERE num = 4`, /not that of its text/],
  [`UPDATE hub_state SET key_count = 0`, /0 are noted/],
  [`UPDATE hub_state SET last_num = 1`, /a number above 1/],
  [`UPDATE collection SET clock = 1`, /behind what was added/],
  [`UPDATE collection SET removed = 1`, /counts 1 removals/],
  [`DELETE FROM entity WHERE kind = 'collection'`, /not in the configuration/],
  [`INSERT INTO entity VALUES ('collection', 'x', 'hand', '{}')`, /cannot hold objects/],
  [`UPDATE push SET total = 9`, /1 lines for 9 objects/],
  [`UPDATE push SET completed = 1`, /complete with 1 objects pending/],
  [`UPDATE push_part SET pendings_json = ''`, /other counts than lines/],
  [`UPDATE trend_cell SET count = count + 1`, /Trends: counts differ.*in \d+ places/],
  [`DELETE FROM push`, /which is not there/],
];

test('check names each kind of fault', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'entente-check-'));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'hub.db');
  const store = await openSqliteStore({ file, create: true, clock: () => NOW });
  await store.catalogue.change(1, [{ put: 'collection', origin: 'hand', value: collection(ONE) }], 'cli');
  const objects = [
    version('a'),
    version('b', '', { spec: '2.0' }),
    version('c', '', { type: 'malware' }),
    version('d', '', { modified: null }),
  ];
  await store.objects.commit({ collection: ONE, source: 'import', objects });
  const owner = { partner: 'vendor' };
  const push = { id: 'p', root: 'r', collection: ONE, owner, requested: NOW, total: 1, leaseUntil: NOW };
  await store.pushes.begin(push, [[LINE]]);
  await store.followers.catchUp();
  await store[Symbol.asyncDispose]();

  const db = openWriter(file, false);
  t.after(() => db.close());
  const sql = statementsOf(db);
  const check = (): readonly string[] => checkDatabase(sql, () => undefined);
  assert.deepEqual(check(), []);
  for (const [planting, fault] of FAULTS) {
    await t.test(planting, () => {
      db.exec('SAVEPOINT fault');
      db.exec(planting);
      const found = check();
      db.exec('ROLLBACK TO fault');
      db.exec('RELEASE fault');
      assert.match(found.join('\n'), fault);
    });
  }
});
