import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { hubWith, indicatorText } from '../exchange/feeds.ts';
import { HubProcess, USERS } from '../hub-process.ts';

// A pull beside an import of the same objects: how fast each is gets told, how much memory the pull takes is bounded.
const OBJECTS = Number(process.env.OBJECTS ?? 50_000);
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const MAX_MEMORY_MIB = 300;

test(`a pull of ${OBJECTS} objects takes less than ${MAX_MEMORY_MIB} MiB`, async (t) => {
  const there = await HubProcess.open(t, hubWith([]));
  const file = join(there.directory, 'objects.ndjson');
  const padding = `,"x_text":"${'lorem ipsum '.repeat(30)}"`;
  const lines = Readable.from(
    (function* () {
      for (let i = 0; i < OBJECTS; i++) yield `${indicatorText(i, padding)}\n`;
    })(),
  );
  await pipeline(lines, createWriteStream(file));
  const imported = await measure(there, ['import', file, '--collection', 'data']);
  await there.start();
  const feed = hubWith([{ name: 'b', port: there.port, terms: 'pull: {}' }]);
  const pulled = await measure(await HubProcess.open(t, feed), ['pull', 'b']);
  const rate = (seconds: number): string => `${Math.round(OBJECTS / seconds)} objects/s`;
  t.diagnostic(`import ${imported.seconds.toFixed(1)} s, ${rate(imported.seconds)}, ${imported.mib} MiB`);
  t.diagnostic(
    `pull   ${pulled.seconds.toFixed(1)} s, ${rate(pulled.seconds)}, ${pulled.mib} MiB: ${pulled.output.trim()}`,
  );
  t.diagnostic(`${(imported.seconds / pulled.seconds).toFixed(2)} times the speed of the import`);
  assert.ok(pulled.mib < MAX_MEMORY_MIB);
  assert.ok(pulled.output.includes(`${OBJECTS} objects stored`));
});

async function measure(
  hub: HubProcess,
  args: readonly string[],
): Promise<{ readonly seconds: number; readonly mib: number; readonly output: string }> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args, '--data', join(hub.directory, 'data')], {
    env: { ...process.env, WRITER_PASSWORD: USERS.writer },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const exit = once(child, 'exit');
  let mib = 0;
  while (child.exitCode === null && child.signalCode === null) {
    mib = Math.max(mib, await peakMib(child));
    await Promise.race([exit, wait(100)]);
  }
  assert.equal(child.exitCode, 0);
  return { seconds: (performance.now() - began) / 1000, mib, output: Buffer.concat(output).toString() };
}

/** The most memory that a process had so far. */
async function peakMib({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
