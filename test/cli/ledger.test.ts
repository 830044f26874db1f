import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { COLLECTION, HubProcess, headersOf } from '../hub-process.ts';
import { documents, entente, indicator } from './program.ts';

interface Line {
  readonly num: number;
  readonly hash: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Runs a command on the hub's data, in this process. */
async function run(hub: HubProcess, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await entente([...args, '--data', join(hub.directory, 'data')]);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function lines(hub: HubProcess, ...filters: string[]): Promise<Line[]> {
  return documents(await run(hub, 'ledger', 'export', ...filters)) as unknown as Line[];
}

async function verified(hub: HubProcess, ...more: string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await run(hub, 'ledger', 'verify', '--json', ...more)) as Record<string, unknown>;
}

async function poll(hub: HubProcess): Promise<void> {
  const answer = await fetch(hub.objects, { headers: headersOf('reader') });
  assert.equal(answer.status, 200);
  await answer.arrayBuffer();
}

async function fill(hub: HubProcess, name: string, from: number, count: number): Promise<string> {
  const file = join(hub.directory, name);
  await writeFile(file, Array.from({ length: count }, (_, i) => JSON.stringify(indicator(from + i))).join('\n'));
  return file;
}

test('a hub that is killed leaves a chain that holds, and a gap at the next start; one that is stopped leaves none', async (t) => {
  const hub = await HubProcess.open(t);
  await run(hub, 'import', await fill(hub, 'a.ndjson', 0, 5), '--collection', 'data');
  await hub.start();
  await poll(hub);
  // While it runs, what it sent arrives by itself.
  while ((await lines(hub, '--kind', 'disclosure')).length < 1) await wait(20);
  for (let i = 0; i < 20; i++) await poll(hub);
  await hub.stop('SIGKILL');
  const { sound, head } = await verified(hub);
  assert.equal(sound, true);
  assert.deepEqual(await lines(hub, '--kind', 'gap'), []);

  await hub.start();
  assert.equal((await lines(hub, '--kind', 'gap')).length, 1);
  for (let i = 0; i < 3; i++) await poll(hub);
  const before = (await lines(hub, '--kind', 'disclosure')).length;
  assert.equal(await hub.stop(), 0);
  assert.ok((await lines(hub, '--kind', 'disclosure')).length >= Math.max(before, 4));

  await hub.start();
  assert.equal(await hub.stop(), 0);
  assert.equal((await lines(hub, '--kind', 'gap')).length, 1);
  assert.equal((await verified(hub, '--head', String(head))).sound, true);
  assert.equal(JSON.parse(await run(hub, 'check', '--json')).sound, true);
});

test('imports beside a hub that answers polls: one chain, every record in it', async (t) => {
  const hub = await HubProcess.open(t);
  await run(hub, 'import', await fill(hub, 'a.ndjson', 0, 5), '--collection', 'data');
  await hub.start();
  const files = [await fill(hub, 'b.ndjson', 100, 300), await fill(hub, 'c.ndjson', 1000, 300)];
  let importing = true;
  const imports = Promise.all(files.map((file) => hub.run('import', file, '--collection', 'data'))).then(() => {
    importing = false;
  });
  let polls = 0;
  while (importing) {
    await poll(hub);
    polls += 1;
  }
  await imports;
  assert.equal(await hub.stop(), 0);
  const all = await lines(hub);
  assert.deepEqual(
    all.map(({ num }) => num),
    all.map((_, i) => i + 1),
  );
  const ofKind = (kind: string): Line[] => all.filter(({ record }) => record.kind === kind);
  assert.equal(ofKind('disclosure').length, polls);
  assert.equal(ofKind('push').length, 3);
  assert.equal((await verified(hub)).sound, true);
});

test('what export writes can be verified by anybody, and list, csv and recipients tell it to people', async (t) => {
  const hub = await HubProcess.open(t);
  await run(hub, 'import', await fill(hub, 'a.ndjson', 0, 3), '--collection', 'data');
  await hub.start();
  await poll(hub);
  await hub.stop();
  let before = '0'.repeat(64);
  for (const line of (await run(hub, 'ledger', 'export')).trimEnd().split('\n')) {
    const [, own, text] = /^\{"num":\d+,"hash":"([0-9a-f]{64})","record":(.*)\}$/.exec(line) ?? [];
    before = hash('sha256', `${before}\n${text}`);
    assert.equal(own, before);
  }
  const { id } = indicator(0) as { id: string };
  const found = JSON.parse(await run(hub, 'ledger', 'recipients', id, '--json'));
  assert.equal(found.recipients.length, 1);
  assert.equal(found.recipients[0].who, 'partner:reader');
  assert.deepEqual(found.receipts[0].versions[0].agreements, ['reading']);
  assert.equal(found.receipts[0].collection, COLLECTION);
  const text = await run(hub, 'ledger', 'recipients', id);
  assert.match(text, /partner:reader +object .* api\/data +reading +basic:reader/);
  assert.match(
    await run(hub, 'ledger', 'list', '--partner', 'reader'),
    /disclosure +partner:reader +objects of api\/data: 3 versions/,
  );
  const csv = await run(hub, 'ledger', 'export', '--csv', '--object', id);
  assert.deepEqual(
    csv
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',')[2]),
    ['kind', 'push', 'disclosure'],
  );
  assert.match(await run(hub, 'ledger', 'list', '--until', '2020-01-01'), /No record fits/);
});

test('what administers the hub is recorded with who did it, without secrets', async (t) => {
  const hub = await HubProcess.open(t);
  await run(hub, 'agreement', 'suspend', 'reading');
  await run(hub, 'credential', 'rotate', 'basic:reader');
  await run(hub, 'export', '--collection', 'data');
  const admin = await lines(hub, '--kind', 'admin');
  const suspended = admin.at(-2)?.record as { who: string; before: object; after: { suspended: boolean } };
  assert.equal(suspended.who, 'cli');
  assert.equal(suspended.after.suspended, true);
  assert.equal('suspended' in suspended.before, false);
  assert.equal(admin.at(-1)?.record.secret, 'changed');
  assert.doesNotMatch(JSON.stringify(admin), /scrypt|passwordHash/);
});
