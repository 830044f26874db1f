import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { locate } from '../../src/stix/locate.ts';

const TEXT = `{
  "name": "é \\" {", "a/b~c": [1, "two",
    { "deep": [ [], {"x":null} ] } ],
  "last": -1.5e3
}`;

test('a pointer leads to the place of its value', () => {
  const cases: readonly (readonly [pointer: string, line: number, column: number])[] = [
    ['', 1, 1],
    ['/name', 2, 11],
    ['/a~1b~0c', 2, 30],
    ['/a~1b~0c/0', 2, 31],
    ['/a~1b~0c/1', 2, 34],
    ['/a~1b~0c/2', 3, 5],
    ['/a~1b~0c/2/deep/0', 3, 17],
    ['/a~1b~0c/2/deep/1/x', 3, 26],
    ['/last', 4, 11],
  ];
  for (const [pointer, line, column] of cases) assert.deepEqual(locate(TEXT, pointer), { line, column }, pointer);
});

test('a pointer to nothing leads to the nearest value around', () => {
  assert.deepEqual(locate(TEXT, '/missing'), { line: 1, column: 1 });
  assert.deepEqual(locate(TEXT, '/a~1b~0c/7'), { line: 2, column: 30 });
  assert.deepEqual(locate(TEXT, '/a~1b~0c/2/deep/x'), { line: 3, column: 15 });
  assert.deepEqual(locate(TEXT, '/last/deeper/still'), { line: 4, column: 11 });
  assert.deepEqual(locate('[1]', '/01'), { line: 1, column: 1 });
});

test('a text inside a file is located in the file', () => {
  const start = { line: 7, column: 20 };
  assert.deepEqual(locate('{"a":1,\n"b":2}', '/a', start), { line: 7, column: 25 });
  assert.deepEqual(locate('{"a":1,\n"b":2}', '/b', start), { line: 8, column: 5 });
});

test('columns count characters, not code units or bytes', () => {
  assert.deepEqual(locate('["😀é€", 1]', '/1'), { line: 1, column: 9 });
});

test('names are compared after their escapes', () => {
  assert.deepEqual(locate('{"\\u0061":1}', '/a'), { line: 1, column: 11 });
});

test('every value of any JSON text is found where it stands', () => {
  const marked = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify({ before: value, list: [value, 'MARK'] }));
  fc.assert(
    fc.property(marked, (text) => {
      const { column } = locate(text, '/list/1');
      assert.equal([...text].slice(column - 1).join(''), '"MARK"]}');
    }),
  );
});
