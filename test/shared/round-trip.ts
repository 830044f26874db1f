import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Pool } from 'undici';
import { COLLECTION, HubProcess, headersOf, MEDIA_TYPE } from '../hub-process.ts';
import { membersOf, minified } from '../json-text.ts';

const DATA = new URL('../../../shared/data/stix/', import.meta.url).pathname;
const ATTACK = ['ics-attack-18.1.json', 'mobile-attack-17.1.json'];
const LIMITS = [1, 7, 100, 1000];

interface Status {
  readonly success_count: number;
  readonly failure_count: number;
  readonly total_count: number;
  readonly status: string;
  readonly id: string;
  readonly successes?: readonly { readonly id: string; readonly version: string }[];
}

test('promise 1: what was received is what is served, on real data', async (t) => {
  /** The accepted texts, each as often as it has to come back. */
  const expected = new Map<string, number>();
  const hub = await HubProcess.open(t);
  await hub.start();
  const pool = new Pool(hub.url, { connections: 2 });
  t.after(() => pool.close());

  await t.test('`entente import` accepts all of ATT&CK', async (t) => {
    const seen = new Set<string>();
    for (const file of ATTACK) {
      await hub.run('import', join(DATA, file), '--collection', 'data');
      for (const text of membersOf(readFileSync(join(DATA, file), 'utf8'), 'objects')) {
        const { id, modified, created } = JSON.parse(text) as Record<string, string>;
        const key = `${id} ${modified ?? created}`;
        if (!seen.has(key)) expected.set(minified(text), 1);
        seen.add(key);
      }
    }
    t.diagnostic(`${expected.size} objects`);
  });

  await t.test('every bundle of examples/ is pushed over HTTP', async (t) => {
    let [pushed, accepted, refused] = [0, 0, 0];
    const known = new Set<string>();
    for (const file of jsonFiles(join(DATA, 'examples'))) {
      const body = readFileSync(file);
      const status = await push(body);
      if (status === undefined) {
        t.diagnostic(`refused whole: ${file}`);
        continue;
      }
      assert.equal(status.success_count + status.failure_count, status.total_count, file);
      pushed += status.total_count;
      accepted += status.success_count;
      refused += status.failure_count;
      const texts = membersOf(body.toString('utf8'), 'objects').map(minified);
      for (const { id, version } of status.successes ?? []) {
        const at = texts.findIndex((text) => isVersion(text, id, version));
        const [text] = at < 0 ? [] : texts.splice(at, 1);
        assert.ok(text, `${file}: the status names ${id} ${version}, which was not sent`);
        if (!known.has(`${id} ${version}`) && !expected.has(text)) expected.set(text, 1);
        known.add(`${id} ${version}`);
      }
    }
    t.diagnostic(`${pushed} objects pushed, ${accepted} accepted, ${refused} refused`);
    assert.ok(accepted > 15_000);
  });

  for (const limit of LIMITS) {
    await t.test(`a drain at limit ${limit} finds each accepted object exactly once, lexically equal`, async (t) => {
      const found = new Map<string, number>();
      let next: string | undefined;
      let pages = 0;
      do {
        const query = next === undefined ? '' : `&next=${next}`;
        const response = await pool.request({
          method: 'GET',
          path: `/api/collections/${COLLECTION}/objects/?match[version]=all&match[spec_version]=2.0,2.1&limit=${limit}${query}`,
          headers: headersOf('reader'),
        });
        const body = await response.body.text();
        assert.equal(response.statusCode, 200, body);
        for (const text of membersOf(body, 'objects')) found.set(text, (found.get(text) ?? 0) + 1);
        const envelope = JSON.parse(body) as { more?: boolean; next?: string };
        next = envelope.more ? envelope.next : undefined;
        pages += 1;
      } while (next !== undefined);
      const missing = [...expected.keys()].filter((text) => !found.has(text));
      const surplus = [...found].filter(([text, times]) => times !== 1 || !expected.has(text));
      assert.deepEqual(
        missing.slice(0, 3).map(start),
        [],
        `${missing.length} accepted objects were not served as they came`,
      );
      assert.deepEqual(
        surplus.slice(0, 3).map(([text]) => start(text)),
        [],
        `${surplus.length} objects came twice or were not sent so`,
      );
      t.diagnostic(`${found.size} objects in ${pages} pages`);
    });
  }

  async function push(body: Buffer): Promise<Status | undefined> {
    const response = await pool.request({
      method: 'POST',
      path: `/api/collections/${COLLECTION}/objects/`,
      headers: { ...headersOf('writer'), 'content-type': MEDIA_TYPE },
      body,
    });
    const answer = (await response.body.json()) as Status;
    if (response.statusCode !== 202) {
      assert.ok(response.statusCode === 400 || response.statusCode === 422, `${response.statusCode}`);
      return undefined;
    }
    return answer.status === 'complete' ? answer : await completed(answer.id);
  }

  async function completed(id: string): Promise<Status> {
    for (;;) {
      const response = await pool.request({
        method: 'GET',
        path: `/api/status/${id}/`,
        headers: headersOf('writer'),
      });
      const status = (await response.body.json()) as Status;
      if (status.status === 'complete') return status;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
});

/** Whether a text is that version of that object; objects without a version of their own match by their id. */
function isVersion(text: string, id: string, version: string): boolean {
  const object = JSON.parse(text) as Record<string, unknown>;
  const own = object.modified ?? object.created;
  return object.id === id && (own === undefined || own === version);
}

function start(text: string): string {
  return text.slice(0, 150);
}

function jsonFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && entry.name !== 'manifest.json')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
