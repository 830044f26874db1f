import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import requirements from '../../src/conform/requirements.json' with { type: 'json' };

/** Keeps the requirement list, the names of the tests and docs/conformance.md together. */

interface Requirement {
  readonly id: string;
  /** One of the keywords of the standard and our own, or several separated by commas. */
  readonly level: string;
  /** The issue that the row is left to. */
  readonly issue?: number;
}

const TESTS = new URL('..', import.meta.url).pathname;
const ROWS: readonly Requirement[] = requirements;
const IDS = new Set(ROWS.map(({ id }) => id));
const BINDING = new Set(['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'DEF', 'DERIVED']);

const ID = /T21-[0-9A-Z][0-9A-Za-z.]*-\d\d(?!\d)/g;
/** The first argument of a call that defines a test which runs: a string of any kind. */
const TEST_NAME = /\btest\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;
/** Two ends instead of each id. */
const RANGE = /T21-[0-9A-Z][0-9A-Za-z.]*-\d\d\s*(?:-|–|…|\.\.+|\bto\b|\buntil\b)\s*(?:T21-)?[0-9.-]/;

const names = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => namesIn(readFileSync(join(TESTS, file), 'utf8')));
const tested = new Set(names.flatMap((name) => name.match(ID) ?? []));

const document = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
const excused = new Map(tableUnder('Rows without a test').map(([id = '', why = '']) => [id, why]));

function namesIn(source: string): string[] {
  return [...source.matchAll(TEST_NAME)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The cells of the table below a heading, without those of its own head. */
function tableUnder(heading: string): string[][] {
  const [, section = ''] = document.split(`\n## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function missing(levels: ReadonlySet<string>): string[] {
  const rows = ROWS.filter(
    ({ level, issue }) => issue === undefined && level.split(', ').some((one) => levels.has(one)),
  );
  return rows.map(({ id }) => id).filter((id) => !tested.has(id) && !excused.has(id));
}

test('the scan finds the names of tests, in whatever quotes, and nothing else', () => {
  const source = [
    "test('one', () => {});",
    '  test("it\'s two", async (t) => {});',
    'test(`three \\`quoted\\``, () => {});',
    "await t.test(\n  'four', () => {});",
    "test.skip('no', () => {});",
    "describe('no', () => {});",
    "latest('no');",
    "assert.equal('test', 'no');",
  ].join('\n');
  assert.deepEqual(namesIn(source), ['one', "it's two", 'three \\`quoted\\`', 'four']);
  assert.ok(names.length > 500, `${names.length} tests`);
});

test('each id of the requirement list stands there once, with a level', () => {
  assert.equal(IDS.size, ROWS.length);
  for (const { id, level } of ROWS) {
    assert.deepEqual(id.match(ID), [id]);
    for (const one of level.split(', '))
      assert.match(one, /^(MUST|SHOULD)( NOT)?$|^(MAY|DEF|DERIVED|INFO|CLIENT)$/, id);
  }
});

test('each requirement that binds has a test with its id, or a reason why not', () => {
  assert.deepEqual(missing(BINDING), []);
});

test('every id in the name of a test or in docs/conformance.md exists', () => {
  const mentioned = new Set([...tested, ...(document.match(ID) ?? [])]);
  assert.deepEqual([...mentioned].filter((id) => !IDS.has(id)).sort(), []);
});

test('names of tests list ids one by one and give no ranges', () => {
  assert.deepEqual(
    names.filter((name) => RANGE.test(name)),
    [],
  );
});

test('a row that has a test, or belongs to a later issue, has no excuse, and every excuse has a reason', () => {
  const later = new Set(ROWS.filter(({ issue }) => issue !== undefined).map(({ id }) => id));
  assert.deepEqual(
    [...excused.keys()].filter((id) => tested.has(id) || later.has(id)),
    [],
  );
  for (const [id, why] of excused) assert.ok(why.length > 20, id);
});

test('each of the 36 ambiguities has one choice, and the rows that show it exist', () => {
  const table = tableUnder('Ambiguities');
  const ids = Array.from({ length: 36 }, (_, i) => `A${String(i + 1).padStart(2, '0')}`);
  assert.deepEqual(
    table.map(([id]) => id),
    ids,
  );
  for (const [id, , choice = '', shown = ''] of table) {
    assert.notEqual(choice, '', id);
    const rows = shown.match(ID) ?? [];
    assert.ok(rows.length > 0, `${id} names the rows that show it`);
    for (const row of rows) assert.ok(tested.has(row), `${id}: ${row} has no test`);
  }
});
