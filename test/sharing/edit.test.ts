import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../src/errors.ts';
import { addGrant, suspendAgreement } from '../../src/sharing/agreements.ts';
import { editCatalogue } from '../../src/sharing/edit.ts';
import type { Agreement, Collection, Grant } from '../../src/sharing/model.ts';
import { addPartner } from '../../src/sharing/partners.ts';
import { MemoryAdminStore } from './memory-store.ts';

const ID = '5b1e6f0c-1111-4111-8111-111111111111';

const collection: Collection = {
  id: ID,
  root: 'one',
  title: 'Data',
  mediaTypes: ['application/stix+json;version=2.1'],
  validation: 'standard',
  defaultTlp: 'green',
  unknownMarking: 'red',
  pageDefault: 1000,
  pageMax: 10_000,
};

const agreement: Agreement = { name: 'talks', partner: 'vendor', grants: [] };

function grant(more: Partial<Grant> = {}): Grant {
  return { collection: ID, read: true, write: false, maxTlp: 'green', delete: 'none', ...more };
}

function storeWith(origin: 'file' | 'hand' = 'hand'): MemoryAdminStore {
  const store = new MemoryAdminStore();
  store.put(
    { put: 'collection', value: collection, origin },
    { put: 'partner', value: { name: 'vendor' }, origin },
    { put: 'agreement', value: agreement, origin },
  );
  return store;
}

describe('a change by hand', () => {
  test('is worked out again when somebody else was quicker, so that neither change is lost', async () => {
    const store = storeWith();
    let others = 2;
    store.beforeChange = () => {
      if (others === 0) return;
      others -= 1;
      const types = [others === 0 ? 'report' : 'note'];
      const grants = [...(others === 0 ? [grant({ types: ['note'] })] : []), grant({ types })];
      store.put({ put: 'agreement', value: { ...agreement, grants }, origin: 'hand' });
    };
    await editCatalogue(store, (catalogue) => addGrant(catalogue, 'talks', grant()));
    const { grants } = (await store.catalogue.load()).agreement.get('talks')?.value ?? agreement;
    assert.deepEqual(
      grants.map(({ types }) => types),
      [['note'], ['report'], undefined],
    );
  });

  test('gives up after some attempts, and says what happened', async () => {
    const store = storeWith();
    store.beforeChange = () => store.put({ put: 'partner', value: { name: 'vendor' }, origin: 'hand' });
    await assert.rejects(
      editCatalogue(store, (catalogue) => addPartner(catalogue, { name: 'police' })),
      (error) => error instanceof AppError && error.code === 'catalogue.changed',
    );
  });

  test('that changes nothing leaves the generation alone', async () => {
    const store = storeWith();
    await editCatalogue(store, (catalogue) => suspendAgreement(catalogue, 'talks', true));
    const { generation } = store;
    const again = await editCatalogue(store, (catalogue) => suspendAgreement(catalogue, 'talks', true));
    assert.deepEqual(again, { differences: [], warnings: [] });
    assert.equal(store.generation, generation);
  });

  test('leaves what a hub file made the file’s, and what is new is made by hand', async () => {
    const store = storeWith('file');
    const edited = await editCatalogue(store, (catalogue) => addGrant(catalogue, 'talks', grant()));
    assert.match(edited.warnings.join(), /A hub file made agreement "talks"/);
    await editCatalogue(store, (catalogue) => addPartner(catalogue, { name: 'police' }));
    const catalogue = await store.catalogue.load();
    assert.equal(catalogue.agreement.get('talks')?.origin, 'file');
    assert.equal(catalogue.partner.get('police')?.origin, 'hand');
  });
});
