import assert from 'node:assert/strict';
import type { Answer, Ask, Hub } from '../http/hub.ts';
import { assertResource, type ResourceName } from '../taxii/check-resource.ts';
import { ALL } from './answers.ts';
import { domain, indicator, NONSENSE, UNKNOWN } from './stix.ts';

export interface Stop {
  readonly method: string;
  readonly path: string;
  readonly answer: Answer;
  /** What the body must be; undefined: no body. */
  readonly resource: ResourceName | undefined;
}

/** The four endpoints that answer with pages, of an object that has several versions. */
export const PAGED = ['manifest/', 'objects/', 'objects/indicator--a/', 'objects/indicator--a/versions/'];

type Step = readonly [method: string, path: string, status: number, resource?: ResourceName, ask?: Ask];

/** Every operation with every kind of answer: full, cut into pages, empty, refused. Changes the hub. */
export async function tour(hub: Hub): Promise<Stop[]> {
  const { id } = (await hub.push('RW', [indicator(), NONSENSE])).json;
  const stops: Stop[] = [];
  for (const [method, path, status, resource, ask] of steps(id)) {
    const answer = await hub.request(method, path, ask);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    stops.push({ method, path, answer, resource });
  }
  return stops;
}

function steps(status: string): Step[] {
  const later = 'added_after=2100-01-01T00:00:00.000000Z';
  const objects = { objects: [indicator(), domain(), NONSENSE] };
  const pages = PAGED.flatMap((path): Step[] => {
    const resource = path.includes('versions') ? 'versions' : path.includes('manifest') ? 'manifest' : 'envelope';
    return [
      ['GET', path, 200, resource],
      ['GET', `${path}?${ALL}&limit=1`, 200, resource],
      ['GET', `${path}?${ALL}`, 200, resource],
      ['GET', `${path}?${later}`, 200, resource],
      ['GET', `${path}?limit=0`, 400, 'error'],
      ['GET', `/api1/collections/WO/${path}`, 403, 'error'],
      ['GET', `/api1/collections/HID/${path}`, 404, 'error'],
    ];
  });
  return [
    ['GET', '/taxii2/', 200, 'discovery'],
    ['GET', '/taxii2/', 200, 'discovery', { user: 'carol' }],
    ['GET', '/api1/', 200, 'api-root'],
    ['GET', '/strict/', 200, 'api-root'],
    ['GET', '/api1/collections/', 200, 'collections'],
    ['GET', '/api2/collections/', 200, 'collections', { user: 'bob' }],
    ['GET', '/api1/collections/RW/', 200, 'collection'],
    ['GET', '/api1/collections/NO/', 200, 'collection'],
    ...pages,
    ['GET', '/api1/collections/MT/objects/', 200, 'envelope'],
    ['GET', '/api1/collections/MT/manifest/', 200, 'manifest'],
    ['GET', `/api1/status/${status}/`, 200, 'status'],
    ['GET', `/api1/status/${UNKNOWN}/`, 404, 'error'],
    ['POST', 'objects/', 202, 'status', { body: objects }],
    ['POST', 'objects/', 202, 'status', { body: { objects: [NONSENSE] } }],
    ['POST', 'objects/', 202, 'status', { body: { objects: [domain()] } }],
    ['POST', 'objects/', 400, 'error', { body: '{' }],
    ['POST', '/api1/collections/RO/objects/', 403, 'error', { body: objects }],
    ['POST', 'objects/', 413, 'error', { body: ' '.repeat(10_001) }],
    ['POST', 'objects/', 415, 'error', { body: objects, contentType: 'text/plain' }],
    ['POST', 'objects/', 422, 'error', { body: {} }],
    ['PUT', 'objects/', 405, 'error'],
    ['GET', 'objects/', 401, 'error', { user: null }],
    ['GET', 'objects/', 406, 'error', { accept: 'text/html' }],
    ['GET', '/nope/', 404, 'error'],
    ['GET', '/a/b/c/d/e/f/g/', 404, 'error'],
    ['DELETE', 'objects/malware--b/?limit=1', 400, 'error'],
    ['DELETE', 'objects/malware--b/', 200],
    ['DELETE', 'objects/malware--b/', 404, 'error'],
  ];
}

/**
 * Asserts that a body is the resource of its endpoint. The tables of manifest and versions have no `next`, though both
 * endpoints take one; this hub sends it with every `more: true` (A03), so it is looked at apart.
 */
export function assertBody({ method, path, answer, resource }: Stop): void {
  if (resource === undefined) assert.equal(answer.text, '', `${method} ${path}`);
  else if (resource === 'manifest' || resource === 'versions') {
    const { next, ...rest } = answer.json;
    assertResource(resource, rest);
    assert.equal(typeof next, rest.more === true ? 'string' : 'undefined', path);
  } else assertResource(resource, answer.json);
}
