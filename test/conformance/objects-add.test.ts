import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { agreement, put, ROWS, V21 } from '../http/fixture.ts';
import { openHub, rows } from '../http/hub.ts';
import { assertResource } from '../taxii/check-resource.ts';
import { ALL, assertError, contents } from './answers.ts';
import { domain, identity, indicator, marking, NONSENSE } from './stix.ts';

/** For tests that touch only objects of their own. */
const hub = await openHub({ after });

describe('POST objects/', () => {
  test('T21-5.5-01 T21-5.5-02 success is 202 with a status whose URL works at once', async () => {
    const answer = await hub.push('RW', [indicator()]);
    assert.deepEqual([answer.status, answer.headers['content-type'], answer.json.total_count], [202, V21, 1]);
    assertResource('status', answer.json);
    const status = await hub.get(`/api1/status/${answer.json.id}/`);
    assert.deepEqual([status.status, status.json], [200, answer.json]);
  });

  test('T21-5.5-03 T21-D-15 an exact duplicate is a success and changes nothing', async () => {
    const posted = [ROWS.F2, ROWS.F3, ROWS.F4, ROWS.F5, ROWS.F6, ROWS.F9];
    const before = await contents(hub);
    const manifest = (await hub.get(`manifest/?${ALL}`)).text;
    for (let i = 0; i < 2; i++) {
      const { status, json } = await hub.push('RW', posted);
      assert.deepEqual([status, json.success_count, json.failure_count], [202, 6, 0]);
    }
    const spelled = JSON.stringify({ objects: [Object.fromEntries(Object.entries(ROWS.F4).reverse())] }, null, 2);
    assert.equal((await hub.post('objects/', spelled)).json.success_count, 1, 'other order and white space');
    const revoked = { ...ROWS.F4, revoked: false };
    assert.equal((await hub.push('RW', [revoked])).json.success_count, 1, 'an optional property at its default');
    assert.equal(await contents(hub), before);
    assert.equal((await hub.get(`manifest/?${ALL}`)).text, manifest);
  });

  test('T21-5.5-04 T21-5.5-09 JSON that is no envelope with objects is 422', async () => {
    const before = await contents(hub);
    const bodies = [
      indicator(),
      [indicator()],
      '"text"',
      'null',
      '1',
      {},
      { objects: [] },
      { objects: {} },
      { objects: null },
      { objects: 'x' },
      { Objects: [indicator()] },
    ];
    for (const body of bodies) assertError(await hub.post('objects/', body), 422, JSON.stringify(body));
    assert.equal(await contents(hub), before);
  });

  test('T21-5.5-06 what is no JSON is 400', async () => {
    const before = await contents(hub);
    const good = JSON.stringify({ objects: [indicator()] });
    const bodies = [
      '',
      ' ',
      'no JSON',
      good.slice(0, -1),
      `${good}x`,
      `${good}${good}`,
      good.replace(/}\]}$/, '},]}'),
      `\ufeff${good}`,
      Buffer.concat([Buffer.from(good.slice(0, -3)), Buffer.from([0xe9]), Buffer.from(good.slice(-3))]),
      good.replace('An address', '\\ud800'),
      good.replace('"name"', '"id":"indicator--1","name"'),
      good.replace('An address', 'tab\there'),
      good.replace(/^{/, "{'a':1,"),
    ];
    for (const [i, body] of bodies.entries()) assertError(await hub.post('objects/', body), 400, `body ${i}`);
    assert.equal(await contents(hub), before);
  });

  test('T21-5.5-07 a body above max_content_length is 413', async () => {
    assertError(await hub.post('objects/', JSON.stringify({ objects: [indicator()] }).padEnd(10_001, ' ')), 413);
  });

  test('T21-5.5-08 T21-5.5-19 another media type, or an encoding, is 415', async () => {
    const before = await contents(hub);
    for (const contentType of ['text/plain', 'application/taxii+json;version=2.0', 'application/xml', null])
      assertError(await hub.push('RW', [indicator()], { contentType }), 415, `${contentType}`);
    for (const encoding of ['gzip', 'br', 'deflate', 'x'])
      assertError(await hub.push('RW', [indicator()], { headers: { 'content-encoding': encoding } }), 415, encoding);
    assert.equal(await contents(hub), before);
    assert.equal((await hub.push('RW', [indicator()], { headers: { 'content-encoding': 'identity' } })).status, 202);
  });

  test('T21-5.5-10 who may not, or asks wrongly, gets 401, 403, 404 and 406', async () => {
    assertError(await hub.push('RW', [indicator()], { user: null }), 401);
    assertError(await hub.push('RO', [indicator()]), 403);
    assertError(await hub.push('HID', [indicator()]), 404);
    assertError(await hub.post('/nope/collections/RW/objects/', { objects: [indicator()] }), 404);
    assertError(await hub.push('RW', [indicator()], { accept: 'text/html' }), 406);
  });

  test('T21-5.5-11 of a mixed envelope the good objects are stored and the bad ones named', async () => {
    const good = [indicator(), domain(), marking()];
    const { json } = await hub.push('MT', [good[0], NONSENSE, ...good.slice(1)]);
    assert.deepEqual([json.total_count, json.success_count, json.failure_count], [4, 3, 1]);
    assert.equal(json.failures[0].id, NONSENSE.id);
    assert.deepEqual(
      (await hub.get(`/api1/collections/MT/objects/?match[id]=${good.map(({ id }) => id).join()}`)).json.objects,
      good,
      'in the order of the envelope',
    );
    const { status, json: none } = await hub.push('MT', [NONSENSE]);
    assert.deepEqual([status, none.success_count, none.failure_count], [202, 0, 1]);
  });

  test('T21-5.5-13 T21-5.5-14 versions are added in any order, and last stays the greatest', async () => {
    const object = indicator({ modified: '2021-06-01T00:00:00.000Z' });
    const version = (month: string) => ({ ...object, modified: `2021-${month}-01T00:00:00.000Z`, name: month });
    const latest = async () => (await hub.get(`objects/${object.id}/`)).json.objects[0].name;
    const expected: [string, string][] = [
      ['06', '06'],
      ['09', '09'],
      ['03', '09'],
      ['12', '12'],
    ];
    for (const [i, [month, last]] of expected.entries()) {
      assert.equal((await hub.push('RW', [version(month)])).json.success_count, 1);
      assert.equal(await latest(), last);
      const all = await hub.get(`objects/?match[id]=${object.id}&match[version]=all`);
      assert.deepEqual(
        all.json.objects.map(({ name }: { name: string }) => name),
        expected.slice(0, i + 1).map(([m]) => m),
      );
    }
    const { objects } = (await hub.get(`manifest/?match[id]=${object.id}&match[version]=all`)).json;
    const dates = objects.map(({ date_added }: { date_added: string }) => date_added);
    assert.deepEqual(dates, [...new Set(dates)].sort(), 'each has a date of its own, later than those before');
  });

  test('T21-5.5-15 stored content never changes under an id and version', async () => {
    const before = await contents(hub);
    const posted = [
      { ...ROWS.F4, name: 'changed' },
      { ...ROWS.F5, definition: { statement: 'changed' } },
      { ...ROWS.F4, modified: '2020-02-01T00:00:00.0000Z', name: 'the same instant' },
    ];
    for (const object of posted) {
      const { json } = await hub.push('RW', [object]);
      assert.deepEqual([json.success_count, json.failure_count], [0, 1]);
      assert.match(json.failures[0].message, /stored already with other content/);
    }
    assert.equal(await contents(hub), before);
  });

  test('T21-5.5-16 the same object twice in one envelope is stored once and counted twice', async () => {
    for (const object of [indicator(), domain()]) {
      const { json } = await hub.push('RW', [object, object]);
      assertResource('status', json);
      assert.deepEqual([json.total_count, json.success_count], [2, 2]);
      assert.equal((await hub.get(`objects/${object.id}/versions/`)).json.versions.length, 1);
    }
    const [first, second] = [indicator(), 'other content'];
    const { json } = await hub.push('RW', [first, { ...first, name: second }]);
    assert.deepEqual([json.success_count, json.failure_count], [1, 1]);
    assert.deepEqual((await hub.get(`objects/${first.id}/`)).json.objects, [first]);
  });

  test('T21-5.5-17 T21-5.5-18 more and next in the envelope, and the query string, mean nothing', async () => {
    const objects = [indicator()];
    assert.equal((await hub.post('objects/', { more: true, next: 'x', objects })).json.success_count, 1);
    const query = 'match[type]=x&limit=0&next=zzz&added_after=never&%zz';
    assert.equal((await hub.post(`objects/?${query}`, { objects: [domain()] })).json.success_count, 1);
  });

  test('T21-5.5-22 a collection that may only be written takes objects, and the writer reads the status', async () => {
    const object = indicator();
    const { status, json } = await hub.push('WO', [object]);
    assert.deepEqual([status, json.success_count], [202, 1]);
    assert.deepEqual((await hub.get(`/api1/status/${json.id}/`)).json, json);
    assertError(await hub.get('/api1/collections/WO/objects/'), 403);
    assertError(await hub.get(`/api1/collections/WO/objects/${object.id}/`), 403);
    assert.deepEqual((await hub.get('/api1/collections/WO/objects/', { user: 'ops' })).json.objects, [object]);
  });

  test('T21-5.5-23 what an object refers to need not be there', async () => {
    const relationship = {
      type: 'relationship',
      spec_version: '2.1',
      id: 'relationship--57b56a43-b8b0-4cba-9deb-34e3e1faed9e',
      created: '2021-01-01T00:00:00.000Z',
      modified: '2021-01-01T00:00:00.000Z',
      relationship_type: 'indicates',
      source_ref: indicator().id,
      target_ref: 'malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b',
      created_by_ref: identity().id,
    };
    assert.equal((await hub.push('MT', [relationship])).json.success_count, 1);
    assert.deepEqual((await hub.get(`/api1/collections/MT/objects/${relationship.id}/`)).json.objects, [relationship]);
  });
});

