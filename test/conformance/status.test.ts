import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { startUpkeep } from '../../src/cli/upkeep.ts';
import { createLogger } from '../../src/observe/log.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { formatMicros } from '../../src/time.ts';
import { agreement, put, V21 } from '../http/fixture.ts';
import { type Hub, openHub } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { assertError, bare } from './answers.ts';
import { campaign20, domain, indicator, marking, TS6, UNKNOWN, UUID4 } from './stix.ts';

/** For tests that only read, or touch objects of their own. */
const hub = await openHub({ after }, { maxContentLength: 5_000_000 });

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;

describe('the life of a status', () => {
  test('T21-4.3-01 T21-4.3-04 it is at its URL as the POST gave it, however often it is asked for', async () => {
    const pushed = await hub.push('RW', [indicator(), { type: 'x' }]);
    assert.equal(pushed.status, 202);
    for (let i = 0; i < 3; i++) {
      const answer = await hub.get(`/api1/status/${pushed.json.id}/`);
      assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21]);
      assertResource('status', answer.json);
      assert.deepEqual(answer.json, pushed.json);
    }
  });

  test('T21-4.3-02 T21-4.3-03 it stays for more than a day and is 404 once it is gone', async (t) => {
    const hub = await openHub(t);
    const old = (await hub.push('RW', [indicator()])).json;
    hub.clockOffset = 7 * DAY;
    const young = (await hub.push('RW', [indicator()])).json;
    hub.clockOffset = 8 * DAY - HOUR / 60;
    await using _upkeep = startUpkeep({
      app: hub.app,
      store: hub.store,
      ledger: hub.ledger,
      catalogue: hub.catalogue,
      authenticator: createAuthenticator(),
      metrics: createMetrics(
        () => hub.store.pushes.pending(),
        async () => new Map(),
      ),
      logger: createLogger('silent'),
      clock: hub.clock,
      async [Symbol.asyncDispose]() {},
    });
    while ((await hub.get(`/api1/status/${old.id}/`)).status === 200) await new Promise(setImmediate);
    const gone = await hub.get(`/api1/status/${old.id}/`);
    assertError(gone, 404);
    assert.deepEqual(bare(gone), bare(await hub.get(`/api1/status/${UNKNOWN}/`)));
    assert.deepEqual((await hub.get(`/api1/status/${young.id}/`)).json, young, '23 h 59 min later');
  });

  test('T21-4.3-03 an id that was never given is 404, of whatever form', async () => {
    for (const id of [UNKNOWN, 'not-a-uuid', '%00', '__proto__', "'%20OR%201=1--"])
      assertError(await hub.get(`/api1/status/${id}/`), 404, id);
  });

  test('T21-4.3-05 a deletion gives no status', async () => {
    const answer = await hub.delete('objects/malware--b/');
    assert.deepEqual([answer.status, answer.text, answer.headers.location], [200, '', undefined]);
  });

  test('T21-4.3-06 failures are 401, 404 and 406; the status of another partner is as absent', async () => {
    await hub.change(put('agreement', agreement('bob', { RW: 'rw' })));
    const { id } = (await hub.push('RW', [indicator()])).json;
    assertError(await hub.get(`/api1/status/${id}/`, { user: null }), 401);
    assertError(await hub.get(`/api1/status/${id}/`, { accept: 'text/html' }), 406);
    assertError(await hub.get(`/nope/status/${id}/`), 404);
    const foreign = await hub.get(`/api1/status/${id}/`, { user: 'bob' });
    assertError(foreign, 404);
    assert.deepEqual(bare(foreign), bare(await hub.get(`/api1/status/${UNKNOWN}/`, { user: 'bob' })));
    assert.equal((await hub.get(`/api1/status/${id}/`, { user: 'ops' })).status, 200);
  });
});

