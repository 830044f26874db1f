import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { ATTEMPT_LIMITS, createAttempts } from '../../src/auth/attempts.ts';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { Ingest } from '../../src/collections/ingest.ts';
import { buildApp } from '../../src/http/app.ts';
import type { HttpSettings } from '../../src/http/deps.ts';
import { createLimiter } from '../../src/http/limits.ts';
import { Recorder } from '../../src/ledger/recorder.ts';
import { createLogger } from '../../src/observe/log.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { CurrentCatalogue } from '../../src/sharing/catalogue.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { CatalogueChange, Store } from '../../src/store/store.ts';
import { type Micros, systemClock } from '../../src/time.ts';
import {
  authorization,
  COLLECTIONS,
  type CollectionName,
  catalogueChanges,
  type FixtureOptions,
  OBJECTS,
  ROW_NAMES,
  ROWS,
  type RowName,
  storedRows,
  type UserName,
  V21,
} from './fixture.ts';

export interface HubOptions extends FixtureOptions, HttpSettings {
  /** Leave RW empty. */
  readonly withoutRows?: boolean;
}

export interface Ask {
  /** Default alice; null: no credentials. */
  readonly user?: UserName | null;
  /** Default the TAXII 2.1 media type; null: no header. */
  readonly accept?: string | null;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Objects and lists are sent as JSON. */
  readonly body?: unknown;
  /** Of a body; default the TAXII 2.1 media type; null: no header. */
  readonly contentType?: string | null;
  /** Address that the connection seems to come from. */
  readonly remoteAddress?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly json: any;
}

/**
 * A whole hub in this process over a real database in a temporary directory, with the fixture of the requirement list.
 *
 * Paths may use the fixture's names: `/api1/collections/RW/objects/indicator--a/` means the real UUIDs, and a path
 * without a slash at its beginning is under `/api1/collections/RW/`.
 */
export class Hub {
  readonly directory: string;
  readonly #options: HubOptions;
  /** Every line logged, oldest first. */
  readonly log: Record<string, unknown>[] = [];
  /** Added to the wall clock, microseconds. */
  clockOffset: Micros = 0;
  #parts: Parts | undefined;
  #url: string | undefined;

  constructor(directory: string, options: HubOptions) {
    this.directory = directory;
    this.#options = options;
  }

  get app(): FastifyInstance {
    return this.#running.app;
  }

  get store(): Store {
    return this.#running.store;
  }

  get catalogue(): CurrentCatalogue {
    return this.#running.catalogue;
  }

  get ledger(): Recorder {
    return this.#running.ledger;
  }

  get #running(): Parts {
    if (this.#parts === undefined) throw new Error('The hub is stopped.');
    return this.#parts;
  }

  readonly clock = (): Micros => systemClock() + this.clockOffset;

  get(path: string, ask: Ask = {}): Promise<Answer> {
    return this.request('GET', path, ask);
  }

  post(path: string, body: unknown, ask: Ask = {}): Promise<Answer> {
    return this.request('POST', path, { ...ask, body });
  }

  delete(path: string, ask: Ask = {}): Promise<Answer> {
    return this.request('DELETE', path, ask);
  }

  /** Adds objects through POST and returns the status. */
  async push(collection: CollectionName, objects: readonly unknown[], ask: Ask = {}): Promise<Answer> {
    return this.post(`/${rootOf(collection)}/collections/${collection}/objects/`, { objects }, ask);
  }

