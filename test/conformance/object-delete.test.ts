import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { agreement, dateAdded, OBJECTS, put, ROWS, V21 } from '../http/fixture.ts';
import { fixtureBatch, type Hub, openHub, rows } from '../http/hub.ts';
import { ALL, assertError, bare, contents, LAST } from './answers.ts';
import { indicator } from './stix.ts';

/** For tests that only read, or are refused. */
const hub = await openHub({ after });

const left = async (from: Hub, id = 'indicator--a'): Promise<string[]> =>
  rows(await from.get(`objects/?${ALL}&match[id]=${id}`));

describe('who may delete', () => {
  test('T21-5.7-02 both flags are needed: 404 with neither, 403 with one, whether or not the object is there', async () => {
    for (const [name, status] of [
      ['RO', 403],
      ['WO', 403],
      ['NO', 404],
      ['HID', 404],
    ] as const) {
      await hub.store.objects.commit(fixtureBatch(name));
      const answers = [];
      for (const id of ['malware--b', 'malware--unknown', 'not-a-stix-id'])
        answers.push(await hub.delete(`/api1/collections/${name}/objects/${id}/`));
      for (const answer of answers) {
        assertError(answer, status, name);
        assert.deepEqual(bare(answer), bare(answers[0] as (typeof answers)[0]), name);
      }
      const kept = await hub.get(`/api1/collections/${name}/objects/malware--b/`, { user: 'ops' });
      assert.equal(kept.status, 200, name);
    }
  });

  test('T21-5.7-09 failures are 400, 401, 404 and 406 as well', async () => {
    const before = await contents(hub);
    assertError(await hub.delete('objects/indicator--a/?match[version]=x'), 400);
    assertError(await hub.delete('objects/indicator--a/', { user: null }), 401);
    assertError(await hub.delete('objects/indicator--unknown/'), 404);
    assertError(await hub.delete('/nope/collections/RW/objects/indicator--a/'), 404);
    assertError(await hub.delete('/api1/collections/MT/objects/indicator--a/'), 404, 'it is in another collection');
    assertError(await hub.delete('objects/indicator--a/?match[version]=2001-01-01T00:00:00.000Z'), 404);
    assertError(await hub.delete('objects/indicator--a/?match[spec_version]=2.0'), 404);
    assertError(await hub.delete('objects/indicator--a/?match[spec_version]=3.7'), 404);
    assertError(await hub.delete('objects/indicator--a/', { accept: 'text/html' }), 406);
    assert.equal(await contents(hub), before);
  });

  test('T21-5.7-12 T21-5.7-04 parameters that a deletion does not have are refused, and so are contradictions', async () => {
    const before = await contents(hub);
    const queries = [
      'match[type]=indicator',
      'match[id]=indicator--a',
      'limit=1',
      'next=x',
      'added_after=2020-01-01T00:00:00.000000Z',
      'match[verison]=last',
      'MATCH[version]=last',
      'match%5Bversio%5D=last',
      'x',
      'match[version]=all,last',
      'match[version]=last,last',
      'match[version]=',
      'match[version]=first&match[version]=last',
      'match[spec_version]=two',
    ];
    for (const query of queries) assertError(await hub.delete(`objects/indicator--a/?${query}`), 400, query);
    assert.equal(await contents(hub), before);
  });
});

