import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { entente, file, hubDirectory, indicator as sound } from '../cli/program.ts';
import { put, V21 } from '../http/fixture.ts';
import { openHub } from '../http/hub.ts';
import { assertError, bare, contents } from './answers.ts';
import { domain, indicator, UNKNOWN } from './stix.ts';
import { PAGED, tour } from './tour.ts';

/** For tests that only read. */
const hub = await openHub({ after });

/** Names of all members of a resource, but for those inside STIX objects and `details`, which are not ours. */
function names(value: unknown, resource: string, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => names(item, resource, `${at}[]`));
  if (typeof value !== 'object' || value === null || at === 'details') return [];
  if (resource === 'envelope' && at === 'objects[]') return [];
  return Object.entries(value).flatMap(([name, member]) => [
    name,
    ...names(member, resource, at === '' ? name : `${at}.${name}`),
  ]);
}

test('T21-1.5.1-01 names are lower case with underscores, literals lower case', async (t) => {
  const stops = await tour(await openHub(t));
  const found = new Set<string>();
  for (const { answer, resource } of stops)
    if (resource !== undefined) for (const name of names(answer.json, resource)) found.add(name);
  assert.ok(found.size > 25, 'the walk has seen resources of every kind');
  for (const name of found) assert.match(name, name === 'id' ? /^id$/ : /^[a-z][a-z0-9_]{2,249}$/);
  for (const { answer, resource } of stops)
    if (resource === 'status') assert.match(answer.json.status, /^(complete|pending)$/);
});

test('T21-1.6.7-01 every body is strict UTF-8 without a byte order mark', async (t) => {
  const own = await openHub(t);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (const { path, answer, resource } of await tour(own))
    if (resource !== undefined) assert.equal(utf8.decode(answer.bytes)[0], '{', path);
  assert.equal(JSON.parse(utf8.decode((await own.get('/taxii2/')).bytes)).title, 'Fixture – 日本');
});

describe('input that breaks I-JSON', () => {
  const good = JSON.stringify(indicator());
  const withMember = (member: string): string => good.replace(/}$/, `,${member}}`);
  const nested = (depth: number): string => `"x_deep":${'['.repeat(depth)}${']'.repeat(depth)}`;
  const broken: Readonly<Record<string, Buffer>> = {
    'a lone octet 0xE9': Buffer.from(`{"objects":[${withMember('"x_a":"\u00e9"')}]}`, 'latin1'),
    'an overlong encoding': Buffer.from(`{"objects":[${withMember('"x_a":"\u00c0\u00af"')}]}`, 'latin1'),
    'an encoded surrogate': Buffer.from(`{"objects":[${withMember('"x_a":"\u00ed\u00a0\u0080"')}]}`, 'latin1'),
    'id twice': Buffer.from(`{"objects":[${withMember(`"id":"indicator--${UNKNOWN}"`)}]}`),
    'a nested name twice': Buffer.from(`{"objects":[${withMember('"x_a":{"b":1,"b":1}')}]}`),
    'one name in two spellings': Buffer.from(`{"objects":[${withMember('"x_a":1,"x\\u005fa":2')}]}`),
    'objects twice': Buffer.from(`{"objects":[${good}],"objects":[]}`),
    'a lone surrogate': Buffer.from(`{"objects":[${withMember('"x_a":"\\ud800"')}]}`),
    'a lone low surrogate in a name': Buffer.from(`{"objects":[${withMember('"x_\\udc00":1')}]}`),
    'a number beyond doubles': Buffer.from(`{"objects":[${withMember('"x_a":1e999')}]}`),
    'nesting beyond 100 levels': Buffer.from(`{"objects":[${withMember(nested(98))}]}`),
    'a byte order mark': Buffer.from(`\ufeff{"objects":[${good}]}`),
    'a control character in a string': Buffer.from(`{"objects":[${withMember('"x_a":"\u0001"')}]}`),
    NaN: Buffer.from(`{"objects":[${withMember('"x_a":NaN')}]}`),
  };
  for (const [what, body] of Object.entries(broken))
    test(`T21-1.6.7-02 ${what} is 400 and nothing is stored`, async () => {
      const before = await contents(hub);
      const answer = await hub.post('objects/', body);
      assertError(answer, 400);
      assert.equal(answer.json.error_code, 'body.invalid');
      assert.equal(await contents(hub), before);
    });

  test('T21-1.6.7-02 nesting of 100 levels in all is taken', async (t) => {
    const own = await openHub(t);
    const answer = await own.post('objects/', `{"objects":[${withMember(nested(97))}]}`);
    assert.deepEqual([answer.status, answer.json.success_count], [202, 1], answer.text);
  });

  test('T21-1.6.7-02 an import fails only the object that has the fault', async (t) => {
    const data = await hubDirectory(t);
    const lines = [1, 2, 3, 4, 5].map((number) => JSON.stringify(sound(number)));
    const faults = ['"x_a":"\u00e9"', `"id":"indicator--${UNKNOWN}"`, '"x_a":"\\ud800"', nested(101), ''];
    const items = lines.map((line, i) => (faults[i] === '' ? line : line.replace(/}$/, `,${faults[i]}}`)));
    const path = await file(join(data, '..'), 'in.ndjson', Buffer.from(items.join('\n'), 'latin1'));
    const run = await entente(['import', path, '--collection', 'threat-data', '--data', data]);
    assert.equal(run.code, 1, run.stderr);
    const { stdout } = await entente(['export', '--collection', 'threat-data', '--data', data]);
    const kept = JSON.parse(stdout).objects as { id: string }[];
    assert.deepEqual(
      kept.map(({ id }) => id),
      [sound(5).id],
    );
  });
});

