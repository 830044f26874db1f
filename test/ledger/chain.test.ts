import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nextHash, ORIGIN } from '../../src/ledger/chain.ts';
import { verifyLedger } from '../../src/ledger/verify.ts';
import { openWriter } from '../../src/store/sqlite/connection.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';

const directory = await mkdtemp(join(tmpdir(), 'entente-chain-'));
const file = join(directory, 'hub.db');
const store = await openSqliteStore({ file, create: true });
const db = openWriter(file, false);
after(async () => {
  db.close();
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});
for (let i = 0; i < 3; i++)
  await store.ledger.append(
    Array.from({ length: 10 }, (_, j) => ({
      kind: 'sign-in-failure',
      time: i,
      address: `${i}.${j}`,
      count: 1,
      from: 0,
      until: 0,
    })),
  );
const { count, hash: head } = await store.ledger.head();

/** Verifies what SQL has made of the ledger, and takes it back. */
async function verified(tampering: string, wanted?: string): Promise<readonly string[]> {
  const saved = db.prepare<[], [number, Buffer, string]>('SELECT num, hash, text FROM ledger').raw().all();
  const { faults } = await tampered(tampering, () => verifyLedger(store.ledger, wanted));
  db.exec('DELETE FROM ledger');
  for (const row of saved) db.prepare('INSERT INTO ledger (num, hash, text) VALUES (?, ?, ?)').run(...row);
  db.prepare('UPDATE ledger_head SET count = ?, hash = unhex(?)').run(count, head);
  return faults;
}

async function tampered<T>(tampering: string, use: () => Promise<T>): Promise<T> {
  db.exec(tampering);
  return await use();
}

test('a chain that nobody touched has no fault, with or without the head', async () => {
  assert.equal(count, 30);
  assert.deepEqual(await verified(''), []);
  assert.deepEqual(await verified('', head), []);
  assert.deepEqual(await verified('', head.toUpperCase()), []);
});

test('each hash is that of the hash before, a line feed and the text: anybody can follow it', async () => {
  const { rows } = await store.ledger.read({ limit: 100 });
  let before = ORIGIN;
  for (const row of rows) {
    before = hash('sha256', Buffer.from(`${before}\n${row.text}`));
    assert.equal(row.hash, before);
  }
  assert.equal(before, head);
});

test('one flipped byte of any text or hash is found, and its record named', async () => {
  for (const num of [1, 17, 30]) {
    const text = `UPDATE ledger SET text = replace(text, '"count":1', '"count":2') WHERE num = ${num}`;
    assert.match((await verified(text)).join('\n'), new RegExp(`Record ${num} is not what was written`));
    const digest = `UPDATE ledger SET hash = unhex(replace(hex(hash), substr(hex(hash), 1, 1), 'E')) WHERE num = ${num} AND hex(hash) NOT LIKE 'E%'`;
    assert.match(
      (await verified(digest)).join('\n') || 'unchanged',
      /is not what was written|noted for the last|unchanged/,
    );
  }
});

test('a deleted row is found wherever it stood', async () => {
  assert.deepEqual(await verified('DELETE FROM ledger WHERE num = 1'), ['Record 1 is missing.']);
  assert.deepEqual(await verified('DELETE FROM ledger WHERE num IN (12, 13)'), ['Records 12 to 13 are missing.']);
  assert.deepEqual(await verified('DELETE FROM ledger WHERE num = 30'), ['Record 30 is missing.']);
  const renumbered = `DELETE FROM ledger WHERE num = 12; UPDATE ledger SET num = num - 1 WHERE num > 12;
    UPDATE ledger_head SET count = count - 1`;
  assert.match((await verified(renumbered)).join('\n'), /^Record 12 is not what was written/);
});

test('two swapped rows are found, with their hashes or without', async () => {
  const whole =
    'UPDATE ledger SET num = CASE num WHEN 5 THEN -1 ELSE -2 END WHERE num IN (5, 6); UPDATE ledger SET num = CASE num WHEN -1 THEN 6 ELSE 5 END WHERE num < 0';
  assert.match((await verified(whole)).join('\n'), /Record 5 is not[\s\S]*Record 6 is not/);
  const texts = `CREATE TEMP TABLE swap AS SELECT num, text FROM ledger WHERE num IN (5, 6);
    UPDATE ledger SET text = (SELECT text FROM swap WHERE swap.num = 11 - ledger.num) WHERE num IN (5, 6);
    DROP TABLE swap`;
  assert.match((await verified(texts)).join('\n'), /Record 5 is not[\s\S]*Record 6 is not/);
});

test('a row that was put in is found', async () => {
  const added = `INSERT INTO ledger (num, hash, text) SELECT 31, hash, text FROM ledger WHERE num = 30`;
  assert.match((await verified(added)).join('\n'), /Record 31 is not/);
});

test('a tail that was cut off with the note of it is found by a head that was kept elsewhere, and only by it', async () => {
  const cut = `DELETE FROM ledger WHERE num > 20;
    UPDATE ledger_head SET count = 20, hash = (SELECT hash FROM ledger WHERE num = 20)`;
  assert.deepEqual(await verified(cut), []);
  assert.match((await verified(cut, head)).join('\n'), /No record has the hash/);
});

test('a chain that was worked out anew is found by a head that was kept elsewhere, and only by it', async () => {
  const { rows } = await store.ledger.read({ limit: 100 });
  let before = ORIGIN;
  const forged = rows.map(({ num, text }) => {
    const changed = num === 3 ? text.replace('"count":1', '"count":7') : text;
    before = nextHash(before, changed);
    return `UPDATE ledger SET text = '${changed}', hash = unhex('${before}') WHERE num = ${num};`;
  });
  const sql = `${forged.join('')} UPDATE ledger_head SET hash = unhex('${before}')`;
  assert.deepEqual(await verified(sql), []);
  assert.match((await verified(sql, head)).join('\n'), /No record has the hash/);
});

test('the head of any earlier time is found as well', async () => {
  const { rows } = await store.ledger.read({ limit: 12 });
  assert.deepEqual(await verified('', rows.at(-1)?.hash), []);
  assert.deepEqual(await verified('', ORIGIN), []);
});

test('entente check covers the ledger', async () => {
  await tampered(`UPDATE ledger SET text = replace(text, '"count":1', '"count":2') WHERE num = 4`, async () => {
    assert.match((await store.maintenance.check()).join('\n'), /^Ledger: Record 4 is not what was written/);
  });
});
