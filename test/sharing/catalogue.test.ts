import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CurrentCatalogue, findCollection } from '../../src/sharing/catalogue.ts';
import type { Catalogue, Collection } from '../../src/sharing/model.ts';
import { catalogueOf } from './catalogue-of.ts';

const ID = '5b1e6f0c-1111-4111-8111-111111111111';
const OTHER_ID = '5b1e6f0c-2222-4222-8222-222222222222';

function collection(id: string, root: string, alias: string): Collection {
  return {
    id,
    root,
    alias,
    title: id,
    mediaTypes: ['application/stix+json;version=2.1'],
    validation: 'standard',
    defaultTlp: 'green',
    unknownMarking: 'red',
    pageDefault: 1000,
    pageMax: 10_000,
  };
}

/** A store whose generation the test sets, and whose loads it counts and can hold back. */
class FakeStore {
  current = 1;
  loads = 0;
  gate: Promise<void> = Promise.resolve();

  async generation(): Promise<number> {
    return this.current;
  }

  async load(): Promise<Catalogue> {
    this.loads += 1;
    const generation = this.current;
    await this.gate;
    return catalogueOf({}, generation);
  }

  async change(): Promise<number> {
    this.current += 1;
    return this.current;
  }
}

describe('the current catalogue', () => {
  test('is loaded once while its generation stands', async () => {
    const store = new FakeStore();
    const catalogue = new CurrentCatalogue(store);
    const first = await catalogue.get();
    assert.equal(await catalogue.get(), first);
    assert.equal(store.loads, 1);
  });

  test('holds a change at the next request', async () => {
    const store = new FakeStore();
    const catalogue = new CurrentCatalogue(store);
    await catalogue.get();
    await store.change();
    assert.equal((await catalogue.get()).generation, 2);
  });

  test('requests that arrive together load it once', async () => {
    const store = new FakeStore();
    const catalogue = new CurrentCatalogue(store);
    await Promise.all(Array.from({ length: 10 }, () => catalogue.get()));
    assert.equal(store.loads, 1);
  });

  test('a request after a change is never served from a load that began before it', async () => {
    const store = new FakeStore();
    let open: () => void = () => undefined;
    store.gate = new Promise((resolve) => {
      open = resolve;
    });
    const catalogue = new CurrentCatalogue(store);
    const before = catalogue.get();
    await nextTurn();
    await store.change();
    const after = catalogue.get();
    await nextTurn();
    open();
    assert.equal((await before).generation, 1);
    assert.equal((await after).generation, 2);
  });

  test('a load that fails is tried again by the next request', async () => {
    const store = new FakeStore();
    const catalogue = new CurrentCatalogue(store);
    store.gate = Promise.reject(new Error('disk'));
    await assert.rejects(catalogue.get(), /disk/);
    store.gate = Promise.resolve();
    assert.equal((await catalogue.get()).generation, 1);
  });
});

describe('finding a collection', () => {
  const catalogue = catalogueOf({ collection: [collection(ID, 'one', 'data'), collection(OTHER_ID, 'two', 'data')] });

  test('by UUID in any case, or by alias, within its API root (A28)', () => {
    assert.equal(findCollection(catalogue, 'one', ID)?.id, ID);
    assert.equal(findCollection(catalogue, 'one', ID.toUpperCase())?.id, ID);
    assert.equal(findCollection(catalogue, 'one', 'data')?.id, ID);
    assert.equal(findCollection(catalogue, 'two', 'data')?.id, OTHER_ID);
  });

  test('an id of another API root is not found, nor is an alias in other capitals', () => {
    assert.equal(findCollection(catalogue, 'two', ID), undefined);
    assert.equal(findCollection(catalogue, 'one', 'Data'), undefined);
    assert.equal(findCollection(catalogue, 'one', '__proto__'), undefined);
  });
});
