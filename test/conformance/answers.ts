import assert from 'node:assert/strict';
import { V21 } from '../http/fixture.ts';
import { type Answer, type Ask, type Hub, rows } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';

export const FIRST = 'x-taxii-date-added-first';
export const LAST = 'x-taxii-date-added-last';
/** Every row of every version and spec version. */
export const ALL = 'match[version]=all&match[spec_version]=2.0,2.1';

/** Asserts that an answer is a TAXII error resource with that status, whole and well-formed. */
export function assertError(answer: Answer, status: number, what = ''): void {
  assert.equal(answer.status, status, `${what}: ${answer.text.slice(0, 500)}`);
  assert.equal(answer.headers['content-type'], V21, what);
  assertResource('error', answer.json);
  assert.equal(answer.json.http_status, String(status), what);
  assert.deepEqual([answer.headers[FIRST], answer.headers[LAST]], [undefined, undefined], what);
  assert.equal(answer.headers['www-authenticate'] === undefined, status !== 401, what);
}

/** The answer without what differs between two occurrences of anything. */
export function bare({ status, headers, text }: Answer): unknown {
  const { date: _date, 'content-length': _length, ...rest } = headers;
  return { status, headers: rest, body: text.replace(/"error_id":"[^"]*"/, '') };
}

/** Everything RW holds, as the operator sees it. */
export async function contents(hub: Hub): Promise<string> {
  return (await hub.get(`objects/?${ALL}`, { user: 'ops' })).text;
}

/** The same without the objects themselves: short enough to be shown when it differs. */
export async function manifestOf(hub: Hub): Promise<string[]> {
  return rows(await hub.get(`manifest/?${ALL}`, { user: 'ops' }));
}

/** The rows or ids on all pages, following `next` with the same query. */
export async function drain(hub: Hub, path: string, query: string, ask: Ask = {}): Promise<string[]> {
  const seen: string[] = [];
  let answer = await hub.get(`${path}?${query}`, ask);
  for (;;) {
    assert.equal(answer.status, 200, answer.text);
    seen.push(...rows(answer));
    if (answer.json.more !== true) return seen;
    answer = await hub.get(`${path}?${query}&next=${answer.json.next}`, ask);
  }
}

/** All pages from a query on, each following page asked for by `step`. */
export async function pages(
  hub: Hub,
  path: string,
  query: string,
  step: (answer: Answer) => string,
): Promise<Answer[]> {
  const all: Answer[] = [];
  for (let answer = await hub.get(`${path}?${query}`); ; answer = await hub.get(`${path}?${step(answer)}`)) {
    assert.equal(answer.status, 200, answer.text);
    all.push(answer);
    if (answer.json.more !== true) return all;
  }
}