  async request(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    const headers = headersFor(ask);
    const response = await this.app.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url: real(path),
      headers,
      ...(ask.body === undefined ? {} : { payload: payloadOf(ask.body) }),
      ...(ask.remoteAddress === undefined ? {} : { remoteAddress: ask.remoteAddress }),
    });
    return new Received(response.statusCode, response.headers as Record<string, string>, response.rawPayload);
  }

  /** Listens on a free port. @returns the URL without a final slash */
  async listen(): Promise<string> {
    this.#url ??= await this.app.listen({ host: '127.0.0.1', port: 0 });
    return this.#url;
  }

  /** Sends octets as they are on a connection of their own and returns everything that comes back until it closes. */
  async raw(request: string | Uint8Array): Promise<string> {
    const socket = connect(Number(new URL(await this.listen()).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(request);
    return text(socket);
  }

  /** Administrative changes; they hold from the next request on. */
  async change(...changes: readonly CatalogueChange[]): Promise<void> {
    await this.store.catalogue.change(await this.store.catalogue.generation(), changes, 'cli');
  }

  async start(): Promise<void> {
    const store = await openSqliteStore({ file: join(this.directory, 'hub.db'), create: true, clock: this.clock });
    const catalogue = new CurrentCatalogue(store.catalogue);
    const metrics = createMetrics(
      () => store.pushes.pending(),
      async () => new Map(),
    );
    const logger = createLogger('info', { write: (line) => void this.log.push(JSON.parse(line)) });
    const ingest = new Ingest({
      store,
      clock: this.clock,
      spoolDirectory: join(this.directory, 'spool'),
      extensionSchemas: new Map(),
      events: {
        judged: (_collection, counts) => metrics.objectsJudged(counts),
        failed: (push, error) => {
          metrics.pushFailed();
          logger.error({ push, err: error }, 'push failed');
        },
      },
    });
    const ledger = new Recorder({
      ledger: store.ledger,
      clock: this.clock,
      events: {
        failed: (error) => logger.error({ err: error }, 'the ledger cannot be written'),
        recovered: () => logger.info('the ledger is written again'),
        gaps: () => undefined,
        closed: () => undefined,
      },
    });
    const app = buildApp({
      store,
      ledger,
      catalogue,
      ingest,
      authenticator: createAuthenticator({ attempts: ENDLESS_GUESSES }),
      limiter: createLimiter(),
      clock: this.clock,
      metrics,
      logger,
      settings: this.#options,
    });
    this.#parts = { app, store, catalogue, ingest, ledger };
  }

  async stop(): Promise<void> {
    const parts = this.#parts;
    this.#parts = undefined;
    this.#url = undefined;
    await parts?.app.close();
    await parts?.ingest[Symbol.asyncDispose]();
    await parts?.ledger[Symbol.asyncDispose]();
    await parts?.store[Symbol.asyncDispose]();
  }

  /** Ends everything and starts again over the same database. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
}

/** Suites sign in wrongly on purpose, again and again. */
const ENDLESS_GUESSES = createAttempts({
  ...ATTEMPT_LIMITS,
  free: Number.POSITIVE_INFINITY,
  freeOfAddress: Number.POSITIVE_INFINITY,
});

interface Parts {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly catalogue: CurrentCatalogue;
  readonly ingest: Ingest;
  readonly ledger: Recorder;
}

class Received implements Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;

  constructor(status: number, headers: Readonly<Record<string, string>>, bytes: Buffer) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  get text(): string {
    return this.bytes.toString();
  }

  get json(): Answer['json'] {
    return JSON.parse(this.text);
  }
}

/** A test, or the file as a whole (`openHub({ after })` with `after` of node:test): what a hub goes with. */
export interface Owner {
  after(end: () => Promise<void>): void;
}

/** Opens a hub that goes with its owner. */
export async function openHub(t: Owner, options: HubOptions = {}): Promise<Hub> {
  const hub = new Hub(await mkdtemp(join(tmpdir(), 'entente-hub-')), options);
  t.after(async () => {
    await hub.stop();
    await rm(hub.directory, { recursive: true, force: true });
  });
  await hub.start();
  await hub.change(...catalogueChanges(options));
  if (options.withoutRows !== true) await hub.store.objects.commit(fixtureBatch('RW'));
  return hub;
}

/** The fixture's rows, added to a collection as `partner:alice`. */
export function fixtureBatch(collection: CollectionName) {
  return { collection: COLLECTIONS[collection], source: 'partner:alice', objects: storedRows() };
}

const ROOTS: Readonly<Partial<Record<CollectionName, string>>> = { TWO: 'api2', PUB: 'pub', ST: 'strict' };

export function rootOf(collection: CollectionName): string {
  return ROOTS[collection] ?? 'api1';
}

/** A path with the fixture's names replaced by what they stand for. */
export function real(path: string): string {
  const absolute = path.startsWith('/') ? path : `/api1/collections/RW/${path}`;
  return absolute
    .replace(/(?<=\/collections\/)([A-Z]+)(?=[/?]|$)/, (name) => COLLECTIONS[name as CollectionName] ?? name)
    .replace(/\b[a-z][a-z0-9-]*--[a-z]\b/g, (name) => OBJECTS[name as keyof typeof OBJECTS] ?? name);
}

/** Which rows of the fixture an envelope, a manifest or a list of versions holds, in its order; others by their id. */
export function rows(answer: Answer): string[] {
  const { objects, versions } = answer.json as { objects?: Listed[]; versions?: string[] };
  if (versions !== undefined) return versions.map((version) => rowWith((row) => versionOf(row) === version) ?? version);
  return (objects ?? []).map((entry) => {
    const version = entry.version ?? versionOf(entry);
    return rowWith((row) => row.id === entry.id && (versionOf(row) ?? version) === version) ?? String(entry.id);
  });
}

type Listed = Readonly<Record<string, unknown>>;

function rowWith(fits: (row: Listed) => boolean): RowName | undefined {
  return ROW_NAMES.find((name) => fits(ROWS[name]));
}

function versionOf(object: Listed): unknown {
  return object.modified ?? object.created;
}

function headersFor(ask: Ask): Record<string, string | string[]> {
  const { user = 'alice', accept = V21, contentType = V21 } = ask;
  return {
    ...(user === null ? {} : { authorization: authorization(user) }),
    ...(accept === null ? {} : { accept }),
    ...(ask.body === undefined || contentType === null ? {} : { 'content-type': contentType }),
    ...ask.headers,
  };
}

function payloadOf(body: unknown): string | Buffer {
  if (typeof body === 'string') return body;
  return Buffer.isBuffer(body) ? body : JSON.stringify(body);
}
