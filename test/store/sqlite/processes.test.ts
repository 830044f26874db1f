import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { openWriter } from '../../../src/store/sqlite/connection.ts';
import { openSqliteStore } from '../../../src/store/sqlite/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { ALL, collection, datesOf, ONE, queryOf, version } from '../contract/harness.ts';

const CHILD = new URL('./writing-child.ts', import.meta.url).pathname;

async function openHub(t: TestContext): Promise<{ store: Store; file: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'entente-processes-'));
  const file = join(directory, 'hub.db');
  const store = await openSqliteStore({ file, create: true });
  t.after(async () => {
    await store[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  await store.catalogue.change(1, [{ put: 'collection', origin: 'hand', value: collection(ONE) }], 'cli');
  return { store, file };
}

/** Starts a process that commits batches and prints the dates of each when it is acknowledged. */
function startWriting(
  t: TestContext,
  file: string,
  name: string,
  rounds: number,
): { child: ChildProcess; dates: number[] } {
  const child = spawn(process.execPath, [CHILD, file, name, String(rounds)], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const dates: number[] = [];
  if (child.stdout) createInterface(child.stdout).on('line', (line) => dates.push(...(JSON.parse(line) as number[])));
  return { child, dates };
}

async function allDates(store: Store): Promise<number[]> {
  const dates: number[] = [];
  for (;;) {
    const after = dates.at(-1);
    const page = await store.objects.manifest(queryOf({ filter: ALL, ...(after === undefined ? {} : { after }) }));
    dates.push(...page.rows.map((row) => row.dateAdded));
    if (!page.more) return dates;
  }
}

test('T21-D-07 two processes write at once: dates are unique and each sees its own ascend', async (t) => {
  const { store, file } = await openHub(t);
  const { child, dates } = startWriting(t, file, 'child', 15);
  const exited = once(child, 'exit');
  const own: number[] = [];
  for (let i = 0; i < 15; i++) {
    const objects = Array.from({ length: 40 }, (_, j) => version(`own.${i}.${j}`));
    own.push(...datesOf(await store.objects.commit({ collection: ONE, source: 'import', objects })));
  }
  assert.deepEqual(await exited, [0, null]);
  for (const some of [own, dates]) {
    assert.equal(some.length, 600);
    assert.deepEqual(
      some,
      some.toSorted((a, b) => a - b),
    );
  }
  const all = await allDates(store);
  assert.equal(all.length, 1200);
  assert.deepEqual(
    all,
    [...own, ...dates].toSorted((a, b) => a - b),
  );
  assert.deepEqual(await store.maintenance.check(), []);
});

test('T21-5.5-12 a process killed while it writes loses nothing that was acknowledged, and leaves nothing half done', async (t) => {
  const { store, file } = await openHub(t);
  for (let kill = 1; kill <= 3; kill++) {
    const { child, dates } = startWriting(t, file, `killed${kill}`, 10_000);
    const exited = once(child, 'exit');
    while (dates.length < kill * 200) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGKILL');
    await exited;
    const stored = new Set(await allDates(store));
    assert.deepEqual(
      dates.filter((date) => !stored.has(date)),
      [],
    );
    assert.equal(stored.size % 40, 0);
    assert.deepEqual(await store.maintenance.check(), []);
  }
  const objects = [version('after')];
  assert.equal(datesOf(await store.objects.commit({ collection: ONE, source: 'import', objects })).length, 1);
});

test('while another process holds the lock, writes wait and reads do not', async (t) => {
  const { store, file } = await openHub(t);
  await store.objects.commit({ collection: ONE, source: 'import', objects: [version('before')] });
  const other = openWriter(file, false);
  other.exec('BEGIN IMMEDIATE');
  let done = false;
  const writing = store.objects
    .commit({ collection: ONE, source: 'import', objects: [version('waiting')] })
    .then(() => (done = true));
  for (let i = 0; i < 20; i++) {
    assert.equal((await store.objects.objects(queryOf({}))).rows.length, 1);
    assert.equal(await store.pushes.pending(), 0);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.equal(done, false);
  other.exec('COMMIT');
  other.close();
  await writing;
  assert.equal((await store.objects.objects(queryOf({}))).rows.length, 2);
});
