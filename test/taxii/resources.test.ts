import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  apiRootResource,
  collectionResource,
  collectionsResource,
  discoveryResource,
  envelopeResource,
  errorResource,
  manifestResource,
  statusResource,
  versionsResource,
} from '../../src/taxii/resources.ts';

const V21 = 'application/taxii+json;version=2.1';

const parse = (bytes: Buffer): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));

describe('pages', () => {
  test('without entries are an empty object of more than three octets (T21-2-05, A36, client-quirks 34)', () => {
    for (const bytes of [
      envelopeResource({ pieces: [] }),
      manifestResource({ rows: [] }, []),
      versionsResource({ rows: [] }),
      collectionsResource([]),
    ]) {
      assert.deepEqual(parse(bytes), {});
      assert.ok(bytes.length >= 4);
      assert.equal(bytes[0], '{'.charCodeAt(0));
    }
  });

  test('hold stored texts exactly as they are, in order (promise 1)', () => {
    const text = fc.json().filter((json) => json.length < 200);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), fc.option(fc.string()), (texts, next) => {
        const pieces = [texts.slice(0, 2), texts.slice(2)].filter((some) => some.length > 0).map((some) => some.join());
        const bytes = envelopeResource({ pieces: pieces.map((text) => Buffer.from(text)), next: next ?? undefined });
        const place = next === null ? '"more":false' : `"more":true,"next":${JSON.stringify(next)}`;
        assert.equal(bytes.toString(), `{${place},"objects":[${texts.join(',')}]}`);
      }),
    );
    const odd = '{"n":1.0e+2,"s":"\\u00e9\\/é","a":[ ]}';
    assert.ok(
      envelopeResource({ pieces: [Buffer.from(odd)] })
        .toString()
        .includes(odd),
    );
  });

  test('say more with next, and false without (A03, A36)', () => {
    assert.deepEqual(parse(versionsResource({ rows: [{ version: 'v' }], next: 'n' })), {
      more: true,
      next: 'n',
      versions: ['v'],
    });
    assert.deepEqual(parse(versionsResource({ rows: [{ version: 'v' }] })), { more: false, versions: ['v'] });
  });

  test('manifest records name a media type of the collection or none (T21-5.3.1-08)', () => {
    const row = {
      id: 'indicator--"x',
      dateAdded: 1_704_067_200_000_000,
      version: '2020-01-01T00:00:00Z',
      specVersion: '2.0',
    };
    const record = { id: row.id, date_added: '2024-01-01T00:00:00.000000Z', version: row.version };
    const typeIn = (mediaTypes: string[]) => parse(manifestResource({ rows: [row] }, mediaTypes));
    const v20 = 'application/stix+json;version=2.0';
    assert.deepEqual(typeIn([v20]), { more: false, objects: [{ ...record, media_type: v20 }] });
    assert.deepEqual(typeIn(['application/stix+json']), {
      more: false,
      objects: [{ ...record, media_type: 'application/stix+json' }],
    });
    assert.deepEqual(typeIn(['application/stix+json;version=2.1']), { more: false, objects: [record] });
  });
});

test('a status has counts always and lists when they hold something (T21-4.3.1-07, -10)', () => {
  const bytes = statusResource({
    id: '2d086da7-4bdc-4f91-900e-d77486753710',
    requested: 1_704_067_200_000_000,
    complete: false,
    total: 3,
    successes: { count: 2, json: '{"id":"a","version":"v"},{"id":"b","version":"v"}' },
    failures: { count: 0, json: '' },
    pendings: { count: 1, json: '{"id":"c","version":"v"}' },
  });
  assert.deepEqual(parse(bytes), {
    id: '2d086da7-4bdc-4f91-900e-d77486753710',
    status: 'pending',
    request_timestamp: '2024-01-01T00:00:00.000000Z',
    total_count: 3,
    success_count: 2,
    successes: [
      { id: 'a', version: 'v' },
      { id: 'b', version: 'v' },
    ],
    failure_count: 0,
    pending_count: 1,
    pendings: [{ id: 'c', version: 'v' }],
  });
});

test('discovery leaves out what there is not (T21-4.1.1-02, -04)', () => {
  assert.deepEqual(parse(discoveryResource({ title: '日本 – é', description: '', contact: undefined, apiRoots: [] })), {
    title: '日本 – é',
  });
  assert.deepEqual(parse(discoveryResource({ title: 't', apiRoots: ['/a/'], default: '/a/' })), {
    title: 't',
    default: '/a/',
    api_roots: ['/a/'],
  });
});

test('an API root names this version (T21-4.2.1-04)', () => {
  assert.deepEqual(parse(apiRootResource({ title: 't', maxContentLength: 1 })), {
    title: 't',
    versions: [V21],
    max_content_length: 1,
  });
});

test('a collection is the same alone and in the list (T21-5.2-01)', () => {
  const view = { id: 'i', title: 't', alias: 'a', canRead: true, canWrite: false, mediaTypes: ['m'], pageMax: 5 };
  const alone = parse(collectionResource(view));
  assert.deepEqual(alone, { id: 'i', title: 't', alias: 'a', can_read: true, can_write: false, media_types: ['m'] });
  assert.deepEqual(parse(collectionsResource([view])), { collections: [alone] });
});

test('an error has its status as a string and leaves out what it does not know (T21-3.6.1-03)', () => {
  assert.deepEqual(parse(errorResource({ title: 't', errorId: 'e', status: 404 })), {
    title: 't',
    error_id: 'e',
    http_status: '404',
  });
});
