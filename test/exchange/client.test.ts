import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { locateDiscovery } from '../../src/exchange/index.ts';
import { clientOf, FaultyServer, REF, type Reply, TAXII } from './server.ts';

/** A server that has the given resources. */
function resources(answers: Readonly<Record<string, object | Reply>>): Parameters<typeof FaultyServer.start>[1] {
  return ({ method, path }) => {
    const found = answers[`${method} ${path}`];
    if (found === undefined) return { status: 404 };
    return 'status' in found && typeof found.status === 'number' ? (found as Reply) : { body: JSON.stringify(found) };
  };
}

describe('resources', () => {
  test('discovery: relative URLs, and whatever is missing', async (t) => {
    const server = await FaultyServer.start(
      t,
      resources({
        'GET /taxii2/': {
          title: 'Hub',
          default: '/api/',
          api_roots: ['/api/', 'https://other.example/root/', 5, 'http://['],
        },
      }),
    );
    assert.deepEqual(await clientOf(t, server).discovery(), {
      title: 'Hub',
      default: `${server.origin}/api/`,
      apiRoots: [`${server.origin}/api/`, 'https://other.example/root/'],
    });
    assert.equal(server.asked[0]?.headers.accept, TAXII);
  });

  test('an API root, with or without its final slash', async (t) => {
    const root = { title: 'API', versions: [TAXII], max_content_length: 1000 };
    const server = await FaultyServer.start(t, resources({ 'GET /api/': root }));
    const expected = { title: 'API', versions: [TAXII], maxContentLength: 1000 };
    for (const name of ['/api/', '/api', `${server.origin}/api?x=1`])
      assert.deepEqual(await clientOf(t, server).apiRoot(name), expected);
  });

  test('collections, and one of them', async (t) => {
    const one = {
      id: '91a7b528',
      title: 'Data',
      can_read: true,
      can_write: false,
      media_types: ['application/stix+json;version=2.1'],
    };
    const server = await FaultyServer.start(
      t,
      resources({
        'GET /api/collections/': { collections: [one, { title: 'no id' }, 7] },
        'GET /api/collections/data/': one,
      }),
    );
    const expected = { id: '91a7b528', title: 'Data', canRead: true, canWrite: false, mediaTypes: one.media_types };
    assert.deepEqual(await clientOf(t, server).collections('/api/'), [expected]);
    assert.deepEqual(await clientOf(t, server).collection(REF), expected);
  });

  test('ids stand in URLs so that they mean nothing else', async (t) => {
    const server = await FaultyServer.start(t, () => ({ body: '{"id":"x"}' }));
    await clientOf(t, server).collection({ root: '/api/', collection: '../../admin?x#y' });
    assert.equal(server.asked[0]?.path, '/api/collections/..%2F..%2Fadmin%3Fx%23y/');
  });

  test('what is no JSON object is refused', async (t) => {
    const server = await FaultyServer.start(t, () => ({ body: '[]' }));
    await assert.rejects(clientOf(t, server).discovery(), { code: 'remote.invalid', message: /no JSON object/ });
  });
});

describe('lists', () => {
  test('match fields, limit and position stand in the query', async (t) => {
    const server = await FaultyServer.start(t, () => ({ body: '{}' }));
    const query = { ids: ['a--1', 'b--2'], types: ['malware'], versions: ['last', 'first'], specVersions: ['2.1'] };
    const client = clientOf(t, server);
    for await (const _ of client.objects(REF, { ...query, limit: 5, from: { addedAfter: '2024-01-01T00:00:00.1Z' } }));
    for await (const _ of client.object(REF, 'a--1', { versions: ['all'] }));
    assert.deepEqual(
      server.asked.map(({ path, query: asked }) => [path, Object.fromEntries(asked)]),
      [
        [
          '/api/collections/data/objects/',
          {
            added_after: '2024-01-01T00:00:00.1Z',
            limit: '5',
            'match[id]': 'a--1,b--2',
            'match[type]': 'malware',
            'match[version]': 'last,first',
            'match[spec_version]': '2.1',
          },
        ],
        ['/api/collections/data/objects/a--1/', { 'match[version]': 'all' }],
      ],
    );
  });

  test('the manifest and the versions of an object', async (t) => {
    const record = {
      id: 'x--1',
      date_added: '2024-01-01T00:00:00.1Z',
      version: '2023-01-01T00:00:00Z',
      media_type: 'm',
    };
    const server = await FaultyServer.start(t, ({ path, query }) => {
      if (path.endsWith('/manifest/'))
        return {
          body: JSON.stringify(
            query.has('next')
              ? { objects: [{ id: 5 }, { ...record, id: 'x--2' }] }
              : { objects: [record], more: true, next: 'n' },
          ),
        };
      return { body: JSON.stringify({ versions: ['2023-01-01T00:00:00Z', 5] }) };
    });
    const client = clientOf(t, server);
    const rows = [];
    for await (const list of client.manifest(REF)) rows.push(...list.rows);
    assert.deepEqual(
      rows.map(({ id, dateAdded }) => [id, dateAdded]),
      [
        ['x--1', '2024-01-01T00:00:00.1Z'],
        ['x--2', '2024-01-01T00:00:00.1Z'],
      ],
    );
    const versions = [];
    for await (const list of client.versions(REF, 'x--1')) versions.push(...list.rows);
    assert.deepEqual(versions, ['2023-01-01T00:00:00Z']);
  });
});

