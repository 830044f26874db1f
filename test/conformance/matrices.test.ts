import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { dateAdded, V21 } from '../http/fixture.ts';
import { type Ask, fixtureBatch, type Hub, openHub, rows } from '../http/hub.ts';
import { assertResource, type ResourceName } from '../taxii/check-resource.ts';
import { assertError, FIRST, LAST } from './answers.ts';
import { indicator, NONSENSE, TS6, UNKNOWN } from './stix.ts';

const hub = await openHub({ after });
const { id: statusId } = (await hub.push('RW', [NONSENSE])).json;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly resource?: ResourceName;
  readonly success: number;
  /** Codes of its table that this hub gives, with a request that provokes each. */
  readonly fails: Readonly<Record<number, readonly [string, Ask]>>;
}

const HTML: Ask = { accept: 'text/html' };
const NOBODY: Ask = { user: null };

/** M1: what each operation answers. */
const OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    path: '/taxii2/',
    resource: 'discovery',
    success: 200,
    fails: {
      401: ['/taxii2/', { headers: { authorization: 'Basic x' } }],
      404: ['/taxii3/', {}],
      406: ['/taxii2/', HTML],
    },
  },
  {
    method: 'GET',
    path: '/api1/',
    resource: 'api-root',
    success: 200,
    fails: { 401: ['/api1/', NOBODY], 404: ['/api2/', {}], 406: ['/api1/', HTML] },
  },
  {
    method: 'GET',
    path: `/api1/status/${statusId}/`,
    resource: 'status',
    success: 200,
    fails: {
      401: [`/api1/status/${statusId}/`, NOBODY],
      404: [`/api1/status/${UNKNOWN}/`, {}],
      406: [`/api1/status/${statusId}/`, HTML],
    },
  },
  {
    method: 'GET',
    path: '/api1/collections/',
    resource: 'collections',
    success: 200,
    fails: { 401: ['/api1/collections/', NOBODY], 404: ['/api2/collections/', {}], 406: ['/api1/collections/', HTML] },
  },
  {
    method: 'GET',
    path: '/api1/collections/RW/',
    resource: 'collection',
    success: 200,
    fails: {
      401: ['/api1/collections/RW/', NOBODY],
      404: ['/api1/collections/HID/', {}],
      406: ['/api1/collections/RW/', HTML],
    },
  },
  ...(
    [
      ['manifest/', 'manifest'],
      ['objects/', 'envelope'],
      ['objects/indicator--a/', 'envelope'],
      ['objects/indicator--a/versions/', 'versions'],
    ] as const
  ).map(
    ([path, resource]): Operation => ({
      method: 'GET',
      path,
      resource,
      success: 200,
      fails: {
        400: [`${path}?added_after=x`, {}],
        401: [path, NOBODY],
        403: [`/api1/collections/NO/${path}`, {}],
        404: [`/api1/collections/HID/${path}`, {}],
        406: [path, HTML],
      },
    }),
  ),
  {
    method: 'POST',
    path: 'objects/',
    resource: 'status',
    success: 202,
    fails: {
      400: ['objects/', { body: '{' }],
      401: ['objects/', NOBODY],
      403: ['/api1/collections/RO/objects/', {}],
      404: ['/api1/collections/HID/objects/', {}],
      406: ['objects/', HTML],
      413: ['objects/', { body: ' '.repeat(10_001) }],
      415: ['objects/', { contentType: 'text/plain' }],
      422: ['objects/', { body: {} }],
    },
  },
  {
    method: 'DELETE',
    path: 'objects/malware--b/',
    success: 200,
    fails: {
      400: ['objects/malware--b/?limit=1', {}],
      401: ['objects/malware--b/', NOBODY],
      403: ['/api1/collections/RO/objects/malware--b/', {}],
      404: ['objects/malware--unknown/', {}],
      406: ['objects/malware--b/', HTML],
    },
  },
];

const bodyOf = (method: string) => (method === 'POST' ? { body: { objects: [indicator()] } } : {});

describe('M1 status codes and T21-8.1.1-01 all eleven operations', () => {
  test('T21-8.1.1-01 T21-8.2.1-04 T21-8.2.1-05 each operation answers with its code and its resource', async (t) => {
    const hub = await openHub(t);
    const { id } = (await hub.push('RW', [NONSENSE])).json;
    assert.equal(OPERATIONS.length, 11);
    for (const { method, path, resource, success } of OPERATIONS) {
      const answer = await hub.request(method, path.replace(statusId, id), bodyOf(method));
      assert.deepEqual([answer.status, answer.headers['content-type']], [success, V21], `${method} ${path}`);
      if (resource === undefined) assert.equal(answer.text, '');
      else assertResource(resource, answer.json);
    }
  });

  test('M1 each operation fails with the codes of its table, each with an error resource', async () => {
    for (const { method, fails } of OPERATIONS)
      for (const [status, [path, ask]] of Object.entries(fails))
        assertError(
          await hub.request(method, path, { ...bodyOf(method), ...ask }),
          Number(status),
          `${method} ${path}`,
        );
  });
});

