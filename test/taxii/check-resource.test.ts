import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertResource, problemsOf, type ResourceName } from './check-resource.ts';

const ID = '5b1e6f0c-0a4f-4c59-9d3f-2a4b7c8d9e0f';
const ADDED = '2024-01-01T00:00:00.000001Z';
const VERSION = '2024-01-01T00:00:00.000Z';
const COLLECTION = { id: ID, title: 'Threat data', can_read: true, can_write: false };
const COUNTS = { total_count: 2, success_count: 1, failure_count: 1, pending_count: 0 };
const STATUS = {
  id: ID,
  status: 'complete',
  request_timestamp: ADDED,
  ...COUNTS,
  failures: [{ id: 'x', version: VERSION }],
};

const VALID: readonly (readonly [ResourceName, object])[] = [
  ['discovery', { title: 'Hub', default: 'https://hub.example/a/', api_roots: ['https://hub.example/a/', '/b/'] }],
  ['api-root', { title: 'A', versions: ['application/taxii+json;version=2.1'], max_content_length: 100 }],
  ['collections', {}],
  [
    'collections',
    { collections: [{ ...COLLECTION, alias: 'data', media_types: ['application/stix+json;version=2.1'] }] },
  ],
  ['collection', { ...COLLECTION, x_acme_owner: 'us' }],
  ['manifest', { more: true, objects: [{ id: 'url--1', date_added: ADDED, version: VERSION }] }],
  ['envelope', {}],
  ['envelope', { more: true, next: 'abc', objects: [{ type: 'url', id: 'url--1', value: 'x' }] }],
  ['versions', { versions: [VERSION, '2024-01-01T00:00:00Z'] }],
  ['status', STATUS],
  ['error', { title: 'Not found', http_status: '404', error_id: 'e1', details: { at: 1 } }],
];

const INVALID: readonly (readonly [string, ResourceName, object])[] = [
  ['the default is not among the API roots', 'discovery', { title: 'Hub', default: '/c/', api_roots: ['/b/'] }],
  ['an API root has a query', 'discovery', { title: 'Hub', api_roots: ['/b/?x=1'] }],
  ['an API root starts with two slashes', 'discovery', { title: 'Hub', api_roots: ['//b/'] }],
  [
    'the root does not speak 2.1',
    'api-root',
    { title: 'A', versions: ['application/taxii+json;version=2.0'], max_content_length: 1 },
  ],
  [
    'a media type has a space',
    'api-root',
    { title: 'A', versions: ['application/taxii+json; version=2.1'], max_content_length: 1 },
  ],
  ['a list is empty', 'collections', { collections: [] }],
  ['a property is unknown', 'collection', { ...COLLECTION, owner: 'us' }],
  ['an optional property is null', 'collection', { ...COLLECTION, description: null }],
  ['a date has milliseconds only', 'manifest', { objects: [{ id: 'url--1', date_added: VERSION, version: VERSION }] }],
  ['a bundle is among the objects', 'envelope', { objects: [{ type: 'bundle', id: 'bundle--1' }] }],
  ['a version is no timestamp', 'versions', { versions: ['first'] }],
  ['the counts do not add up', 'status', { ...STATUS, total_count: 3 }],
  ['a list is shorter than its count', 'status', { ...STATUS, failure_count: 2, total_count: 3 }],
  ['a complete status has pending objects', 'status', { ...STATUS, pending_count: 1, total_count: 3 }],
  ['the status code is a number', 'error', { title: 'Not found', http_status: 404 }],
];

for (const [name, body] of VALID) {
  test(`a ${name} of TAXII 2.1 passes: ${Object.keys(body)}`, () => assertResource(name, body));
}

for (const [fault, name, body] of INVALID) {
  test(`a ${name} does not pass when ${fault}`, () => {
    assert.notDeepEqual(problemsOf(name, body), []);
    assert.throws(() => assertResource(name, body), /not a TAXII/);
  });
}
