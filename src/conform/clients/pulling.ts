import { objectsOf, stringOf, V21 } from '../answer.ts';
import type { Client, Credentials } from './client.ts';
import { asTaxii2Client, needType, readCollections, readServer } from './taxii2-client.ts';

/** Products that pull. */

const LAST = 'x-taxii-date-added-last';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

function signIn(credentials: Credentials): [string, string][] {
  if (credentials === 'none') return [];
  return credentials === 'basic'
    ? [
        ['User name', 'the user'],
        ['Password', 'its password'],
      ]
    : [
        ['User name', 'anything, such as token'],
        ['Password', 'the token'],
      ];
}

export const SENTINEL: Client = {
  name: 'sentinel',
  known: false,
  product: 'Microsoft Sentinel, Threat intelligence - TAXII connector',
  notes: [
    'What the connector sends is not published; this replays what its documentation has an administrator try, and what .NET writes.',
    'Publish the addresses of the connector in your firewall, and use https.',
  ],
  settings: ({ root, reading }, credentials) => [
    ['Friendly name', 'what you call it'],
    ['API root URL', root],
    ['Collection ID', reading?.id ?? '…'],
    ...signIn(credentials),
  ],
  async replay(replay) {
    const { target, reading } = replay;
    replay.defaults = { accept: V21, userAgent: null, authorization: replay.authorization('Basic') };
    await replay.step('the administrator looks for the API root with a browser and with curl', async () => {
      for (const accept of [BROWSER, '*/*']) {
        await replay.get(target.discoveryUrl, { accept });
        const answer = await replay.get(`${target.root}collections/`, { accept });
        replay.need(objectsOf(answer.body.collections).length > 0, 'the collections', answer);
      }
    });
    await replay.step('takes the collection id', async () => {
      const sound = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(reading.id);
      replay.need(sound, 'a UUID of version 4 in lower case, or the portal refuses it', undefined, reading.id);
    });
    await replay.step('polls, and polls again from the last date', async () => {
      const url = `${reading.url}objects/`;
      const first = await replay.get(`${url}?added_after=2020-01-01T00%3A00%3A00.0000000Z&limit=100`);
      needType(replay, first);
      const last = first.header(LAST);
      if (objectsOf(first.body.objects).length > 0) replay.need(last !== undefined, 'X-TAXII-Date-Added-Last', first);
      const seven = last === undefined ? '2100-01-01T00:00:00.0000000Z' : last.replace('Z', '0Z');
      await replay.get(`${url}?added_after=${encodeURIComponent(seven)}`);
    });
    await replay.step('has indicators with all that it wants', async () => {
      const answer = await replay.get(`${reading.url}objects/?match[type]=indicator&limit=100`);
      for (const each of objectsOf(answer.body.objects)) {
        const missing = ['id', 'type', 'created', 'modified', 'pattern', 'valid_from'].find(
          (name) => each[name] === undefined,
        );
        replay.need(missing === undefined, `${missing} of ${stringOf(each.id)}`, answer);
      }
    });
  },
};

