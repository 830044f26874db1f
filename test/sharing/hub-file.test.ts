import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../schemas/hub.schema.json' with { type: 'json' };
import { AppError } from '../../src/errors.ts';
import { wantedEntities } from '../../src/sharing/hub-entities.ts';
import { parseHubFile, readHubFile } from '../../src/sharing/hub-file.ts';

const FIXTURE = new URL('../../fixtures/hub.yaml', import.meta.url).pathname;
const ID = '5b1e6f0c-1111-4111-8111-111111111111';

/** The smallest sound hub file, with these lines of an API root, a collection or the whole file in it. */
function hub({ collection = '', root = '', file = '' } = {}): string {
  return [
    'hub: { title: Hub }',
    'api_roots:',
    '  - path: one',
    '    title: One',
    ...(root === '' ? [] : [`    ${root}`]),
    '    collections:',
    '      - title: Data',
    '        alias: data',
    ...(collection === '' ? [] : [`        ${collection}`]),
    file,
  ].join('\n');
}

/** The problems that a text is refused with. */
function problems(text: string): readonly string[] {
  try {
    parseHubFile(text, 'hub.yaml');
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'config.invalid', String(error));
    const found = error.details?.problems;
    assert.ok(Array.isArray(found));
    return found.map(String);
  }
  return [];
}

function refused(text: string, expected: RegExp): void {
  const found = problems(text);
  assert.equal(found.length, 1, found.join('\n'));
  assert.match(found[0] ?? '', expected);
}

describe('reading a hub file', () => {
  test('the one that is shipped is sound and earns no warning', async () => {
    assert.deepEqual((await readHubFile(FIXTURE)).warnings, []);
  });

  test('YAML and JSON say the same', () => {
    const json = JSON.stringify(
      {
        hub: { title: 'Hub' },
        api_roots: [{ path: 'one', title: 'One', collections: [{ title: 'Data', alias: 'data' }] }],
      },
      null,
      '\t',
    );
    assert.deepEqual(parseHubFile(json, 'hub.json').document, parseHubFile(hub(), 'hub.yaml').document);
  });

  test('a file that is not there is told from one that is wrong', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'entente-hub-'));
    t.after(() => rm(directory, { recursive: true }));
    await assert.rejects(
      readHubFile(join(directory, 'none.yaml')),
      (error) => error instanceof AppError && error.code === 'file.unreadable',
    );
    await writeFile(join(directory, 'big.yaml'), Buffer.alloc(16 * 1024 * 1024 + 1, 0x20));
    await assert.rejects(readHubFile(join(directory, 'big.yaml')), /larger than/);
  });

  test('text that is no YAML is refused with its place', () => refused('hub: { title: x', /^hub\.yaml:1:\d+: /));

  test('a key that comes twice is refused', () => refused(hub({ root: 'title: Two' }), /^hub\.yaml:5:5: .*unique/));

  test('aliases that multiply without end are refused', () => {
    const layers = ['a: &a [x, x]'];
    for (let i = 1; i < 8; i++) {
      const [name, before] = ['abcdefgh'[i], 'abcdefgh'[i - 1]];
      layers.push(`${name}: &${name} [${Array(8).fill(`*${before}`).join(',')}]`);
    }
    assert.equal(problems(layers.join('\n')).length, 1);
  });

  test('tags make nothing but text of a value', () => {
    const { document } = parseHubFile(hub().replace('title: Hub', 'title: !!binary aGVsbG8='), 'hub.yaml');
    assert.equal(document.hub.title, 'aGVsbG8=');
  });
});

