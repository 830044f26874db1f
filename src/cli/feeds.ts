import type { HubParts } from '../compose.ts';
import type { Environment, Settings } from '../config.ts';
import { AppError } from '../errors.ts';
import { type FeedDeps, FeedRunner } from '../exchange/run.ts';
import { startSchedule } from '../exchange/schedule.ts';
import { CurrentCatalogue } from '../sharing/catalogue.ts';
import { loadExtensionSchemas } from '../stix/schemas.ts';
import type { Store } from '../store/store.ts';
import { systemClock } from '../time.ts';

/** What feeds run with. */
export function feedDeps(store: Store, settings: Settings, environment: Environment): FeedDeps {
  return {
    store,
    catalogue: new CurrentCatalogue(store.catalogue),
    clock: systemClock,
    extensionSchemas: loadExtensionSchemas(settings.schemaDirectory),
    spoolDirectory: settings.spoolDirectory,
    environment: (name) => environment[name],
  };
}

/** Runs the feeds of a hub that serves, as their schedules say, and tells the log. */
export function startFeeds({ store, logger }: HubParts, settings: Settings, environment: Environment): AsyncDisposable {
  const deps = feedDeps(store, settings, environment);
  return startSchedule(new FeedRunner(deps), deps, {
    ended(feed, way, result) {
      if ('counts' in result) {
        const { counts } = result;
        const idle = counts.exchanged + counts.failed === 0;
        logger[idle ? 'debug' : 'info']({ feed, way, ...counts }, 'feed ran');
      } else logger.warn({ feed, way, error: faultOf(result.error) }, 'feed failed');
    },
    failed: (error) => logger.error({ err: error }, 'the schedule of feeds failed'),
  });
}

/** Never the cause itself, which may hold what was sent. */
function faultOf(error: unknown): object {
  if (error instanceof AppError) return { code: error.code, description: error.description };
  return { code: 'internal', description: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