test('T21-1.6.7-03 T21-2-07 what was stored comes back as it came, to the digit', async (t) => {
  const own = await openHub(t);
  const members = [
    '"x_n":0.1',
    '"x_big":9007199254740991',
    '"x_float":1.0',
    '"x_exp":1E+2',
    '"x_zero":-0.0',
    '"x_digits":0.1000000000000000055511151231257827',
    '"x_e":""',
    '"x_emoji":"😀 日本 – é"',
    '"x_escaped":"\\u0041\\/\\ud83d\\ude00\\u2028"',
    '"x_list":[3,1,2,[],{},null,false]',
    '"x_order":{"b":1,"a":2,"10":3,"2":4}',
  ];
  const text = JSON.stringify(indicator({ name: '日本 – é' })).replace(/}$/, `,${members.join(',')}}`);
  const { id } = JSON.parse(text);
  const posted = await own.post('objects/', ` { "objects" : [ ${text} ] } `);
  assert.equal(posted.json.success_count, 1, posted.text);
  assert.equal((await own.get(`objects/${id}/`)).text, `{"more":false,"objects":[${text}]}`);
  await own.change(put('partner', { name: 'dora' }));
  await own.restart();
  assert.equal((await own.get(`objects/?match[id]=${id}`)).text, `{"more":false,"objects":[${text}]}`);
});

describe('media types', () => {
  const urls = ['/taxii2/', '/api1/', '/api1/collections/', '/api1/collections/RW/', ...PAGED];

  test('T21-1.6.8.1-01 the type is application/taxii+json, and the alias of TAXII 2.0 is not it', async () => {
    for (const path of urls) {
      assert.equal((await hub.get(path)).headers['content-type'], 'application/taxii+json;version=2.1', path);
      for (const version of ['', ';version=2.0', ';version=2.1'])
        assertError(await hub.get(path, { accept: `application/vnd.oasis.taxii+json${version}` }), 406, path);
    }
    const contentType = 'application/vnd.oasis.taxii+json;version=2.1';
    assertError(await hub.post('objects/', { objects: [domain()] }, { contentType }), 415);
  });

  test('T21-1.6.8.2-01 the version has the form n.m, and only 2.1 is served', async () => {
    for (const version of ['2', '2.', '.1', '2.1.0', '2.01', '02.1', '2.10', '2.2', '1.1', '-2.1', 'x', '"2"', '']) {
      for (const path of urls)
        assertError(await hub.get(path, { accept: `application/taxii+json;version=${version}` }), 406, version);
      const contentType = `application/taxii+json;version=${version}`;
      assertError(await hub.post('objects/', { objects: [domain()] }, { contentType }), 415, version);
    }
  });

  test('T21-1.6.8.2-02 T21-3.1-07 without the version the newest is meant, and answered', async () => {
    for (const path of urls) {
      const answer = await hub.get(path, { accept: 'application/taxii+json' });
      assert.deepEqual([answer.status, answer.headers['content-type']], [200, V21], path);
      assert.deepEqual(bare(answer), bare(await hub.get(path)), path);
    }
  });
});

describe('authentication', () => {
  test('T21-1.6.9-01 T21-1.6.9-02 T21-3.2-05 without credentials every request is 401 with challenges', async () => {
    const gets = ['/taxii2/', '/api1/', '/api1/collections/', '/api1/collections/RW/', `/api1/status/${UNKNOWN}/`];
    const bodies = { body: { objects: [domain()] }, user: null };
    // The fixture lets anonymous read one collection, so discovery has something to show there.
    const closed = await openHub({ after });
    await closed.change({ remove: 'agreement', name: 'anonymous-agreement' });
    for (const [method, path, ask] of [
      ...[...gets, ...PAGED].map((path) => ['GET', path, { user: null }] as const),
      ['POST', 'objects/', bodies] as const,
      ['DELETE', 'objects/indicator--a/', { user: null }] as const,
    ]) {
      const answer = await closed.request(method, path, ask);
      assertError(answer, 401, `${method} ${path}`);
      assert.match(
        [answer.headers['www-authenticate']].flat().join(', '),
        /(^|, )Basic realm="[^"]+"(, charset="UTF-8")?($|, [A-Za-z]+ )/,
      );
    }
    assert.equal((await closed.get('objects/indicator--a/')).status, 200, 'nothing was deleted');
  });

  test('T21-1.6.9-03 what a client may not see is left out, and the rest is valid', async () => {
    const listed = async (user: 'alice' | 'bob') =>
      (await hub.get('/api1/collections/', { user })).json.collections.map(({ title }: { title: string }) => title);
    assert.deepEqual(
      (await listed('alice')).sort(),
      ['MT', 'NO', 'RO', 'RW', 'WO'].map((name) => `Collection ${name}`),
    );
    assert.deepEqual(
      (await listed('bob')).sort(),
      ['HID', 'MT', 'RO'].map((name) => `Collection ${name}`),
    );
  });
});
