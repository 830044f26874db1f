import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { META_TYPES, SCO_TYPES, SDO_TYPES, SRO_TYPES } from '../../src/stix/object-key.ts';
import { openHub } from '../http/hub.ts';
import { assertError, LAST } from './answers.ts';
import { campaign20, domain, identity, indicator, marking, TS6 } from './stix.ts';

const hub = await openHub({ after });

async function accepted(objects: readonly unknown[]): Promise<{ id: string; version: string }[]> {
  const { json } = await hub.push('RW', objects);
  assert.equal(json.success_count, objects.length, JSON.stringify(json.failures));
  return json.successes;
}

const namesOf = async (query: string) =>
  ((await hub.get(`objects/?${query}`)).json.objects ?? []).map(({ name }: { name: string }) => name);

describe('versions', () => {
  test('T21-S-01 the version is modified, else created, else what the hub gave it', async () => {
    const objects = [
      indicator({ modified: '2021-03-01T00:00:00.000Z' }),
      marking({ created: '2021-02-01T00:00:00.000Z' }),
      domain(),
    ];
    const [a, b, c] = (await accepted(objects)).map(({ version }) => version);
    assert.deepEqual([a, b], ['2021-03-01T00:00:00.000Z', '2021-02-01T00:00:00.000Z']);
    assert.match(String(c), TS6);
    for (const [i, { id }] of objects.entries()) {
      const [record] = (await hub.get(`manifest/?match[id]=${id}`)).json.objects;
      assert.equal(record.version, [a, b, c][i]);
      assert.deepEqual((await hub.get(`objects/${id}/?match[version]=${record.version}`)).json.objects, [objects[i]]);
    }
  });

  test('T21-S-03 T21-D-19 times have any number of fraction digits, are echoed as they came and compare as instants', async () => {
    const object = indicator();
    const spellings = [
      '2021-01-01T00:00:00.500Z',
      '2021-01-01T00:00:00.500001Z',
      '2021-01-01T00:00:00.123456Z',
      '2021-01-01T00:00:00.123457Z',
      '2021-01-01T00:00:00.1234567891Z',
    ];
    await accepted(spellings.map((modified) => ({ ...object, modified, name: modified })));
    const { versions } = (await hub.get(`objects/${object.id}/versions/`)).json;
    assert.deepEqual(versions, spellings);
    assert.deepEqual(await namesOf(`match[id]=${object.id}`), ['2021-01-01T00:00:00.500001Z'], 'the last');
    assert.deepEqual(await namesOf(`match[id]=${object.id}&match[version]=first`), ['2021-01-01T00:00:00.123456Z']);
    const asked = {
      '2021-01-01T00:00:00.5Z': ['2021-01-01T00:00:00.500Z'],
      '2021-01-01T00:00:00.500000Z': ['2021-01-01T00:00:00.500Z'],
      '2021-01-01T00:00:00.12345600Z': ['2021-01-01T00:00:00.123456Z'],
      '2021-01-01T00:00:00.12345678910Z': ['2021-01-01T00:00:00.1234567891Z'],
      '2021-01-01T00:00:00.123Z': [],
      '2021-01-01T00:00:00Z': [],
    };
    for (const [version, expected] of Object.entries(asked))
      assert.deepEqual(await namesOf(`match[id]=${object.id}&match[version]=${version}`), expected, version);
    const { json } = await hub.push('RW', [{ ...object, modified: '2021-01-01T00:00:00.500000Z', name: 'other' }]);
    assert.equal(json.failure_count, 1, 'the same instant is the same version');
    assert.equal((await hub.get(`objects/${object.id}/versions/`)).json.versions.length, spellings.length);
  });

  test('T21-S-04 one id and modified has one content', async () => {
    const object = indicator({ name: 'first' });
    await accepted([object, object]);
    const { json } = await hub.push('RW', [{ ...object, name: 'second' }]);
    assert.equal(json.failures[0].id, object.id);
    assert.deepEqual(await namesOf(`match[id]=${object.id}&match[version]=all`), ['first']);
  });

  test('T21-S-04 an observable has no times, so other content under its id is another version', async () => {
    const object = domain({ value: 'one.example' });
    await accepted([object]);
    await accepted([{ ...object, value: 'two.example' }]);
    await accepted([object]);
    const { objects } = (await hub.get(`objects/${object.id}/?match[version]=all`)).json;
    assert.deepEqual(
      objects.map(({ value }: { value: string }) => value),
      ['one.example', 'two.example'],
    );
    assert.equal((await hub.get(`objects/${object.id}/`)).json.objects[0].value, 'two.example');
  });

  test('T21-S-09 after a revoked version newer and older ones may arrive', async () => {
    const object = identity({ modified: '2021-02-01T00:00:00.000Z', revoked: true });
    const version = (month: string) => ({ ...object, revoked: false, modified: `2021-${month}-01T00:00:00.000Z` });
    await accepted([object]);
    await accepted([version('01'), version('03')]);
    const { versions } = (await hub.get(`objects/${object.id}/versions/`)).json;
    assert.deepEqual(
      versions.map((text: string) => text.slice(5, 7)),
      ['02', '01', '03'],
    );
    assert.equal((await hub.get(`objects/${object.id}/`)).json.objects[0].revoked, false);
  });
});