export const XSOAR: Client = {
  name: 'xsoar',
  known: true,
  product: 'Cortex XSOAR and XSIAM, TAXII 2 Feed',
  notes: ['An error in the middle of the pages ends its run quietly, and what is left is lost: keep rate limits wide.'],
  settings: ({ discoveryUrl, reading }, credentials) => [
    ['Discovery Service URL', discoveryUrl],
    ['Username / API Key', credentials === 'token' ? '_api_token_key' : credentials === 'basic' ? 'the user' : 'empty'],
    ['Password', credentials === 'token' ? 'the token' : credentials === 'basic' ? 'its password' : 'empty'],
    ['Collection Name To Fetch Indicators From', reading?.title ?? '…'],
  ],
  async replay(replay) {
    asTaxii2Client(replay);
    await readServer(replay);
    await readCollections(replay);
    const { reading, target } = replay;
    await replay.step('finds the collection by its title', async () => {
      const same = target.collections.filter(({ title }) => title === reading.title);
      replay.need(same.length === 1, `one collection with the title "${reading.title}"`, target.rootAnswer);
    });
    await replay.step('reads pages of the wanted types', async () => {
      const query = 'limit=100&match%5Btype%5D=indicator%2Crelationship';
      const pages = await replay.pages(`${reading.url}objects/`, query, (next) => `${query}&next=${next}`);
      for (const page of pages) {
        const objects = objectsOf(page.body.objects);
        replay.need(
          objects.length > 0 || page.body.more !== true,
          'no empty page with more: true, at which it stops for good',
          page,
        );
        const odd = objects.find(
          ({ modified }) => modified !== undefined && !/\d{2}:\d{2}(\.\d{1,6})?Z$/.test(stringOf(modified)),
        );
        replay.need(odd === undefined, `modified of at most six digits of fraction in ${stringOf(odd?.id)}`, page);
      }
    });
    await replay.step('polls again when there is nothing new', async () => {
      const answer = await replay.get(`${reading.url}objects/?added_after=2100-01-01T00%3A00%3A00.000Z&limit=100`);
      replay.need(answer.bytes.length > 3, 'a body of more than 3 octets: shorter JSON is taken for UTF-16', answer);
    });
  },
};

export const OPENCTI: Client = {
  name: 'opencti',
  known: true,
  product: 'OpenCTI, TAXII feed and connectors',
  notes: ['The feed takes one page each 30 seconds: a collection with large pages is read sooner.'],
  settings: ({ root, reading }, credentials) => [
    ['TAXII server URL', root],
    ['TAXII version', 'TAXII 2.1'],
    ['TAXII Collection', reading?.id ?? '…'],
    [
      'Authentication type',
      credentials === 'token' ? 'Bearer token' : credentials === 'basic' ? 'Basic user / password' : 'None',
    ],
    ['Connector taxii2', `${root.split('/').at(-2)}.${reading?.title ?? '…'} (no dots in either)`],
  ],
  async replay(replay) {
    const { reading, target } = replay;
    replay.defaults = {
      accept: V21,
      userAgent: 'axios/1.9.0',
      headers: { 'Accept-Encoding': 'gzip, compress, deflate, br', Connection: 'close' },
    };
    const url = `${reading.url}objects/`;
    await replay.step('the feed reads on with next and added_after together', async () => {
      const after = 'added_after=2020-01-01T00:00:00.000Z';
      const pages = await replay.pages(url, `${after}&limit=2`, (next) => `next=${next}&${after}&limit=2`);
      const last = pages.at(-1);
      replay.need(
        last?.header(LAST) !== undefined || pages.every(({ body }) => body.objects === undefined),
        'X-TAXII-Date-Added-Last, or it goes on from its own clock',
        last,
      );
    });
    await replay.step('the feed goes quiet when there is nothing new', async () => {
      const answer = await replay.get(`${url}?limit=10000`);
      const last = answer.header(LAST);
      if (last === undefined || answer.body.more === true) return;
      const cut = `${last.slice(0, 23).replace('Z', '')}Z`;
      const again = await replay.get(`${url}?added_after=${cut}&limit=10000`);
      replay.need(
        again.body.objects === undefined,
        'nothing: it cuts the last date to milliseconds, and what it has comes again for ever',
        again,
      );
    });
    await replay.step('the connector pages with next alone, and brings an old next to another collection', async () => {
      replay.defaults = {
        ...replay.defaults,
        authorization: replay.authorization('Token'),
        userAgent: 'taxii2-client/2.3.0',
      };
      await replay.pages(url, 'limit=2&match%5Bversion%5D=all', (next) => `limit=2&next=${next}`);
      const first = await replay.get(`${url}?limit=1`);
      const other = target.collections.find(({ canRead, id }) => canRead && id !== reading.id);
      if (other !== undefined && typeof first.body.next === 'string')
        await replay.get(`${other.url}objects/?limit=1&next=${encodeURIComponent(first.body.next)}`);
      const dotted = [reading.title, target.root.split('/').at(-2)].find((name) => name?.includes('.'));
      replay.need(
        dotted === undefined,
        'no dot in the title or the API root: the connector splits at dots',
        undefined,
        dotted,
      );
    });
  },
};

