import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter, VersionSelector } from '../../../src/store/store.ts';
import { timestampKey } from '../../../src/time.ts';
import { type Bench, idOf, NOW, type OpenStore, openBench, version } from './harness.ts';

const FIRST: VersionSelector = { first: true, last: false, keys: [] };
const LAST: VersionSelector = { first: false, last: true, keys: [] };
const NEITHER = { first: false, last: false } as const;
const BOTH = ['2.0', '2.1'] as const;

/** The rows F1 to F9 of the requirement list, added at consecutive microseconds. */
async function addFixture(bench: Bench): Promise<void> {
  const rows = [
    version('a', '=F1', { modified: '2020-01-01T00:00:00.000Z' }),
    version('b', '=F2', { modified: '2020-01-02T00:00:00.000Z', type: 'malware' }),
    version('c', '=F3', { modified: null, type: 'ipv4-addr' }),
    version('a', '=F4', { modified: '2020-02-01T00:00:00.000Z' }),
    version('d', '=F5', { modified: '2020-01-05T00:00:00.000Z', type: 'marking-definition' }),
    version('e', '=F6', { modified: '2020-01-06T00:00:00.000Z', spec: '2.0' }),
    version('a', '=F7', { modified: '2019-06-01T00:00:00.000Z' }),
    version('g', '=F8', { modified: '2020-03-01T00:00:00.000Z', type: 'campaign', spec: '2.0' }),
    version('g', '=F9', { modified: '2020-02-15T00:00:00.123456Z', type: 'campaign' }),
  ];
  await bench.add(...rows.map((row, i) => ({ ...row, dateAdded: NOW + i + 1 })));
}

function at(...times: readonly string[]): readonly string[] {
  return times.map((time) => timestampKey(time) ?? '');
}

const CASES: readonly (readonly [rule: string, filter: Filter, expected: string, afterRow?: number])[] = [
  ['T21-3.4-02 nothing asked for is the last version in the newest spec', { versions: LAST }, '234569'],
  ['T21-3.4-03 after is exclusive', { versions: LAST }, '69', 5],
  ['T21-3.4.1-01 ids', { ids: [idOf('a'), idOf('b', 'malware')], versions: LAST }, '24'],
  ['T21-3.4.1-01 an unknown id', { ids: [idOf('zz')], versions: LAST }, ''],
  ['T21-3.4-17 ids and types together', { ids: [idOf('a')], types: ['malware'], versions: LAST }, ''],
  ['T21-3.4.1-02 spec version 2.0', { specVersions: ['2.0'], versions: LAST }, '68'],
  ['T21-3.4.1-02 spec version 2.1', { specVersions: ['2.1'], versions: LAST }, '23459'],
  ['T21-3.4.1-02 both spec versions together count as one object', { specVersions: BOTH, versions: LAST }, '234568'],
  ['T21-3.4.1-02 no known spec version', { specVersions: [], versions: LAST }, ''],
  ['T21-3.4.1-04 type', { types: ['campaign'], versions: LAST }, '9'],
  ['T21-3.4.1-04 type and both spec versions', { types: ['campaign'], specVersions: BOTH, versions: LAST }, '8'],
  ['T21-3.4.1-06 types', { types: ['indicator'], versions: LAST }, '46'],
  ['T21-3.4-21 a list of types', { types: ['malware', 'campaign', 'x-none'], versions: LAST }, '29'],
  ['T21-3.4.1-08 an absent type', { types: ['x-none'], versions: LAST }, ''],
  ['T21-3.4.1-09 id', { ids: [idOf('a')], versions: LAST }, '4'],
  ['T21-3.4.1-11 first', { versions: FIRST }, '235679'],
  ['T21-3.4.1-12 all', { versions: 'all' }, '12345679'],
  ['T21-3.4.1-12 all in both spec versions', { versions: 'all', specVersions: BOTH }, '123456789'],
  ['T21-3.4.1-12 all of some types', { versions: 'all', types: ['indicator'] }, '1467'],
  ['T21-3.4.1-13 a version', { versions: { ...NEITHER, keys: at('2020-01-01T00:00:00Z') } }, '1'],
  ['T21-3.4.1-13 to the microsecond', { versions: { ...NEITHER, keys: at('2020-02-15T00:00:00.123456Z') } }, '9'],
  ['T21-3.4.1-13 not to the millisecond', { versions: { ...NEITHER, keys: at('2020-02-15T00:00:00.123Z') } }, ''],
  [
    'T21-3.4.1-15 the date added of an object without dates',
    { versions: { ...NEITHER, keys: at('2026-01-01T00:00:00.000003Z') } },
    '3',
  ],
  ['T21-3.4.1-17 first and last', { versions: { first: true, last: true, keys: [] } }, '2345679'],
  [
    'T21-3.4.1-17 first and a version',
    { versions: { first: true, last: false, keys: at('2020-01-01T00:00:00Z', '2020-03-01T00:00:00Z') } },
    '1235679',
  ],
  [
    'T21-3.4.1-17 versions of several objects',
    { versions: { ...NEITHER, keys: at('2020-01-01T00:00:00Z', '2020-01-06T00:00:00Z', '2019-06-01T00:00:00Z') } },
    '167',
  ],
  ['T21-3.4.1-20 the window of after never brings an older version back', { versions: LAST }, '569', 4],
  ['T21-3.4.1-20 all in the window', { versions: 'all' }, '5679', 4],
  [
    'T21-3.4.1-23 a version alone filters before the spec version default',
    { ids: [idOf('g', 'campaign')], versions: { ...NEITHER, keys: at('2020-03-01T00:00:00Z') } },
    '8',
  ],
  ['T21-3.4.1-23 the same without an id', { versions: { ...NEITHER, keys: at('2020-03-01T00:00:00Z') } }, '8'],
  [
    'T21-3.4.1-23 of several versions of an object those of its newest spec version count',
    { versions: { ...NEITHER, keys: at('2020-03-01T00:00:00Z', '2020-02-15T00:00:00.123456Z') } },
    '9',
  ],
  [
    'T21-3.4.1-23 the same with an id',
    {
      ids: [idOf('g', 'campaign')],
      versions: { ...NEITHER, keys: at('2020-03-01T00:00:00Z', '2020-02-15T00:00:00.123456Z') },
    },
    '9',
  ],
  [
    'T21-3.4.1-23 a version beside an explicit spec version',
    { specVersions: ['2.1'], versions: { ...NEITHER, keys: at('2020-03-01T00:00:00Z') } },
    '',
  ],
  ['no version at all', { versions: { ...NEITHER, keys: [] } }, ''],
];

export function filterContract(name: string, open: OpenStore): void {
  test(`${name}: filters`, async (t) => {
    const bench = await openBench(t, open);
    await addFixture(bench);
    for (const [rule, filter, expected, afterRow] of CASES) {
      await t.test(rule, async () => {
        const after = afterRow === undefined ? {} : { after: NOW + afterRow };
        const found = await bench.names(filter, after);
        assert.equal(found.map((text) => text.split('=F')[1]).join(''), expected);
        const paged: string[] = [];
        for (let position = afterRow === undefined ? undefined : NOW + afterRow; ; ) {
          const page = await bench.page({ filter, limit: 2, ...(position === undefined ? {} : { after: position }) });
          paged.push(...page.rows.map(({ json }) => (JSON.parse(json) as { name: string }).name));
          if (!page.more) break;
          position = page.rows.at(-1)?.dateAdded;
        }
        assert.deepEqual(paged, found);
      });
    }
  });
}
