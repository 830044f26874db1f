import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { dateAdded, OBJECTS, ROWS } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { ALL, assertError } from './answers.ts';
import { domain, indicator, UNKNOWN } from './stix.ts';

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

describe('match fields', () => {
  test('T21-3.4-17 several are ANDed', async () => {
    await lists('match[type]=indicator&match[id]=malware--b', '');
    await lists('match[type]=indicator&match[id]=malware--b,indicator--a', 'F4');
    await lists('match[type]=indicator&match[spec_version]=2.0', 'F6');
    await lists('match[type]=indicator&match[version]=all', 'F1,F4,F6,F7');
    await lists('match[type]=indicator&match[version]=first&match[spec_version]=2.1&match[id]=indicator--a', 'F7');
    await lists(`match[type]=indicator&match[version]=all&added_after=${dateAdded('F4')}`, 'F6,F7');
  });

  test('T21-3.4-18 T21-3.4-01 each occurs once, however it is spelled', async () => {
    for (const field of ['id', 'type', 'version', 'spec_version']) {
      const values = { id: 'malware--b', type: 'malware', version: 'last', spec_version: '2.1' };
      const value = values[field as keyof typeof values];
      const name = `match[${field}]`;
      const encoded = `match%5B${field}%5D`;
      await lists(`${name}=${value}&match[id]=malware--b`.split('&match[id]=')[0] as string, rowsOf[field] as string);
      for (const query of [`${name}=${value}&${name}=${value}`, `${name}=${value}&${encoded}=${value}`])
        await refused(query, name);
      await refused(`${name}=${value}&limit=1&${name}=`, name);
    }
    await refused('match[type]=indicator&match[type]=malware', 'match[type]');
  });
  const rowsOf: Readonly<Record<string, string>> = {
    id: 'F2',
    type: 'F2',
    version: 'F2,F3,F4,F5,F6,F9',
    spec_version: 'F2,F3,F4,F5,F9',
  };

  test('T21-3.4-21 values separated by commas are ORed', async () => {
    await lists('match[type]=malware,campaign', 'F2,F9');
    await lists('match[type]=campaign,malware', 'F2,F9');
    await lists('match[id]=ipv4-addr--c,campaign--g,indicator--e', 'F3,F6,F9');
    await lists('match[type]=malware,malware&match[id]=malware--b,malware--b', 'F2');
    await lists('match[spec_version]=2.1,2.1', 'F2,F3,F4,F5,F9');
  });

  test('T21-3.4-22 T21-3.4-01 no spaces and no empty values stand beside the commas (A10)', async () => {
    for (const [field, value] of [
      ['id', 'malware--b'],
      ['type', 'malware'],
      ['version', 'last'],
      ['spec_version', '2.1'],
    ]) {
      const name = `match[${field}]`;
      for (const text of ['', ',', `${value},`, `,${value}`, `${value},,${value}`, '%20', '%09'])
        await refused(`${name}=${text}`, name);
      for (const space of ['%20', '+', '%09', '%0A', '%C2%A0'])
        for (const text of [`${value},${space}x`, `x${space},${value}`, `${space}${value}`, `${value}${space}`])
          await refused(`${name}=${text}`, name);
      await refused(name, name);
    }
  });
});

describe('match[id]', () => {
  test('T21-3.4.1-01 is the whole id, case-sensitive', async () => {
    await lists('match[id]=indicator--a', 'F4');
    await lists('match[id]=indicator--a,malware--b', 'F2,F4');
    const id = OBJECTS['indicator--a'];
    for (const text of [
      `indicator--${UNKNOWN}`,
      id.toUpperCase(),
      id.replace('indicator', 'Indicator'),
      id.slice(0, -1),
      `${id}0`,
      id.replace('indicator--', ''),
      'indicator--',
      'not-a-stix-id',
      `${'x'.repeat(300)}--y`,
      `${id}%00`,
    ])
      await lists(`match[id]=${text}`, '');
    await lists(`match[id]=unknown,${id},x--y`, 'F4');
  });
});

