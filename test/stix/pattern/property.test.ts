import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ComparisonNode, Literal, ObservationNode, Qualifier } from '../../../src/stix/pattern/ast.ts';
import { parsePattern } from '../../../src/stix/pattern/build.ts';
import { checkPattern } from '../../../src/stix/pattern/check.ts';
import type { PatternRuleId } from '../../../src/stix/pattern/rules.ts';
import { type InnerModel, type LiteralModel, type PatternModel, type QualifierModel, soundPattern } from './model.ts';
import { spaced, tokensOf } from './print.ts';

const spaces = fc.array(fc.constantFrom('', '', ' ', '\n', '\t', '  ', '\u00a0', '\u3000'), { maxLength: 7 });

test('any tree that is printed parses to the same tree, whatever the spaces', () => {
  fc.assert(
    fc.property(soundPattern, spaces, (model, gaps) => {
      const text = spaced(tokensOf(model), gaps);
      const result = parsePattern(text);
      assert.ok('pattern' in result, `${text}: ${JSON.stringify(result)}`);
      assert.deepEqual(modelOf(result.pattern.root, text), model);
    }),
    { numRuns: 300 },
  );
});

test('any sound pattern has no finding', () => {
  fc.assert(
    fc.property(soundPattern, spaces, (model, gaps) => {
      assert.deepEqual(checkPattern(spaced(tokensOf(model), gaps)), []);
    }),
    { numRuns: 300 },
  );
});

/** Flawed comparisons: wherever one stands between sound ones, its rule tells. */
const COMPARISONS: readonly (readonly [PatternRuleId, string])[] = [
  ['pattern-syntax', 'x-acme-a:name "a"'],
  ['pattern-syntax', 'x-acme-a:name ='],
  ['pattern-syntax', 'x-acme-a.name = 1'],
  ['pattern-syntax', 'x-acme-a:na-me = 1'],
  ['pattern-syntax', 'x-acme-a:name = word'],
  ['pattern-syntax', 'x-acme-a:name > true'],
  ['pattern-syntax', 'x-acme-a:name LIKE 1'],
  ['pattern-syntax', "x-acme-a:name IN ('a',)"],
  ['pattern-syntax', 'x-acme-a:name[] = 1'],
  ['pattern-syntax', "NOT x-acme-a:name = 'a'"],
  ['pattern-string', "x-acme-a:name = 'a\\b'"],
  ['pattern-hex', "x-acme-a:name = h'abc'"],
  ['pattern-binary', "x-acme-a:name = b'abc'"],
  ['pattern-timestamp', "x-acme-a:name = t'2023-04-31T00:00:00Z'"],
  ['pattern-number-range', 'x-acme-a:name = -9007199254740992'],
  ['pattern-plus-sign', 'x-acme-a:name = +1'],
  ['pattern-hex-case', "x-acme-a:name = h'AB'"],
  ['pattern-extra-syntax', 'x-acme-a:name == 1'],
  ['pattern-and-types', 'file:size = 1 AND process:pid = 1'],
  ['pattern-and-types-negated', 'file:size = 1 AND process:pid NOT = 1'],
  ['pattern-set-empty', 'x-acme-a:name IN ()'],
  ['pattern-set-types', "x-acme-a:name IN ('1', 1)"],
  ['pattern-set-numbers', 'x-acme-a:name IN (1, 1.0)'],
  ['pattern-subset-path', "url:value ISSUBSET '192.0.2.0/24'"],
  ['pattern-subset-network', "ipv4-addr:value ISSUBSET '192.0.2.0/240'"],
  ['pattern-subset-family', "ipv4-addr:value ISSUBSET '::/0'"],
  ['pattern-subset-custom', "x-acme-a:name ISSUBSET 'net'"],
  ['pattern-index', 'x-acme-a:name[-2] = 1'],
  ['pattern-type-form', 'X-acme:name = 1'],
  ['pattern-type-not-observable', "malware:name = 'a'"],
  ['pattern-type-unknown', 'acme:name = 1'],
  ['pattern-property-form', 'x-acme-a:Name = 1'],
  ['pattern-property-unknown', 'file:colour = 1'],
  ['pattern-path-shape', "software:languages = 'en'"],
  ['pattern-value-type', 'software:name = 1'],
  ['pattern-hash-algorithm', "file:hashes.SHA1 = 'a'"],
  ['pattern-hash-value', "x-acme-a:hashes.'SHA-1' = 'a'"],
  ['pattern-regex', "x-acme-a:name MATCHES '('"],
];

for (const [rule, flawed] of COMPARISONS) {
  test(`${rule} is told wherever its breach stands: ${flawed}`, () => {
    fc.assert(
      fc.property(soundPattern, soundPattern, fc.integer({ min: 0, max: 3 }), (before, after, depth) => {
        const bad = `[${'('.repeat(depth)}${flawed}${')'.repeat(depth)} OR url:value = 'u']`;
        const text = `(${spaced(tokensOf(before), [])}) AND ${bad} FOLLOWEDBY (${spaced(tokensOf(after), [])})`;
        assert.ok(
          checkPattern(text).some((finding) => finding.rule === rule),
          text,
        );
      }),
      { numRuns: 20 },
    );
  });
}

