import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { documents, ENVIRONMENT, entente, file, HUB_FILE, hubDirectory, indicator, temporary } from './program.ts';
import { Serving } from './server.ts';

const VENDOR = `vendor:${ENVIRONMENT.DEMO_PASSWORD}`;

async function add(data: string, ...numbers: readonly number[]): Promise<void> {
  const path = await file(data, 'add.json', JSON.stringify(numbers.map((number) => indicator(number))));
  const { code, stderr } = await entente(['import', path, '--collection', 'threat-data', '--data', data]);
  assert.equal(code, 0, stderr);
}

async function held(data: string): Promise<number> {
  const { stdout } = await entente(['collection', 'show', 'threat-data', '--json', '--data', data]);
  return Number(documents(stdout)[0]?.versions);
}

/** Overwrites the middle of a file. */
async function damage(path: string): Promise<void> {
  const { size } = await stat(path);
  const handle = await open(path, 'r+');
  await handle.write(Buffer.alloc(Math.floor(size / 2), 0x5a), 0, undefined, Math.floor(size / 4));
  await handle.close();
}

describe('entente backup, restore and check', () => {
  test('a backup made while the hub serves restores what was acknowledged before it', async (t) => {
    const data = await hubDirectory(t);
    const copy = join(await temporary(t), 'copy.db');
    const hub = await Serving.start(t, ['serve', '--data', data, '--port', '0']);
    assert.equal((await hub.push([indicator(1), indicator(2)], VENDOR)).status, 202);
    const backup = await entente(['backup', copy, '--json', '--data', data]);
    assert.equal(backup.code, 0, backup.stderr);
    assert.deepEqual(documents(backup.stdout), [{ file: copy, bytes: (await stat(copy)).size }]);
    assert.equal((await hub.push([indicator(3)], VENDOR)).status, 202);
    const busy = await entente(['restore', copy, '--force', '--data', data]);
    assert.equal(busy.code, 3, 'not while the hub has the database open');
    assert.match(busy.stderr, /is in use\. Stop the hub/);
    assert.equal(await hub.end('SIGTERM'), 0);
    const restored = await entente(['restore', copy, '--force', '--data', data]);
    assert.equal(restored.code, 0, restored.stderr);
    assert.equal(await held(data), 2);
    assert.ok(existsSync(join(data, 'entente.db.replaced')), 'the one before is kept');
    assert.equal((await entente(['check', '--data', data])).code, 0);
  });

  test('a backup never overwrites a file', async (t) => {
    const data = await hubDirectory(t);
    const { code, stderr } = await entente(['backup', await file(data, 'there.db', 'x'), '--data', data]);
    assert.equal(code, 3);
    assert.match(stderr, /exists already/);
  });

  test('restoring needs --force where there is a database, and none where there is not', async (t) => {
    const data = await hubDirectory(t);
    await add(data, 1);
    const copy = join(data, 'copy.db');
    await entente(['backup', copy, '--data', data]);
    const refused = await entente(['restore', copy, '--data', data]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--force replaces it/);
    const fresh = join(await temporary(t), 'new', 'data');
    assert.equal((await entente(['restore', copy, '--data', fresh])).code, 0);
    assert.equal(await held(fresh), 1);
  });

  test('what is no backup is refused, and the database stays', async (t) => {
    const data = await hubDirectory(t);
    await add(data, 1);
    for (const content of ['not a database', '']) {
      const bad = await file(data, 'bad.db', content);
      const { code, stderr } = await entente(['restore', bad, '--force', '--data', data]);
      assert.equal(code, 3, content);
      assert.match(stderr, /bad\.db is (no copy that "entente backup" wrote|empty, so no copy)/);
      assert.doesNotMatch(stderr, /restoring/, 'the file is called as it was named');
    }
    assert.equal((await entente(['restore', join(data, 'none.db'), '--force', '--data', data])).code, 3);
    assert.equal(await held(data), 1);
    assert.ok(!existsSync(join(data, 'entente.db.restoring')));
  });

  test('a database that was cut to nothing is told as damaged, not taken for a new hub', async (t) => {
    const data = await hubDirectory(t);
    await add(data, 1);
    const copy = join(data, 'copy.db');
    await entente(['backup', copy, '--data', data]);
    await truncate(join(data, 'entente.db'));
    for (const line of [
      ['apply', HUB_FILE],
      ['serve', '--port', '0'],
      ['collection', 'list'],
    ]) {
      const { code, stderr } = await entente([...line, '--data', data]);
      assert.equal(code, 3, stderr);
      assert.match(stderr, /entente\.db is empty.*entente restore FILE --force/);
    }
    assert.equal((await entente(['check', '--data', data])).code, 1);
    assert.equal((await entente(['restore', copy, '--force', '--data', data])).code, 0);
    assert.equal(await held(data), 1);
  });

  test('a sound database has no faults', async (t) => {
    const data = await hubDirectory(t);
    await add(data, 1, 2, 3);
    assert.deepEqual(await entente(['check', '--data', data]), {
      code: 0,
      stdout: 'The database is sound.\n',
      stderr: '',
    });
    assert.deepEqual(documents((await entente(['check', '--json', '--data', data])).stdout), [
      { sound: true, faults: [] },
    ]);
  });

  test('a damaged database is told with 1, and a backup puts it right', async (t) => {
    const data = await hubDirectory(t);
    await add(data, ...Array(400).keys());
    const copy = join(data, 'copy.db');
    await entente(['backup', copy, '--data', data]);
    await damage(join(data, 'entente.db'));
    const { code, stdout, stderr } = await entente(['check', '--data', data]);
    assert.equal(code, 1, stderr);
    assert.match(stdout, /^\d+ faults? found\.$/m);
    assert.match(stderr, /Restore a backup/);
    const restored = await entente(['restore', copy, '--force', '--data', data]);
    assert.equal(restored.code, 0, restored.stderr);
    assert.equal(await held(data), 400);
  });
});

describe('entente collection remove', () => {
  test('takes a collection that holds objects only with --yes', async (t) => {
    const data = await hubDirectory(t);
    await add(data, 1, 2);
    const asked = await entente(['collection', 'remove', 'threat-data', '--data', data]);
    assert.equal(asked.code, 2);
    assert.match(asked.stderr, /holds 2 object versions.*--yes/);
    const done = await entente(['collection', 'remove', 'threat-data', '--yes', '--json', '--data', data]);
    assert.equal(documents(done.stdout)[0]?.versions, 2);
    const [list] = documents((await entente(['collection', 'list', '--json', '--data', data])).stdout);
    assert.ok(Array.isArray(list?.collections));
    assert.equal(list.collections.length, 1);
    assert.equal((await entente(['check', '--data', data])).code, 0);
  });
});
