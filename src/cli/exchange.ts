import type { Command } from 'commander';
import type { FeedProgress } from '../exchange/job.ts';
import { FeedRunner } from '../exchange/run.ts';
import { knownFeed } from '../sharing/known.ts';
import { FEED_WAYS, type FeedWay } from '../sharing/model.ts';
import type { FeedCounts } from '../store/feeds.ts';
import { parseInstant, systemClock } from '../time.ts';
import { EXIT } from './failure.ts';
import { feedDeps } from './feeds.ts';
import { count, writeLine } from './io.ts';
import { keepMemoryLow } from './lean.ts';
import { showProgress } from './progress.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';
import { stopRequested } from './signals.ts';

interface RunOptions extends CommonOptions {
  readonly retry?: true;
  readonly fromStart?: true;
}

export function pullCommand(session: Session): Command {
  return runCommand(
    session,
    'pull',
    'take what is new in the collection of a feed',
    ['pull'],
    ['pull cert', 'pull cert --retry'],
  );
}

export function pushCommand(session: Session): Command {
  return runCommand(session, 'push', 'send what is new here to the collection of a feed', ['push'], ['push cert']);
}

export function syncCommand(session: Session): Command {
  return runCommand(session, 'sync', 'pull, then push, whichever a feed does', FEED_WAYS, ['sync cert']);
}

function runCommand(
  session: Session,
  name: string,
  description: string,
  ways: readonly FeedWay[],
  examples: readonly string[],
): Command {
  return command(session, name, description, examples)
    .argument('<NAME>', 'name of the feed')
    .option('--retry', 'try again everything that failed, as well as what is new')
    .option('--from-start', 'begin anew; what is there already is told apart and not exchanged twice')
    .action((feed: string, options: RunOptions) => exchange(session, feed, ways, options));
}

async function exchange(session: Session, name: string, ways: readonly FeedWay[], options: RunOptions): Promise<void> {
  keepMemoryLow();
  await withStore(session, options, false, async (store, settings) => {
    const feed = knownFeed(await store.catalogue.load(), name);
    const runner = new FeedRunner(feedDeps(store, settings, session.io.environment));
    const stop = new AbortController();
    void stopRequested().then((signal) => stop.abort(new Stopped(signal)));
    const wanted = ways.length === 1 ? ways : ways.filter((way) => feed[way] !== undefined);
    for (const way of wanted) {
      using progress = showProgress(session, way === 'pull' ? 'pulling' : 'pushing');
      const run = runner.run(name, way, {
        retry: options.retry ?? false,
        fromStart: options.fromStart ?? false,
        signal: stop.signal,
        progress: byDate((done, total) => progress.update(done, total)),
      });
      const counts = await run.catch((error: unknown) => {
        if (error instanceof Stopped) return undefined;
        throw error;
      });
      if (counts === undefined) {
        await writeLine(
          session.io.stderr,
          'Stopped. What was exchanged until then stands; the next run goes on from there.',
        );
        session.exitCode = EXIT.findings;
        return;
      }
      await print(session, { feed: name, way, ...counts }, [summary(name, way, counts)]);
      if (counts.failed > 0) session.exitCode = EXIT.findings;
    }
  });
}

class Stopped extends Error {}

/** How much there is nobody tells, but how far its dates go from the first to now. */
function byDate(show: (done: number, total: number) => void): (progress: FeedProgress) => void {
  let first: number | undefined;
  return ({ position }) => {
    const date = position === undefined ? undefined : parseInstant(position);
    if (date === undefined) return;
    first ??= date;
    show(Math.max(0, date - first), Math.max(1, systemClock() - first));
  };
}

function summary(name: string, way: FeedWay, { exchanged, present, skipped, failed }: FeedCounts): string {
  const done =
    way === 'pull'
      ? `${count(exchanged, 'object')} stored, ${present} there already`
      : `${count(exchanged, 'object')} taken by the other server`;
  const hint = failed === 0 ? '' : `; "entente feed failures ${name}" lists them`;
  return `${way} ${name}: ${done}, ${skipped} passed over, ${failed} failed${hint}.`;
}
