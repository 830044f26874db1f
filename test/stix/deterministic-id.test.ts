import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '../../src/stix/canonical-json.ts';
import { deterministicId, deterministicIds, deterministicNames, uuidv5 } from '../../src/stix/deterministic-id.ts';
import type { JsonObject } from '../../src/stix/json.ts';

/** Ids that the standard prints and that follow from the content beside them. */
const PRINTED: readonly (readonly [JsonObject, string, string])[] = [
  [{ type: 'ipv4-addr', value: '198.51.100.3' }, '{"value":"198.51.100.3"}', '28bb3599-77cd-5a82-a950-b5bc3caf07c4'],
  [
    { type: 'ipv4-addr', value: '198.51.100.0/24' },
    '{"value":"198.51.100.0/24"}',
    '1ea47840-aa39-5aa8-b4a2-cd203eb6662a',
  ],
  [
    { type: 'ipv6-addr', value: '2001:0db8::/96' },
    '{"value":"2001:0db8::/96"}',
    '084d3b4c-7785-568a-a569-0c61c95754ab',
  ],
  [{ type: 'domain-name', value: 'example.com' }, '{"value":"example.com"}', 'bedb4899-d24b-5401-bc86-8f6b4cc18ec7'],
  [
    { type: 'email-addr', value: 'john@example.com', display_name: 'John Doe' },
    '{"value":"john@example.com"}',
    '7165e2a9-671f-585d-b1e1-ca59c671d934',
  ],
  [
    { type: 'autonomous-system', number: 15139, name: 'Slime Industries' },
    '{"number":15139}',
    '3aa27478-50b5-5ab8-9da9-cdc12b657fff',
  ],
  [
    { type: 'directory', path: 'C:\\Windows\\System32' },
    '{"path":"C:\\\\Windows\\\\System32"}',
    '0a58d0c1-59e6-5afd-8252-dcd3f13e5622',
  ],
  [
    { type: 'mac-addr', value: 'd2:fb:49:24:37:18' },
    '{"value":"d2:fb:49:24:37:18"}',
    '757b1725-9903-54f5-a855-1240691d7659',
  ],
  [{ type: 'mutex', name: '__CLEANSWEEP__' }, '{"name":"__CLEANSWEEP__"}', 'f93fe911-e545-5239-b9b0-597840d0c871'],
  [
    { type: 'url', value: 'https://example.com/research/index.html' },
    '{"value":"https://example.com/research/index.html"}',
    '47c3cf9a-5027-5bf0-997a-017c7edc7c55',
  ],
  [
    {
      type: 'file',
      hashes: { 'SHA-256': 'fe90a7e910cb3a4739bed9180e807e93fa70c90f25a8915476f5e4bfbac681db' },
      size: 25536,
      name: 'foo.dll',
    },
    '{"hashes":{"SHA-256":"fe90a7e910cb3a4739bed9180e807e93fa70c90f25a8915476f5e4bfbac681db"},"name":"foo.dll"}',
    '949eb97a-da1e-5292-8959-03c4249dc9f3',
  ],
  [
    {
      type: 'file',
      hashes: { 'SHA-256': '841a8921140aba50671ebb0770fecc4ee308c4952cfeff8de154ab14eeef4649' },
      name: 'quêry.dll',
      name_enc: 'windows-1252',
    },
    '{"hashes":{"SHA-256":"841a8921140aba50671ebb0770fecc4ee308c4952cfeff8de154ab14eeef4649"},"name":"quêry.dll"}',
    '7d1e3a18-89e7-5bc5-be36-9879f5b7f5c8',
  ],
  [
    { type: 'user-account', user_id: '1001', account_login: 'jdoe', account_type: 'unix', display_name: 'John Doe' },
    '{"account_login":"jdoe","account_type":"unix","user_id":"1001"}',
    'f94d689e-707d-58c3-b803-c720bb6ed096',
  ],
  [
    { type: 'windows-registry-key', key: 'HKEY_LOCAL_MACHINE\\System\\Foo\\Bar' },
    '{"key":"HKEY_LOCAL_MACHINE\\\\System\\\\Foo\\\\Bar"}',
    '1884b770-b679-522a-a9c7-45fadaaec7bb',
  ],
  [
    { type: 'x509-certificate', serial_number: '36:f7:d4:32:f4:ab:70:ea:d3:ce:98:6e:ea:99:93:49:32:0a:b7:06' },
    '{"serial_number":"36:f7:d4:32:f4:ab:70:ea:d3:ce:98:6e:ea:99:93:49:32:0a:b7:06"}',
    'bf86f034-2390-54d7-8426-d08433db3fbe',
  ],
];

for (const [object, name, uuid] of PRINTED) {
  test(`S21-2.9-06 the id of ${name} is the one that the standard prints`, () => {
    assert.deepEqual(deterministicNames(object), [name]);
    assert.equal(deterministicId(object), `${object.type}--${uuid}`);
  });
}

test('S21-2.9-07 without an ID contributing property there is no deterministic id', () => {
  for (const object of [
    { type: 'process', pid: 4 },
    { type: 'user-account', display_name: 'Jane' },
    { type: 'campaign', name: 'Frost' },
    { type: '__proto__', value: 'x' },
    {},
  ]) {
    assert.equal(deterministicId(object), undefined);
  }
});

test('S21-3.4-01 of several hashes the first of MD5, SHA-1, SHA-256, SHA-512 counts', () => {
  const hashes = { 'SHA-512': 'd', 'SHA-256': 'c', SSDEEP: 'x', 'SHA-1': 'b', MD5: 'a' };
  assert.deepEqual(deterministicNames({ type: 'file', hashes }), ['{"hashes":{"MD5":"a"}}']);
  const { MD5: _, ...others } = hashes;
  assert.deepEqual(deterministicNames({ type: 'file', hashes: others }), ['{"hashes":{"SHA-1":"b"}}']);
});

test('S21-3.4-02 of hashes of other algorithms any may count', () => {
  const ids = deterministicIds({ type: 'artifact', hashes: { SSDEEP: 'x', TLSH: 'y' } });
  const expected = ['{"hashes":{"SSDEEP":"x"}}', '{"hashes":{"TLSH":"y"}}'];
  assert.deepEqual(
    ids,
    expected.map((name) => `artifact--${uuidv5('00abedb4-aa42-466c-9c01-fed23315a9b7', name)}`),
  );
});

test('a UUIDv5 of another namespace is the one that RFC 9562 prints', () => {
  assert.equal(
    uuidv5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com'),
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  );
});

test('S21-3.4-03 canonical JSON sorts names by UTF-16 units and prints numbers and texts as ECMAScript does', () => {
  const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
  assert.deepEqual(Object.values(JSON.parse(canonicalJson(names)) as object), [4, 2, 6, 7, 1, 5, 3]);
  assert.equal(
    canonicalJson([Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0, 1e21]),
    '[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21]',
  );
  assert.equal(canonicalJson('\u20ac$\u000f\nA\'B"\\"/'), '"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/"');
  assert.equal(canonicalJson({ b: [true, null, {}], a: [] }), '{"a":[],"b":[true,null,{}]}');
});

test('canonical JSON means the same as the value, and does not depend on the order of names', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value as JsonObject);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalJson(reversed(value) as JsonObject), text);
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
