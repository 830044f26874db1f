import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { put } from './fixture.ts';
import { type Answer, type Hub, openHub } from './hub.ts';

async function limited(t: Parameters<typeof openHub>[0], ofHub: object, ofAlice: object = {}): Promise<Hub> {
  const hub = await openHub(t);
  await hub.change(
    put('hub', { title: 'Limited', limits: ofHub }),
    put('partner', { name: 'alice', limits: ofAlice }),
    put('partner', { name: 'bob' }),
  );
  return hub;
}

const statuses = (answers: readonly Answer[]): number[] => answers.map((answer) => answer.status);

async function times(count: number, ask: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let i = 0; i < count; i++) answers.push(await ask());
  return answers;
}

describe('limits of callers', () => {
  test('requests a minute: beyond them 429 with Retry-After and an error resource, for that partner alone', async (t) => {
    const hub = await limited(t, { requestsPerMinute: 3 });
    const answers = await times(4, () => hub.get('objects/'));
    assert.deepEqual(statuses(answers), [200, 200, 200, 429]);
    assert.equal(answers[3]?.headers['retry-after'], '20');
    assert.equal(answers[3]?.json.error_code, 'rate.limited');
    assert.equal(answers[3]?.headers['content-type'], 'application/taxii+json;version=2.1');
    assert.equal((await hub.get('/taxii2/', { user: 'bob' })).status, 200);
  });

  test('what is agreed is published in every answer, what is left once it is less than half', async (t) => {
    const hub = await limited(t, { requestsPerMinute: 3 });
    const answers = await times(4, () => hub.get('objects/'));
    assert.ok(answers.every(({ headers }) => headers['ratelimit-policy'] === '"requests";q=3;w=60'));
    assert.deepEqual(
      answers.map(({ headers }) => /r=(\d+)/.exec(headers.ratelimit ?? '')?.[1]),
      [undefined, '1', '0', '0'],
    );
  });

  test('a partner has its own limits, or none, in place of those of the hub', async (t) => {
    const hub = await limited(t, { requestsPerMinute: 1 }, { requestsPerMinute: 'none', concurrentRequests: 'none' });
    assert.ok((await times(5, () => hub.get('objects/'))).every(({ status }) => status === 200));
    assert.deepEqual(statuses(await times(2, () => hub.get('/taxii2/', { user: 'bob' }))), [200, 429]);
  });

  test('operators are not limited, and callers without credentials by address', async (t) => {
    const hub = await limited(t, { requestsPerMinute: 1 });
    assert.deepEqual(statuses(await times(3, () => hub.get('objects/', { user: 'ops' }))), [200, 200, 200]);
    const ask = (remoteAddress: string) => () => hub.get('/taxii2/', { user: null, remoteAddress });
    assert.deepEqual(statuses(await times(2, ask('192.0.2.1'))), [200, 429]);
    assert.deepEqual(statuses(await times(2, ask('192.0.2.2'))), [200, 429]);
  });

  test('a request with a next of ours waits instead of being refused (client-quirks 38)', async (t) => {
    const hub = await limited(t, { requestsPerMinute: 60 });
    const { next } = (await hub.get('objects/?limit=1')).json;
    // On a slow machine some more are let through meanwhile.
    let status = 200;
    for (let asked = 0; status === 200 && asked < 500; asked++) ({ status } = await hub.get('objects/?limit=1'));
    assert.equal(status, 429);
    assert.equal((await hub.get(`objects/?limit=1&next=${next}`)).status, 200);
    assert.equal((await hub.get('objects/?limit=1&next=made-up')).status, 429);
  });

  test('requests at the same time: beyond them 429, and those that go on take turns', async (t) => {
    const hub = await limited(t, { concurrentRequests: 1 });
    const { next } = (await hub.get('objects/?limit=1')).json;
    const together = await Promise.all([1, 2, 3].map(() => hub.get('objects/')));
    assert.deepEqual(statuses(together).sort(), [200, 429, 429]);
    assert.ok(together.filter(({ status }) => status === 429).every(({ headers }) => headers['retry-after'] === '1'));
    const pages = await Promise.all([1, 2].map(() => hub.get(`objects/?limit=1&next=${next}`)));
    assert.deepEqual(statuses(pages), [200, 200]);
    assert.equal((await hub.get('objects/')).status, 200, 'places are given back');
  });
});
