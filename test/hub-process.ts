import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

/** The collection that every hub process has, open to the partner `writer` and the partner `reader`. */
export const COLLECTION = '3f2c1a60-7d7e-4d1f-9a52-0c7a6f1d9e11';
export const USERS = { writer: 'writer-password', reader: 'reader-password' } as const;

const HUB = `
hub: { title: Test hub, default_root: api }
operators:
  - { name: ops, credentials: [{ kind: basic, user: ops, password_env: OPS_PASSWORD }] }
api_roots:
  - path: api
    title: Test
    collections:
      - { id: ${COLLECTION}, alias: data, title: Data,
          media_types: ["application/stix+json;version=2.1", "application/stix+json;version=2.0"] }
partners:
  - { name: writer, credentials: [{ kind: basic, user: writer, password_env: WRITER_PASSWORD }] }
  - { name: reader, credentials: [{ kind: basic, user: reader, password_env: READER_PASSWORD }] }
agreements:
  - { name: writing, partner: writer, grants: [{ collection: data, read: true, write: true, max_tlp: red }] }
  - { name: reading, partner: reader, grants: [{ collection: data, read: true, write: false, max_tlp: red }] }
`;

/** A real hub in a process of its own, over a data directory that goes with the test. */
export class HubProcess {
  readonly directory: string;
  #child: ChildProcess | undefined;
  #url = '';

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** @param hubFile of a hub other than the usual one */
  static async open(t: { after(end: () => Promise<void>): void }, hubFile = HUB): Promise<HubProcess> {
    const hub = new HubProcess(await mkdtemp(join(tmpdir(), 'entente-')));
    t.after(async () => {
      await hub.stop();
      await rm(hub.directory, { recursive: true, force: true });
    });
    await writeFile(join(hub.directory, 'hub.yaml'), hubFile);
    await hub.run('apply', join(hub.directory, 'hub.yaml'));
    return hub;
  }

  /** Where it listens, without a final slash. */
  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  get objects(): string {
    return `${this.#url}/api/collections/${COLLECTION}/objects/`;
  }

  /** @param port any free one unless given */
  async start(port = 0): Promise<void> {
    const child = spawn(
      process.execPath,
      [MAIN, 'serve', '--data', join(this.directory, 'data'), '--port', String(port)],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: environment(),
      },
    );
    this.#child = child;
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const match = /^listening on (http:\S+)/.exec(line);
      if (!match) continue;
      this.#url = (match[1] as string).replace(/\/$/, '');
      child.stdout.resume();
      return;
    }
    throw new Error(`The hub did not start:\n${log}`);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await exit)[0];
  }

  /** Runs another command on the same data. @returns what it printed */
  async run(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, [MAIN, ...args, '--data', join(this.directory, 'data')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(),
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0 && code !== 1)
      throw new Error(`entente ${args.join(' ')} ended with ${code}:\n${Buffer.concat(errors).toString()}`);
    return Buffer.concat(output).toString();
  }
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    OPS_PASSWORD: 'ops-password',
    WRITER_PASSWORD: USERS.writer,
    READER_PASSWORD: USERS.reader,
  };
}

export const MEDIA_TYPE = 'application/taxii+json;version=2.1';

export function headersOf(user: keyof typeof USERS): Record<string, string> {
  return {
    accept: MEDIA_TYPE,
    authorization: `Basic ${Buffer.from(`${user}:${USERS[user]}`).toString('base64')}`,
  };
}
