import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Pool } from 'undici';
import { COLLECTION, HubProcess, headersOf, MEDIA_TYPE } from '../hub-process.ts';

/**
 * Promise 2, at its edge: real followers beside real writers. A follower reads with `added_after` alone, taken from the
 * last date header, and must meet every object exactly once.
 */

const RUNS = Number(process.env.RUNS ?? 10);
const OBJECTS = 20_000;
const WRITERS = 4;
/** A follower ends after so many empty polls in a row once the writers have stopped: it has to become quiet. */
const QUIET_POLLS = 6;

interface Follower {
  readonly name: string;
  readonly limit: number;
  /** Cuts the header to milliseconds before it sends it back, as some clients do. */
  readonly cut: boolean;
}

const FOLLOWERS: readonly Follower[] = [
  { name: 'exact header, limit 1000', limit: 1000, cut: false },
  { name: 'header cut to milliseconds, limit 1000', limit: 1000, cut: true },
  { name: 'header cut to milliseconds, limit 7', limit: 7, cut: true },
];

for (let run = 1; run <= RUNS; run++) {
  test(`T21-D-08 followers miss nothing and repeat nothing beside ${WRITERS} writers, run ${run}`, async (t) => {
    const hub = await HubProcess.open(t);
    await hub.start();
    const pool = new Pool(hub.url, { connections: WRITERS + FOLLOWERS.length });
    t.after(() => pool.close());
    const ids = Array.from({ length: OBJECTS }, () => `malware--${randomUUID()}`);
    const writing = { done: false };
    const latencies: number[] = [];
    const following = FOLLOWERS.map((follower) => follow(pool, follower, writing, latencies));
    await Promise.all(
      Array.from({ length: WRITERS }, (_, w) =>
        write(
          pool,
          ids.filter((_, i) => i % WRITERS === w),
        ),
      ),
    );
    writing.done = true;
    const seen = await Promise.all(following);
    for (const [i, list] of seen.entries()) {
      const name = (FOLLOWERS[i] as Follower).name;
      assert.equal(new Set(list).size, list.length, `${name}: an object came twice`);
      assert.equal(list.length, OBJECTS, `${name}: ${OBJECTS - list.length} objects were missed`);
      assert.deepEqual(new Set(list), new Set(ids), name);
    }
    latencies.sort((a, b) => a - b);
    t.diagnostic(`polls: ${latencies.length}, p99 ${latencies[Math.floor(latencies.length * 0.99)]?.toFixed(1)} ms`);
  });
}

async function write(pool: Pool, ids: string[]): Promise<void> {
  while (ids.length > 0) {
    const objects = ids.splice(0, 1 + Math.floor(Math.random() * 500)).map((id) => ({
      type: 'malware',
      spec_version: '2.1',
      id,
      created: '2024-01-01T00:00:00.000Z',
      modified: '2024-01-01T00:00:00.000Z',
      name: 'follower test',
      is_family: false,
    }));
    const response = await pool.request({
      method: 'POST',
      path: `/api/collections/${COLLECTION}/objects/`,
      headers: { ...headersOf('writer'), 'content-type': MEDIA_TYPE },
      body: JSON.stringify({ objects }),
    });
    const status = (await response.body.json()) as { success_count: number; status: string };
    assert.equal(response.statusCode, 202);
    assert.deepEqual([status.status, status.success_count], ['complete', objects.length]);
  }
}

async function follow(
  pool: Pool,
  { limit, cut }: Follower,
  writing: { readonly done: boolean },
  latencies: number[],
): Promise<string[]> {
  const seen: string[] = [];
  let after = '2000-01-01T00:00:00.000000Z';
  let quiet = 0;
  while (quiet < QUIET_POLLS) {
    const began = performance.now();
    const response = await pool.request({
      method: 'GET',
      path: `/api/collections/${COLLECTION}/objects/?added_after=${after}&limit=${limit}`,
      headers: headersOf('reader'),
    });
    const { objects = [] } = (await response.body.json()) as { objects?: { id: string }[] };
    latencies.push(performance.now() - began);
    assert.equal(response.statusCode, 200);
    seen.push(...objects.map((object) => object.id));
    const last = String(response.headers['x-taxii-date-added-last']);
    after = cut ? `${last.slice(0, 23)}Z` : last;
    quiet = objects.length === 0 && writing.done ? quiet + 1 : 0;
    if (objects.length < limit) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return seen;
}
