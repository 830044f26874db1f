import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPattern, type PatternContext } from '../../../src/stix/pattern/check.ts';
import { PATTERN_LIMITS } from '../../../src/stix/pattern/parser.ts';
import { PATTERN_RULES, type PatternRuleId } from '../../../src/stix/pattern/rules.ts';
import { patternFixture } from './fixtures.ts';

const FIXTURES = patternFixture<{ valid: string; invalid: string }>('rules');

/** Rules whose fixtures are not one pattern: they have tests of their own. */
const OTHERWISE_TESTED: readonly string[] = [
  'pattern-too-long',
  'pattern-too-deep',
  'pattern-window-validity',
  'pattern-foreign-empty',
  'pattern-foreign-form',
];

function rulesOf(pattern: string, context?: PatternContext): PatternRuleId[] {
  return checkPattern(pattern, context).map(({ rule }) => rule);
}

test('every rule has a valid and an invalid fixture', () => {
  assert.deepEqual([...Object.keys(FIXTURES), ...OTHERWISE_TESTED].sort(), Object.keys(PATTERN_RULES).sort());
});

for (const [rule, { valid, invalid }] of Object.entries(FIXTURES)) {
  test(`${rule} is told about ${JSON.stringify(invalid)} and not about ${valid}`, () => {
    assert.deepEqual(checkPattern(valid), []);
    const finding = checkPattern(invalid).find((one) => one.rule === rule);
    assert.ok(finding, JSON.stringify(checkPattern(invalid)));
    const { severity, section } = PATTERN_RULES[finding.rule];
    assert.deepEqual([finding.severity, finding.section], [severity, section]);
    assert.ok(finding.offset >= 0 && finding.offset <= invalid.length);
  });
}

for (const [id, { pattern, rule }] of Object.entries(
  patternFixture<{ pattern: string; rule: PatternRuleId | null }>('beyond-grammar'),
)) {
  test(`${id}: ${pattern} ${rule === null ? 'has no finding' : `is refused or warned of by ${rule}`}`, () => {
    if (rule === null) assert.deepEqual(rulesOf(pattern), []);
    else assert.ok(rulesOf(pattern).includes(rule), rulesOf(pattern).join());
  });
}

test('a pattern longer than the limit is refused without being read', () => {
  const pattern = `[file:name = '${'a'.repeat(PATTERN_LIMITS.length)}']`;
  assert.deepEqual(rulesOf(pattern), ['pattern-too-long']);
  assert.deepEqual(rulesOf(`[file:name = '${'a'.repeat(PATTERN_LIMITS.length - 16)}']`), []);
});

test('parentheses nested deeper than the limit are refused at the first that is too deep', () => {
  const nested = (depth: number): string => `[${'('.repeat(depth)}file:size = 1${')'.repeat(depth)}]`;
  assert.deepEqual(rulesOf(nested(PATTERN_LIMITS.depth)), []);
  const [finding] = checkPattern(nested(PATTERN_LIMITS.depth + 1));
  assert.deepEqual([finding?.rule, finding?.offset], ['pattern-too-deep', PATTERN_LIMITS.depth + 1]);
  assert.deepEqual(rulesOf(`${'('.repeat(100)}[file:size = 1]${')'.repeat(100)}`), ['pattern-too-deep']);
});

test('windows outside of the validity of the indicator are warned of (S21-9.5.1-03)', () => {
  const pattern = "[file:name = 'a'] START t'2024-01-01T00:00:00Z' STOP t'2024-02-01T00:00:00Z'";
  const within = { validFrom: '2024-01-01T00:00:00.000Z', validUntil: '2024-02-01T00:00:00.00Z' };
  assert.deepEqual(rulesOf(pattern, within), []);
  assert.deepEqual(rulesOf(pattern, { validFrom: '2024-01-01T00:00:00.1Z' }), ['pattern-window-validity']);
  assert.deepEqual(rulesOf(pattern, { validUntil: '2024-01-31T00:00:00Z' }), ['pattern-window-validity']);
  assert.deepEqual(rulesOf(pattern, { validFrom: 'yesterday' }), []);
});

test('a second qualifier of one kind is an error in STIX 2.1 and a warning in STIX 2.0', () => {
  const pattern = '[file:size = 1] WITHIN 5 SECONDS WITHIN 6 SECONDS';
  assert.deepEqual(rulesOf(pattern), ['pattern-duplicate-qualifier']);
  assert.deepEqual(rulesOf(pattern, { version: '2.0' }), ['pattern-repeated-qualifier']);
});

test('AND needs a type that satisfies all operands, through any nesting of OR (S21-9.5-02)', () => {
  const refused = [
    "[file:size = 1 AND (process:pid = 1 OR mutex:name = 'm')]",
    "[(file:size = 1 OR process:pid = 1) AND (mutex:name = 'm' OR url:value = 'u')]",
    '[file:size = 1 OR (process:pid = 1 AND file:size = 2)]',
    "[(file:size = 1 OR process:pid = 1) AND (process:pid = 2 OR url:value = 'u') AND file:size = 2]",
    '[a:b = 1 AND b:c = 1]',
  ];
  const accepted = [
    '[file:size = 1 AND (process:pid = 1 OR file:size = 2)]',
    "[(file:size = 1 OR process:pid = 1) AND (process:pid = 2 OR url:value = 'u') AND process:pid = 3]",
    '[file:size = 1 AND file:size = 2 OR process:pid = 1 AND process:pid = 2]',
    '[file:size = 1] AND [process:pid = 1]',
  ];
  for (const pattern of refused) assert.ok(rulesOf(pattern).includes('pattern-and-types'), pattern);
  for (const pattern of accepted) assert.deepEqual(rulesOf(pattern), [], pattern);
});

test('a negated comparison of another type is a warning, next to a breach it does not hide it', () => {
  assert.deepEqual(rulesOf('[file:size = 1 AND NOT EXISTS process:pid]'), ['pattern-and-types-negated']);
  assert.ok(rulesOf("[file:size = 1 AND mutex:name = 'm' AND process:pid NOT = 1]").includes('pattern-and-types'));
});

test('each breach is told once, at its first place, and a flood of them is cut', () => {
  const unknown = Array.from({ length: 500 }, (_, i) => `x-acme-a:same = ${i} OR file:prop_${i} = 1`).join(' OR ');
  const findings = checkPattern(`[${unknown} OR thing:same = 1 OR thing:same = 2]`);
  assert.equal(findings.length, 50);
  assert.equal(checkPattern('[thing:same = 1 OR thing:same = 2]').length, 1);
});

test('what tools accept beyond the text is accepted with a warning (S21-9-01)', () => {
  for (const pattern of [
    '[file:size == 1]',
    '[file:size <> 1]',
    '[x-acme-sensor:ratio > .25]',
    '[x-acme-sensor:ratio > -.25]',
    '[file:size = 1 /* note */]',
    '[file:size = 1] // note',
  ]) {
    assert.deepEqual(rulesOf(pattern), ['pattern-extra-syntax'], pattern);
  }
});
