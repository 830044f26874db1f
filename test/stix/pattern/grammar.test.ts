import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observables, type PatternAst } from '../../../src/stix/pattern/ast.ts';
import { parsePattern } from '../../../src/stix/pattern/build.ts';
import { checkPattern } from '../../../src/stix/pattern/check.ts';
import { patternFixture } from './fixtures.ts';

function parsed(text: string): PatternAst {
  const result = parsePattern(text);
  assert.ok('pattern' in result, `${text}: ${JSON.stringify(result)}`);
  return result.pattern;
}

for (const [id, pattern] of Object.entries(patternFixture<string>('valid'))) {
  test(`a valid pattern has no finding (${id}): ${pattern}`, () => {
    assert.deepEqual(checkPattern(pattern), []);
    parsed(pattern);
  });
}

for (const [id, pattern] of Object.entries(patternFixture<string>('invalid'))) {
  test(`an invalid pattern has one error (${id}): ${pattern}`, () => {
    const findings = checkPattern(pattern);
    assert.equal(findings.length, 1);
    assert.equal(findings[0]?.severity, 'error');
  });
}

const ERRORS: readonly (readonly [string, number, RegExp])[] = [
  ['[file:size 1280]', 11, /expected a comparison operator such as = or LIKE after the object path, found "1280"/],
  ['[file.size = 1]', 5, /expected : between the object type and its property, found "\."/],
  ['[file:name = "a"]', 13, /strings and quoted keys stand in apostrophes/],
  ['[file:name = a.exe]', 13, /strings stand in apostrophes: 'a'/],
  ["[file:hashes.SHA-256 = 'a']", 13, /a name with a hyphen stands in apostrophes: 'SHA-256'/],
  ["[file:name = 'a' or file:size = 1]", 17, /keywords are written in capitals: OR/],
  ['[file:name = True]', 13, /true is written in lower case/],
  ['[x-acme-set:IN = 1]', 12, /IN is a keyword; a property of that name stands in apostrophes: 'IN'/],
  ["[NOT file:name = 'a']", 5, /NOT stands before the operator/],
  ['file:size = 1', 0, /comparisons stand in brackets/],
  ["[ipv4-addr:value IN 'a']", 20, /IN takes a set/],
  ["[file:name = 'a'] WITHIN 5 HOURS", 27, /the only unit is SECONDS/],
  ["[file:name = 'a'] START '2024-01-01T00:00:00Z'", 24, /a timestamp has a t before its apostrophe/],
  ["[file:name = 'a'", 16, /found the end of the pattern/],
  ["[file:name = 'a\\n']", 15, /found \\n: write a backslash of the value as \\\\/],
  ["[file:name = 'a]", 13, /the string that begins here is not closed/],
  ['[file:size = 007]', 13, /without leading zeros/],
  ['[file:size = - 7]', 13, /expected a digit directly after the sign -/],
  ["[file:magic_number_hex = h'4g']", 28, /expected hexadecimal digits/],
  ["[file:name = 'a' /* open]", 17, /comments close with \*\//],
  ["[file:name = 'a'] 😀", 18, /found "😀"/],
  ["[file:name \u0000= 'a']", 11, /found "\\u0000"/],
];

for (const [pattern, offset, message] of ERRORS) {
  test(`an error points at its character and says what was expected: ${JSON.stringify(pattern)}`, () => {
    const result = parsePattern(pattern);
    assert.ok('error' in result);
    assert.equal(result.error.offset, offset);
    assert.match(result.error.message, message);
  });
}

test('AND binds tighter than OR, OR tighter than FOLLOWEDBY (S21-9.5.3-01)', () => {
  const { root } = parsed('[a:b = 1] OR [a:b = 2] AND [a:b = 3] FOLLOWEDBY [a:b = 4 OR a:b = 5 AND a:b = 6]');
  assert.ok(root.kind === 'joined' && root.operator === 'FOLLOWEDBY');
  const [first, second] = root.operands;
  assert.ok(first?.kind === 'joined' && first.operator === 'OR');
  assert.ok(first.operands[1]?.kind === 'joined' && first.operands[1].operator === 'AND');
  assert.ok(second?.kind === 'observation' && second.inner.kind === 'joined' && second.inner.operator === 'OR');
});

test('a qualifier binds to the nearest expression on its left (S21-9.5.1-01)', () => {
  const { root } = parsed('[a:b = 1] AND [a:b = 2] REPEATS 3 TIMES');
  assert.ok(root.kind === 'joined');
  const counts = root.operands.map((operand) => (operand.kind === 'joined' ? -1 : operand.qualifiers.length));
  assert.deepEqual(counts, [0, 1]);
});

test('positions of the tree are those of the text', () => {
  const text = " ( [ file : hashes . 'SHA-256'  NOT = 'ab' ] ) WITHIN 5 SECONDS ";
  const { root } = parsed(text);
  assert.ok(root.kind === 'group' && root.inner.kind === 'observation' && root.inner.inner.kind === 'comparison');
  const comparison = root.inner.inner;
  const cut = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);
  assert.equal(cut(root), text.trim());
  assert.equal(cut(comparison.path), "file : hashes . 'SHA-256'");
  assert.deepEqual(comparison.operands.map(cut), ["'ab'"]);
  assert.deepEqual(root.qualifiers.map(cut), ['WITHIN 5 SECONDS']);
  assert.equal(text.charAt(comparison.operatorStart), '=');
});

test('strings and quoted keys are decoded', () => {
  const [found] = observables(parsed("[x-acme-file:'it\\'s'.'a-b'[*] = 'back\\\\slash \\'q\\'']"));
  assert.deepEqual(found?.value, "back\\slash 'q'");
  assert.equal(found?.path, "x-acme-file:'it\\'s'.'a-b'[*]");
});

test('observables are the constants of a pattern by path, in the order of the text', () => {
  const found = observables(
    parsed("[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2') OR EXISTS file:name] AND [file : size NOT > 5]"),
  );
  assert.deepEqual(
    found.map(({ path, operator, negated, value }) => [path, operator, negated, value]),
    [
      ['ipv4-addr:value', 'IN', false, '192.0.2.1'],
      ['ipv4-addr:value', 'IN', false, '192.0.2.2'],
      ['file:size', '>', true, 5],
    ],
  );
});
