import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

export const BENCH = new URL('../../bench/run.ts', import.meta.url).pathname;
const RESULTS = new URL('../../.bench/', import.meta.url).pathname;

interface Report {
  readonly when: string;
  readonly rows: readonly { readonly name: string; readonly measured: number; readonly ratio?: number }[];
}

/** Runs a small bench: its rows are those that are named, all objects are found again, and nothing stays behind. */
export async function smallBench(t: TestContext, names: readonly string[], ...args: readonly string[]): Promise<void> {
  const run = promisify(execFile)(process.execPath, [BENCH, '--objects', '2000', '--json', ...args]);
  const { pid } = run.child;
  const { stdout } = await run;
  const report = JSON.parse(stdout) as Report;
  t.after(() => rm(join(RESULTS, `${report.when.replaceAll(/[:.]/g, '-')}.json`)));
  const expected = process.platform === 'linux' ? names : names.filter((name) => !name.endsWith('memory'));
  assert.deepEqual(
    report.rows.map((row) => row.name),
    expected,
  );
  for (const { name, measured } of report.rows)
    assert.ok(measured > 0 || name === 'short-pages-half-hidden', `${name}: ${measured}`);
  assert.equal(report.rows.find((row) => row.name === 'found')?.ratio, 1);
  assert.equal(existsSync(join(RESULTS, `run-${pid}`)), false);
}
