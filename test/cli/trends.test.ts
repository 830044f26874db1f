import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { TREND_EXTENSION } from '../../src/trends/extension.ts';
import { entente, temporary } from './program.ts';
import { Serving } from './server.ts';

const HUB = `
hub: { title: Regional hub, contact: desk, identity: identity--1c1b2a6c-54e5-4a68-8e15-19c7b8a5ab9b }
api_roots:
  - path: regional
    title: Regional
    collections:
      - { alias: threat-data, title: Threat data }
      - { alias: cybercrime-trends, title: Cybercrime trends, validation: strict }
partners:
  - { name: vendor, credentials: [{ kind: basic, user: vendor, password_env: DEMO_PASSWORD }] }
agreements:
  - { name: trends, partner: vendor, grants: [
      { collection: cybercrime-trends, read: true, max_tlp: green, types: [report, language-content, identity] }] }
trends: { publish_to: cybercrime-trends, schedule: "0 6 * * 1", periods: [month], min_count: 3 }
`;

const MALWARE = 'malware--11111111-1111-4111-8111-111111111111';
const SECRET = 'malware--22222222-2222-4222-8222-222222222222';
const RED = 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1';
const COMMON = { spec_version: '2.1', created: '2026-01-10T00:00:00.000Z', modified: '2026-01-10T00:00:00.000Z' };

const malware = (id: string, name: string, more: object = {}): object => ({
  type: 'malware',
  ...COMMON,
  id,
  name,
  is_family: true,
  ...more,
});