/** M2: a query for each parameter that would change the answer of whatever endpoint has it. */
const PARAMETERS = {
  added_after: `added_after=${dateAdded('F8')}`,
  limit: 'limit=1',
  next: 'next=damaged',
  id: 'match[id]=x',
  type: 'match[type]=x',
  version: 'match[version]=first',
  spec_version: 'match[spec_version]=2.0',
};
const FULL = Object.keys(PARAMETERS);
const FILTERED: Readonly<Record<string, readonly string[]>> = {
  'manifest/': FULL,
  'objects/': FULL,
  'objects/indicator--a/': ['added_after', 'limit', 'next', 'version', 'spec_version'],
  'objects/indicator--a/versions/': ['added_after', 'limit', 'next', 'spec_version'],
  '/api1/collections/RW/': [],
  '/api1/collections/': [],
  '/api1/': [],
  '/taxii2/': [],
  [`/api1/status/${statusId}/`]: [],
};

describe('M2 filters', () => {
  test('M2 T21-5.3-02 T21-5.4-02 T21-5.6-03 T21-5.8-03 each endpoint has the parameters of its table and passes over the others', async () => {
    for (const [path, fields] of Object.entries(FILTERED)) {
      const all = path.includes('versions') || path.includes('collections/RW/') ? '' : 'match[version]=all';
      for (const [name, query] of Object.entries(PARAMETERS)) {
        const base = name === 'version' ? '' : all;
        const plain = await hub.get(`${path}?${base}`);
        const asked = await hub.get(`${path}?${[base, query].filter(Boolean).join('&')}`);
        assert.equal(plain.status, 200, path);
        assert.equal(asked.text !== plain.text, fields.includes(name), `${path} ${name}`);
      }
    }
  });

  test('M2 the defaults are last and the newest spec version, and a deletion has neither', async (t) => {
    const hub = await openHub(t);
    for (const [path, spelled] of [
      ['objects/', 'match[version]=last'],
      ['manifest/', 'match[version]=last'],
      ['objects/indicator--a/', 'match[version]=last&match[spec_version]=2.1'],
      ['objects/campaign--g/', 'match[version]=last&match[spec_version]=2.1'],
      ['objects/campaign--g/versions/', 'match[spec_version]=2.1'],
    ])
      assert.equal((await hub.get(`${path}?${spelled}`)).text, (await hub.get(path as string)).text, path);
    await hub.delete('objects/campaign--g/?match[spec_version]=2.0');
    assert.deepEqual(rows(await hub.get('objects/campaign--g/?match[version]=all&match[spec_version]=2.0,2.1')), [
      'F9',
    ]);
  });
});

/** M3: collection, then the codes of GET collection, the four reads, POST and DELETE. */
const RIGHTS: readonly (readonly [string, number, number, number, number])[] = [
  ['RW', 200, 200, 202, 200],
  ['RO', 200, 200, 403, 403],
  ['WO', 200, 403, 202, 403],
  ['NO', 200, 403, 403, 404],
  ['HID', 404, 404, 404, 404],
  [UNKNOWN, 404, 404, 404, 404],
];

async function codes(hub: Hub, name: string, ask: Ask): Promise<number[]> {
  const at = `/api1/collections/${name}/`;
  const reads = ['manifest/', 'objects/', 'objects/indicator--a/', 'objects/indicator--a/versions/'];
  const found = new Set<number>();
  for (const path of reads) found.add((await hub.get(at + path, ask)).status);
  assert.equal(found.size, 1, `${name}: the four reads agree`);
  return [
    (await hub.get(at, ask)).status,
    ...found,
    (await hub.post(`${at}objects/`, { objects: [NONSENSE] }, ask)).status,
    (await hub.delete(`${at}objects/malware--b/`, ask)).status,
  ];
}

test('M3 every combination of rights has its four answers, and without good credentials all are 401', async (t) => {
  const hub = await openHub(t);
  for (const name of ['RO', 'WO', 'NO', 'HID'] as const) await hub.store.objects.commit(fixtureBatch(name));
  const wrong = { headers: { authorization: 'Basic YWxpY2U6d3Jvbmc=' } };
  for (const [name, ...expected] of RIGHTS) {
    for (const ask of [NOBODY, wrong]) assert.deepEqual(await codes(hub, name, ask), [401, 401, 401, 401], name);
    assert.deepEqual(await codes(hub, name, {}), expected, name);
  }
});

test('M4 headers of answers: our media type on all, date headers on the four pages, a challenge on 401', async (t) => {
  const hub = await openHub(t);
  const { id } = (await hub.push('RW', [NONSENSE])).json;
  const dated = ['manifest/', 'objects/', 'objects/indicator--a/', 'objects/indicator--a/versions/'];
  for (const { method, path, fails } of OPERATIONS) {
    const { headers } = await hub.request(method, path.replace(statusId, id), bodyOf(method));
    assert.equal(headers['content-type'], V21);
    for (const name of [FIRST, LAST])
      if (method === 'GET' && dated.includes(path)) assert.match(headers[name] ?? '', TS6, `${path} ${name}`);
      else assert.equal(headers[name], undefined, `${method} ${path} ${name}`);
    for (const [status, [failing, ask]] of Object.entries(fails)) {
      const failed = await hub.request(method, failing, { ...bodyOf(method), ...ask });
      assert.equal(failed.headers['content-type'], V21, `${method} ${failing}`);
      assert.equal(failed.headers['www-authenticate'] !== undefined, status === '401', `${method} ${failing}`);
    }
  }
});
