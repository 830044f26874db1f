import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProgramRun, runProgram, type ServerProcess, startServer } from './child.ts';
import { basic, type Target } from './load/target.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;
const ROOT = 'bench';
export const HUB_LOG = 'hub.log';
const COLLECTIONS = {
  mixed: 'b6f1d0a4-2c65-4a5e-9d0b-7b1f6a0c3e51',
  superseded: '0f4c9d2e-8a37-4be1-a6f2-5d3c1e7b9a80',
} as const;

/**
 * What each may see. Names are passwords too: the hub lives as long as the run, on the loopback interface. From `half` types
 * and markings together hide half of the objects.
 */
const PARTNERS = {
  member: [{ max_tlp: 'red', write: true }],
  public: [{ max_tlp: 'clear' }],
  half: [
    { max_tlp: 'amber', types: ['indicator'] },
    { max_tlp: 'green', types: ['ipv4-addr', 'domain-name', 'file', 'url'] },
  ],
} as const;
const READERS = { ...PARTNERS, anonymous: [{ max_tlp: 'red' }] } as const;

const HUB_FILE = {
  hub: {
    title: 'Bench',
    default_root: ROOT,
    limits: { requests_per_minute: 'none', concurrent_requests: 'none' },
  },
  api_roots: [
    {
      path: ROOT,
      title: 'Bench',
      collections: Object.entries(COLLECTIONS).map(([alias, id]) => ({ id, alias, title: `Bench ${alias}` })),
    },
  ],
  partners: Object.keys(PARTNERS).map((name) => ({
    name,
    credentials: [{ kind: 'basic', user: name, password_env: passwordVariable(name) }],
  })),
  agreements: Object.entries(READERS).map(([partner, grants]) => ({
    name: partner,
    partner,
    grants: Object.keys(COLLECTIONS).flatMap((collection) =>
      grants.map((grant) => ({ collection, read: true, ...grant })),
    ),
  })),
};

const PASSWORDS = Object.fromEntries(Object.keys(PARTNERS).map((name) => [passwordVariable(name), name]));

export interface Hub extends AsyncDisposable {
  readonly process: ServerProcess;
  readonly database: string;
  readonly target: (partner: keyof typeof PARTNERS, collection: keyof typeof COLLECTIONS) => Target;
}

/**
 * Starts a hub over an empty data directory below `directory`.
 * @param environment beside what the hub file needs
 */
export async function startHub(directory: string, environment: Readonly<Record<string, string>> = {}): Promise<Hub> {
  const data = join(directory, 'data');
  const args = ['serve', '--data', data, '--hub', await writeHubFile(directory), '--host', '127.0.0.1', '--port', '0'];
  const server = await startServer(MAIN, args, join(directory, HUB_LOG), { ...environment, ...PASSWORDS });
  return {
    process: server,
    database: join(data, 'entente.db'),
    target: (partner, collection) => ({
      origin: server.url,
      root: `/${ROOT}/`,
      collection: COLLECTIONS[collection],
      authorization: basic(partner, partner),
    }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Makes a hub that nobody serves, to be imported to. @returns its data directory */
export async function makeHub(directory: string): Promise<string> {
  const data = join(directory, 'imported');
  await runProgram(MAIN, ['apply', await writeHubFile(directory), '--data', data], PASSWORDS);
  return data;
}

/** Adds a file to the collection `mixed` of a hub. */
export function importFile(data: string, file: string): Promise<ProgramRun> {
  return runProgram(MAIN, ['import', file, '--collection', COLLECTIONS.mixed, '--data', data]);
}

async function writeHubFile(directory: string): Promise<string> {
  const file = join(directory, 'hub.json');
  await writeFile(file, JSON.stringify(HUB_FILE));
  return file;
}

function passwordVariable(partner: string): string {
  return `BENCH_${partner.toUpperCase()}_PASSWORD`;
}
