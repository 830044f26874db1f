import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expressions } from './expressions.ts';
import { fill, fillingsFor } from './fillings.ts';
import { type Node, parseRegex } from './parse.ts';
import { stepsOf } from './work.ts';

// Above the bounds in the expressions, so that what they cost at most is in both counts.
const LENGTH = 300;

// A text twice as long may take twice the work, and a little more for where it begins and ends.
const isLinear = (once: number, twice: number): boolean => twice <= 2.2 * once + 100;

test('the count finds expressions that are slow', () => {
  for (const source of ['0+$', '^(a+)*b$', '^a*a*b$', '^[a-z0-9]*-?[a-z0-9]*[.]$']) {
    const root = parseRegex(source, '');
    const slow = fillingsFor(root).some((filling) => {
      const length = source.includes(')*') ? 10 : LENGTH;
      return !isLinear(stepsOf(root, fill(filling, length)), stepsOf(root, fill(filling, 2 * length)));
    });
    assert.ok(slow, source);
  }
});

const all = expressions();

test('the expressions of the schemas and of the sources are found', () => {
  assert.ok(all.length > 100, `only ${all.length}`);
  for (const from of [
    'schemas: scos/software.json',
    'src/stix/rules/observables.ts',
    'src/stix/schema/formats.ts',
    'src/time.ts',
  ]) {
    assert.ok(
      all.some((expression) => expression.from === from),
      from,
    );
  }
});

test('expressions in the sources repeat no group, which a long text makes the engine give up on', () => {
  const inSources = all.filter(({ from }) => !from.startsWith('schemas'));
  const repeating = inSources.filter(({ source, flags }) => repeatsGroup(parseRegex(source, flags)));
  assert.deepEqual(repeating, []);
});

for (const { source, flags, from } of all) {
  test(`the work of /${source}/${flags} grows with the length of the text only (${from})`, () => {
    const root = parseRegex(source, flags);
    for (const filling of fillingsFor(root)) {
      const once = stepsOf(root, fill(filling, LENGTH));
      const twice = stepsOf(root, fill(filling, 2 * LENGTH));
      assert.ok(isLinear(once, twice), `${once} steps, then ${twice} for ${JSON.stringify(filling)}`);
    }
  });
}

function repeatsGroup(node: Node): boolean {
  if (node.kind === 'all') return node.parts.some(repeatsGroup);
  if (node.kind === 'any') return node.options.some(repeatsGroup);
  return node.kind === 'times' && (node.most > MANY ? !isOne(node.part) : repeatsGroup(node.part));
}

const MANY = 1000;

/** One character at a time, which the engine repeats without keeping anything. */
function isOne(node: Node): boolean {
  return node.kind === 'one' || (node.kind === 'all' && node.parts.length === 1 && node.parts.every(isOne));
}
