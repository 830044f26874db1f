import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyHubFile, planHubFile, removeCollection } from '../../src/sharing/admin.ts';
import { nextRun, scheduleFault } from '../../src/sharing/cron.ts';
import { editCatalogue } from '../../src/sharing/edit.ts';
import { changeFeed, narrowed, removeFeed, wants } from '../../src/sharing/feeds.ts';
import { parseHubFile } from '../../src/sharing/hub-file.ts';
import { type Allowed, type Collection, MARKING_CLASSES } from '../../src/sharing/model.ts';
import { MemoryAdminStore } from './memory-store.ts';

const ID = '5b1e6f0c-0000-4000-8000-000000000001';

function hubFile(feed: string): string {
  return `
hub: { title: Hub }
api_roots:
  - { path: a, title: A, collections: [{ id: ${ID}, alias: data, title: Data }, { alias: other, title: Other }] }
  - { path: b, title: B, collections: [{ alias: other, title: Another }] }
partners: [{ name: cert }]
feeds:
  - ${feed}
`;
}

const FEED = `{ name: cert, partner: cert, collection: data, url: "https://x.example/api", remote_collection: all, pull: {} }`;

const deps = {
  secrets: { environment: () => undefined, directory: '/etc/entente', isHash: () => true },
  hashPassword: async () => '',
  verifyPassword: async () => false,
};

function apply(store: MemoryAdminStore, feed: string): ReturnType<typeof applyHubFile> {
  return applyHubFile(store, parseHubFile(hubFile(feed), 'hub.yaml'), deps);
}

