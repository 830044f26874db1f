import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { entente, hubDirectory, type Result } from './program.ts';

/** Runs a command, written as one line, on the hub of a test. */
export type Run = (line: string, ...more: string[]) => Promise<Result>;

export async function hub(t: TestContext): Promise<Run> {
  const data = await hubDirectory(t);
  return (line, ...more) => entente([...line.split(' '), ...more, '--data', data]);
}

/** Asserts that a command is refused for what it was asked, with nothing on standard output. */
export async function refused(run: Run, line: string, expected: RegExp): Promise<void> {
  const { code, stdout, stderr } = await run(line);
  assert.deepEqual([code, stdout], [2, ''], line);
  assert.match(stderr, expected, line);
}