describe('match[spec_version]', () => {
  test('T21-3.4.1-02 no other spec version appears', async () => {
    await lists('match[spec_version]=2.0', 'F6,F8');
    await lists('match[spec_version]=2.1', 'F2,F3,F4,F5,F9');
    await lists('match[spec_version]=2.0,2.1', 'F2,F3,F4,F5,F6,F8');
    await lists('match[spec_version]=2.0,2.1&match[version]=first', 'F2,F3,F5,F6,F7,F9');
    await lists('match[spec_version]=2.0&match[version]=all', 'F6,F8');
    for (const unknown of ['3.7', '1.2', '0.0', '2.10', '10.1', '2.2,3.0'])
      await lists(`match[spec_version]=${unknown}`, '');
    await lists('match[spec_version]=2.0,9.9', 'F6,F8');
  });

  test('T21-3.4.1-02 what is not of the form n.m is 400 (A10)', async () => {
    for (const text of ['2', '2.', '.1', '2.1.0', 'x', '2.1a', '-2.1', '2,1', '02.1', '2.01', '２.1', 'all', 'latest'])
      await refused(`match[spec_version]=${text}`, 'match[spec_version]');
  });

  test('T21-3.4.1-03 without it each object comes in the newest there is', async () => {
    await lists('', 'F2,F3,F4,F5,F6,F9');
    await lists('match[id]=campaign--g', 'F9');
    await lists('match[id]=indicator--e', 'F6');
    await lists('match[version]=all&match[id]=campaign--g,indicator--e', 'F6,F9');
  });

  test('T21-3.4.1-04 it is settled before first and last', async () => {
    await lists('match[type]=campaign', 'F9');
    await lists('match[type]=campaign&match[version]=first', 'F9');
    await lists('match[type]=campaign&match[version]=first,last', 'F9');
    await lists('match[type]=campaign&match[spec_version]=2.0,2.1', 'F8');
    await lists('match[type]=campaign&match[spec_version]=2.0,2.1&match[version]=first', 'F9');
    await lists('match[type]=campaign&match[spec_version]=2.0,2.1&match[version]=first,last', 'F8,F9');
    await lists('match[type]=campaign&match[spec_version]=2.0', 'F8');
  });

  test('T21-3.4.1-05 objects without one count as 2.0, observables as 2.1', async (t) => {
    await lists('match[spec_version]=2.0&match[id]=indicator--e', 'F6');
    await lists('match[spec_version]=2.1&match[id]=indicator--e', '');
    const own = await openHub(t);
    const { spec_version: _, ...observable } = domain();
    assert.equal((await own.push('RW', [observable])).json.success_count, 1);
    const at = `objects/?match[id]=${observable.id}&match[spec_version]=`;
    assert.deepEqual((await own.get(`${at}2.1`)).json.objects, [observable]);
    assert.deepEqual((await own.get(`${at}2.0`)).json, {});
  });
});

const STIX_TYPES =
  'attack-pattern campaign course-of-action grouping identity incident indicator infrastructure intrusion-set location malware malware-analysis note observed-data opinion report threat-actor tool vulnerability relationship sighting artifact autonomous-system directory domain-name email-addr email-message file ipv4-addr ipv6-addr mac-addr mutex network-traffic process software url user-account windows-registry-key x509-certificate language-content marking-definition extension-definition'.split(
    ' ',
  );

describe('match[type]', () => {
  test('T21-3.4.1-06 only the listed types appear', async () => {
    await lists('match[type]=indicator', 'F4,F6');
    await lists('match[type]=ipv4-addr,marking-definition', 'F3,F5');
    await lists('match[type]=Indicator', '');
    await lists('match[type]=indicat', '');
  });

  test('T21-3.4.1-07 no type of STIX 2.1 is an error', async () => {
    assert.equal(STIX_TYPES.length, 19 + 2 + 18 + 3);
    const held = Object.groupBy(Object.entries(ROWS), ([, row]) => row.type);
    for (const type of STIX_TYPES) {
      const listed = rows(await hub.get(`objects/?match[type]=${type}&${ALL}`));
      assert.deepEqual(listed, held[type]?.map(([name]) => name) ?? [], type);
    }
    await lists(`match[type]=${STIX_TYPES.join()}`, 'F2,F3,F4,F5,F6,F9');
  });

  test('T21-3.4.1-08 nor is any other', async (t) => {
    for (const type of ['x-acme', 'foo', 'bundle', 'é', 'a/b', 'x'.repeat(500)])
      await lists(`match[type]=${encodeURIComponent(type)}`, '');
    const own = await openHub(t);
    const custom = { ...indicator(), type: 'x-acme', id: `x-acme--${UNKNOWN}` };
    assert.equal((await own.push('RW', [custom])).json.success_count, 1);
    assert.deepEqual((await own.get('objects/?match[type]=x-acme,foo')).json.objects, [custom]);
  });
});
