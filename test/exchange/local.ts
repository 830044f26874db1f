import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { hashPassword } from '../../src/auth/secrets.ts';
import { hubDeps } from '../../src/cli/hub.ts';
import { composeHub, type HubParts, openStore } from '../../src/compose.ts';
import { loadServeSettings } from '../../src/config.ts';
import { type FeedDeps, FeedRunner, type RunOptions } from '../../src/exchange/run.ts';
import { createLogger } from '../../src/observe/log.ts';
import { applyHubFile } from '../../src/sharing/admin.ts';
import { parseHubFile } from '../../src/sharing/hub-file.ts';
import type { FeedWay } from '../../src/sharing/model.ts';
import type { FeedCounts, FeedState } from '../../src/store/feeds.ts';
import type { KeptObject, Store } from '../../src/store/store.ts';
import { COLLECTION, USERS } from '../hub-process.ts';

export const ENVIRONMENT = {
  OPS_PASSWORD: 'ops-password',
  WRITER_PASSWORD: USERS.writer,
  READER_PASSWORD: USERS.reader,
} as const;

const hashes = new Map<string, Promise<string>>();

/** Hashing takes its time, and all hubs have the same passwords. */
function hashOnce(password: string): Promise<string> {
  const known = hashes.get(password) ?? hashPassword(password);
  hashes.set(password, known);
  return known;
}

/** A hub in this process, which listens and runs its feeds when told to. */
export class LocalHub {
  readonly port: number;
  readonly deps: FeedDeps;
  readonly runner: FeedRunner;
  readonly #parts: HubParts;

  private constructor(parts: HubParts, port: number, directory: string) {
    this.#parts = parts;
    this.port = port;
    this.deps = {
      store: parts.store,
      catalogue: parts.catalogue,
      clock: parts.clock,
      extensionSchemas: new Map(),
      spoolDirectory: join(directory, 'spool'),
      environment: (name) => ENVIRONMENT[name as keyof typeof ENVIRONMENT],
      client: { retry: { attempts: 3, pauseMs: 1, maxPauseMs: 2000 }, timeouts: { headerMs: 2000, idleMs: 500 } },
    };
    this.runner = new FeedRunner(this.deps);
  }

  static async open(t: TestContext, hubFile: string): Promise<LocalHub> {
    const directory = await mkdtemp(join(tmpdir(), 'entente-local-'));
    const settings = loadServeSettings({ data: join(directory, 'data') }, {});
    const store = await openStore(settings, true);
    const parts = composeHub(store, settings, createLogger('silent'));
    t.after(async () => {
      await parts[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    });
    await parts.app.listen({ host: '127.0.0.1', port: 0 });
    const hub = new LocalHub(parts, (parts.app.server.address() as AddressInfo).port, directory);
    await hub.apply(hubFile);
    return hub;
  }

  get store(): Store {
    return this.#parts.store;
  }

  get metrics(): HubParts['metrics'] {
    return this.#parts.metrics;
  }

  async apply(hubFile: string): Promise<void> {
    await applyHubFile(this.store, parseHubFile(hubFile, 'hub.yaml'), {
      ...hubDeps('hub.yaml', ENVIRONMENT),
      hashPassword: hashOnce,
    });
  }

  run(way: FeedWay, name: string, options: RunOptions = {}): Promise<FeedCounts> {
    return this.runner.run(name, way, options);
  }

  async state(way: FeedWay, name: string): Promise<FeedState> {
    const found = (await this.store.feeds.states()).find((state) => state.feed === name && state.way === way);
    if (found === undefined) throw new Error(`The feed ${name} never ran.`);
    return found;
  }

  failures(name: string): ReturnType<Store['feeds']['failures']> {
    return this.store.feeds.failures(name, { limit: 1000 });
  }

  /** Pushes texts over HTTP. @returns what the status says */
  async push(
    texts: readonly string[],
    user: 'writer' = 'writer',
  ): Promise<{ readonly failures?: { message: string }[] }> {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/collections/${COLLECTION}/objects/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/taxii+json;version=2.1',
        authorization: `Basic ${Buffer.from(`${user}:${USERS[user]}`).toString('base64')}`,
      },
      body: `{"objects":[${texts.join(',')}]}`,
    });
    if (response.status !== 202) throw new Error(`The push was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { failures?: { message: string }[] };
  }

  /** Everything that the collection holds. */
  async rows(): Promise<readonly KeptObject[]> {
    const rows: KeptObject[] = [];
    for (let after = 0, more = true; more; after = rows.at(-1)?.dateAdded ?? after) {
      const page = await this.store.objects.kept({
        collection: COLLECTION,
        verdict: {
          kind: 'allowed',
          entries: [
            {
              types: 'all',
              maxTlp: 'red',
              classes: new Set(['unmarked', 'clear', 'green', 'amber', 'amber+strict', 'red', 'other', 'statement']),
            },
          ],
        },
        filter: { versions: 'all', specVersions: ['2.0', '2.1'] },
        after,
        limit: 10_000,
        maxBytes: 1 << 30,
      });
      rows.push(...page.rows);
      more = page.more;
    }
    return rows;
  }

  async texts(): Promise<string[]> {
    return (await this.rows()).map(({ json }) => json);
  }
}