describe('the status resource', () => {
  test('T21-4.3.1-01 T21-4.3.1-02 T21-4.3.1-05 T21-4.3.1-07 T21-4.3.1-10 counts and lists say what became of each object', async () => {
    const good = [indicator(), domain(), marking()];
    const { status, json } = await hub.push('RW', [...good, { type: 'indicator', id: 'x' }]);
    assert.equal(status, 202);
    assertResource('status', json);
    assert.match(json.id, UUID4);
    assert.equal(json.status, 'complete');
    assert.deepEqual([json.total_count, json.success_count, json.failure_count, json.pending_count], [4, 3, 1, 0]);
    assert.deepEqual(
      json.successes.map((line: { id: string }) => line.id),
      good.map(({ id }) => id),
    );
    assert.deepEqual(
      json.failures.map((line: { id: string }) => line.id),
      ['x'],
    );
    assert.equal('pendings' in json, false);
    const perfect = (await hub.push('RW', [indicator()])).json;
    assert.deepEqual([perfect.failure_count, 'failures' in perfect], [0, false]);
    const failed = (await hub.push('RW', [{ type: 'x' }])).json;
    assert.deepEqual([failed.status, failed.success_count, 'successes' in failed], ['complete', 0, false]);
  });

  test('T21-4.3.1-01 a hundred statuses have a hundred version 4 UUIDs', async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 100; i++) ids.add((await hub.push('RW', [{ type: 'x' }])).json.id);
    assert.equal(ids.size, 100);
    for (const id of ids) assert.match(id, UUID4);
  });

  test('T21-4.3.1-04 request_timestamp is when the POST came, to the microsecond format, the same later', async () => {
    const before = formatMicros(hub.clock());
    const { json } = await hub.push('RW', [indicator()]);
    const after = formatMicros(hub.clock());
    assert.match(json.request_timestamp, TS6);
    assert.ok(before <= json.request_timestamp && json.request_timestamp <= after, json.request_timestamp);
    assert.equal((await hub.get(`/api1/status/${json.id}/`)).json.request_timestamp, json.request_timestamp);
  });

  test('T21-4.3.1-06 a push of nothing has no status that could say total_count 0', async () => {
    assertError(await hub.post('objects/', { objects: [] }), 422);
  });

  test('T21-4.3.1-11 T21-4.3.1-12 a line has the id and version of its object, spelled as posted', async () => {
    const objects = [
      indicator({ modified: '2021-01-02T00:00:00.120Z' }),
      marking({ created: '2021-01-01T00:00:00.0000Z' }),
      campaign20({ modified: '2021-01-02T00:00:00.000Z' }),
      { type: 'indicator', id: 'bad', modified: '2021-01-03T00:00:00.5Z' },
      { type: 'indicator', id: 7, created: '2021-01-04T00:00:00Z' },
      'no object',
    ];
    const { json } = await hub.push('RW', objects);
    const lines = (list: { id: string; version: string }[]) => list.map(({ id, version }) => [id, version]);
    assert.deepEqual(lines(json.successes), [
      [(objects[0] as { id: string }).id, '2021-01-02T00:00:00.120Z'],
      [(objects[1] as { id: string }).id, '2021-01-01T00:00:00.0000Z'],
      [(objects[2] as { id: string }).id, '2021-01-02T00:00:00.000Z'],
    ]);
    assert.deepEqual(lines(json.failures), [
      ['bad', '2021-01-03T00:00:00.5Z'],
      ['unknown--4', '2021-01-04T00:00:00Z'],
      ['unknown--5', json.request_timestamp],
    ]);
  });

  test('T21-4.3.1-13 an object without times has one version everywhere', async () => {
    const sco = domain();
    const { json } = await hub.push('RW', [sco]);
    const [{ version }] = json.successes;
    assert.match(version, TS6);
    const [record] = (await hub.get(`manifest/?match[id]=${sco.id}`)).json.objects;
    assert.deepEqual([record.version, record.date_added], [version, version]);
    assert.deepEqual((await hub.get(`objects/${sco.id}/versions/`)).json.versions, [version]);
    assert.deepEqual((await hub.get(`objects/?match[version]=${version}`)).json.objects, [sco]);
    assert.deepEqual((await hub.push('RW', [sco])).json.successes[0].version, version, 'pushed again');
  });

  test('T21-4.3.1-14 each failure says which rule was broken and where, and nothing of the inside', async () => {
    const bad = [indicator({ pattern: undefined }), indicator({ valid_from: 'yesterday' }), { type: 'x' }, [1]];
    const { failures } = (await hub.push('RW', bad)).json as { failures: { message: string }[] };
    assert.equal(failures.length, bad.length);
    for (const { message } of failures) {
      assert.match(message, /\[[a-z0-9-]+, STIX 2\.1 §[\d.]+\]/);
      assert.doesNotMatch(message, /\bat \/|node_modules|\.ts\b|Error:/);
    }
    assert.match(failures[0]?.message ?? '', /pattern/);
    assert.match(failures[1]?.message ?? '', /valid_from/);
  });
});

/** Lets commits through one at a time. */
function gate(t: { mock: typeof import('node:test').mock }, hub: Hub): { open(): void } {
  const { objects } = hub.store;
  const commit = objects.commit.bind(objects);
  const waiting: (() => void)[] = [];
  let permits = 0;
  t.mock.method(objects, 'commit', async (batch: Parameters<typeof commit>[0]) => {
    if (permits > 0) permits -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return commit(batch);
  });
  return {
    open() {
      const next = waiting.shift();
      if (next === undefined) permits += 1;
      else next();
    },
  };
}

test('T21-4.3.1-03 T21-4.3.1-08 T21-4.3.1-09 T21-5.5-05 a large push moves from pending to complete, its counts summing up at every poll', async (t) => {
  const commits = gate(t, hub);
  const objects = Array.from({ length: 3001 }, (_, i) => (i % 10 === 0 ? { type: 'x', id: `x--${i}` } : domain()));
  const pushed = await hub.push('RW', objects);
  assert.deepEqual([pushed.status, pushed.json.status], [202, 'pending']);
  assertResource('status', pushed.json);
  assert.deepEqual(
    [pushed.json.total_count, pushed.json.pending_count, pushed.json.pendings.length],
    [3001, 3001, 3001],
  );
  const poll = async () => {
    const answer = await hub.get(`/api1/status/${pushed.json.id}/`);
    assertResource('status', answer.json);
    assert.equal(answer.json.total_count, 3001);
    assert.equal(answer.json.request_timestamp, pushed.json.request_timestamp);
    return answer;
  };
  const seen: number[] = [];
  for (const left of [2001, 1001, 1, 0]) {
    commits.open();
    let answer = await poll();
    for (; answer.json.pending_count > left; answer = await poll()) await new Promise(setImmediate);
    seen.push(answer.json.pending_count);
    assert.equal(answer.json.status, left === 0 ? 'complete' : 'pending');
  }
  assert.deepEqual(seen, [2001, 1001, 1, 0]);
  const done = await poll();
  assert.deepEqual([done.json.success_count, done.json.failure_count], [2700, 301]);
  const ids = (list: { id: string }[]) => list.map(({ id }) => id);
  const isBad = (object: { type: string }) => object.type === 'x';
  assert.deepEqual(ids(done.json.failures), ids(objects.filter(isBad) as { id: string }[]));
  assert.deepEqual(ids(done.json.successes), ids(objects.filter((o) => !isBad(o)) as { id: string }[]));
  for (let i = 0; i < 10; i++) assert.equal((await poll()).text, done.text);
});
