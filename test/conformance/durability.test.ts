import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { COLLECTION, HubProcess, headersOf, MEDIA_TYPE } from '../hub-process.ts';
import { indicator } from './stix.ts';

/** What shows only in processes of their own. */

const WRITER = headersOf('writer');
const hub = await HubProcess.open({ after });
await hub.start();

interface Status {
  readonly id: string;
  readonly success_count: number;
}

async function push(objects: readonly unknown[]): Promise<Status> {
  const headers = { ...WRITER, 'content-type': MEDIA_TYPE };
  const response = await fetch(hub.objects, { method: 'POST', headers, body: JSON.stringify({ objects }) });
  assert.equal(response.status, 202);
  const status = (await response.json()) as Status;
  assert.equal(status.success_count, objects.length);
  return status;
}

const some = (count: number) => Array.from({ length: count }, () => indicator());

test('T21-5.5-12 what a status acknowledged is there after kill -9, and so is the status', async () => {
  const objects = some(50);
  const status = await push(objects);
  await hub.stop('SIGKILL');
  await hub.start();
  const kept = (await (await fetch(hub.objects, { headers: WRITER })).json()) as { objects: unknown[] };
  assert.deepEqual(kept.objects, objects);
  const answer = await fetch(`${hub.url}/api/status/${status.id}/`, { headers: WRITER });
  assert.deepEqual([answer.status, await answer.json()], [200, status]);
});

test('T21-D-07 dates grow strictly over the commits of two processes', async () => {
  const batches = [some(20), some(20), some(20)];
  const file = join(hub.directory, 'batch.json');
  await writeFile(file, JSON.stringify({ objects: batches[1] }));
  await push(batches[0] ?? []);
  await hub.run('import', file, '--collection', 'data');
  await push(batches[2] ?? []);
  const response = await fetch(hub.objects.replace('objects/', 'manifest/'), { headers: WRITER });
  const { objects } = (await response.json()) as { objects: { id: string; date_added: string }[] };
  assert.deepEqual(
    objects.slice(-60).map(({ id }) => id),
    batches.flat().map(({ id }) => id),
  );
  for (const [i, { date_added }] of objects.entries())
    if (i > 0) assert.ok(date_added > String(objects[i - 1]?.date_added), date_added);
});

test('T21-5.7-05 a grant that does not speak of deletion lets a partner delete what it added itself', async () => {
  const own = indicator();
  await push([own]);
  const path = `${hub.url}/api/collections/${COLLECTION}/objects/${own.id}/`;
  assert.equal((await fetch(path, { method: 'DELETE', headers: WRITER })).status, 200);
  assert.equal((await fetch(path, { headers: WRITER })).status, 404);
});
