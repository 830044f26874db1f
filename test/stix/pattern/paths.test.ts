import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPattern } from '../../../src/stix/pattern/check.ts';

function rulesOf(comparison: string): string[] {
  return checkPattern(`[${comparison}]`).map(({ rule }) => rule);
}

const CLEAN: readonly string[] = [
  "email-message:body_multipart[*].body_raw_ref.name = 'a.iso'",
  "email-message:additional_header_fields.'X-Mailer'[0] = 'a'",
  "file:extensions.'ntfs-ext'.alternate_data_streams[*].hashes.MD5 LIKE 'd4%'",
  "file:extensions.'windows-pebinary-ext'.optional_header.magic_hex = h'0b01'",
  "file:extensions.'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d'.score > 5",
  "file:extensions.'x-acme-ext'.Whatever[3].inner = 'a'",
  "file:contains_refs[*].anything_at_all = 'a'",
  "network-traffic:src_ref.resolves_to_refs[0].value = '00:00:5e:00:53:01'",
  "network-traffic:encapsulates_refs[*].dst_ref.value = '192.0.2.1'",
  "network-traffic:dst_ref.type = 'domain-name'",
  "network-traffic:extensions.'socket-ext'.options.SO_LINGER = 1",
  "process:environment_variables.PATH LIKE '%evil%'",
  "windows-registry-key:values[*].data_type = 'REG_SZ'",
  "x509-certificate:x509_v3_extensions.key_usage = 'critical'",
  "artifact:payload_bin = 'this is a test'",
  "artifact:payload_bin = h'7468'",
  "artifact:payload_bin MATCHES 'test'",
  "email-message:from_ref = 'email-addr--7165e2a9-671f-585d-b1e1-ca59c671d934'",
  'EXISTS windows-registry-key:values',
  'EXISTS file:hashes',
  'file:x_acme_depth[2].any = 1',
  'file:size > 2.5',
  "file:'name' = 'a'",
];

for (const comparison of CLEAN) {
  test(`a known path with a fitting constant has no finding: ${comparison}`, () => {
    assert.deepEqual(rulesOf(comparison), []);
  });
}

const FLAWED: readonly (readonly [string, string])[] = [
  ["user-account:value = 'Peter'", 'pattern-property-unknown'],
  ["process:image_ref.nope = 'a'", 'pattern-property-unknown'],
  ["file:extensions.'pdf-ext'.nope = 'a'", 'pattern-property-unknown'],
  ["network-traffic:src_ref.path = 'a'", 'pattern-property-unknown'],
  ["email-message:to_refs.value = 'a'", 'pattern-path-shape'],
  ["file:name[0] = 'a'", 'pattern-path-shape'],
  ["file:name.first = 'a'", 'pattern-path-shape'],
  ["process:environment_variables[*].PATH = 'a'", 'pattern-path-shape'],
  ["process:image_ref[0].name = 'a'", 'pattern-path-shape'],
  ["windows-registry-key:values[*] = 'a'", 'pattern-path-shape'],
  ["file:hashes[*] = 'a'", 'pattern-path-shape'],
  ["file:hashes = 'a'", 'pattern-path-shape'],
  ["file:n = 'a'", 'pattern-property-form'],
  ["file:x_ID = 'a'", 'pattern-property-form'],
  ["x:created = 'a'", 'pattern-type-form'],
  ["x-acme--sensor:name = 'a'", 'pattern-type-form'],
  ["x_acme:name = 'a'", 'pattern-type-form'],
  ["bundle:id = 'a'", 'pattern-type-not-observable'],
  ["file:size LIKE '1%'", 'pattern-value-type'],
  ["file:ctime MATCHES '2024'", 'pattern-value-type'],
  ["email-message:is_multipart = 'true'", 'pattern-value-type'],
  ['file:name IN (1, 2)', 'pattern-value-type'],
  ["file:name = t'2024-01-01T00:00:00Z'", 'pattern-value-type'],
  ["file:hashes.'SSDEEP' = 'short'", 'pattern-hash-value'],
  ["file:hashes.TLSH = 'T1abc'", 'pattern-hash-value'],
  ["x-acme-sample:hashes.MD5 = 'abc'", 'pattern-hash-value'],
  ["file:hashes.MD5 IN ('d41d8cd98f00b204e9800998ecf8427e', 'abc')", 'pattern-hash-value'],
  ["file:hashes.md5 = 'd41d8cd98f00b204e9800998ecf8427e'", 'pattern-hash-algorithm'],
  ["file:name ISSUBSET '192.0.2.0/24'", 'pattern-subset-path'],
  ["ipv4-addr:id ISSUBSET '192.0.2.0/24'", 'pattern-subset-path'],
  ["network-traffic:protocols[*] ISSUBSET '192.0.2.0/24'", 'pattern-subset-path'],
  ["network-traffic:dst_ref.value ISSUPERSET '192.0.2.256'", 'pattern-subset-network'],
  ["ipv6-addr:value ISSUPERSET '2001:db8::/129'", 'pattern-subset-network'],
  ["ipv6-addr:value ISSUPERSET 'fe80::1%eth0'", 'pattern-subset-network'],
  ["ipv6-addr:value ISSUBSET '192.0.2.0/24'", 'pattern-subset-family'],
];

for (const [comparison, rule] of FLAWED) {
  test(`${rule}: ${comparison}`, () => {
    assert.deepEqual(rulesOf(comparison), [rule]);
  });
}

test('names of the language are no paths by accident', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.deepEqual(rulesOf(`file:'${name}' = 'a'`).length, 1, name);
    assert.deepEqual(rulesOf(`file:extensions.'${name}'.a = 'a'`), [], name);
    assert.deepEqual(rulesOf(`file:hashes.'${name}' = 'a'`), ['pattern-hash-algorithm'], name);
  }
});