describe('the schema of a hub file', () => {
  test('is a JSON Schema, which the program does not look at again', () => {
    const ajv = new Ajv2020();
    assert.equal(ajv.validateSchema(schema), true, ajv.errorsText());
  });

  test('unknown keys are refused with line, column and path, and the known ones are named', () => {
    refused(
      hub({ collection: 'aliass: x' }),
      /^hub\.yaml:8:9: api_roots\[0\]\.collections\[0\]: unknown key "aliass"; known here: id, alias, /,
    );
    refused(hub({ file: '__proto__: { title: x }' }), /^hub\.yaml:8:1: unknown key "__proto__"/);
  });

  test('every problem is named at once, in the order of the file', () => {
    const found = problems('hub: { titel: x }\napi_roots:\n  - { path: A, title: " " }\n');
    assert.deepEqual(
      found.map((problem) => problem.split(':').slice(1, 3).join(':')),
      ['1:6', '1:8', '3:13', '3:23'],
    );
  });

  test('a password in the clear is refused, and no message repeats it', () => {
    const text = hub({
      file: 'partners: [{ name: p, credentials: [{ kind: basic, user: u, password: hunter2, password_env: P }] }]',
    });
    refused(text, /password_env.*password_file.*password_hash/);
    assert.ok(!problems(text).join().includes('hunter2'));
  });

  const wrong: Record<string, readonly [string, RegExp]> = {
    'an API root without a title': [hub().replace('    title: One\n', ''), /the key "title" is missing/],
    'no API root': ['hub: { title: Hub }\napi_roots: []', /at least one API root/],
    'a root path with a dot': [
      hub().replace('path: one', 'path: o.ne'),
      /"o\.ne" does not do: expected one URL segment/,
    ],
    'a blank title': [hub({ collection: '' }).replace('Data', '"  "'), /not blank/],
    'an id in capitals': [hub({ collection: `id: ${ID.toUpperCase().replace('4111', 'A111')}` }), /UUID of version 4/],
    'an id of another version': [hub({ collection: `id: ${ID.replace('-4', '-1')}` }), /UUID of version 4/],
    'an alias with a slash': [hub().replace('alias: data', 'alias: a/b'), /"a\/b" does not do/],
    'an alias of dots': [hub().replace('alias: data', 'alias: ".."'), /"\.\." does not do/],
    'a page of no objects': [hub({ collection: 'page_max: 0' }), /whole number from 1 to 1000000/],
    'a content length beyond what a number holds': [
      hub({ root: 'max_content_length: 9007199254740992' }),
      /whole number from 1024 to 9007199254740991/,
    ],
    'a content length that is text': [hub({ root: 'max_content_length: "1e6"' }), /found "1e6"/],
    'a TLP level that does not exist': [hub({ collection: 'default_tlp: white' }), /none of clear, green, amber/],
    'a media type that is not STIX': [hub({ collection: 'media_types: [text/html]' }), /none of application\/stix/],
    'no days of retention': [hub({ collection: 'retention: { days: 0 }' }), /whole number from 1 to 36500/],
    'a user with a colon': [
      hub({ file: 'partners: [{ name: p, credentials: [{ kind: basic, user: "a:b", password_env: P }] }]' }),
      /without a colon/,
    ],
    'a grant without a ceiling': [
      hub({ file: 'agreements: [{ name: a, partner: anonymous, grants: [{ collection: data, read: true }] }]' }),
      /the key "max_tlp" is missing/,
    ],
  };
  for (const [what, [text, expected]] of Object.entries(wrong))
    test(`${what} is refused`, () => refused(text, expected));
});

