import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parsePattern } from '../../src/stix/pattern/build.ts';
import { checkPattern } from '../../src/stix/pattern/check.ts';
import type { PatternFinding } from '../../src/stix/pattern/rules.ts';

interface Case {
  readonly id: string;
  readonly pattern: string;
  readonly expected: 'valid' | 'invalid';
  readonly doubt?: readonly string[];
}

const CORPUS = new URL('../../../shared/data/stix/patterns.ndjson', import.meta.url);

const cases = readFileSync(CORPUS, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

function errorsOf(pattern: string): PatternFinding[] {
  return checkPattern(pattern).filter(({ severity }) => severity === 'error');
}

test('every pattern without a doubt has the verdict of the corpus', () => {
  const judged = cases.filter(({ doubt = [] }) => doubt.length === 0);
  const table = { valid: { accepted: 0, refused: 0 }, invalid: { accepted: 0, refused: 0 } };
  const disagreements: string[] = [];
  for (const { id, pattern, expected } of judged) {
    const errors = errorsOf(pattern);
    const verdict = errors.length === 0 ? 'accepted' : 'refused';
    table[expected][verdict]++;
    if ((verdict === 'refused') === (expected === 'invalid')) continue;
    disagreements.push(`${id} is ${expected}: ${pattern}\n  ${errors.map(({ message }) => message).join('; ')}`);
  }
  console.log(`${judged.length} patterns`, table);
  assert.deepEqual(disagreements, []);
});

/** The rule that decides each kind of doubtful verdict (docs/validation.md, Patterns). */
const DECIDED: Readonly<Record<string, readonly string[]>> = {
  'multi-root-and': ['pattern-and-types', 'pattern-and-types-negated'],
  'hash-check-beyond-grammar': ['pattern-hash-value'],
};

test('doubtful patterns are judged by the rule that docs/validation.md names', () => {
  const undecided = cases.filter(({ pattern, doubt = [] }) => {
    const found: string[] = checkPattern(pattern).map(({ rule }) => rule);
    return doubt.some((kind) => DECIDED[kind] !== undefined && !DECIDED[kind].some((rule) => found.includes(rule)));
  });
  assert.deepEqual(
    undecided.map(({ id, pattern }) => `${id} ${pattern}`),
    [],
  );
});

test('the tree and the check agree on what parses', () => {
  for (const { pattern } of cases) {
    const result = parsePattern(pattern);
    if ('error' in result)
      assert.deepEqual(
        errorsOf(pattern).map(({ rule }) => rule),
        [result.error.rule],
      );
  }
});