describe('feeds in a hub file', () => {
  test('are made as the file says, with paths from there and no secret; twice changes nothing', async () => {
    const store = new MemoryAdminStore();
    const feed = `{ name: cert, partner: cert, collection: data, url: "https://x.example/api", remote_collection: all,
      credentials: { kind: token, token_file: cert.token, scheme: Token }, tls: { ca_file: ca.pem }, proxy_env: PROXY,
      allow: [10.0.0.0/8], pull: { schedule: "*/5 * * * *", types: [malware], max_tlp: amber, added_after: 2026-01-01T00:00:00Z }, push: {} }`;
    await apply(store, feed);
    assert.deepEqual((await store.catalogue.load()).feed.get('cert'), {
      origin: 'file',
      value: {
        name: 'cert',
        partner: 'cert',
        collection: ID,
        url: 'https://x.example/api/',
        remoteCollection: 'all',
        credentials: { kind: 'token', scheme: 'Token', file: '/etc/entente/cert.token' },
        tls: { caFile: '/etc/entente/ca.pem' },
        proxy: { env: 'PROXY' },
        allow: ['10.0.0.0/8'],
        pull: { schedule: '*/5 * * * *', types: ['malware'], maxTlp: 'amber', addedAfter: '2026-01-01T00:00:00Z' },
        push: {},
      },
    });
    assert.deepEqual((await apply(store, feed)).differences, []);
    const without = hubFile('{}').replace(/feeds:[\s\S]*/, '');
    const { differences } = await planHubFile(store, parseHubFile(without, 'hub.yaml'), deps);
    assert.deepEqual(
      differences.map(({ action, name }) => [action, name]),
      [['remove', 'feed "cert"']],
    );
  });

  for (const [what, feed, message] of [
    [
      'no partner',
      FEED.replace('partner: cert', 'partner: nobody'),
      /feeds\[0\]\.partner: there is no partner "nobody"/,
    ],
    [
      'no collection',
      FEED.replace('collection: data', 'collection: nothing'),
      /feeds\[0\]\.collection: "nothing" names no one collection/,
    ],
    ['two collections', FEED.replace('collection: data', 'collection: other'), /"other" names no one collection/],
    ['neither way', FEED.replace(', pull: {}', ''), /expected "pull"/],
    [
      'a password',
      FEED.replace('pull: {}', 'pull: {}, credentials: { kind: basic, user: u, password: p }'),
      /"password" in the clear is not accepted/,
    ],
    ['no place of a secret', FEED.replace('pull: {}', 'pull: {}, credentials: { kind: basic, user: u }'), /found none/],
    [
      'an unknown kind',
      FEED.replace('pull: {}', 'pull: {}, credentials: { kind: mtls }'),
      /"mtls" is none of basic, token/,
    ],
    ['a query', FEED.replace('/api"', '/api?x=1"'), /without \? and #/],
    [
      'a proxy with credentials',
      FEED.replace('pull: {}', 'pull: {}, proxy: "http://u:p@proxy.example/"'),
      /without credentials/,
    ],
    [
      'two proxies',
      FEED.replace('pull: {}', 'pull: {}, proxy: "http://p.example/", proxy_env: P'),
      /one of proxy, proxy_env/,
    ],
    [
      'a schedule that never comes',
      FEED.replace('pull: {}', 'pull: { schedule: "0 0 30 2 *" }'),
      /pull\.schedule: the schedule "0 0 30 2 \*" never comes/,
    ],
    ['an unknown key', FEED.replace('pull: {}', 'pull: { every: 5m }'), /unknown key "every"/],
  ] as const)
    test(`with ${what} are refused`, () => {
      assert.throws(() => parseHubFile(hubFile(feed), 'hub.yaml'), { code: 'config.invalid', message });
    });
});

describe('feeds by hand', () => {
  test('warn when they lead elsewhere, or let more through than before', async () => {
    const store = new MemoryAdminStore();
    await apply(store, FEED);
    const warningsOf = async (more: object): Promise<readonly string[]> =>
      (await editCatalogue(store, (catalogue) => changeFeed(catalogue, 'cert', (now) => ({ ...now, ...more }))))
        .warnings;
    assert.match((await warningsOf({ remoteCollection: 'some' })).join(), /begin anew/);
    assert.match((await warningsOf({ pull: { types: ['malware'] } })).join(), /--from-start/);
    assert.doesNotMatch(
      (await warningsOf({ pull: { types: ['malware'], schedule: '* * * * *' } })).join(),
      /anew|from-start/,
    );
    await assert.rejects(removeCollection(store, ID), { code: 'config.invalid', message: /feed cert/ });
    await editCatalogue(store, (catalogue) => removeFeed(catalogue, 'cert'));
    assert.equal((await store.catalogue.load()).feed.size, 0);
  });
});

describe('what a feed exchanges', () => {
  const collection: Collection = {
    id: ID,
    root: 'a',
    title: 'Data',
    mediaTypes: ['application/stix+json;version=2.1'],
    validation: 'standard',
    defaultTlp: 'green',
    unknownMarking: 'red',
    pageDefault: 1,
    pageMax: 1,
  };
  const verdict: Allowed = {
    kind: 'allowed',
    entries: [
      { agreement: 'x', types: 'all', maxTlp: 'amber', classes: new Set(['unmarked', 'clear', 'green', 'amber']) },
      { types: new Set(['malware', 'tool']), maxTlp: 'red', classes: new Set(MARKING_CLASSES) },
    ],
  };

  test('is what the agreement permits and the filter leaves of it, never more', () => {
    assert.deepEqual(narrowed(verdict, {}, collection), verdict);
    const { entries } = narrowed(verdict, { types: ['tool', 'report'], maxTlp: 'green' }, collection);
    assert.deepEqual(
      entries.map(({ agreement, types, classes }) => [agreement, types, classes]),
      [
        ['x', new Set(['tool', 'report']), new Set(['unmarked', 'clear', 'green'])],
        [undefined, new Set(['tool']), new Set(['unmarked', 'clear', 'green', 'statement'])],
      ],
    );
  });

  test('by type and marking class', () => {
    const wanted = wants({ types: ['tool'], maxTlp: 'green' }, collection);
    assert.deepEqual(
      [wanted('tool', 'green'), wanted('tool', 'amber'), wanted('malware', 'green')],
      [true, false, false],
    );
    assert.equal(wants({}, collection)('anything', 'other'), true);
  });
});

test('schedules are cron expressions in UTC, with seconds if need be', () => {
  const noon = Date.UTC(2026, 0, 1, 12) * 1000;
  assert.equal(nextRun('*/5 * * * *', noon), noon + 300_000_000);
  assert.equal(nextRun('*/5 * * * * *', noon), noon + 5_000_000);
  for (const fine of ['0 6 * * 1', '@daily', '* * * * * *']) assert.equal(scheduleFault(fine), undefined);
  for (const wrong of ['', '5', 'every day', '61 * * * *', '* * * * * * * *'])
    assert.match(scheduleFault(wrong) ?? '', /is no cron/);
});
