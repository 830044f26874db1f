import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { CLIENTS, type ClientReport, replayClient } from '../../src/conform/clients/index.ts';
import { domain, indicator } from '../conformance/stix.ts';
import { authorization, COLLECTIONS, ROWS } from '../http/fixture.ts';
import type { Answered, Asked, Behaviour } from './faulty/proxy.ts';
import { openFaulty } from './faulty/server.ts';
import { answerWith, headerOf, inBody, PAGES } from './faulty/tools.ts';

/** Each product works with our hub, and does not with a server that has what breaks it. */

const faulty = await openFaulty({ after }, { withoutRows: true });
// Through POST, so that their dates are those of a hub at work.
await faulty.hub.push('RW', Object.values(ROWS));
await faulty.hub.push('RW', [indicator(), domain()]);
const V21 = 'application/taxii+json;version=2.1';

function replayed(name: string): Promise<ClientReport> {
  const client = CLIENTS.find((each) => each.name === name);
  assert.ok(client);
  return replayClient(client, {
    url: `${faulty.url}/taxii2/`,
    authorization: authorization('alice'),
    collection: COLLECTIONS.RW,
    writeCollection: COLLECTIONS.RW,
  });
}

function flaws({ steps }: ClientReport): string[] {
  return steps.flatMap(({ title, flaws: all }) => all.map(({ expected }) => `${title}: ${expected}`));
}

function refusing(status: number, wrong: (asked: Asked) => boolean): Behaviour {
  return {
    answered(answered: Answered, asked) {
      if (wrong(asked)) answerWith(answered, status);
    },
  };
}