export const ELASTIC: Client = {
  name: 'elastic',
  known: true,
  product: 'Elastic, Custom Threat Intelligence (ti_custom) and ESET (ti_eset)',
  notes: ['Versions before June 2026 show an empty poll as an error, since it has no objects; nothing is lost.'],
  settings: ({ reading }, credentials) => [
    ['URL', reading === undefined ? '…' : `${reading.url}objects/`],
    ...(credentials === 'token'
      ? [['API Key', 'the token'] as const, ['API Key prefix', 'Bearer'] as const]
      : signIn(credentials)),
    ['Initial interval', 'how far back the first poll reaches; not empty'],
  ],
  async replay(replay) {
    const { reading } = replay;
    replay.defaults = { accept: V21, userAgent: 'Elastic-Filebeat', headers: { 'Content-Type': V21 } };
    const url = `${reading.url.replace(/\/$/, '')}/objects/`;
    await replay.step(
      'polls with a Content-Type on GET, then with next and limit alone, whatever more says',
      async () => {
        let answer = await replay.get(`${url}?added_after=2020-01-01T00%3A00%3A00Z&limit=2`);
        for (let page = 0; page < 4 && typeof answer.body.next === 'string'; page++) {
          replay.need(answer.body.more === true, 'no next on the last page, which this client would follow', answer);
          replay.need(answer.header(LAST) !== undefined, 'X-TAXII-Date-Added-Last, or the stored date is lost', answer);
          answer = await replay.get(`${url}?limit=2&next=${encodeURIComponent(answer.body.next)}`);
        }
      },
    );
    await replay.step('keeps its place on an empty poll', async () => {
      const answer = await replay.get(`${url}?added_after=2100-01-01T00%3A00%3A00Z`);
      replay.need(
        answer.header(LAST) !== undefined,
        'X-TAXII-Date-Added-Last on an empty poll too, or the stored date is replaced by nothing',
        answer,
      );
    });
    await replay.step('ti_eset reads on with the last date and never with next', async () => {
      const seen = new Set<string>();
      let after = '2020-01-01T00:00:00Z';
      for (let page = 0; page < 6; page++) {
        const answer = await replay.get(
          `${url}?added_after=${encodeURIComponent(after)}&limit=2&match%5Bversion%5D=all`,
        );
        const objects = objectsOf(answer.body.objects);
        if (objects.length === 0) return;
        for (const each of objects) {
          const key = `${stringOf(each.id)} ${stringOf(each.modified)} ${stringOf(each.spec_version)}`;
          replay.need(!seen.has(key), 'no object twice while it reads on with the last date', answer, key);
          seen.add(key);
        }
        replay.need(
          answer.header(LAST) !== undefined && answer.header(LAST) !== after,
          'a last date that goes on',
          answer,
        );
        after = answer.header(LAST) ?? after;
      }
    });
  },
};

export const QRADAR: Client = {
  name: 'qradar',
  known: false,
  product: 'IBM QRadar, Threat Intelligence app',
  notes: [
    'IBM documents TAXII 1.x and 2.0 for this app, no 2.1, and publishes nothing of what it sends. This replays a plain poll of TAXII 2.1, as a script does that fills reference sets.',
    'Check in your version of the app whether it offers TAXII 2.1. If not, let taxii2-client fill the reference sets: see --as taxii2-client.',
  ],
  settings: ({ discoveryUrl, reading }, credentials) => [
    ['TAXII endpoint', discoveryUrl],
    ['Authentication method', credentials === 'none' ? 'none' : 'HTTP Basic'],
    ...signIn(credentials),
    ['Collection', reading?.title ?? '…'],
  ],
  async replay(replay) {
    replay.defaults = {
      accept: V21,
      authorization: replay.authorization('Basic'),
      userAgent: 'python-requests/2.32.0',
    };
    await readServer(replay);
    await readCollections(replay);
    await replay.step('polls indicators page by page', async () => {
      const query = 'match%5Btype%5D=indicator&limit=100';
      await replay.pages(`${replay.reading.url}objects/`, query, (next) => `${query}&next=${next}`);
    });
  },
};
