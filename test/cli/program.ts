import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { run } from '../../src/cli/run.ts';

export const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
export const SAMPLES = new URL('../../fixtures/samples/', import.meta.url).pathname;
export const HUB_FILE = new URL('../../fixtures/hub.yaml', import.meta.url).pathname;

/** What the shipped hub file needs. */
export const ENVIRONMENT = { DEMO_PASSWORD: 'a password for tests' } as const;

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs one command line in this process. */
export async function entente(
  args: readonly string[],
  { input = '', environment = ENVIRONMENT }: Options = {},
): Promise<Result> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = [buffer(stdout), buffer(stderr)];
  const stdin = Readable.from(input.length === 0 ? [] : [Buffer.from(input)]);
  const code = await run(args, { stdin, stdout, stderr, environment });
  stdout.end();
  stderr.end();
  const [out, err] = await Promise.all(output);
  return { code, stdout: String(out), stderr: String(err) };
}

/** The same in a process of its own. */
export async function spawned(
  args: readonly string[],
  { input, environment = ENVIRONMENT }: Options = {},
): Promise<Result> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...environment } });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([buffer(child.stdout), buffer(child.stderr), once(child, 'close')]);
  return { code: code as number, stdout: String(out), stderr: String(err) };
}

/** A directory that goes with the test. */
export async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'entente-cli-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A data directory with the shipped hub in it, a copy of one that is made once. */
export async function hubDirectory(t: TestContext): Promise<string> {
  template ??= makeTemplate();
  const data = join(await temporary(t), 'data');
  await cp(await template, data, { recursive: true });
  return data;
}

let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'entente-cli-template-'));
  process.once('exit', () => rmSync(data, { recursive: true, force: true }));
  const { code, stderr } = await entente(['apply', HUB_FILE, '--data', data]);
  if (code !== 0) throw new Error(stderr);
  return data;
}

export async function file(directory: string, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

/** The lines of an output that holds one JSON document a line. */
export function documents(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A sound STIX object; `more` replaces or adds members. */
export function indicator(number: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    created: '2026-01-01T00:00:00.000Z',
    modified: '2026-01-01T00:00:00.000Z',
    name: `Indicator ${number}`,
    description: 'What a test needs.',
    indicator_types: ['malicious-activity'],
    pattern: "[domain-name:value = 'a.example']",
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: '2026-01-01T00:00:00Z',
    ...more,
  };
}
