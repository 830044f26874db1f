import { randomUUID } from 'node:crypto';
import { objectsOf, V21 } from '../answer.ts';
import { indicator } from '../objects.ts';
import type { Client } from './client.ts';
import { addObjects, asTaxii2Client, readCollections, readPages, readServer } from './taxii2-client.ts';

/** Products that push. */

export const SPLUNK: Client = {
  name: 'splunk',
  known: true,
  product: 'Splunk: CTIS app (pushes), Enterprise Security threat intelligence (pulls)',
  notes: [
    'Splunk Cloud accepts https URLs only.',
    'The CTIS app posts STIX bundles: they must be taken where an envelope is.',
    'What Enterprise Security sends is not published; the replay is that of the CTIS app.',
  ],
  settings: ({ root, discoveryUrl, reading, writing }, credentials) => [
    ['CTIS app: API root URL', root],
    ['CTIS app: collection', `${(writing ?? reading)?.title ?? '…'}, from the list`],
    ['Enterprise Security: URL', discoveryUrl],
    ['Enterprise Security: collection', reading?.title ?? '…'],
    ['User name and password', credentials === 'token' ? 'anything, and the token as the password' : 'of HTTP Basic'],
  ],
  async replay(replay) {
    asTaxii2Client(replay);
    replay.defaults = { ...replay.defaults, authorization: replay.authorization('Basic') };
    await readServer(replay);
    await readCollections(replay);
    await readPages(replay, 100);
    await addObjects(replay, bundle());
  },
};

export const MISP: Client = {
  name: 'misp',
  known: true,
  product: 'MISP, TAXII servers',
  notes: [
    'A base URL that ends in a slash makes MISP ask for //…: leave the slash out.',
    'Failures of single objects stand in the log of MISP only.',
  ],
  settings: ({ origin, root, reading, writing }, credentials) => [
    ['Base URL', origin],
    ['API root', root.slice(origin.length + 1, -1)],
    ['Collection', (writing ?? reading)?.id ?? '…'],
    ['API key', credentials === 'token' ? 'base64 of anything:TOKEN' : 'base64 of USER:PASSWORD'],
  ],
  async replay(replay) {
    const { target, reading } = replay;
    replay.defaults = {
      accept: V21,
      userAgent: 'MISP',
      authorization: replay.authorization('basic'),
      headers: { 'Content-Type': V21 },
    };
    const doubled = target.root.replace(`${target.origin}/`, `${target.origin}//`);
    await replay.step('browses, with "basic" in lower case and a Content-Type on GET', async () => {
      const answer = await replay.get(`${target.root}collections/`);
      replay.need(objectsOf(answer.body.collections).length > 0, 'collections, or the user sees an error', answer);
      await replay.pages(`${reading.url}objects/`, 'limit=50', (next) => `limit=50&next=${next}`);
    });
    await replay.step('asks for // when its base URL ends in a slash', async () => {
      const answer = await replay.get(doubled);
      replay.need('max_content_length' in answer.body, 'the API root, with max_content_length', answer);
    });
    asTaxii2Client(replay);
    replay.defaults = { ...replay.defaults, authorization: replay.authorization('basic') };
    await addObjects(replay, { objects: [indicator()] });
  },
};

function bundle() {
  return { type: 'bundle', id: `bundle--${randomUUID()}`, objects: [indicator()] };
}