describe('rules beyond the schema', () => {
  test('two API roots cannot share a path', () => {
    refused(hub({ file: '  - { path: one, title: Again }' }), /path "one" is taken by api_roots\[0\]\.path/);
  });

  for (const path of ['taxii2', 'console', 'healthz', 'readyz', 'metrics'])
    test(`the path ${path} belongs to the hub itself`, () => {
      refused(hub().replace('path: one', `path: ${path}`), /belongs to the hub itself/);
    });

  test('the default API root must exist', () => {
    refused(hub().replace('{ title: Hub }', '{ title: Hub, default_root: two }'), /^hub\.yaml:1:.*no API root.*"two"/);
  });

  test('collection titles are unique in the hub, in any capitals', () => {
    const text = hub({ file: '  - { path: two, title: Two, collections: [{ title: dATA }] }' });
    refused(text, /title "dATA" is taken by api_roots\[0\]\.collections\[0\]\.title/);
  });

  test('aliases are unique within an API root and may repeat in another (T21-5.2.1-05)', () => {
    refused(hub({ file: '      - { title: Other, alias: data }' }), /alias "data" is taken/);
    assert.deepEqual(
      problems(hub({ file: '  - { path: two, title: Two, collections: [{ title: O, alias: data }] }' })),
      [],
    );
  });

  test('an alias never looks like an id (T21-5.2.1-06)', () => {
    refused(hub().replace('alias: data', `alias: ${ID.toUpperCase()}`), /must not look like an id/);
  });

  test('two collections cannot share an id', () => {
    const text = hub({ collection: `id: ${ID}`, file: `      - { title: Other, id: ${ID} }` });
    refused(text, /the id is taken/);
  });

  test('trends are published into a collection that exists, when a cron expression says, by the identity of the hub', () => {
    const identity = 'identity--1c1b2a6c-54e5-4a68-8e15-19c7b8a5ab9b';
    const trends = (text: string): string =>
      hub({ file: `trends: { ${text} }` }).replace('{ title: Hub }', `{ title: Hub, identity: ${identity} }`);
    assert.deepEqual(problems(trends('publish_to: data, schedule: "0 6 * * 1", min_count: 1')), []);
    assert.deepEqual(problems(trends('max_tlp: amber')), []);
    refused(trends('publish_to: none'), /trends\.publish_to: there is no collection "none"/);
    refused(trends('schedule: "0 6 * * 1"'), /a schedule needs "publish_to"/);
    refused(trends('publish_to: data, schedule: weekly'), /"weekly" is no cron expression such as/);
    refused(trends('publish_to: data, schedule: "0 0 30 2 *"'), /never comes/);
    refused(trends('periods: [year]'), /"year" is none of day, week, month/);
    refused(hub({ file: 'trends: { publish_to: data, schedule: "0 6 * * 1" }' }), /set "identity" of "hub"/);
  });

  test('a default page is no larger than the largest', () => {
    refused(hub({ collection: 'page_default: 10001' }), /page_default \(10001\) is larger than page_max \(10000\)/);
    assert.deepEqual(problems(hub({ collection: 'page_max: 5' })), []);
  });

  test('a credential names one source of its secret', () => {
    const file = (more: string): string =>
      hub({ file: `partners: [{ name: p, credentials: [{ kind: basic, user: u${more} }] }]` });
    refused(file(''), /found none/);
    refused(file(', password_env: A, password_file: b'), /found password_env and password_file/);
  });

  test('a user is one in the hub, whoever owns it', () => {
    const credentials = 'credentials: [{ kind: basic, user: u, password_env: P }]';
    const file = `operators: [{ name: o, ${credentials} }]\npartners: [{ name: p, ${credentials} }]`;
    refused(hub({ file }), /credential basic:u is taken by operators\[0\]/);
  });

  test('the partner anonymous is built in and may be named in agreements only', () => {
    refused(hub({ file: 'partners: [{ name: anonymous }]' }), /built-in/);
    const file =
      'agreements: [{ name: a, partner: anonymous, grants: [{ collection: data, read: true, max_tlp: clear }] }]';
    assert.deepEqual(problems(hub({ file })), []);
  });

  const agreement = (body: string): string =>
    hub({ file: `agreements:\n  - { name: a, partner: anonymous, ${body} }` });

  test('an agreement names a partner that exists', () => {
    const text = agreement('grants: [{ collection: data, max_tlp: clear }]').replace('anonymous', 'nobody');
    refused(text, /no partner "nobody"; known: anonymous/);
  });

  test('a grant names a collection by alias, by root and alias, or by id', () => {
    for (const name of ['data', 'one/data', ID, ID.toUpperCase()]) {
      const text = agreement(`grants: [{ collection: "${name}", max_tlp: clear }]`);
      assert.deepEqual(problems(text.replace('alias: data', `alias: data\n        id: ${ID}`)), []);
    }
    refused(agreement('grants: [{ collection: two/data, max_tlp: clear }]'), /no collection "two\/data"/);
  });

  test('an alias of several API roots must be written with its root', () => {
    const text = hub({
      file: [
        '  - { path: two, title: Two, collections: [{ title: Other, alias: data }] }',
        'agreements: [{ name: a, partner: anonymous, grants: [{ collection: data, max_tlp: clear }] }]',
      ].join('\n'),
    });
    refused(text, /several API roots; write one\/data or two\/data/);
  });

  test('an agreement has instants that exist and ends after it begins', () => {
    const grants = 'grants: [{ collection: data, max_tlp: clear }]';
    refused(agreement(`from: "2026-02-30T00:00:00Z", ${grants}`), /"2026-02-30T00:00:00Z" is no instant that exists/);
    refused(agreement(`until: tomorrow, ${grants}`), /no instant/);
    const term = (from: string, until: string): string => agreement(`from: "${from}", until: "${until}", ${grants}`);
    refused(term('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'), /ends before it begins/);
    refused(term('2026-01-01T00:00:00Z', '2026-01-01T00:00:00+01:00'), /ends before it begins/);
    assert.deepEqual(problems(term('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000001Z')), []);
  });

  test('a dot in a collection title earns a warning', () => {
    const { warnings } = parseHubFile(hub().replace('Data', 'Data v1.0'), 'hub.yaml');
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^hub\.yaml:6:16: .*dot/);
  });
});