const BREAKING: readonly (readonly [client: string, name: string, behaviour: Behaviour, expected: RegExp])[] = [
  [
    'sentinel',
    'a server that wants six digits of fraction',
    refusing(400, ({ path }) => /\.\d{7}Z/.test(decodeURIComponent(path))),
    /polls/,
  ],
  [
    'sentinel',
    'a server that refuses */*',
    refusing(406, (asked) => headerOf(asked, 'accept') === '*/*'),
    /browser and with curl/,
  ],
  [
    'splunk',
    'a server that takes no bundle',
    refusing(422, ({ body }) => body.includes('"bundle"')),
    /202 with a status/,
  ],
  [
    'qradar',
    'a server without Basic',
    refusing(401, (asked) => /^Basic/.test(headerOf(asked, 'authorization') ?? '') && asked.kind === 'objects'),
    /200/,
  ],
  [
    'elastic',
    'a server that minds a Content-Type on GET',
    refusing(415, (asked) => asked.method === 'GET' && headerOf(asked, 'content-type') !== undefined),
    /200/,
  ],
  [
    'elastic',
    'a server that forgets the date on an empty page',
    {
      answered: (answered) =>
        void (answered.body.includes('objects') || delete answered.headers['x-taxii-date-added-last']),
    },
    /empty poll/,
  ],
  [
    'xsoar',
    'a server whose empty page has two octets',
    {
      answered(answered, asked) {
        if (asked.kind === 'objects' && answered.body.toString().trim() === '{}') answered.body = Buffer.from('{}');
      },
    },
    /more than 3 octets/,
  ],
  [
    'xsoar',
    'a server with two collections of one title',
    inBody(['collections'], (body) => ({
      collections: body.collections.map((each: object) => ({ ...each, title: 'Threat data' })),
    })),
    /one collection with the title/,
  ],
  [
    'opencti',
    'a server that minds added_after beside next',
    refusing(400, ({ path }) => path.includes('next=') && path.includes('added_after=')),
    /next and added_after together/,
  ],
  [
    'opencti',
    'a server whose dates have microseconds',
    inHeaders((date) => date.replace(/\d{3}Z$/, '999Z')),
    /goes quiet/,
  ],
  [
    'opencti',
    'a server that knows next in one collection only',
    refusing(400, ({ path }) => path.includes('next=') && !path.includes(COLLECTIONS.RW)),
    /old next/,
  ],
  [
    'misp',
    'a server that minds basic in lower case',
    refusing(401, (asked) => /^basic/.test(headerOf(asked, 'authorization') ?? '')),
    /browses/,
  ],
  ['misp', 'a server that minds //', refusing(404, ({ path }) => path.startsWith('//')), /\/\//],
  [
    'taxii2-client',
    'a server that quotes the version',
    {
      answered(answered) {
        answered.headers['content-type'] = V21.replace('2.1', '"2.1"');
      },
    },
    /Content-Type/,
  ],
  [
    'taxii2-client',
    'a server that gives more without next',
    inBody(PAGES, ({ next: _next, ...body }) => body),
    /next beside more/,
  ],
  [
    'taxii2-client',
    'a server whose counts do not add up',
    inBody(['objects', 'status'], (body) => (body.total_count === undefined ? body : { ...body, total_count: 9 })),
    /add up/,
  ],
];

/** The hub's dates with other microseconds, and filters that go by them. */
function inHeaders(change: (date: string) => string): Behaviour {
  return {
    answered(answered) {
      for (const name of ['x-taxii-date-added-first', 'x-taxii-date-added-last']) {
        const date = answered.headers[name];
        if (date !== undefined) answered.headers[name] = change(date);
      }
    },
    asked(asked) {
      // What is asked for from the cut date on is the last entry again.
      const after = new URLSearchParams(asked.path.split('?')[1]).get('added_after') ?? '';
      if (/\.\d{3}Z$/.test(after) && asked.path.includes('limit=10000'))
        asked.path = asked.path
          .replace(after, `${after.slice(0, 19)}.000Z`)
          .replace(/added_after=[^&]*/, 'added_after=2020-01-01T00:00:00Z');
    },
  };
}

describe('each product', () => {
  for (const { name } of CLIENTS)
    test(`${name} works with our hub, and its settings name our URLs`, async () => {
      faulty.server.behaviour = {};
      const report = await replayed(name);
      assert.deepEqual(flaws(report), []);
      assert.equal(report.works, true);
      assert.ok(report.steps.length >= 2);
      assert.match(report.settings.flat().join(' '), /127\.0\.0\.1/);
      assert.deepEqual(report.left, []);
    });

  for (const [client, name, behaviour, expected] of BREAKING)
    test(`${client} does not work with ${name}`, async () => {
      faulty.server.behaviour = behaviour;
      const report = await replayed(client);
      assert.equal(report.works, false);
      assert.match(flaws(report).join('\n'), expected);
    });
});

test('a bearer token goes out as each product can send it', async () => {
  const seen = new Map<string, Set<string>>();
  for (const { name } of CLIENTS) {
    const schemes = new Set<string>();
    faulty.server.behaviour = {
      asked: (asked) => {
        if (headerOf(asked, 'user-agent') !== 'entente-conform')
          schemes.add(headerOf(asked, 'authorization') ?? 'none');
        for (const header of asked.headers)
          if (header[0].toLowerCase() === 'authorization') header[1] = authorization('alice');
      },
    };
    const client = CLIENTS.find((each) => each.name === name);
    assert.ok(client);
    await replayClient(client, { url: `${faulty.url}/api1/`, authorization: 'Bearer x', collection: COLLECTIONS.RW });
    seen.set(name, schemes);
  }
  const basic = Buffer.from('token:x').toString('base64');
  assert.deepEqual(Object.fromEntries([...seen].map(([name, schemes]) => [name, [...schemes].sort()])), {
    sentinel: [`Basic ${basic}`],
    splunk: [`Basic ${basic}`],
    qradar: [`Basic ${basic}`],
    elastic: ['Bearer x'],
    xsoar: ['Token x'],
    opencti: ['Bearer x', 'Token x'],
    misp: [`basic ${basic}`],
    'taxii2-client': ['Token x'],
  });
});
