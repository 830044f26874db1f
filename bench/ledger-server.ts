import { createAuthenticator } from '../src/auth/authenticate.ts';
import { Ingest } from '../src/collections/ingest.ts';
import { buildApp } from '../src/http/app.ts';
import { createLimiter } from '../src/http/limits.ts';
import { Recorder, type Recording } from '../src/ledger/recorder.ts';
import { createLogger } from '../src/observe/log.ts';
import { createMetrics } from '../src/observe/metrics.ts';
import { CurrentCatalogue } from '../src/sharing/catalogue.ts';
import { openSqliteStore } from '../src/store/sqlite/store.ts';
import { systemClock } from '../src/time.ts';

/**
 * A hub as it is composed for serving, with its ledger or with one that keeps nothing, which no option of the product
 * offers. Arguments: database, `with` or `without`. Ends with the pipe to its standard input.
 */
const [file = '', mode = 'with'] = process.argv.slice(2);
const store = await openSqliteStore({ file });
const catalogue = new CurrentCatalogue(store.catalogue);
const logger = createLogger('silent');
const fail = (error: unknown): never => {
  throw error;
};
const recorder = new Recorder({
  ledger: store.ledger,
  clock: systemClock,
  events: { failed: fail, recovered: () => undefined, gaps: () => undefined, closed: () => undefined },
});
const nothing: Recording = { read: () => undefined, signInFailed: () => undefined };
const events = { judged: () => undefined, failed: (_push: string, error: unknown) => fail(error) };
const deps = { store, clock: systemClock, spoolDirectory: '', extensionSchemas: new Map(), events };
const app = buildApp({
  store,
  catalogue,
  ingest: new Ingest(deps),
  ledger: mode === 'with' ? recorder : nothing,
  authenticator: createAuthenticator(),
  limiter: createLimiter(),
  clock: systemClock,
  metrics: createMetrics(
    () => store.pushes.pending(),
    async () => new Map(),
  ),
  logger,
  settings: {},
});
await recorder.start();
console.log(`listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
process.stdin.resume().once('end', () => process.exit(0));
