import { setTimeout as wait } from 'node:timers/promises';
import { TaxiiClient } from '../../src/exchange/index.ts';
import { COLLECTION, type HubProcess, headersOf, MEDIA_TYPE, USERS } from '../hub-process.ts';

/** One feed of a hub of tests. */
export interface TestFeed {
  readonly name: string;
  /** Port of the other hub, on this machine. */
  readonly port: number;
  /** Lines of the feed beyond where it leads to, in one-line YAML. */
  readonly terms: string;
}

/** A hub with feeds; each acts in the name of the partner `NAME-org`, which may read and write everything. */
export function hubWith(feeds: readonly TestFeed[], more = ''): string {
  const collection = `{ id: ${COLLECTION}, alias: data, title: Data, media_types: ["application/stix+json;version=2.1"] }`;
  const partners = feeds.map(({ name }) => `  - { name: ${name}-org }`);
  const agreements = feeds.map(
    ({ name }) =>
      `  - { name: ${name}-terms, partner: ${name}-org, grants: [{ collection: data, read: true, write: true, max_tlp: red }] }`,
  );
  return `
hub: { title: Test hub, default_root: api }
operators:
  - { name: ops, credentials: [{ kind: basic, user: ops, password_env: OPS_PASSWORD }] }
api_roots:
  - { path: api, title: Test, collections: [${collection}] }
partners:
  - { name: writer, credentials: [{ kind: basic, user: writer, password_env: WRITER_PASSWORD }] }
  - { name: reader, credentials: [{ kind: basic, user: reader, password_env: READER_PASSWORD }] }
${partners.join('\n')}
agreements:
  - { name: writing, partner: writer, grants: [{ collection: data, read: true, write: true, max_tlp: red }] }
  - { name: reading, partner: reader, grants: [{ collection: data, read: true, write: false, max_tlp: red }] }
${agreements.join('\n')}
${feeds.length === 0 ? '' : `feeds:\n${feeds.map(feedText).join('\n')}`}
${more}
`;
}

function feedText({ name, port, terms }: TestFeed): string {
  return `  - { name: ${name}, partner: ${name}-org, collection: data, url: "http://127.0.0.1:${port}/api/", remote_collection: data,
      credentials: { kind: basic, user: writer, password_env: WRITER_PASSWORD }, allow: [127.0.0.1], ${terms} }`;
}

/** A sound object with a number in its id. */
export function indicatorText(number: number, more = ''): string {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return `{"type":"indicator","spec_version":"2.1","id":"indicator--${id}","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Indicator ${number}","description":"\\u00e9 / \\/","indicator_types":["malicious-activity"],"pattern":"[domain-name:value = 'a${number}.example']","pattern_type":"stix","pattern_version":"2.1","valid_from":"2026-01-01T00:00:00Z","x_number":1.50e1${more}}`;
}

/** Pushes texts to a hub; fails unless it takes them, or answers that it is not there. @returns whether it was there */
export async function pushTo(hub: HubProcess, texts: readonly string[]): Promise<boolean> {
  try {
    const response = await fetch(hub.objects, {
      method: 'POST',
      headers: { ...headersOf('writer'), 'content-type': MEDIA_TYPE },
      body: `{"objects":[${texts.join(',')}]}`,
    });
    await response.text();
    if (response.status === 202) return true;
    if (response.status !== 503) throw new Error(`The push was answered ${response.status}.`);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return false;
}

/** Every text that a hub serves, in the order it was added. */
export async function textsOf(hub: HubProcess): Promise<string[]> {
  await using client = new TaxiiClient({
    url: `${hub.url}/taxii2/`,
    auth: { user: 'reader', password: USERS.reader },
    allow: ['127.0.0.1'],
  });
  const texts: string[] = [];
  const all = client.objects({ root: '/api/', collection: 'data' }, { versions: ['all'], limit: 10_000 });
  for await (const page of all) for await (const { text } of page.objects()) texts.push(text);
  return texts;
}

/** Waits until something is as it should be; the test's own time-out ends it otherwise. */
export async function until(isSo: () => Promise<boolean>, everyMs = 200): Promise<void> {
  while (!(await isSo())) await wait(everyMs);
}
