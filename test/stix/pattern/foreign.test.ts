import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkForeignPattern } from '../../../src/stix/pattern/foreign.ts';
import { regexFault } from '../../../src/stix/pattern/regex.ts';

const GOOD: readonly (readonly [string, string])[] = [
  ['snort', 'alert tcp any any -> 192.0.2.0/24 80 (msg:"a (b)"; sid:1000001; rev:1;)'],
  ['snort', '# a comment\n\nalert http (msg:"snort 3"; sid:1;)'],
  ['suricata', '[alert dns any any -> any any (msg:"q"; dns.query; content:"evil.example"; sid:1;)]'],
  ['yara', 'rule a : tag { strings: $a = "x" condition: $a }'],
  ['yara', 'import "pe"\nprivate rule b\n{\n  condition: pe.is_pe\n}'],
  ['sigma', 'title: a\nlogsource:\n  product: windows\ndetection:\n  s:\n    Image: x\n  condition: s\n'],
  ['sigma', "{'title': 'a', 'logsource': {'product': 'windows'}, 'detection': {'s': {}, 'condition': 's'}}"],
  ['pcre', '^a+(b|c)?[^]x]$'],
  ['pcre', '/evil\\.(?:com|net)/i'],
  ['zeek', 'signature a { ip-proto == tcp }'],
  ['openioc', '<ioc/>'],
];

for (const [type, text] of GOOD) {
  test(`a ${type} pattern that looks like one has no finding: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(checkForeignPattern(type, text), []);
  });
}

const WRONG: readonly (readonly [string, string])[] = [
  ['snort', "[file:name = 'a']"],
  ['suricata', 'alert tcp any any -> any any'],
  ['yara', 'alert tcp any any -> any any (sid:1;)'],
  ['yara', 'rule a { strings: $a = "x" }'],
  ['yara', 'rule a '],
  ['sigma', 'title: a'],
  ['pcre', '/a(b/'],
];

for (const [type, text] of WRONG) {
  test(`a ${type} pattern that does not look like one is warned of: ${text}`, () => {
    const [finding, ...more] = checkForeignPattern(type, text);
    assert.deepEqual([finding?.rule, finding?.severity, more], ['pattern-foreign-form', 'warning', []]);
  });
}

test('an empty pattern is refused whatever the language', () => {
  for (const type of ['snort', 'zeek']) {
    const findings = checkForeignPattern(type, ' \n');
    assert.deepEqual(
      findings.map(({ rule, severity }) => [rule, severity]),
      [['pattern-foreign-empty', 'error']],
    );
  }
});

test('the type stix is checked as a STIX pattern', () => {
  assert.deepEqual(
    checkForeignPattern('stix', '[]').map(({ rule }) => rule),
    ['pattern-syntax'],
  );
});

const REGULAR: readonly string[] = [
  '',
  'a*b+?c{2,3}d++',
  '[]a]',
  '[^]a]',
  '[[:alpha:]\\]]',
  '[a\\Q]\\E]',
  '\\Q(\\E',
  '(?<name>a)\\k{name}',
  "(?'n'a)(?P<m>b)(?P=m)",
  '(?i)a(?-i:b)',
  '(?=a)(?!b)(?<=c)(?<!d)(?>e)',
  '(?+1)(a)(?R)',
  '(*UTF8)a',
  '(?#a ( comment)b',
  '(?x) a ( # not ( closed\n b )',
  '\\x{100000}\\p{L}',
  'a{,3}{b}',
  '^*a$',
  '}]',
];

for (const expression of REGULAR) {
  test(`a regular expression that PCRE takes has no fault: ${expression}`, () => {
    assert.equal(regexFault(expression), undefined);
  });
}

const IRREGULAR: readonly (readonly [string, number])[] = [
  ['(a', 0],
  ['a)', 1],
  ['[a-z', 0],
  ['[]', 0],
  ['a\\', 1],
  ['*a', 0],
  ['a|+', 2],
  ['(?:+a)', 3],
  ['a**', 2],
  ['a{3,2}', 1],
  ['a{70000}', 1],
  ['(?#a', 0],
];

for (const [expression, offset] of IRREGULAR) {
  test(`a regular expression that PCRE refuses has a fault at ${offset}: ${expression}`, () => {
    assert.equal(regexFault(expression)?.offset, offset);
  });
}
