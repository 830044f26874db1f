import { type Answer, objectsOf, stringOf, V21 } from '../answer.ts';
import { COUNTS } from '../checks/data-types.ts';
import { indicator } from '../objects.ts';
import type { Target } from '../target.ts';
import { type Client, type Credentials, idsOf, type Replay } from './client.ts';

/** The OASIS client, and what is built on it. Source: cti-taxii-client 2.3.0 */
export const TAXII2_CLIENT: Client = {
  name: 'taxii2-client',
  known: true,
  product: 'taxii2-client, stix2 (Python)',
  notes: ['It sends credentials only when user and password are both there. A token goes in with TokenAuth.'],
  settings: ({ discoveryUrl, reading }, credentials) => [
    ['Server', `Server("${discoveryUrl}", ${python(credentials)})`],
    ['Collection', `Collection("${reading?.url ?? '…'}", ${python(credentials)})`],
  ],
  async replay(replay) {
    asTaxii2Client(replay);
    await readServer(replay);
    await readCollections(replay);
    await readPages(replay);
    await addObjects(replay, { objects: [indicator()] });
  },
};

function python(credentials: Credentials): string {
  if (credentials === 'token') return 'auth=TokenAuth("TOKEN")';
  return credentials === 'basic' ? 'user="USER", password="PASSWORD"' : 'user=None';
}

export function asTaxii2Client(replay: Replay): void {
  replay.defaults = {
    accept: V21,
    userAgent: 'taxii2-client/2.3.0',
    authorization: replay.authorization('Token'),
    headers: { 'Accept-Encoding': 'gzip, deflate' },
  };
}

/** It compares the parts of the type as texts. */
export function needType(replay: Replay, answer: Answer): void {
  const parts = (answer.header('content-type') ?? '').replaceAll(' ', '').split(';');
  const sound = parts[0] === 'application/taxii+json' && parts.includes('version=2.1');
  replay.need(sound, `Content-Type: ${V21}, lower case and without quotes: it is compared as a text`, answer);
}

export async function readServer(replay: Replay): Promise<void> {
  const { target } = replay;
  await replay.step('reads discovery', async () => {
    const answer = await replay.get(target.discoveryUrl);
    needType(replay, answer);
    const { title, default: chosen, api_roots: roots } = answer.body;
    replay.need(stringOf(title) !== '', 'a title', answer);
    const known = chosen === undefined || (Array.isArray(roots) && roots.includes(chosen));
    replay.need(known, 'default that is one of api_roots, character for character', answer);
  });
  await replay.step('reads the API root', async () => {
    const answer = await replay.get(target.root);
    needType(replay, answer);
    const { title, versions, max_content_length: length } = answer.body;
    const sound = stringOf(title) !== '' && Array.isArray(versions) && versions.length > 0 && length !== undefined;
    replay.need(sound, 'title, versions and max_content_length', answer);
  });
}

export async function readCollections(replay: Replay): Promise<void> {
  await replay.step('lists the collections', async () => {
    const answer = await replay.get(`${replay.target.root}collections/`);
    needType(replay, answer);
    const collections = objectsOf(answer.body.collections);
    replay.need(collections.length > 0, 'at least one collection', answer);
    for (const { id, title, can_read: read, can_write: write } of collections)
      replay.need(
        stringOf(id) !== '' && stringOf(title) !== '' && typeof read === 'boolean' && typeof write === 'boolean',
        'id, title, can_read and can_write of every collection',
        answer,
      );
  });
  await replay.step('opens a collection', async () => {
    const { url } = replay.reading;
    const answer = await replay.get(url);
    needType(replay, answer);
    replay.need(url.includes(stringOf(answer.body.id)), 'the id as it stands in the URL', answer);
    replay.need(answer.body.can_read === true, 'can_read: true, or it refuses to read', answer);
  });
}

export async function readPages(replay: Replay, limit = 2): Promise<void> {
  const url = `${replay.reading.url}objects/`;
  await replay.step('reads page by page, with another limit from the second page on', async () => {
    const pages = await replay.pages(
      url,
      `limit=${limit}`,
      (next, page) => `limit=${idsOf(page).length + 1}&next=${next}`,
    );
    for (const page of pages) needType(replay, page);
  });
  await replay.step('asks by type and by date', async () => {
    await replay.get(`${url}?match%5Btype%5D=indicator%2Crelationship&limit=2`);
    for (const date of ['2020-01-01T00%3A00%3A00Z', '2020-01-01T00%3A00%3A00.5Z', '2020-01-01T00%3A00%3A00.123456Z'])
      await replay.get(`${url}?added_after=${date}&limit=2`);
  });
}

/** Adds objects where the run may write, and reads the status as the client checks it. */
export async function addObjects(
  replay: Replay,
  body: { readonly objects: readonly { readonly id?: unknown }[] },
  contentType = V21,
): Promise<void> {
  const { writing, target } = replay;
  if (writing === undefined) return;
  await replay.step('adds objects and reads their status', async () => {
    for (const { id } of body.objects) replay.session.willPost(stringOf(id as string));
    const userAgent = 'python-requests/2.32.0';
    const answer = await replay.request('POST', `${writing.url}objects/`, { body, contentType, userAgent });
    replay.need(answer.status === 202, '202 with a status', answer);
    const status = await replay.get(statusUrl(target, answer));
    for (const each of [answer, status]) {
      const wrong = COUNTS.find((name) => !Number.isInteger(each.body[name]));
      replay.need(wrong === undefined, `${wrong} as an integer`, each);
      const sum = COUNTS.slice(1).reduce((total, name) => total + Number(each.body[name]), 0);
      replay.need(sum === each.body.total_count, 'counts that add up to total_count', each);
      for (const [list, count] of [
        ['successes', 'success_count'],
        ['failures', 'failure_count'],
        ['pendings', 'pending_count'],
      ] as const)
        replay.need(
          each.body[list] === undefined || objectsOf(each.body[list]).length === each.body[count],
          `${list} as long as ${count}`,
          each,
        );
    }
  });
}

function statusUrl({ root }: Target, answer: Answer): string {
  return `${root}status/${stringOf(answer.body.id)}/`;
}
