import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sameContent } from '../../src/stix/same-content.ts';

const SAME: readonly (readonly [string, string])[] = [
  ['{"type":"indicator","a":1,"b":[1,2]}', '{"b":[1,2],"type":"indicator","a":1}'],
  ['{"a":"\\u00e9\\/"}', '{"a":"é/"}'],
  ['{"a":10}', '{"a":1e1}'],
  ['{"a":1.50}', '{"a":15E-1}'],
  ['{"a":0}', '{"a":-0.0e5}'],
  ['{"a":123456789012345678901}', '{"a":1234567890123456789010e-1}'],
  // Defaults equal their absence. Source: STIX 2.1 §3.6
  ['{"type":"indicator","spec_version":"2.1","revoked":false}', '{"type":"indicator","spec_version":"2.1"}'],
  ['{"type":"malware","lang":"en"}', '{"type":"malware"}'],
  ['{"type":"sighting","spec_version":"2.1","summary":false}', '{"type":"sighting","spec_version":"2.1"}'],
  ['{"type":"ipv4-addr","defanged":false}', '{"type":"ipv4-addr"}'],
  ['{"type":"ipv4-addr","spec_version":"2.1"}', '{"type":"ipv4-addr"}'],
  ['{"type":"indicator","spec_version":"2.0"}', '{"type":"indicator"}'],
  [
    '{"type":"indicator","spec_version":"2.1","pattern_type":"stix","pattern_version":"2.1"}',
    '{"type":"indicator","spec_version":"2.1","pattern_type":"stix"}',
  ],
];

const DIFFERENT: readonly (readonly [string, string])[] = [
  ['{"a":[1,2]}', '{"a":[2,1]}'],
  ['{"a":[1]}', '{"a":[1,1]}'],
  ['{"a":1}', '{"a":"1"}'],
  ['{"a":1}', '{"a":{}}'],
  ['{"a":null}', '{}'],
  ['{"a":{}}', '{"a":[]}'],
  ['{"a":1}', '{"a":-1}'],
  // Beyond the precision of a double.
  ['{"a":9007199254740993}', '{"a":9007199254740992}'],
  ['{"a":0.1}', '{"a":0.1000000000000000000001}'],
  ['{"revoked":true}', '{}'],
  ['{"type":"malware","summary":false}', '{"type":"malware"}'],
  ['{"type":"malware","defanged":false}', '{"type":"malware"}'],
  ['{"type":"malware","x":{"revoked":false}}', '{"type":"malware","x":{}}'],
  ['{"type":"indicator","spec_version":"2.1"}', '{"type":"indicator"}'],
  ['{"type":"ipv4-addr","spec_version":"2.0"}', '{"type":"ipv4-addr"}'],
  [
    '{"type":"indicator","spec_version":"2.1","pattern_type":"sigma","pattern_version":"2.1"}',
    '{"type":"indicator","spec_version":"2.1","pattern_type":"sigma"}',
  ],
  ['{"__proto__":{"a":1}}', '{}'],
  ['{"constructor":1}', '{"toString":1}'],
];

test('A20 equal JSON values are the same content, defaults or not', () => {
  for (const [a, b] of SAME) {
    assert.ok(sameContent(a, b), `${a} and ${b}`);
    assert.ok(sameContent(b, a), `${b} and ${a}`);
  }
});

test('A20 other values are other content', () => {
  for (const [a, b] of DIFFERENT) {
    assert.ok(!sameContent(a, b), `${a} and ${b}`);
    assert.ok(!sameContent(b, a), `${b} and ${a}`);
  }
});

test('a number of a million digits takes time in proportion to them', () => {
  const zeros = '0'.repeat(1_000_000);
  assert.ok(!sameContent(`{"x_acme":0.1${zeros}1}`, `{"x_acme":0.1${zeros}2}`));
  assert.ok(sameContent(`{"x_acme":0.1${zeros}}`, '{"x_acme":0.1}'));
});

test('the order of keys never matters, and any other change does', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (object, name) => {
      const text = JSON.stringify(object);
      const turned = JSON.stringify(Object.fromEntries(Object.entries(object).reverse()));
      assert.ok(sameContent(text, turned));
      const more = `${text.slice(0, -1)}${text === '{}' ? '' : ','}${JSON.stringify(`x_${name}_new`)}:0}`;
      assert.ok(!sameContent(text, more));
    }),
  );
});