describe('the identity of a partner', () => {
  const ID_OF = 'identity--8c6af861-7b20-41ef-9b59-6344fd872a8f';
  const object = {
    type: 'identity',
    spec_version: '2.1',
    id: ID_OF,
    created: '2026-01-01T00:00:00.000Z',
    modified: '2026-01-01T00:00:00.000Z',
    name: 'Police',
    identity_class: 'organization',
  };
  const withIdentity = (identity: unknown): string =>
    hub({ file: `partners:\n  - { name: police, identity: ${JSON.stringify(identity)} }` });

  test('is an id or a whole STIX identity object, kept as it is given', () => {
    for (const identity of [ID_OF, object])
      assert.deepEqual(parseHubFile(withIdentity(identity), 'hub.yaml').document.partners?.[0]?.identity, identity);
  });

  test('that is no STIX identity is refused with its place and reason', () => {
    const { name: _, ...nameless } = object;
    refused(withIdentity('police'), /^hub\.yaml:9:\d+: partners\[0\]\.identity: "police" does not do: expected the id/);
    refused(withIdentity(5), /partners\[0\]\.identity: expected the id of a STIX identity, .* found 5/);
    refused(withIdentity(nameless), /^hub\.yaml:9:\d+: partners\[0\]\.identity: .*"?name"?/);
    refused(withIdentity({ ...object, created: 'yesterday' }), /partners\[0\]\.identity: \/created: /);
    refused(withIdentity({ ...object, type: 'campaign' }), /type "identity", found "campaign"/);
  });
});

describe('limits in a hub file', () => {
  test('are numbers or none, for the hub and for a partner', () => {
    const text = (limit: string): string =>
      `hub: { title: H, limits: { requests_per_minute: ${limit} } }\napi_roots: [{ path: a, title: A }]\npartners: [{ name: p, limits: { concurrent_requests: none } }]`;
    for (const limit of ['1', '60000', 'none']) assert.doesNotThrow(() => parseHubFile(text(limit), 'hub.yaml'));
    for (const limit of ['0', '-1', '1.5', 'off', '"1"'])
      assert.throws(() => parseHubFile(text(limit), 'hub.yaml'), /hub\.limits\.requests_per_minute/);
    const wanted = wantedEntities(parseHubFile(text('5'), 'hub.yaml').document, new Map());
    const [hub, partner] = (['hub', 'partner'] as const).map((kind) => wanted.find(({ put }) => put === kind));
    assert.deepEqual(hub?.value, { title: 'H', limits: { requestsPerMinute: 5 } });
    assert.deepEqual(partner?.value, { name: 'p', limits: { concurrentRequests: 'none' } });
  });
});
