import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePattern } from '../../../src/stix/pattern/build.ts';
import { checkPattern } from '../../../src/stix/pattern/check.ts';
import { checkForeignPattern } from '../../../src/stix/pattern/foreign.ts';
import { type PatternSink, parseInto } from '../../../src/stix/pattern/parser.ts';
import { regexFault } from '../../../src/stix/pattern/regex.ts';
import { FLOODS, FOREIGN_FLOODS, UNLIMITED } from './floods.ts';

const MIB = 1 << 20;
const SILENT: PatternSink = {
  comparison() {},
  joinComparisons() {},
  groupComparisons() {},
  observation() {},
  joinObservations() {},
  groupObservations() {},
  qualifier() {},
};

for (const [head, unit] of FLOODS) {
  test(`work grows with the length only: ${JSON.stringify(head)} and ${JSON.stringify(unit)} over and over`, () => {
    const flood = (length: number): string => head + unit.repeat(Math.ceil(length / unit.length));
    const steps = (length: number): number => parseInto(flood(length), SILENT, UNLIMITED).steps;
    const once = steps(MIB / 4);
    const twice = steps(MIB / 2);
    assert.ok(twice <= 2 * once + 50, `${once} tokens, then ${twice}`);
    assert.ok(twice <= MIB);
  });

  test(`1 MiB is a finding, never a crash: ${JSON.stringify(head)} and ${JSON.stringify(unit)} over and over`, () => {
    const text = head + unit.repeat(Math.ceil(MIB / unit.length));
    assert.ok(checkPattern(text, {}, UNLIMITED).some(({ severity }) => severity === 'error'));
    assert.deepEqual(
      checkPattern(text).map(({ rule }) => rule),
      ['pattern-too-long'],
    );
  });
}

test('long patterns that are valid are read whole', () => {
  const size = 200_000;
  const chain = (unit: (i: number) => string, joint: string): string => {
    const parts: string[] = [];
    for (let i = 0, length = 0; length < size; i++) {
      parts.push(unit(i));
      length += unit(i).length + joint.length;
    }
    return parts.join(joint);
  };
  const types = chain((i) => `x-acme-${i}:name = 1`, ' OR ');
  const mixed = chain((i) => `(x-acme-${i}:name = 1 OR file:size NOT = ${i})`, ' AND ');
  assert.deepEqual(checkPattern(`[${types}]`), []);
  assert.deepEqual(checkPattern(`[(${types}) AND x-acme-1:name = 2]`), []);
  assert.deepEqual(checkPattern(`[${mixed}]`), []);
  assert.deepEqual(checkPattern(chain((i) => `[file:size = ${i}]`, ' FOLLOWEDBY ')), []);
  assert.ok('pattern' in parsePattern(`[${types}]`));
});

test('10,000 levels of nesting are a finding', () => {
  for (const pattern of [`${'('.repeat(10_000)}[file:size = 1]`, `[${'('.repeat(10_000)}file:size = 1`]) {
    assert.deepEqual(
      checkPattern(pattern).map(({ rule }) => rule),
      ['pattern-too-deep'],
    );
  }
});

test('messages about huge values stay short', () => {
  const value = 'x'.repeat(100_000);
  for (const pattern of [
    `[file:hashes.MD5 = '${value}']`,
    `[${value}:name = 1]`,
    `[file:${value} = 1]`,
    `[file:name = ${value}]`,
    `[file:na-${value} = 1]`,
    `[file:size = 1${'0'.repeat(100_000)}]`,
    `[ipv4-addr:value ISSUBSET '${value}']`,
    `[domain-name:value ISSUBSET '${value}']`,
    `[x-acme-a:hashes.${value} = '1']`,
  ]) {
    for (const { message } of checkPattern(pattern)) assert.ok(message.length < 600, `${message.length}`);
  }
});

test('regular expressions and foreign rules are looked at in linear time', () => {
  for (const unit of FOREIGN_FLOODS) {
    const text = unit.repeat(Math.ceil(MIB / unit.length));
    regexFault(text);
    for (const type of ['snort', 'suricata', 'yara', 'sigma', 'pcre', 'other']) {
      assert.ok(checkForeignPattern(type, text).length <= 1);
    }
  }
});
