import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HubProcess, headersOf, MEDIA_TYPE, type USERS } from '../hub-process.ts';
import { documents, entente, file, hubDirectory, indicator, MAIN, temporary } from './program.ts';

const SECOND = '2026-01-02T00:00:00.000Z';

interface Envelope {
  readonly objects?: readonly Record<string, unknown>[];
}

async function fetched(url: string, user: keyof typeof USERS): Promise<Envelope> {
  const response = await fetch(url, { headers: headersOf(user) });
  assert.equal(response.status, 200);
  return (await response.json()) as Envelope;
}

/** A command beside the running hub. */
async function run(hub: HubProcess, ...args: readonly string[]): Promise<string> {
  return (await entente([...args, '--data', join(hub.directory, 'data')])).stdout;
}

async function pushed(hub: HubProcess, ...objects: readonly object[]) {
  const response = await fetch(hub.objects, {
    method: 'POST',
    headers: { ...headersOf('writer'), 'content-type': MEDIA_TYPE },
    body: JSON.stringify({ objects }),
  });
  assert.equal(response.status, 202);
  return (await response.json()) as {
    readonly success_count: number;
    readonly failures?: { readonly message: string }[];
  };
}

test('a recall holds at once in a running hub, and says whom to notify', async (t) => {
  const hub = await HubProcess.open(t);
  await hub.start();
  const first = indicator(1);
  const second = { ...first, modified: SECOND, name: 'newer' };
  const id = first.id as string;
  assert.equal((await pushed(hub, first, second, indicator(2))).success_count, 3);
  await fetched(`${hub.objects}?match[version]=all`, 'reader');

  const { recall, recipients } = JSON.parse(await run(hub, 'recall', id, '--reason', 'names a witness', '--json'));
  assert.deepEqual(
    [recall.object, recall.reason, recall.collections[0].versions, recall.collections[0].removed, typeof recall.done],
    [id, 'names a witness', 2, 2, 'string'],
  );
  assert.deepEqual(
    recipients.map((each: Record<string, unknown>) => [
      each.who,
      each.times,
      each.text,
      each.agreements,
      each.versions,
    ]),
    [['partner:reader', 1, true, ['reading'], [first.modified, SECOND]]],
  );

  const { revoked } = recall.collections[0];
  const all = await fetched(`${hub.objects}?match[version]=all&match[id]=${id}`, 'reader');
  assert.deepEqual(all.objects, [{ ...second, modified: revoked, revoked: true }]);
  const versions = await fetched(`${hub.objects}${id}/versions/`, 'reader');
  assert.deepEqual(versions, { versions: [revoked], more: false });
  const refused = await pushed(hub, second, { ...second, modified: '2029-01-01T00:00:00.000Z' }, indicator(3));
  assert.equal(refused.success_count, 1);
  for (const { message } of refused.failures ?? [])
    assert.equal(
      message,
      `This object was recalled on ${recall.at}. It is refused in every collection until the recall is undone.`,
    );
  const again = await run(
    hub,
    'import',
    await file(hub.directory, 'again.json', JSON.stringify(first)),
    '--collection',
    'data',
    '--json',
  );
  assert.match(again, /"refused":1/);

  const csv = await run(hub, 'recall', id, '--reason', 'whatever', '--csv');
  assert.deepEqual(
    csv.split('\n').map((line) => line.split(',')[0]),
    ['who', 'partner:reader', ''],
  );
  const undone = JSON.parse(await run(hub, 'recall', id, '--undo', '--reason', 'a mistake', '--json'));
  assert.equal(undone.recall.undone.reason, 'a mistake');
  assert.deepEqual(undone.recipients.length, 1, 'the reader was sent the revoked version meanwhile');
  assert.equal((await pushed(hub, first, second)).success_count, 2);
  assert.deepEqual((await fetched(`${hub.objects}?match[id]=${id}`, 'reader')).objects, [second]);
  await hub.stop();
  assert.match(await run(hub, 'check'), /sound|no fault/i);
});

