import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { Spool, SpoolMemory } from '../../src/collections/spool.ts';

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

test('bodies in memory are bounded together: beyond that they go to disk, and give back what they took', async () => {
  const memory = new SpoolMemory(100_000);
  const spools = Array.from({ length: 20 }, () => new Spool(directory, memory));
  for (const [i, spool] of spools.entries()) {
    await spool.write(Buffer.alloc(30_000, i));
    assert.ok(memory.used <= memory.limit);
  }
  for (const [i, spool] of spools.entries())
    assert.ok((await spool.read(0, 30_000)).equals(Buffer.alloc(30_000, i)), 'nothing is lost on the way');
  for (const spool of spools) await spool[Symbol.asyncDispose]();
  assert.equal(memory.used, 0);
});

test('a body that comes a byte at a time is not small', async () => {
  const memory = new SpoolMemory(1 << 30);
  await using spool = new Spool(directory, memory);
  for (let i = 0; i < 10_000; i++) await spool.write(Buffer.alloc(1));
  assert.equal(memory.used, 0, 'it is on disk');
});

test('a disk without room is no fault of the hub or of the sender: 503, come back later', async () => {
  const script = `
    import { Spool } from ${JSON.stringify(new URL('../../src/collections/spool.ts', import.meta.url).href)};
    await using spool = new Spool(${JSON.stringify(directory)});
    try {
      for (let i = 0; i < 10; i++) await spool.write(Buffer.alloc(1 << 20));
    } catch ({ code, status, headers, cause }) {
      console.log(JSON.stringify({ code, status, headers, cause: cause.code }));
    }`;
  // Files of at most 2 MiB: a limit is told by the same kind of error as a full disk.
  const limited = `trap '' XFSZ; ulimit -f 4096; exec "$0" --input-type=module -e "$1"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, script]);
  assert.deepEqual(JSON.parse(stdout), {
    code: 'server.busy',
    status: 503,
    headers: { 'Retry-After': '60' },
    cause: 'EFBIG',
  });
});