let made = 0;
const sighting = (of: string, count: number, lastSeen: string, more: object = {}): object => {
  made += 1;
  const id = `sighting--00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  return { type: 'sighting', ...COMMON, id, sighting_of_ref: of, count, last_seen: lastSeen, ...more };
};

interface Hub {
  run(...args: string[]): Promise<string>;
  add(...objects: object[]): Promise<void>;
  /** Objects of the collection of reports. */
  published(type: string): Promise<Record<string, unknown>[]>;
  readonly data: string;
}

async function openHub(t: TestContext): Promise<Hub> {
  const directory = await temporary(t);
  const data = join(directory, 'data');
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await entente([...args, '--data', data]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  await writeFile(join(directory, 'hub.yaml'), HUB);
  await run('apply', join(directory, 'hub.yaml'));
  return {
    run,
    data,
    async add(...objects) {
      const input = objects.map((object) => JSON.stringify(object)).join('\n');
      const { code, stderr } = await entente(['import', '-', '--collection', 'threat-data', '--data', data], { input });
      assert.equal(code, 0, stderr);
    },
    async published(type) {
      const { objects = [] } = JSON.parse(await run('export', '--collection', 'cybercrime-trends', '--type', type)) as {
        objects?: Record<string, unknown>[];
      };
      return objects;
    },
  };
}

const JANUARY = ['--from', '2026-01-01', '--to', '2026-02-01'];

describe('entente trends', () => {
  test('counts by a dimension as a table, as CSV and as JSON', async (t) => {
    const hub = await openHub(t);
    await hub.add(
      malware(MALWARE, 'Red Fox'),
      sighting(MALWARE, 4, '2025-12-31T23:59:59Z'),
      sighting(MALWARE, 9, '2026-01-01T00:00:00Z'),
    );
    const args = ['trends', '--by', 'malware', '--from', '2025-12-01', '--to', '2026-02-01'];
    const lines = (await hub.run(...args)).split('\n');
    assert.equal(lines[0], 'Trends by malware, month by month, 2025-12 to 2026-01');
    assert.match(lines[3] ?? '', /^ +1 +▲|^ +1 += {2}Red Fox +9 +\+5 \(\+125 %\) +0\.5 +13 +▄█$/);
    assert.match(await hub.run(...args, '--csv'), /^redfox,Red Fox,1,0,9,4,5,125,0\.5,13,false,false,4,9\r$/m);
    const { rows, period, periods } = JSON.parse(await hub.run(...args, '--json'));
    assert.deepEqual([period, periods.length, rows[0].count, rows[0].counts], ['2026-01', 2, 9, [4, 9]]);
    assert.match(await hub.run('trends', '--by', 'country', ...JANUARY), /Nothing was counted/);
    const type = await hub.run('trends', 'show', '--by', 'type', '--collection', 'threat-data', ...JANUARY, '--json');
    assert.deepEqual(
      (JSON.parse(type).rows as { key: string; count: number }[]).map(({ key, count }) => [key, count]),
      [
        ['malware', 1],
        ['sighting', 1],
      ],
    );
    assert.match(await hub.run('trends', 'rebuild'), /anew/);
    assert.equal(JSON.parse(await hub.run(...args, '--json')).rows[0].total, 13);
  });

  test('says what is wrong with a request', async (t) => {
    const hub = await openHub(t);
    const fails = async (pattern: RegExp, ...args: string[]): Promise<void> => {
      const { code, stderr } = await entente(['trends', ...args, '--data', hub.data]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, pattern);
    };
    await fails(/--by.*malware/s, '--by', 'weather');
    await fails(/Expected a date such as/, '--from', 'yesterday');
    await fails(/There are: .*regional\/threat-data/, '--collection', 'none');
    await fails(/at most 1,000 days/, '--period', 'day', '--from', '2000-01-01', '--to', '2026-01-01');
    await fails(/must end after it begins/, '--from', '2026-02-01', '--to', '2026-01-01');
  });

  test('publishes one strictly valid report a period and dimension, which a poll by type finds', async (t) => {
    const hub = await openHub(t);
    await hub.add(
      malware(MALWARE, 'Red <b>Fox</b>\n', { aliases: ['Vulpes'] }),
      malware(SECRET, 'Secret', { object_marking_refs: [RED] }),
      ...[1, 3, 5].map((count) => sighting(MALWARE, count, '2026-01-05T00:00:00Z')),
      sighting(SECRET, 99, '2026-01-05T00:00:00Z'),
      sighting(MALWARE, 500, '2026-01-05T00:00:00Z', { object_marking_refs: [RED] }),
    );
    const publish = ['trends', 'publish', '--period', 'month', ...JANUARY];
    assert.match(await hub.run(...publish), /2 reports in regional\/cybercrime-trends: 2 new/);
    const reports = await hub.published('report');
    const report = reports.find(({ name }) => String(name).startsWith('Malware'));
    assert.ok(report);
    assert.deepEqual(report.object_refs, [MALWARE]);
    const figures = (report.extensions as Record<string, { rows: { count: number }[] }>)[TREND_EXTENSION];
    assert.deepEqual(
      figures?.rows.map(({ count }) => count),
      [9],
    );
    assert.ok(!JSON.stringify(reports).includes('Secret'));
    const translations = await hub.published('language-content');
    const french = translations.find(({ object_ref: id }) => id === report.id);
    assert.equal(french?.object_modified, report.modified);
    assert.match(JSON.stringify(french), /Logiciels malveillants les plus cités/);
    assert.equal((await hub.published('extension-definition')).length, 1);
    assert.equal((await hub.published('identity')).length, 2);

    const file = join(hub.data, 'published.json');
    await hub.run('export', '--collection', 'cybercrime-trends', '--out', file);
    assert.match(await hub.run('validate', file, '--level', 'strict'), /7 objects: 0 errors, 0 warnings/);

    const serving = await Serving.start(t, ['serve', '--data', hub.data, '--port', '0'], /^listening/);
    const password = 'vendor:a password for tests';
    const response = await serving.get('/regional/collections/cybercrime-trends/objects/?match[type]=report', password);
    const { objects } = (await response.json()) as { objects: { id: string }[] };
    assert.deepEqual(objects.map(({ id }) => id).sort(), reports.map(({ id }) => String(id)).sort());
  });

  test('a second run changes nothing, new figures make a new version, none revoke it, later ones make a new report', async (t) => {
    const hub = await openHub(t);
    await hub.add(malware(MALWARE, 'Red Fox'), sighting(MALWARE, 9, '2026-01-05T00:00:00Z'));
    const publish = async (): Promise<Record<string, string>> => {
      const { reports } = JSON.parse(
        await hub.run('trends', 'publish', '--period', 'month', ...JANUARY, '--min-count', '5', '--json'),
      ) as { reports: { dimension: string; outcome: string; id: string }[] };
      return Object.fromEntries(reports.map(({ dimension, outcome }) => [dimension, outcome]));
    };
    assert.deepEqual(await publish(), { malware: 'new' });
    const [first] = await hub.published('report');
    assert.deepEqual(await publish(), { malware: 'same' });
    assert.equal((await hub.published('report')).length, 1);
    const more = sighting(MALWARE, 1, '2026-01-06T00:00:00Z');
    await hub.add(more);
    assert.deepEqual(await publish(), { malware: 'changed' });
    const [, second] = await hub.published('report');
    assert.deepEqual([second?.id, second?.created, second?.published], [first?.id, first?.created, first?.published]);
    assert.ok(String(second?.modified) > String(first?.modified));
    await hub.add(malware(MALWARE, 'Red Fox', { modified: '2026-01-11T00:00:00.000Z', revoked: true }));
    assert.deepEqual(await publish(), { malware: 'revoked' });
    assert.deepEqual(await publish(), {});
    assert.equal((await hub.published('report')).at(-1)?.revoked, true);
    await hub.add(malware(MALWARE, 'Red Fox', { modified: '2026-01-12T00:00:00.000Z' }));
    assert.deepEqual(await publish(), { malware: 'new' });
    assert.notEqual((await hub.published('report')).at(-1)?.id, first?.id);
    assert.match(await hub.run('check'), /sound/);
  });

  test('a recall takes its counts along, and the next publication revokes what rested on them', async (t) => {
    const hub = await openHub(t);
    await hub.add(malware(MALWARE, 'Red Fox'), sighting(MALWARE, 9, '2026-01-05T00:00:00Z'));
    const publish = ['trends', 'publish', '--period', 'month', ...JANUARY, '--json'];
    const outcomes = async (): Promise<unknown> =>
      (JSON.parse(await hub.run(...publish)) as { reports: { outcome: string }[] }).reports.map(
        ({ outcome }) => outcome,
      );
    assert.deepEqual(await outcomes(), ['new']);
    await hub.run('recall', MALWARE, '--reason', 'a mistake');
    assert.match(await hub.run('trends', '--by', 'malware', ...JANUARY), /Nothing was counted/);
    assert.deepEqual(await outcomes(), ['revoked']);
    for (const type of ['report', 'language-content']) {
      const last = (await hub.published(type)).at(-1);
      assert.equal(last?.revoked, true);
      assert.ok(!JSON.stringify(last).includes('Red Fox'));
    }
    const file = join(hub.data, 'published.json');
    await hub.run('export', '--collection', 'cybercrime-trends', '--out', file);
    assert.match(await hub.run('validate', file, '--level', 'strict'), /0 errors, 0 warnings/);
    assert.match(await hub.run('check'), /sound/);
  });
});
