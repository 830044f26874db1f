import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { peakMemoryMiB } from './memory.ts';

/** A server in a process of its own, ended with the run. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process until it listens. */
  readonly startMs: number;
}

const LISTENING = /^listening on (http:\S+)/m;
const LOOK_EVERY_MS = 5;
/** How long a server may take to listen. */
const START_MS = 30_000;
/** How long a server may take to end before it is killed. */
const STOP_MS = 20_000;

/**
 * Starts a Node script and waits until it prints `listening on URL`.
 * @param log file that takes what it prints, as in production: reading it from a pipe would slow the load generator
 */
export async function startServer(
  script: string,
  args: readonly string[],
  log: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const began = performance.now();
  const output = openSync(log, 'w');
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['pipe', output, output],
    env: { ...process.env, ...env },
  });
  closeSync(output);
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  while (child.exitCode === null && performance.now() - began < START_MS) {
    await sleep(LOOK_EVERY_MS);
    const url = LISTENING.exec(readFileSync(log, 'utf8'))?.[1];
    if (url === undefined) continue;
    return {
      url: url.replace(/\/$/, ''),
      pid: child.pid as number,
      startMs: performance.now() - began,
      [Symbol.asyncDispose]: async () => {
        await stop(child);
        process.off('exit', kill);
      },
    };
  }
  kill();
  throw new Error(
    `${script} ${args.join(' ')} does not listen. It printed:\n${readFileSync(log, 'utf8').slice(-4000)}`,
  );
}

/** A Node script that ran to its end. */
export interface ProgramRun {
  readonly ms: number;
  /** Most memory resident, in MiB; undefined where the system does not tell. */
  readonly peakMiB: number | undefined;
}

const MEMORY_EVERY_MS = 50;

/** @throws Error with what it printed, when it does not end with code 0 */
export async function runProgram(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramRun> {
  const began = performance.now();
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const exit = once(child, 'exit');
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-4000);
    });
  let peakMiB: number | undefined;
  const watch = setInterval(() => {
    peakMiB = peakMemoryMiB(child.pid as number) ?? peakMiB;
  }, MEMORY_EVERY_MS);
  const [code] = (await exit) as [number | null];
  const ms = performance.now() - began;
  clearInterval(watch);
  process.off('exit', kill);
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${code}. It printed:\n${printed}`);
  return { ms, peakMiB };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exit;
  clearTimeout(timer);
}
