import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TREND_EXTENSION } from '../../src/trends/extension.ts';
import { trendFacts } from '../../src/trends/facts.ts';

const CREATED = { created: '2026-01-02T23:00:00Z' };
const DAY = Date.parse('2026-01-02') / 86_400_000;

test('a vulnerability has its CVE for a name, else its name', () => {
  const keys = (more: object) =>
    trendFacts({ type: 'vulnerability', id: 'x', ...more }, '2.1')?.named.map(({ key }) => key);
  const cve = { source_name: 'CVE', external_id: 'cve-2026-1' };
  assert.deepEqual(keys({ name: 'Log4Shell', external_references: [{ source_name: 'x' }, cve] }), ['cve20261']);
  assert.deepEqual(keys({ name: 'CVE 2026-1' }), ['cve20261']);
});

test('an object without a name has its id for a name', () => {
  const facts = trendFacts({ type: 'malware', id: 'malware--1', name: ' ' }, '2.1');
  assert.deepEqual(facts?.named, [{ dimension: 'malware', key: 'malware1', label: 'malware--1', alias: false }]);
});

test('a sighting weighs its count, each of what it names once', () => {
  const refs = { sighting_of_ref: 'malware--1', where_sighted_refs: ['location--1', 'location--1', 'indicator--1'] };
  const facts = trendFacts(
    { type: 'sighting', ...CREATED, ...refs, count: 12, last_seen: '2026-01-01T00:00:00Z' },
    '2.1',
  );
  assert.deepEqual([facts?.day, facts?.weight, facts?.names], [DAY - 1, 12, ['malware--1', 'location--1']]);
  assert.equal(trendFacts({ type: 'sighting', ...CREATED, ...refs }, '2.1')?.weight, 1);
});

test('reports of trends name nothing, or trends would count themselves', () => {
  const report = { type: 'report', ...CREATED, object_refs: ['malware--1'] };
  assert.deepEqual(trendFacts(report, '2.1')?.names, ['malware--1']);
  assert.deepEqual(trendFacts({ ...report, extensions: { [TREND_EXTENSION]: {} } }, '2.1')?.names, []);
});

test('labels of STIX 2.0 indicators are their types, and their patterns are STIX', () => {
  const pattern = `[url:value = 'http://a.example/']`;
  const facts = trendFacts({ type: 'indicator', ...CREATED, labels: ['Malicious Activity'], pattern }, '2.0');
  assert.deepEqual(facts?.keys, [
    { dimension: 'indicator-type', key: 'malicious-activity' },
    { dimension: 'observable', key: 'url' },
  ]);
});

test('whatever an object holds, facts are told or it counts for nothing', () => {
  for (const type of [
    'sighting',
    'report',
    'malware',
    'indicator',
    'location',
    'identity',
    'attack-pattern',
    'vulnerability',
  ])
    for (const odd of [null, 1, 'x', [], [null, 1], {}, [{ kill_chain_name: 1 }]]) {
      const names = [
        'name',
        'aliases',
        'object_refs',
        'sectors',
        'country',
        'kill_chain_phases',
        'external_references',
      ];
      const object = Object.fromEntries(
        [...names, 'created', 'count', 'pattern', 'extensions'].map((name) => [name, odd]),
      );
      assert.equal(trendFacts({ type, id: `${type}--1`, ...object }, '2.1')?.day, undefined);
    }
  assert.equal(trendFacts({ type: 'malware', revoked: true }, '2.1'), undefined);
});
