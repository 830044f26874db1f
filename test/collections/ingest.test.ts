import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Store } from '../../src/store/store.ts';
import { formatMicros } from '../../src/time.ts';
import { agreement, COLLECTIONS } from '../http/fixture.ts';
import { type Hub, openHub } from '../http/hub.ts';

const MINUTE = 60_000_000;

function malware(extra: object = {}): { id: string } {
  return {
    type: 'malware',
    spec_version: '2.1',
    id: `malware--${randomUUID()}`,
    created: '2024-01-01T00:00:00.000Z',
    modified: '2024-01-01T00:00:00.000Z',
    name: 'ingest test',
    is_family: false,
    ...extra,
  } as { id: string };
}

function statement(): { id: string } {
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: `marking-definition--${randomUUID()}`,
    created: '2024-01-01T00:00:00.000Z',
    definition_type: 'statement',
    definition: { statement: 'Copyright 2024, Example' },
  } as { id: string };
}

async function complete(hub: Hub, id: string) {
  for (;;) {
    const { json } = await hub.get(`/api1/status/${id}/`);
    assert.equal(json.success_count + json.failure_count + json.pending_count, json.total_count);
    if (json.status === 'complete') return json;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a push of several parts is judged object by object and ends complete, in envelope order', async (t) => {
  const hub = await openHub(t, { withoutRows: true, maxContentLength: 10_000_000 });
  const objects = Array.from({ length: 2500 }, (_, i) => malware(i % 500 === 250 ? { is_family: 'maybe' } : {}));
  const { status, json } = await hub.push('RW', objects);
  assert.equal(status, 202);
  const ended = await complete(hub, json.id);
  assert.deepEqual([ended.total_count, ended.success_count, ended.failure_count], [2500, 2495, 5]);
  const bad = objects.filter((_, i) => i % 500 === 250).map(({ id }) => id);
  assert.deepEqual(
    ended.failures.map((line: { id: string }) => line.id),
    bad,
  );
  assert.match(ended.failures[0].message, /is_family/);
  const { json: page } = await hub.get('objects/?limit=1000');
  assert.deepEqual(
    page.objects.map((object: { id: string }) => object.id),
    objects
      .filter(({ id }) => !bad.includes(id))
      .slice(0, page.objects.length)
      .map(({ id }) => id),
  );
});

test('a push whose hub died does not stay pending: its rest fails as interrupted', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const id = await leftPending(hub.store, hub.clock());
  assert.equal((await hub.get(`/api1/status/${id}/`)).json.status, 'pending');
  hub.clockOffset = 2 * MINUTE;
  await hub.restart();
  const ended = await complete(hub, id);
  assert.deepEqual([ended.success_count, ended.failure_count], [0, 2]);
  assert.match(ended.failures[0].message, /interrupted .* push it again/);
});

test('over 64 pending pushes: 503 with Retry-After, and nothing is stored', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  for (let i = 0; i < 64; i++) await leftPending(hub.store, hub.clock());
  const answer = await hub.push('RW', [malware()]);
  assert.equal(answer.status, 503);
  assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
  assert.equal((await hub.get('objects/')).json.objects, undefined);
});

test('a reference to a statement marking that comes with the push leaves an object as open as an unmarked one', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  await limitToAmber(hub);
  const copyright = statement();
  const marked = malware({ object_marking_refs: [copyright.id] });
  const unknown = malware({ object_marking_refs: [`marking-definition--${randomUUID()}`] });
  // The definition comes last, as bundles have it.
  const first = await hub.push('RW', [marked, unknown, copyright], { user: 'ops' });
  assert.equal(first.json.success_count, 3);
  const later = malware({ object_marking_refs: [copyright.id] });
  await hub.push('RW', [later], { user: 'ops' });
  const { json } = await hub.get('objects/');
  assert.deepEqual(
    json.objects.map((object: { id: string }) => object.id),
    [marked.id, copyright.id, later.id],
  );
});

async function leftPending(store: Store, now: number): Promise<string> {
  const id = randomUUID();
  const lines = [malware(), malware()].map((object) => ({ id: object.id, version: formatMicros(now) }));
  const push = {
    id,
    root: 'api1',
    collection: COLLECTIONS.RW,
    owner: { partner: 'alice' },
    requested: now,
    total: 2,
    leaseUntil: now + MINUTE,
  };
  await store.pushes.begin(push, [lines]);
  return id;
}

test("a partner's marking definition says nothing about the objects of others", async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  await limitToAmber(hub);
  const marked = () => malware({ object_marking_refs: [forged.id] });
  const forged = statement();
  await hub.push('RW', [forged]);
  const others = marked();
  await hub.push('RW', [others], { user: 'ops' });
  const own = marked();
  await hub.push('RW', [own]);
  const { json } = await hub.get('objects/');
  assert.deepEqual(
    json.objects.map((object: { id: string }) => object.id),
    [forged.id, own.id],
  );
});

test('many contents of one object without dates are told apart, and each is stored once', async (t) => {
  const hub = await openHub(t, { withoutRows: true, maxContentLength: 1_000_000 });
  const address = (n: number) => ({
    type: 'ipv4-addr',
    spec_version: '2.1',
    id: 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4',
    value: '198.51.100.3',
    x_times_seen: n,
  });
  const numbers = Array.from({ length: 900 }, (_, i) => i);
  const first = await hub.push('RW', [...numbers, ...numbers].map(address));
  const second = await hub.push('RW', [...numbers, 900].map(address));
  await complete(hub, first.json.id);
  const lines = (await complete(hub, second.json.id)).successes.map((line: { version: string }) => line.version);
  assert.equal(new Set(lines).size, 901);
  const { json } = await hub.get('objects/ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4/versions/?limit=1000');
  assert.deepEqual(json.versions, lines);
});

test('a version written with more digits than a list of versions can bear is refused', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const modified = `2024-01-01T00:00:00.${'1'.repeat(60)}Z`;
  const { json } = await hub.push('RW', [malware({ modified })]);
  assert.match(json.failures[0].message, /more than 64 characters/);
});

/** Lets alice write too, and see no more than amber. */
async function limitToAmber(hub: Hub): Promise<void> {
  const { grants, ...rest } = agreement('alice', { RW: 'rw' });
  const value = { ...rest, grants: grants.map((grant) => ({ ...grant, maxTlp: 'amber' as const })) };
  await hub.change({ put: 'agreement', origin: 'hand', value });
}