describe('writing', () => {
  test('a push sends texts as they are, and waits for its status', async (t) => {
    const pending = {
      id: 's1',
      status: 'pending',
      total_count: 2,
      success_count: 0,
      failure_count: 0,
      pending_count: 2,
    };
    const failures = [{ id: 'x--2', version: 'v', message: 'no' }];
    const done = { ...pending, status: 'complete', success_count: 1, failure_count: 1, pending_count: 0, failures };
    let asked = 0;
    const server = await FaultyServer.start(t, ({ method }) => {
      if (method === 'POST') return { status: 202, body: JSON.stringify(pending) };
      return { body: JSON.stringify(++asked < 2 ? pending : done) };
    });
    const client = clientOf(t, server);
    const status = await client.add(REF, ['{"id":"x--1","n":1.0}', '{"id":"x--2"}']);
    assert.equal(status.complete, false);
    const last = await client.settled('/api/', status);
    assert.deepEqual([last.complete, last.successCount, last.failureCount, last.failures], [true, 1, 1, failures]);
    const [push, ask] = server.asked;
    assert.equal(push?.body, '{"objects":[{"id":"x--1","n":1.0},{"id":"x--2"}]}');
    assert.equal(push?.headers['content-type'], TAXII);
    assert.equal(ask?.path, '/api/status/s1/');
  });

  test('a status without counts or lists is read as far as it goes', async (t) => {
    const server = await FaultyServer.start(
      t,
      resources({ 'GET /api/status/s/': { id: 's', failures: [{ id: 'x--1' }, 3] }, 'GET /api/status/t/': {} }),
    );
    const { complete, total, failureCount, successCount } = await clientOf(t, server).status('/api/', 's');
    assert.deepEqual([complete, total, failureCount, successCount], [false, 1, 1, 0]);
    await assert.rejects(clientOf(t, server).status('/api/', 't'), { code: 'remote.invalid', message: /no status/ });
  });

  test('a deletion names what is meant', async (t) => {
    const server = await FaultyServer.start(t, () => ({ body: '{}' }));
    await clientOf(t, server).delete(REF, 'x--1', { versions: ['first'] });
    const [asked] = server.asked;
    assert.deepEqual(
      [asked?.method, asked?.path, String(asked?.query)],
      ['DELETE', '/api/collections/data/objects/x--1/', 'match%5Bversion%5D=first'],
    );
  });
});

describe('a server found by its domain (TAXII 2.1 §1.4.1)', () => {
  const records = [
    { name: 'second.example', port: 443, priority: 20, weight: 0 },
    { name: 'first.example.', port: 8443, priority: 10, weight: 5 },
    { name: 'also.example', port: 443, priority: 10, weight: 1 },
    { name: 'evil/../x', port: 443, priority: 1, weight: 1 },
  ];

  test('in the order of priority and weight', async () => {
    const asked: string[] = [];
    const urls = await locateDiscovery('example.org.', async (name) => {
      asked.push(name);
      return records;
    });
    assert.deepEqual(asked, ['_taxii2._tcp.example.org']);
    assert.deepEqual(urls, [
      'https://first.example:8443/taxii2/',
      'https://also.example/taxii2/',
      'https://second.example/taxii2/',
    ]);
  });

  test('none, or decidedly none, is said; what is no domain is refused', async () => {
    const none = (): Promise<never> => Promise.reject(new Error('ENOTFOUND'));
    await assert.rejects(locateDiscovery('example.org', none), {
      code: 'remote.unreachable',
      message: /announces no TAXII/,
    });
    const dot = async () => [{ name: '.', port: 0, priority: 0, weight: 0 }];
    await assert.rejects(locateDiscovery('example.org', dot), {
      code: 'remote.unreachable',
      message: /it has no TAXII/,
    });
    for (const wrong of ['', 'a b', 'x/y', 'http://x'])
      await assert.rejects(locateDiscovery(wrong, dot), { code: 'config.invalid' });
  });
});