const QUALIFIERS: readonly (readonly [PatternRuleId, string])[] = [
  ['pattern-syntax', 'WITHIN -1 SECONDS'],
  ['pattern-syntax', 'WITHIN 1 MINUTES'],
  ['pattern-syntax', 'REPEATS 1.5 TIMES'],
  ['pattern-syntax', "STOP t'2024-01-01T00:00:00Z' START t'2024-01-02T00:00:00Z'"],
  ['pattern-syntax', "START t'2024-01-01T00:00:00Z'"],
  ['pattern-duplicate-qualifier', 'REPEATS 1 TIMES REPEATS 2 TIMES'],
  ['pattern-duplicate-qualifier', 'REPEATS 1 TIMES WITHIN 5 SECONDS REPEATS 1 TIMES'],
  ['pattern-qualifier-value', 'REPEATS 0 TIMES'],
  ['pattern-qualifier-value', 'WITHIN 0.00 SECONDS'],
  ['pattern-number-range', 'REPEATS 99999999999999999 TIMES'],
  ['pattern-window', "START t'2024-01-01T00:00:00Z' STOP t'2024-01-01T00:00:00.0Z'"],
  ['pattern-timestamp', "START t'2024-01-01T24:00:00Z' STOP t'2024-01-03T00:00:00Z'"],
];

for (const [rule, flawed] of QUALIFIERS) {
  test(`${rule} is told of the qualifier ${flawed}`, () => {
    fc.assert(
      fc.property(soundPattern, (before) => {
        const text = `(${spaced(tokensOf(before), [])}) OR [url:value = 'u'] ${flawed}`;
        assert.ok(
          checkPattern(text).some((finding) => finding.rule === rule),
          text,
        );
      }),
      { numRuns: 20 },
    );
  });
}

test('no text at all makes the checker throw, and every finding points into the text', () => {
  const scraps = fc.constantFrom(
    '[',
    ']',
    '(',
    ')',
    "'",
    '\\',
    "h'",
    "b'",
    "t'",
    ':',
    '.',
    ',',
    '*',
    '=',
    '<',
    '>',
    '!',
    '+',
    '-',
    '/',
    '/*',
    '//',
    'AND',
    'OR',
    'NOT',
    'IN',
    'LIKE',
    'EXISTS',
    'FOLLOWEDBY',
    'WITHIN',
    'REPEATS',
    'START',
    'STOP',
    'file',
    'name',
    ' ',
    '0',
    '5',
    '.5',
    '\ud800',
    '😀',
    '\u0000',
    "'a'",
    'file:name',
    "file:name = 'a'",
    "[file:name = 'a']",
  );
  fc.assert(
    fc.property(fc.array(scraps, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      for (const { offset } of checkPattern(text)) assert.ok(offset >= 0 && offset <= text.length, text);
    }),
    { numRuns: 3000 },
  );
});

function modelOf(node: ObservationNode, text: string): PatternModel {
  switch (node.kind) {
    case 'observation':
      return {
        kind: 'observation',
        inner: innerOf(node.inner, text),
        qualifiers: node.qualifiers.map((one) => qualifierOf(one, text)),
      };
    case 'group':
      return {
        kind: 'group',
        inner: modelOf(node.inner, text),
        qualifiers: node.qualifiers.map((one) => qualifierOf(one, text)),
      };
    case 'joined':
      return { kind: 'joined', operator: node.operator, operands: node.operands.map((one) => modelOf(one, text)) };
  }
}

function innerOf(node: ComparisonNode, text: string): InnerModel {
  if (node.kind === 'group') return { kind: 'group', inner: innerOf(node.inner, text) };
  if (node.kind === 'joined') {
    return { kind: 'joined', operator: node.operator, operands: node.operands.map((one) => innerOf(one, text)) };
  }
  const { path, negated, operator, operands } = node;
  const steps = path.steps.map((step) => (step.kind === 'name' ? { name: step.name } : { index: step.index }));
  return {
    kind: 'comparison',
    type: path.type,
    steps,
    negated,
    operator,
    operands: operands.map((one) => literalOf(one, text)),
  };
}

function qualifierOf(node: Qualifier, text: string): QualifierModel {
  if (node.kind === 'START')
    return { kind: 'START', from: literalOf(node.from, text), until: literalOf(node.until, text) };
  return { kind: node.kind, number: literalOf(node.kind === 'WITHIN' ? node.seconds : node.times, text) };
}

function literalOf({ kind, value, start, end }: Literal, text: string): LiteralModel {
  return { kind, value, text: text.slice(start, end) };
}
