import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../src/stix/finding.ts';
import { PATTERN_RULES } from '../../../src/stix/pattern/rules.ts';
import { RULES, TOPICS } from '../../../src/stix/rules/index.ts';
import { SCHEMA_RULES } from '../../../src/stix/schema/rules.ts';
import { validate } from '../../../src/stix/validate.ts';
import { fixturePairs } from './fixture-pairs.ts';

const pairs = fixturePairs();

test('every rule has a pair of fixtures, and every pair a rule', () => {
  assert.deepEqual(pairs.map(({ rule }) => rule).sort(), RULES.map(({ id }) => id).sort());
});

for (const { rule, valid, invalid, broken } of pairs) {
  test(`${rule}: the valid fixture has no finding, the invalid one has this`, () => {
    assert.deepEqual(validate(valid, { level: 'strict' }), []);
    const findings = validate(invalid, { level: 'strict' });
    assert.deepEqual([...new Set(findings.map((finding) => finding.rule))].sort(), broken);
    const own = findings.find((finding) => finding.rule === rule);
    const { section, severity } = RULES.find(({ id }) => id === rule) ?? {};
    assert.deepEqual({ section: own?.section, severity: own?.severity }, { section, severity });
  });
}

for (const { id, severity } of RULES.filter(({ level }) => level === 'strict')) {
  test(`${id}: said at level strict only`, () => {
    assert.equal(severity, 'warning');
    const invalid = pairs.find(({ rule }) => rule === id)?.invalid;
    const said = (findings: readonly Finding[]): boolean => findings.some(({ rule }) => rule === id);
    assert.deepEqual([said(validate(invalid)), said(validate(invalid, { level: 'standard' }))], [false, false]);
    assert.ok(said(validate({ type: 'bundle', objects: [invalid] }, { level: 'strict' })));
  });
}

test('ids of rules are lower case with hyphens and stand for one rule each', () => {
  const ids = TOPICS.flatMap(({ rules }) => rules.map(({ id }) => id));
  for (const id of ids) assert.match(id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
  );
  // One rule of the standard that schemas state for its types and a rule for custom types.
  const both = ids.filter((id) => SCHEMA_RULES.some((rule) => rule.id === id));
  assert.deepEqual(both, ['identifier-type']);
});

test('every rule says in a sentence what it demands, what to do, and which section it is from', () => {
  for (const { rules } of TOPICS) {
    for (const { id, section, summary, hint } of rules) {
      assert.match(section, /^STIX 2\.1 §[\d.]+$/, id);
      assert.match(summary, /[.)]$/, id);
      assert.match(hint ?? '', /\.$/, id);
    }
  }
});

test('the rules about patterns are those of the pattern checker', () => {
  const patterns = TOPICS.find(({ title }) => title === 'Patterns')?.rules.map(({ id }) => id);
  assert.deepEqual(patterns, Object.keys(PATTERN_RULES));
});
