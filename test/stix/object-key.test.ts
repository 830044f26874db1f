import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { META_TYPES, objectKey, SCO_TYPES, SDO_TYPES, SRO_TYPES } from '../../src/stix/object-key.ts';

test('the lists hold the types of STIX 2.1 (S21-1-08)', () => {
  assert.deepEqual([SDO_TYPES.length, SRO_TYPES.length, SCO_TYPES.length, META_TYPES.length], [19, 2, 18, 3]);
  assert.equal(new Set([...SDO_TYPES, ...SRO_TYPES, ...SCO_TYPES, ...META_TYPES]).size, 42);
});

describe('the version (S21-1-01, S21-1-02)', () => {
  const base = { type: 'indicator', id: 'indicator--1', spec_version: '2.1' };

  test('is modified, as posted', () => {
    const value = { ...base, created: '2020-01-01T00:00:00.000Z', modified: '2020-01-02T00:00:00.50Z' };
    assert.deepEqual(objectKey(value), {
      id: 'indicator--1',
      type: 'indicator',
      specVersion: '2.1',
      version: '2020-01-02T00:00:00.50Z',
    });
  });

  test('is created where there is no modified', () => {
    assert.equal(objectKey({ ...base, created: '2020-01-01T00:00:00.000Z' }).version, '2020-01-01T00:00:00.000Z');
  });

  test('is absent where there is neither', () => {
    assert.ok(!('version' in objectKey(base)));
  });
});

describe('the spec version (S21-1-03, T21-S-02)', () => {
  const specVersion = (value: Readonly<Record<string, string | object>>): string =>
    objectKey({ id: 'x--1', ...value } as never).specVersion;
  const created = '2020-01-01T00:00:00.000Z';

  test('is what the object says', () => {
    assert.equal(specVersion({ type: 'indicator', spec_version: '2.1' }), '2.1');
    assert.equal(specVersion({ type: 'indicator', spec_version: '2.0' }), '2.0');
    assert.equal(specVersion({ type: 'url', spec_version: '2.0' }), '2.0');
  });

  test('is 2.1 for cyber observables that say nothing', () => {
    for (const type of SCO_TYPES) assert.equal(specVersion({ type }), '2.1');
  });

  test('is 2.0 for everything else that says nothing', () => {
    for (const type of [...SDO_TYPES, ...SRO_TYPES, ...META_TYPES]) assert.equal(specVersion({ type }), '2.0');
    assert.equal(specVersion({ type: 'x-custom', created, modified: created }), '2.0');
  });

  test('is 2.1 for custom cyber observables: without created, or declared by an extension', () => {
    assert.equal(specVersion({ type: 'x-observable' }), '2.1');
    const extensions = { 'extension-definition--1': { extension_type: 'new-sco' } };
    assert.equal(specVersion({ type: 'x-observable', created, extensions }), '2.1');
  });
});