test('a recall that is killed is completed by the next, and nothing older is served after that', async (t) => {
  const hub = await HubProcess.open(t);
  const { id, ...rest } = indicator(1);
  const lines = Array.from({ length: 4000 }, (_, i) =>
    JSON.stringify({ ...rest, id, modified: new Date(Date.UTC(2026, 0, 1) + i).toISOString() }),
  );
  await run(hub, 'import', await file(hub.directory, 'many.ndjson', lines.join('\n')), '--collection', 'data');
  await hub.start();
  const data = join(hub.directory, 'data');
  const child = spawn(process.execPath, [MAIN, 'recall', id as string, '--reason', 'x', '--data', data], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const served = async (): Promise<number> =>
    (await fetched(`${hub.objects}${id}/?match[version]=all&limit=1000`, 'reader')).objects?.length ?? 0;
  const newest = async () => (await fetched(`${hub.objects}?match[id]=${id}`, 'reader')).objects?.[0];
  for (let i = 0; (await newest())?.revoked !== true; i++) {
    assert.ok(i < 2000, 'the recall begins');
    await sleep(5);
  }
  child.kill('SIGKILL');
  await ended;
  assert.equal((await pushed(hub, { ...rest, id, modified: '2029-01-01T00:00:00.000Z' })).success_count, 0);
  const { recalls } = JSON.parse(await run(hub, 'recall', 'list', '--json'));
  t.diagnostic(`killed after ${recalls[0].collections[0].removed} of 4,000`);
  await hub.stop('SIGKILL');
  await hub.start();
  const { already, recall } = JSON.parse(await run(hub, 'recall', id as string, '--reason', 'x', '--json'));
  assert.equal(already, true);
  assert.deepEqual([recall.collections[0].versions, recall.collections[0].removed], [4000, 4000]);
  assert.equal(await served(), 1);
  assert.equal((await newest())?.revoked, true);
  await hub.stop();
  assert.match(await run(hub, 'check'), /sound|no fault/i);
});

test('what was said of a recall reads well', async (t) => {
  const data = await hubDirectory(t);
  const observable = {
    type: 'ipv4-addr',
    spec_version: '2.1',
    id: 'ipv4-addr--dcb8fe93-6a1c-5d4a-b171-d38d5d3c3a69',
    value: '198.51.100.3',
  };
  const path = await file(await temporary(t), 'x.json', JSON.stringify({ objects: [indicator(1), observable] }));
  await entente(['import', path, '--collection', 'threat-data', '--data', data]);
  const recalled = async (id: string, ...more: string[]) =>
    await entente(['recall', id, '--reason', 'names a witness', ...more, '--data', data]);
  const id = indicator(1).id as string;
  const absent = indicator(7).id as string;

  const { stdout, code } = await recalled(id);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /is recalled: every collection refuses it until the recall is undone\.\n {2}regional\/threat-data: revoked as version \S+, 1 version removed\n\nNobody was sent it/,
  );
  assert.match((await recalled(id)).stdout, /was recalled already, on \S+ \(names a witness\)\. Nothing was changed\./);
  assert.match((await recalled(observable.id)).stdout, /1 version removed; it has no versions that could be revoked/);
  assert.match((await recalled(absent)).stdout, /No collection held it\./);
  assert.match(
    (await recalled(id, '--undo')).stdout,
    /is let in again.*\nWhat the recall removed does not come back by itself.*\nThe revoked version was taken out of 1 collection\./,
  );
  const list = await entente(['recall', 'list', '--data', data]);
  assert.match(list.stdout, /^RECALLED +OBJECT +STATE +COLLECTIONS +REASON\n/);
  assert.deepEqual(
    documents((await entente(['recall', 'list', '--json', '--data', data])).stdout).flatMap(({ recalls }) =>
      (recalls as { object: string; undone: unknown }[]).map(({ object, undone }) => [object, undone !== null]),
    ),
    [
      [absent, false],
      [observable.id, false],
      [id, true],
    ],
  );
});

test('a recall needs an id and a reason, an undoing a recall; a backup carries both', async (t) => {
  const data = await hubDirectory(t);
  const id = indicator(1).id as string;
  for (const args of [
    ['recall', id],
    ['recall', id, '--reason', '  '],
    ['recall', 'nonsense', '--reason', 'x'],
    ['recall', id, '--undo', '--reason', 'x'],
  ])
    assert.equal((await entente([...args, '--data', data])).code, 2, args.join(' '));
  await entente(['recall', id, '--reason', 'x', '--data', data]);
  const directory = await temporary(t);
  await entente(['backup', join(directory, 'copy.db'), '--data', data]);
  const other = join(directory, 'other');
  assert.equal((await entente(['restore', join(directory, 'copy.db'), '--data', other])).code, 0);
  assert.match((await entente(['recall', 'list', '--data', other])).stdout, new RegExp(`${id} +in force`));
  const path = await file(directory, 'x.json', JSON.stringify(indicator(1)));
  const { code, stderr } = await entente(['import', path, '--collection', 'threat-data', '--data', other]);
  assert.equal(code, 1);
  assert.match(stderr, /This object was recalled on/);
});