describe('hostile envelopes', () => {
  test('T21-5.5-20 deep nesting is refused, many members are borne, and the hub lives on', async (t) => {
    const hub = await openHub(t, { maxContentLength: 1_000_000 });
    const before = await contents(hub);
    const deep = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      assertError(await hub.post('objects/', deep(open, close, 100_000)), 400);
      assertError(await hub.post('objects/', `{"objects":[${deep(open, close, 100_000)}]}`), 400);
      assertError(
        await hub.post('objects/', `{"objects":[{"type":"x","id":"x--1","x":${deep(open, close, 10_000)}}]}`),
        400,
      );
    }
    assert.equal(await contents(hub), before);
    const wide = indicator(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`x_member_${i}`, i])));
    const { status, json } = await hub.push('RW', [wide]);
    assert.deepEqual([status, json.total_count, json.pending_count], [202, 1, 0]);
    if (json.success_count === 1) assert.deepEqual((await hub.get(`objects/${wide.id}/`)).json.objects, [wide]);
    assert.equal((await hub.get('objects/')).status, 200);
  });

  test('T21-5.5-21 __proto__ and constructor are names like any other', async () => {
    const object = indicator();
    const text = JSON.stringify(object).replace(
      /}$/,
      ',"__proto__":{"polluted":"yes","toJSON":1},"constructor":{"prototype":{"polluted":"yes"}},"toString":"x"}',
    );
    const { status, json } = await hub.post(
      'objects/',
      `{"__proto__":{"objects":[]},"constructor":1,"objects":[${text}]}`,
    );
    assert.equal(status, 202);
    assertResource('status', json);
    assert.equal(({} as { polluted?: string }).polluted, undefined);
    const answer = await hub.get(`objects/${object.id}/`);
    if (json.success_count === 1) assert.equal(answer.text, `{"more":false,"objects":[${text}]}`);
    else assertError(answer, 404);
    assert.deepEqual(rows(await hub.get('objects/?match[type]=indicator')).slice(0, 2), ['F4', 'F6']);
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assertError(await hub.get(`/api1/collections/${name}/`), 404, name);
      assertError(await hub.get(`/${name}/`), 404, name);
      assertError(await hub.get(`objects/${name}/`), 404, name);
      assert.deepEqual((await hub.get(`objects/?match[type]=${name}&match[${name}]=x`)).json, {}, name);
    }
  });
});

test('T21-5.5-10 the right that counts is that of the moment of the POST', async (t) => {
  const hub = await openHub(t);
  await hub.change(put('agreement', agreement('alice', { RW: 'r' })));
  assertError(await hub.push('RW', [indicator()]), 403);
});
