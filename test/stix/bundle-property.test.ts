import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Item, readItems } from '../../src/stix/bundle.ts';
import { minified } from '../json-text.ts';
import { isIJson } from './json-oracle.ts';
import { cut, cutSizes, spelledEnvelope, spelledJson } from './json-spelling.ts';

async function read(bytes: Uint8Array, sizes: readonly number[]): Promise<Item[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* cut(bytes, sizes);
  }
  const items: Item[] = [];
  for await (const item of readItems(source())) items.push(item);
  return items;
}

test('any envelope gives its items, where they stand in it', async () => {
  await fc.assert(
    fc.asyncProperty(spelledEnvelope(), cutSizes(), async ({ text, items }, sizes) => {
      const bytes = Buffer.from(text);
      const found = await read(bytes, sizes);
      assert.deepEqual(
        found.map((item) => item.text),
        items.map(minified),
      );
      for (const [i, { raw, position }] of found.entries()) {
        assert.equal(Buffer.from(raw ?? []).toString(), items[i]);
        assert.ok(
          bytes
            .subarray(position.offset)
            .toString()
            .startsWith(items[i] as string),
        );
        const before = bytes.subarray(0, position.offset).toString().split('\n');
        assert.equal(position.line, before.length);
        assert.equal(position.column, [...(before.at(-1) as string)].length + 1);
      }
    }),
    { numRuns: 200 },
  );
});

test('each line of NDJSON is an item or a fault, whatever the lines around it are', async () => {
  const good = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify({ value }));
  const bad = fc.constantFrom(
    '{',
    '}',
    '{"a":',
    '{"a"',
    '"',
    'x',
    '{"a":1}}',
    '{"a":1} {}',
    '{"a":[1',
    '{"a":1,"a":2}',
    '"\\ud800"',
  );
  await fc.assert(
    fc.asyncProperty(good, fc.array(fc.oneof(good, bad)), cutSizes(), async (first, rest, sizes) => {
      const lines = [first, ...rest, first];
      const found = await read(Buffer.from(lines.join('\n')), sizes);
      assert.deepEqual(
        found.map((item) => item.text ?? item.position.line),
        lines.map((line, i) => (isIJson(Buffer.from(line)) ? line : i + 1)),
      );
      assert.ok(found.every((item) => item.fault === undefined || !item.broken));
    }),
    { numRuns: 200 },
  );
});

test('damaged texts never crash the reading, and give I-JSON only', async () => {
  const change = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(...Buffer.from('{}[]":,\\\n')), fc.nat(255)));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        spelledJson(),
        spelledEnvelope().map(({ text }) => text),
      ),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      cutSizes(),
      async (text, changes, sizes) => {
        const bytes = Buffer.from(text);
        for (const [where, byte] of changes) bytes[where % bytes.length] = byte;
        const found = await read(bytes, sizes);
        for (const [i, item] of found.entries()) {
          if (item.fault === undefined) assert.ok(isIJson(Buffer.from(item.text)), item.text);
          else if (item.broken) assert.equal(i, found.length - 1);
        }
        if (!isIJson(bytes) && !bytes.includes(0x0a)) assert.ok(found.some((item) => item.fault !== undefined));
      },
    ),
    { numRuns: 1000 },
  );
});