describe('spec versions and media types', () => {
  test('T21-S-02 T21-S-06 without spec_version an observable is 2.1 and anything else 2.0', async () => {
    const { spec_version: _, ...observable } = domain();
    const old = campaign20();
    await accepted([observable, old]);
    for (const [id, version, other] of [
      [observable.id, '2.1', '2.0'],
      [old.id, '2.0', '2.1'],
    ]) {
      const [record] = (await hub.get(`manifest/?match[id]=${id}&match[spec_version]=${version}`)).json.objects;
      assert.equal(record.media_type, `application/stix+json;version=${version}`);
      assert.deepEqual((await hub.get(`objects/?match[id]=${id}&match[spec_version]=${other}`)).json, {});
    }
    assert.deepEqual(
      (await hub.get(`objects/${observable.id}/`)).json.objects,
      [observable],
      'and it comes back without',
    );
  });

  test('T21-S-06 media types have the form that STIX registers', async () => {
    const { media_types } = (await hub.get('/api1/collections/RW/')).json;
    const { objects } = (await hub.get('manifest/?match[version]=all&match[spec_version]=2.0,2.1')).json;
    for (const type of [...media_types, ...objects.map((record: { media_type: string }) => record.media_type)])
      assert.match(type, /^application\/stix\+json;version=2\.[01]$/);
  });

  test('T21-S-07 no type of the standard is refused as a filter', async () => {
    const types = [...SDO_TYPES, ...SRO_TYPES, ...SCO_TYPES, ...META_TYPES];
    assert.equal(types.length, 19 + 2 + 18 + 3);
    for (const type of types) assert.equal((await hub.get(`objects/?match[type]=${type}`)).status, 200, type);
    assert.equal((await hub.get(`objects/?match[type]=${types.join()}`)).status, 200);
  });
});

test('T21-S-05 a bundle is not an object: it fails in an envelope, is taken as one, and never comes back', async () => {
  const object = indicator();
  const bundle = { type: 'bundle', id: 'bundle--1f5a4b6c-7d8e-4f90-a1b2-c3d4e5f60718', objects: [object] };
  const nested = (await hub.push('RW', [bundle])).json;
  assert.deepEqual([nested.success_count, nested.failure_count], [0, 1]);
  assertError(await hub.get(`objects/${object.id}/`), 404);
  assert.equal((await hub.post('objects/', bundle)).json.success_count, 1);
  const answer = await hub.get('objects/');
  assert.deepEqual(Object.keys(answer.json), ['more', 'objects']);
  for (const { type } of answer.json.objects) assert.notEqual(type, 'bundle');
  assert.ok(answer.headers[LAST]);
});

test('T21-S-08 references need not resolve', async () => {
  const sighting = {
    type: 'sighting',
    spec_version: '2.1',
    id: 'sighting--ee20065d-2555-424f-ad9e-0f8428623c75',
    created: '2021-01-01T00:00:00.000Z',
    modified: '2021-01-01T00:00:00.000Z',
    sighting_of_ref: indicator().id,
    where_sighted_refs: [identity().id],
  };
  await accepted([sighting]);
  assert.deepEqual((await hub.get(`objects/${sighting.id}/`)).json.objects, [sighting]);
});
