import { type Authenticator, createAuthenticator } from './auth/authenticate.ts';
import { Ingest } from './collections/ingest.ts';
import type { ServeSettings, Settings } from './config.ts';
import { buildApp } from './http/app.ts';
import { createLimiter } from './http/limits.ts';
import type { TlsMaterial } from './http/tls.ts';
import { Recorder } from './ledger/recorder.ts';
import type { Logger } from './observe/log.ts';
import { createMetrics, type Metrics } from './observe/metrics.ts';
import { CurrentCatalogue } from './sharing/catalogue.ts';
import { daysLeftByName } from './sharing/term.ts';
import { loadExtensionSchemas } from './stix/schemas.ts';
import { openSqliteStore } from './store/sqlite/store.ts';
import type { Store } from './store/store.ts';
import { type Clock, systemClock } from './time.ts';

/** The parts of a running hub, in the order in which they are ended. */
export interface HubParts extends AsyncDisposable {
  readonly app: ReturnType<typeof buildApp>;
  readonly store: Store;
  /** To be started before anybody is served. */
  readonly ledger: Recorder;
  readonly catalogue: CurrentCatalogue;
  readonly authenticator: Authenticator;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * @param create make the database if there is none
 * @param follows keep search and trends up meanwhile; commands that end soon leave that to the hub that serves
 * @throws {AppError} database.unavailable, database.newer, database.damaged
 */
export function openStore(
  settings: Settings,
  create: boolean,
  clock: Clock = systemClock,
  follows = true,
): Promise<Store> {
  return openSqliteStore({ file: settings.databaseFile, create, clock, follows });
}

/** Puts a hub together over an open store, which it then owns. Nothing listens before `app.listen`. */
export function composeHub(
  store: Store,
  settings: ServeSettings,
  logger: Logger,
  clock: Clock = systemClock,
  tls?: TlsMaterial,
): HubParts {
  const authenticator = createAuthenticator();
  const catalogue = new CurrentCatalogue(store.catalogue);
  const metrics = createMetrics(
    () => store.pushes.pending(),
    async () => daysLeftByName(await catalogue.get(), clock()),
    authenticator.lastUsed,
    async () => ({ now: clock(), states: await store.feeds.states() }),
  );
  const extensionSchemas = loadExtensionSchemas(settings.schemaDirectory);
  const ingest = new Ingest({
    store,
    clock,
    spoolDirectory: settings.spoolDirectory,
    extensionSchemas,
    events: {
      judged: (_collection, counts) => metrics.objectsJudged(counts),
      failed(push, error) {
        metrics.pushFailed();
        logger.error({ push, err: error }, 'a push failed');
      },
    },
  });
  const ledger = new Recorder({
    ledger: store.ledger,
    clock,
    events: {
      failed: (error) =>
        logger.error({ err: error }, 'the ledger cannot be written: nothing is disclosed until it can'),
      recovered: () => logger.info('the ledger is written again'),
      gaps: (count) => logger.warn({ count }, 'a hub ended without closing the ledger: the gap is recorded'),
      closed: ({ count, hash }) => logger.info({ records: count, head: hash }, 'ledger'),
    },
  });
  const app = buildApp({
    store,
    catalogue,
    ingest,
    ledger,
    authenticator,
    limiter: createLimiter(),
    clock,
    metrics,
    logger,
    extensionSchemas,
    settings: {
      ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
      ...(settings.trustProxy === undefined ? {} : { trustProxy: settings.trustProxy }),
      ...(settings.clientCertHeader === undefined ? {} : { clientCertHeader: settings.clientCertHeader }),
      ...(tls === undefined ? {} : { tls }),
    },
  });
  return {
    app,
    store,
    ledger,
    catalogue,
    authenticator,
    metrics,
    logger,
    clock,
    async [Symbol.asyncDispose]() {
      await app.close();
      await ingest[Symbol.asyncDispose]();
      await ledger[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}
