import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decisions } from './weaknesses/decisions.ts';
import { markings } from './weaknesses/markings.ts';
import { type Mutant, TEST_NAMES } from './weaknesses/mutant.ts';
import { requests } from './weaknesses/requests.ts';
import { storage } from './weaknesses/storage.ts';

/**
 * Proves that the tests of this folder would notice: weakens a copy of the sources in one way at a time and demands that a
 * test fails each time. `npm run test:mutants`, or with words that the weaknesses to try contain.
 */

const ROOT = new URL('../../', import.meta.url).pathname;
const FILES = ['src', 'schemas', 'test/access', 'test/http', 'package.json'];
const MUTANTS: readonly Mutant[] = [...decisions, ...markings, ...storage, ...requests];

const wanted = MUTANTS.filter(({ weakness }) => process.argv.slice(2).every((word) => weakness.includes(word)));
const directory = mkdtempSync(join(tmpdir(), 'entente-mutants-'));
const running = new Set<ChildProcess>();
let survivors = 0;

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

for (const mutant of wanted) mutated(mutant);
const queue = [...wanted];
const copies = Array.from({ length: Math.min(availableParallelism(), wanted.length) }, (_, i) => copyOf(`copy-${i}`));
// Else everything would be killed by whatever is wrong with the copies.
for (const failure of await Promise.all(
  TEST_NAMES.map((name, i) => firstFailure(copies[i % copies.length] ?? '', name)),
))
  if (failure !== undefined) fail(`The tests fail without any mutant: ${failure}`);
await Promise.all(copies.map(work));
console.log(`${wanted.length - survivors} of ${wanted.length} mutants are killed.`);
process.exit(survivors === 0 ? 0 : 1);

async function work(copy: string): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const file = join(copy, 'src', mutant.file);
    writeFileSync(file, mutated(mutant));
    const killer = await killerOf(copy, mutant);
    cpSync(join(ROOT, 'src', mutant.file), file);
    if (killer === undefined) survivors += 1;
    console.log(`${mutant.weakness} (${mutant.file})\n    → ${killer ?? 'SURVIVES: no test notices'}`);
  }
}

async function killerOf(copy: string, { found }: Mutant): Promise<string | undefined> {
  for (const name of [found, ...TEST_NAMES.filter((other) => other !== found)]) {
    const failure = await firstFailure(copy, name);
    if (failure !== undefined) return `${name}: ${failure}`;
  }
  return undefined;
}

/** The source file with the weakness in it. */
function mutated({ file, text, becomes }: Mutant): string {
  const parts = readFileSync(join(ROOT, 'src', file), 'utf8').split(text);
  if (parts.length !== 2)
    fail(
      `src/${file} holds the text of a mutant ${parts.length - 1} times, not once; put test/access/weaknesses/ right:\n${text}`,
    );
  return parts.join(becomes);
}

function copyOf(name: string): string {
  const copy = join(directory, name);
  for (const file of FILES) cpSync(join(ROOT, file), join(copy, file), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, 'tmp'));
  return copy;
}

/** Runs a test file until its first failure. @returns the name of the test that failed */
async function firstFailure(copy: string, name: string): Promise<string | undefined> {
  const child = spawn(process.execPath, ['--test-reporter=tap', `test/access/${name}.test.ts`], {
    cwd: copy,
    env: { ...process.env, TMPDIR: join(copy, 'tmp'), ENTENTE_FIRST_FAILURE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => {
    complaints += data.toString();
  });
  const suites: string[] = [];
  let failure: string | undefined;
  for await (const line of createInterface(child.stdout)) {
    const [, indent = '', kind, title = ''] = /^( *)(# Subtest:|not ok \d+ -) (.*)$/.exec(line) ?? [];
    if (kind === undefined) continue;
    suites.length = indent.length / 4;
    suites.push(title);
    if (!kind.startsWith('not ok')) continue;
    failure = suites.join(' › ');
    break;
  }
  child.kill('SIGKILL');
  const code = await ended;
  running.delete(child);
  if (failure === undefined && code !== 0 && code !== null) fail(`${name} ended without naming a test:\n${complaints}`);
  return failure;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
