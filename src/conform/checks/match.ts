import { META_TYPES, SCO_TYPES, SDO_TYPES, SRO_TYPES } from '../../stix/object-key.ts';
import { objectsOf } from '../answer.ts';
import { type Check, check } from '../check.ts';
import { ALL } from '../gather.ts';
import { campaign } from '../objects.ts';
import { keyOf, labelOf, scopeOf, select } from '../sample.ts';
import { UNKNOWN_OBJECT } from '../tour.ts';
import { allStored, push, refusalOf } from '../write.ts';
import { idsWith, lateOlder, severalVersions } from './versioned.ts';

/** Section 3.4.1: what the match fields mean. */
export const MATCH: readonly Check[] = [
  check(
    'T21-3.4.1-01',
    'match[id] brings the objects with those ids and no others',
    async (t) => {
      const { entries } = t.sample;
      const ids = [...new Set(entries.map(({ id }) => id))];
      for (const some of [ids.slice(0, 1), ids.slice(1, 3)]) {
        await t.compare(`match[id]=${some.join(',')}`, select(entries, { ids: some }));
        const answer = await t.read(`${t.sample.url}objects/?match[id]=${some.join(',')}`);
        const foreign = objectsOf(answer.body.objects).find(({ id }) => !some.includes(String(id)));
        t.expect(foreign === undefined, `objects with the id ${some.join(' or ')} only`, answer);
      }
      const answer = await t.read(`${t.sample.url}objects/?match[id]=${UNKNOWN_OBJECT}`);
      t.expect(answer.body.objects === undefined, 'nothing for an id that is not there', answer);
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4.1-02',
    'match[spec_version] shows no other spec version',
    async (t) => {
      const { entries } = t.sample;
      for (const specVersions of [['2.1'], ['2.0'], ['3.7']])
        await t.compare(
          `match[version]=all&match[spec_version]=${specVersions.join(',')}`,
          select(entries, { versions: ['all'], specVersions }),
        );
      await t.compare(ALL, select(entries, { versions: ['all'], specVersions: ['2.0', '2.1'] }));
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4.1-03',
    'without match[spec_version] an object comes in its newest spec version',
    async (t) => {
      const both = idsWith(t, (each) => new Set(each.map(({ specVersion }) => specVersion)).size > 1);
      if (both.length === 0) t.skip('no object has versions of STIX 2.0 and 2.1');
      await t.compare(`match[id]=${both.join(',')}`, select(t.sample.entries, { ids: both }));
      await t.compare(
        `match[id]=${both.join(',')}&match[version]=all`,
        select(t.sample.entries, { ids: both, versions: ['all'] }),
      );
    },
    { needs: ['sample'], also: ['T21-3.4.1-04'] },
  ),
  check(
    'T21-3.4.1-05',
    'an object without spec_version counts as 2.0, an observable as 2.1',
    async (t) => {
      const bare = t.sample.entries.filter(({ object }) => object !== undefined && object.spec_version === undefined);
      const ids = [...new Set(bare.map(({ id }) => id))];
      if (ids.length === 0) t.skip('no object without spec_version can be seen');
      for (const specVersions of [['2.0'], ['2.1']])
        await t.compare(
          `match[id]=${ids.join(',')}&match[version]=all&match[spec_version]=${specVersions[0]}`,
          select(t.sample.entries, { ids, versions: ['all'], specVersions }),
        );
    },
    { needs: ['sample'], also: ['T21-S-02'] },
  ),
  check(
    'T21-3.4.1-06',
    'match[type] shows only the types that it names',
    async (t) => {
      const { entries, url } = t.sample;
      for (const type of [...new Set(entries.map((entry) => entry.type))]) {
        await t.compare(`match[type]=${type}`, select(entries, { types: [type] }));
        const answer = await t.read(`${url}objects/?match[type]=${type}&limit=20`);
        const foreign = objectsOf(answer.body.objects).find((object) => object.type !== type);
        t.expect(foreign === undefined, `objects of type ${type} only`, answer);
      }
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4.1-07',
    'every type of STIX 2.1 can be asked for',
    async (t) => {
      for (const type of [...SDO_TYPES, ...SRO_TYPES, ...SCO_TYPES, ...META_TYPES])
        t.expectStatus(
          await t.get(`${t.reading.url}manifest/?limit=1&match[type]=${type}`),
          [200],
          `${type} is a type of STIX 2.1`,
        );
    },
    { needs: ['read'], also: ['T21-S-07'] },
  ),
  check(
    'T21-3.4.1-08',
    'a type that nobody knows breaks nothing',
    async (t) => {
      t.expectStatus(
        await t.get(`${t.reading.url}objects/?limit=1&match[type]=x-conform-unknown`),
        [200, 400],
        'an unknown type',
      );
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4.1-09',
    'without match[version] only the latest version comes',
    async (t) => {
      const ids = severalVersions(t);
      await t.compare(`match[id]=${ids.join(',')}`, select(t.sample.entries, { ids }));
    },
    { needs: ['sample'] },
  ),
  ...(['last', 'first', 'all'] as const).map((keyword, index) =>
    check(
      `T21-3.4.1-1${index}`,
      `match[version]=${keyword}`,
      async (t) => {
        const ids = severalVersions(t);
        await t.compare(
          `match[id]=${ids.join(',')}&match[version]=${keyword}`,
          select(t.sample.entries, { ids, versions: [keyword] }),
        );
        await t.compare(`match[version]=${keyword}`, select(t.sample.entries, { versions: [keyword] }));
      },
      { needs: ['sample'] },
    ),
  ),
  check(
    'T21-3.4.1-13',
    'a timestamp selects the version that has it exactly',
    async (t) => {
      for (const { id, version = '' } of t.sample.entries
        .filter((entry) => entry.object?.modified !== undefined)
        .slice(0, 6))
        await t.compare(
          `match[id]=${id}&match[version]=${version}`,
          select(t.sample.entries, { ids: [id], versions: [version] }),
        );
      const [one] = t.sample.entries;
      await t.compare(`match[id]=${one?.id}&match[version]=1999-12-31T23:59:59.000Z`, []);
      for (const wrong of ['2020-01-01', 'foo'])
        t.expectStatus(
          await t.get(`${t.sample.url}objects/?match[version]=${wrong}`),
          [400],
          'neither a keyword nor a STIX timestamp',
        );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4.1-14',
    'an object without modified is found by created',
    async (t) => {
      const entry =
        t.sample.entries.find(({ object }) => object?.created !== undefined && object.modified === undefined) ??
        t.skip('no object without modified can be seen');
      await t.compare(`match[id]=${entry.id}&match[version]=${entry.version}`, [entry]);
    },
    { needs: ['sample'], also: ['T21-S-01'] },
  ),
  check(
    'T21-3.4.1-15',
    'an object without dates is found by the version that the manifest gives it',
    async (t) => {
      const entry =
        t.sample.entries.find(({ undated, version }) => undated && version !== undefined) ??
        t.skip('no object without dates can be seen');
      await t.compare(`match[id]=${entry.id}&match[version]=${entry.version}`, [entry]);
    },
    { needs: ['sample'], also: ['T21-5.3.1-07'] },
  ),
  ...(
    [
      ['T21-3.4.1-16', 'a version stands once', ['last,last', '2020-01-01T00:00:00.000Z,2020-01-01T00:00:00.000Z']],
      ['T21-3.4.1-18', 'all stands alone', ['all,last', 'first,all']],
    ] as const
  ).map(([id, title, values]) =>
    check(
      id,
      title,
      async (t) => {
        for (const value of values)
          for (const path of ['objects/', 'manifest/'])
            t.expectStatus(
              await t.get(`${t.reading.url}${path}?match[version]=${value}`),
              [400],
              `match[version]=${value} is malformed`,
            );
      },
      { needs: ['read'] },
    ),
  ),
  check(
    'T21-3.4.1-17',
    'several versions and keywords combine',
    async (t) => {
      const ids = severalVersions(t);
      await t.compare(
        `match[id]=${ids.join(',')}&match[version]=first,last`,
        select(t.sample.entries, { ids, versions: ['first', 'last'] }),
      );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4.1-20',
    'added_after never brings back an older version after a newer one',
    async (t) => {
      const late = lateOlder(t) ?? t.skip('no older version was added later here');
      const { entries } = t.sample;
      const before =
        entries[entries.indexOf(late) - 1]?.dateAdded ?? t.skip('the manifest did not say when the objects were added');
      await t.compare(
        `match[id]=${late.id}&added_after=${before}`,
        select(entries, { ids: [late.id], addedAfter: before }),
      );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4.1-21',
    'the latest version is the latest instant, not the last in the alphabet',
    async (t) => {
      const a = campaign({ modified: '2020-01-01T00:00:00.500Z' });
      const b = { ...a, modified: '2020-01-01T00:00:00.500001Z' };
      const pushed = await push(t.session, t.writing.url, [a, b]);
      t.require(allStored(pushed), 'two versions a microsecond apart to be stored', pushed.answer, refusalOf(pushed));
      const answer = await t.read(`${t.writing.url}objects/${a.id}/`);
      const [latest] = objectsOf(answer.body.objects);
      t.expect(keyOf(String(latest?.modified)) === keyOf(b.modified), `the version of ${b.modified}`, answer);
    },
    { needs: ['known'], also: ['T21-D-19', 'T21-S-03'] },
  ),
  check(
    'T21-3.4.1-22',
    'filters come before pages',
    async (t) => {
      const { sample } = t;
      const { answers, labels } = await t.readAll(`${sample.url}objects/`, `${scopeOf(sample)}&limit=1`);
      const expected = select(sample.entries, {}).map(labelOf);
      t.expect(
        labels.join() === expected.join(),
        `page by page the latest versions only: ${expected.join(', ')}`,
        answers[0],
        `the pages held ${labels.join(', ')}`,
      );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4.1-23',
    'a version that is named is looked for in every spec version',
    async (t) => {
      const older = t.sample.entries.find(
        (entry) =>
          entry.specVersion === '2.0' &&
          t.sample.entries.some((each) => each.id === entry.id && each.specVersion === '2.1'),
      );
      const { id, version } = older ?? t.skip('no object has versions of STIX 2.0 and 2.1');
      await t.compare(
        `match[id]=${id}&match[version]=${version}`,
        select(t.sample.entries, { ids: [id], versions: [version ?? ''] }),
      );
    },
    { needs: ['sample'] },
  ),
];
