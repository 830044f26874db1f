import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { dateAdded } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { ALL, assertError, bare, drain } from './answers.ts';
import { indicator, UNKNOWN } from './stix.ts';

/** For tests that only read. */
const hub = await openHub({ after });

const BOTH = ['objects/', 'manifest/'] as const;

/** Asserts what a query lists, in order, on objects and manifest alike. */
async function lists(query: string, expected: string): Promise<void> {
  for (const path of BOTH) {
    const answer = await hub.get(`${path}?${query}`);
    assert.equal(answer.status, 200, `${query}: ${answer.text}`);
    assert.equal(rows(answer).join(), expected, `${path}?${query}`);
  }
}

async function refused(query: string, parameter: string): Promise<void> {
  for (const path of BOTH) {
    const answer = await hub.get(`${path}?${query}`);
    assertError(answer, 400, query);
    assert.equal(answer.json.details.parameter, parameter, query);
  }
}

describe('match[version]', () => {
  test('T21-3.4.1-09 T21-3.4.1-10 without it, and with last, come the latest', async () => {
    await lists('match[id]=indicator--a', 'F4');
    for (const path of [...BOTH, 'objects/indicator--a/'])
      for (const query of ['', 'match[id]=indicator--a', 'match[spec_version]=2.0', 'match[spec_version]=2.0,2.1']) {
        const last = await hub.get(`${path}?${query}&match[version]=last`);
        assert.deepEqual(bare(last), bare(await hub.get(`${path}?${query}`)), `${path}?${query}`);
      }
  });

  test('T21-3.4.1-11 first is the earliest', async () => {
    await lists('match[version]=first', 'F2,F3,F5,F6,F7,F9');
    await lists('match[version]=first&match[id]=indicator--a', 'F7');
  });

  test('T21-3.4.1-12 all is every version', async () => {
    await lists('match[version]=all', 'F1,F2,F3,F4,F5,F6,F7,F9');
    await lists(ALL, 'F1,F2,F3,F4,F5,F6,F7,F8,F9');
  });

  test('T21-3.4.1-13 a timestamp selects what was modified exactly then (A35)', async () => {
    for (const [text, expected] of [
      ['2020-01-01T00:00:00.000Z', 'F1'],
      ['2020-01-01T00:00:00Z', 'F1'],
      ['2020-01-01T00:00:00.000000000000Z', 'F1'],
      ['2020-01-01T00:00:00.0000000000001Z', ''],
      ['2020-01-01T00:00:00.001Z', ''],
      ['2020-02-15T00:00:00.123456Z', 'F9'],
      ['2020-02-15T00:00:00.1234560Z', 'F9'],
      ['2020-02-15T00:00:00.123Z', ''],
      ['2020-02-15T00:00:00.123457Z', ''],
      ['2020-02-15T00:00:00.1234561Z', ''],
      ['2020-01-06T00:00:00.000Z,2020-01-02T00:00:00.000Z', 'F2,F6'],
      ['2001-01-01T00:00:00.000Z', ''],
    ])
      await lists(`match[version]=${text}`, expected as string);
  });

  test('T21-3.4.1-13 T21-3.4-01 what is neither keyword nor STIX timestamp is 400 (A10)', async () => {
    for (const text of [
      '2020-01-01',
      'foo',
      'FIRST',
      'Last',
      'latest',
      '2020-01-01T00:00:00',
      '2020-01-01T00:00:00+00:00',
      '2020-01-01T00:00:00z',
      '2020-01-01t00:00:00Z',
      '2020-02-30T00:00:00Z',
      '2020-01-01T25:00:00Z',
      '2020-01-01T00:00:00.Z',
      '1577836800',
      'last,foo',
    ])
      await refused(`match[version]=${text}`, 'match[version]');
  });

  test('T21-3.4.1-14 objects without modified have their created', async () => {
    await lists('match[version]=2020-01-05T00:00:00.000Z', 'F5');
    await lists('match[version]=2020-01-05T00:00:00Z&match[type]=marking-definition', 'F5');
  });

  test('T21-3.4.1-15 objects with neither have the same value everywhere (A21)', async () => {
    const [record] = (await hub.get('manifest/?match[id]=ipv4-addr--c')).json.objects;
    assert.equal(record.version, record.date_added);
    assert.deepEqual((await hub.get('objects/ipv4-addr--c/versions/')).json.versions, [record.version]);
    await lists(`match[version]=${record.version}`, 'F3');
    assert.deepEqual(rows(await hub.get(`objects/ipv4-addr--c/?match[version]=${record.version}`)), ['F3']);
  });

  test('T21-3.4.1-16 nothing occurs twice', async () => {
    const time = '2020-01-01T00:00:00.000Z';
    for (const text of ['last,last', 'first,first', 'all,all', `${time},${time}`, `last,${time},last`])
      await refused(`match[version]=${text}`, 'match[version]');
  });

  test('T21-3.4.1-17 different ones combine, each entry once', async () => {
    await lists('match[version]=first,last', 'F2,F3,F4,F5,F6,F7,F9');
    await lists('match[version]=last,first', 'F2,F3,F4,F5,F6,F7,F9');
    await lists('match[version]=first,2020-01-01T00:00:00.000Z', 'F1,F2,F3,F5,F6,F7,F9');
    await lists('match[version]=last,2020-02-01T00:00:00.000Z,2019-06-01T00:00:00.000Z', 'F2,F3,F4,F5,F6,F7,F9');
    await lists('match[version]=last,2020-03-01T00:00:00.000Z', 'F2,F3,F4,F5,F6,F9');
  });

  test('T21-3.4.1-18 all stands alone', async () => {
    for (const text of ['all,last', 'first,all', 'all,2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z,all'])
      await refused(`match[version]=${text}`, 'match[version]');
  });

  test('T21-3.4.1-20 added_after is a window over first and last and brings no older version back', async () => {
    const since4 = `added_after=${dateAdded('F4')}`;
    await lists(since4, 'F5,F6,F9');
    await lists(`${since4}&match[version]=all`, 'F5,F6,F7,F9');
    await lists(`${since4}&match[version]=first`, 'F5,F6,F7,F9');
    await lists(`added_after=${dateAdded('F2')}&match[id]=indicator--a&match[version]=all`, 'F4,F7');
    await lists(`added_after=${dateAdded('F8')}&match[spec_version]=2.0,2.1`, '');
    await lists(`added_after=${dateAdded('F9')}&match[id]=campaign--g`, '');
  });

  test('T21-3.4.1-21 latest is the greatest instant, not the greatest text (A22)', async (t) => {
    const own = await openHub(t, { maxContentLength: 100_000 });
    const times = ['500Z', '500001Z', '5Z', '50000100001Z', '499999999Z'].map((end) => `2020-01-01T00:00:00.${end}`);
    const versions = times.map((modified) => indicator({ id: `indicator--${UNKNOWN}`, created: times[4], modified }));
    const status = (await own.push('MT', versions)).json;
    // `.500` and `.5` are one instant, and their texts are two contents.
    assert.deepEqual([status.success_count, status.failure_count], [4, 1]);
    const at = `/api1/collections/MT/objects/`;
    const modified = async (query: string) =>
      (await own.get(`${at}?match[version]=${query}`)).json.objects.map((one: { modified: string }) => one.modified);
    assert.deepEqual(await modified('last'), [times[3]]);
    assert.deepEqual(await modified('first'), [times[4]]);
    assert.deepEqual(await modified('2020-01-01T00:00:00.500000Z'), [times[0]]);
  });

  test('T21-3.4.1-22 first and last are not computed page by page', async () => {
    for (const path of BOTH)
      for (const limit of [1, 2, 3]) {
        assert.equal((await drain(hub, path, `limit=${limit}`)).join(), 'F2,F3,F4,F5,F6,F9');
        assert.equal((await drain(hub, path, `limit=${limit}&match[version]=first`)).join(), 'F2,F3,F5,F6,F7,F9');
      }
  });

  test('T21-3.4.1-23 explicit versions come before the default of the spec version', async () => {
    const at = 'match[id]=campaign--g&match[version]=2020-03-01T00:00:00.000Z';
    await lists(at, 'F8');
    await lists(`${at}&match[spec_version]=2.1`, '');
    await lists(`${at},2020-02-15T00:00:00.123456Z`, 'F9');
    await lists(`${at},last`, 'F9');
  });
});
