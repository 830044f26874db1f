import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { ENVIRONMENT, MAIN } from './program.ts';

export const V21 = 'application/taxii+json;version=2.1';
export const THREAT_DATA = 'c2e735e7-6f91-4dc8-82b1-e5b1711dfbc5';

/** A serving command in a process of its own, which ends with the test. */
export class Serving {
  readonly url: string;
  /** What it printed on standard output so far. */
  readonly lines: readonly string[];
  readonly #child: ChildProcess;
  #log = '';

  private constructor(child: ChildProcess, url: string, lines: readonly string[]) {
    this.#child = child;
    this.url = url;
    this.lines = lines;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += String(chunk);
    });
  }

  /** @param until the line after which it counts as started */
  static async start(t: TestContext, args: readonly string[], until = /^listening on/): Promise<Serving> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...ENVIRONMENT },
    });
    t.after(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    });
    const lines: string[] = [];
    let url = '';
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      url = /^listening on (\S+)$/.exec(line)?.[1] ?? url;
      if (until.test(line)) {
        child.stdout.resume();
        return new Serving(child, url, lines);
      }
    }
    throw new Error(`It ended before it listened: ${String(await child.stderr.toArray())}`);
  }

  get log(): string {
    return this.#log;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until the log holds a text. */
  async logged(text: string): Promise<void> {
    while (!this.#log.includes(text)) await once(this.#child.stderr ?? this.#child, 'data');
  }

  /** @returns the exit code, or the signal that ended it */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const gone = once(this.#child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    this.#child.kill(signal);
    const [code, ended] = await gone;
    return code ?? ended;
  }

  async get(path: string, credentials?: string): Promise<Response> {
    return fetch(this.url + path, { headers: headers(credentials) });
  }

  async push(objects: readonly unknown[], credentials: string): Promise<Response> {
    return fetch(`${this.url}/regional/collections/${THREAT_DATA}/objects/`, {
      method: 'POST',
      headers: { ...headers(credentials), 'content-type': V21 },
      body: JSON.stringify({ objects }),
    });
  }
}

function headers(credentials: string | undefined): Record<string, string> {
  if (credentials === undefined) return { accept: V21 };
  return { accept: V21, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** Runs a line as a shell would run it when it is pasted. */
export async function shell(line: string): Promise<string> {
  return (await promisify(execFile)('sh', ['-c', line])).stdout;
}
