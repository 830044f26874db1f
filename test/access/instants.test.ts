import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '../../src/sharing/decide.ts';
import type { Agreement, Catalogue, Collection } from '../../src/sharing/model.ts';
import { COLLECTIONS, LEVELS } from './table.ts';
import { uuidOf } from './world.ts';

const FROM = Date.parse('2024-11-18T00:00:00Z') * 1000;
const UNTIL = Date.parse('2029-11-18T00:00:00Z') * 1000;

const collection: Collection = {
  id: uuidOf('collection'),
  root: 'm',
  title: 'Collection',
  mediaTypes: ['application/stix+json;version=2.1'],
  validation: 'standard',
  defaultTlp: COLLECTIONS.main.unmarked,
  unknownMarking: COLLECTIONS.main.unknown,
  pageDefault: 1000,
  pageMax: 1000,
};

const agreement: Agreement = {
  name: 'cooperation',
  partner: 'vendor',
  from: '2024-11-18T00:00:00Z',
  until: '2029-11-18T00:00:00Z',
  grants: [{ collection: collection.id, read: true, write: true, maxTlp: LEVELS[2], delete: 'own' }],
};

const catalogue: Catalogue = {
  generation: 1,
  hub: new Map(),
  'api-root': new Map(),
  collection: new Map([[collection.id, { origin: 'file', value: collection }]]),
  partner: new Map(),
  operator: new Map(),
  credential: new Map(),
  agreement: new Map([[agreement.name, { origin: 'file', value: agreement }]]),
  feed: new Map(),
};

test('an agreement holds from its first instant on and no longer at its last, to the microsecond', () => {
  for (const [now, kind] of [
    [FROM - 1, 'hidden'],
    [FROM, 'allowed'],
    [UNTIL - 1, 'allowed'],
    [UNTIL, 'hidden'],
  ] as const)
    for (const action of ['read', 'write', 'delete'] as const)
      assert.equal(decide(catalogue, { partner: 'vendor' }, collection, action, now).kind, kind, `${action} at ${now}`);
});
