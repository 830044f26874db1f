import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Spool } from '../../src/collections/spool.ts';

const directory = await mkdtemp(join(tmpdir(), 'entente-spool-'));
test.after(() => rm(directory, { recursive: true }));

test('a spool gives back any range of what was written, in memory and on disk', async () => {
  const chunk = fc.integer({ min: 0, max: 400_000 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(chunk, { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (lengths, a, b) => {
        await using spool = new Spool(directory);
        const chunks = lengths.map((length, i) => Buffer.alloc(length, i + 1));
        for (const bytes of chunks) await spool.write(bytes);
        const whole = Buffer.concat(chunks);
        assert.equal(spool.size, whole.length);
        const [start = 0, end = 0] = [a, b].map((share) => Math.floor(share * whole.length)).sort((x, y) => x - y);
        assert.ok((await spool.read(start, end)).equals(whole.subarray(start, end)));
      },
    ),
    { numRuns: 50 },
  );
});

test('a spool on disk has no name that could be left behind', async () => {
  await using spool = new Spool(directory);
  await spool.write(Buffer.alloc(3 << 20));
  assert.deepEqual(await readdir(directory), []);
  assert.equal((await spool.read(1 << 20, 2 << 20)).length, 1 << 20);
});

test('reading past the end is a fault, not an endless wait', async () => {
  await using spool = new Spool(directory);
  await spool.write(Buffer.alloc(2 << 20));
  await assert.rejects(spool.read(0, (2 << 20) + 1), /ends at byte/);
});