describe('what a deletion takes', () => {
  test('T21-5.7-01 T21-5.7-05 T21-5.7-06 T21-5.7-07 without a filter every version goes, and nothing lists it any more', async (t) => {
    const hub = await openHub(t);
    const answer = await hub.delete('objects/indicator--a/');
    const { status, text, headers } = answer;
    assert.deepEqual([status, text, headers['content-type'], headers['content-length']], [200, '', V21, '0']);
    for (const path of ['objects/indicator--a/', 'objects/indicator--a/versions/'])
      assertError(await hub.get(path), 404, path);
    assert.deepEqual(rows(await hub.get(`manifest/?${ALL}`)), ['F2', 'F3', 'F5', 'F6', 'F8', 'F9']);
    assert.deepEqual(rows(await hub.get(`objects/?${ALL}`)), ['F2', 'F3', 'F5', 'F6', 'F8', 'F9']);
    assert.deepEqual((await hub.get('objects/?match[id]=indicator--a')).json, {});
    assertError(await hub.delete('objects/indicator--a/'), 404, 'a second time');
    assert.equal((await hub.delete('objects/campaign--g/')).status, 200);
    assert.deepEqual(rows(await hub.get(`objects/?${ALL}`)), ['F2', 'F3', 'F5', 'F6'], 'of every spec version');
  });

  test('T21-5.7-03 T21-5.7-06 T21-5.7-07 a version named by value goes alone', async (t) => {
    const hub = await openHub(t);
    const query = '?match[version]=2020-01-01T00:00:00.000Z';
    assert.equal((await hub.delete(`objects/indicator--a/${query}`)).status, 200);
    assert.deepEqual(await left(hub), ['F4', 'F7']);
    assertError(await hub.get(`objects/indicator--a/${query}`), 404);
    assert.deepEqual((await hub.get(`objects/${query}`)).json, {});
    const { versions } = (await hub.get('objects/indicator--a/versions/')).json;
    assert.deepEqual(versions, [ROWS.F4.modified, ROWS.F7.modified]);
    assertError(await hub.delete(`objects/indicator--a/${query}`), 404, 'a second time');
    assert.equal((await hub.delete('objects/campaign--g/?match[spec_version]=2.0')).status, 200);
    assert.deepEqual(await left(hub, 'campaign--g'), ['F9']);
    const two = '2019-06-01T00:00:00Z,2020-02-01T00:00:00Z';
    assert.equal((await hub.delete(`objects/indicator--a/?match[version]=${two}`)).status, 200);
    assert.deepEqual(await left(hub), []);
  });

  test('T21-5.7-04 the keywords first, last and all choose versions', async (t) => {
    const hub = await openHub(t);
    const steps: [string, string[]][] = [
      ['first', ['F1', 'F4']],
      ['last', ['F1']],
      ['all', []],
    ];
    for (const [keyword, expected] of steps) {
      assert.equal((await hub.delete(`objects/indicator--a/?match[version]=${keyword}`)).status, 200, keyword);
      assert.deepEqual(await left(hub), expected, keyword);
    }
    assertError(await hub.get('objects/indicator--a/'), 404);
    assert.deepEqual(await left(hub, 'malware--b'), ['F2']);
  });

  test('T21-5.7-10 deleting the latest version uncovers the one before', async (t) => {
    const hub = await openHub(t);
    const list = async () => rows(await hub.get('objects/?match[type]=indicator'));
    assert.deepEqual(await list(), ['F4', 'F6']);
    assert.equal((await hub.delete('objects/indicator--a/?match[version]=last')).status, 200);
    assert.deepEqual(rows(await hub.get('objects/indicator--a/')), ['F1']);
    assert.deepEqual(await list(), ['F1', 'F6']);
    assert.equal((await hub.delete('objects/campaign--g/?match[spec_version]=2.1')).status, 200);
    assert.deepEqual(rows(await hub.get('objects/campaign--g/')), ['F8'], 'and the older spec version');
  });

  test('T21-5.7-11 a deleted version may come again and gets a new date', async (t) => {
    const hub = await openHub(t);
    assert.equal((await hub.delete('objects/malware--b/')).status, 200);
    const before = (await hub.get('objects/')).headers[LAST] ?? '';
    assert.equal((await hub.push('RW', [ROWS.F2])).json.success_count, 1);
    assert.deepEqual(rows(await hub.get('objects/')), ['F3', 'F4', 'F5', 'F6', 'F9', 'F2']);
    const [record] = (await hub.get('manifest/?match[id]=malware--b')).json.objects;
    assert.ok(record.date_added > before && record.date_added > dateAdded('F9'));
    assert.deepEqual(rows(await hub.get(`objects/?added_after=${before}`)), ['F2']);
  });

  test('T21-5.7-13 a body is passed over, whatever it says of itself', async (t) => {
    const hub = await openHub(t);
    const bodies = ['{', { objects: [] }, 'x'.repeat(20_000)];
    for (const [i, name] of (['malware--b', 'ipv4-addr--c', 'campaign--g'] as const).entries()) {
      const answer = await hub.delete(`objects/${name}/`, { body: bodies[i], contentType: i === 0 ? 'nonsense' : V21 });
      assert.equal(answer.status, 200, name);
      assertError(await hub.get(`objects/${name}/`), 404, name);
    }
  });

  test('T21-5.7-08 other collections that hold the object keep it', async (t) => {
    const hub = await openHub(t);
    await hub.store.objects.commit(fixtureBatch('MT'));
    assert.equal((await hub.delete('objects/malware--b/')).status, 200);
    assert.deepEqual(rows(await hub.get('/api1/collections/MT/objects/malware--b/')), ['F2']);
  });
});

describe('whose versions', () => {
  test('T21-5.7-05 a partner takes its own versions only, unless the agreement says any', async (t) => {
    const hub = await openHub(t);
    const grant = agreement('bob', { RW: 'rw' }).grants[0];
    assert.ok(grant);
    const may = (kind: 'own' | 'any' | 'none') =>
      hub.change(put('agreement', { ...agreement('bob', {}), grants: [{ ...grant, delete: kind }] }));
    await may('own');
    assertError(await hub.delete('objects/indicator--a/', { user: 'bob' }), 403, 'all are of alice');
    assertError(await hub.delete('objects/indicator--unknown/', { user: 'bob' }), 404);
    const own = { ...ROWS.F4, modified: '2022-01-01T00:00:00.000Z' };
    assert.equal((await hub.push('RW', [own], { user: 'bob' })).json.success_count, 1);
    assert.equal((await hub.delete('objects/indicator--a/', { user: 'bob' })).status, 200);
    assert.deepEqual(await left(hub), ['F1', 'F4', 'F7'], 'those of alice stay');
    await may('none');
    assertError(await hub.delete('objects/indicator--a/', { user: 'bob' }), 403);
    await may('any');
    assert.equal((await hub.delete('objects/indicator--a/', { user: 'bob' })).status, 200);
    assert.deepEqual(await left(hub), []);
    assert.equal((await hub.delete('objects/malware--b/', { user: 'ops' })).status, 200, 'operators take any');
  });

  test('T21-5.7-06 after it the fetch by the object URL is 404 for everybody', async (t) => {
    const hub = await openHub(t);
    const object = indicator();
    await hub.push('RW', [object]);
    assert.equal((await hub.delete(`objects/${object.id}/`)).status, 200);
    for (const user of ['alice', 'ops'] as const)
      for (const end of ['', 'versions/', '?match[version]=all', `?match[version]=${object.modified}`])
        assertError(await hub.get(`objects/${object.id}/${end}`, { user }), 404, `${user} ${end}`);
    assert.ok(!(await contents(hub)).includes(object.id));
    assert.ok((await contents(hub)).includes(OBJECTS['indicator--a']));
  });
});
