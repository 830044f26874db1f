import { Command } from 'commander';
import { addFeed, changeFeed, feedFrom, removeFeed } from '../sharing/feeds.ts';
import { feedEntry } from '../sharing/hub-feeds.ts';
import { knownCollection, knownFeed } from '../sharing/known.ts';
import { type Catalogue, FEED_WAYS, type Feed } from '../sharing/model.ts';
import type { FeedFailure, FeedState } from '../store/feeds.ts';
import type { Store } from '../store/store.ts';
import { formatMicros, systemClock } from '../time.ts';
import { administer, madeBy, wholeNumber } from './administer.ts';
import { changedEntry, type FeedFlags, withFeedOptions, withoutOptions } from './feed-options.ts';
import { type Standing, standingDocument, standingTable } from './feed-text.ts';
import { writeJson, writeLine } from './io.ts';
import { selectCollection, shortName } from './select.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';
import { pairs, table } from './table.ts';

const FAILURES_AT_ONCE = 1000;
/** Failures that people are shown; programs get all. */
const SHOWN = 100;

export function feedCommand(session: Session): Command {
  const group = new Command('feed').description('other TAXII servers: list, show, add, change, remove, failures');
  const sub = (name: string, description: string, examples: readonly string[]): Command => {
    const made = command(session, name, description, examples);
    group.addCommand(made);
    return made;
  };
  const named = (name: string, description: string, examples: readonly string[]): Command =>
    sub(name, description, examples).argument('<NAME>', 'name of the feed');

  sub('list', 'list the feeds: how far they are, when they run next, what went wrong', ['feed list']).action(
    (options: CommonOptions) => list(session, options),
  );
  named('show', 'show one feed', ['feed show cert']).action((name: string, options: CommonOptions) =>
    show(session, name, options),
  );
  withFeedOptions(
    named('add', 'add a feed', [
      "feed add cert --partner cert --collection threat-data --url https://taxii.example.org/api/ --remote-collection indicators --user hub --password-env CERT_PASSWORD --pull-schedule '*/5 * * * *'",
      'feed add branch --partner branch --collection threat-data --url https://10.2.0.5/api/ --remote-collection all --token-file branch.token --allow 10.2.0.0/16 --push --push-max-tlp green',
    ])
      .requiredOption('--partner <NAME>', 'partner in whose name it acts: agreements hold for it as for that partner')
      .requiredOption('--collection <C>', 'our collection: UUID, alias or root/alias')
      .requiredOption('--url <URL>', "URL of the other server's API root")
      .requiredOption('--remote-collection <C>', 'its collection: id, alias or title'),
  ).action((name: string, options: FeedFlags) =>
    administer(session, options, (catalogue) => addFeed(catalogue, changedFeed(catalogue, emptyFeed(name), options))),
  );
  withoutOptions(
    withFeedOptions(
      named('change', 'change a feed', [
        "feed change cert --pull-schedule '0 * * * *'",
        'feed change cert --no-push',
        'feed change cert --password-file /run/secrets/cert',
      ])
        .option('--partner <NAME>', 'partner in whose name it acts')
        .option('--collection <C>', 'our collection: UUID, alias or root/alias')
        .option('--url <URL>', "URL of the other server's API root")
        .option('--remote-collection <C>', 'its collection: id, alias or title'),
    ),
  ).action((name: string, options: FeedFlags) =>
    administer(session, options, (catalogue) =>
      changeFeed(catalogue, name, (now) => changedFeed(catalogue, now, options)),
    ),
  );
  named('remove', 'remove a feed; what it brought stays', ['feed remove cert']).action(
    (name: string, options: CommonOptions) => administer(session, options, (catalogue) => removeFeed(catalogue, name)),
  );
  named('failures', 'list the objects that could not be exchanged, and why', [
    'feed failures cert',
    'feed failures cert --json',
    'feed failures cert --dismiss 12',
    'pull cert --retry',
  ])
    .option('--dismiss <NUMBER>', 'forget one of them', wholeNumber)
    .action((name: string, options: CommonOptions & { readonly dismiss?: number }) => failures(session, name, options));
  return group;
}

function emptyFeed(name: string): Feed {
  return { name, partner: '', collection: '', url: '', remoteCollection: '' };
}

/** Paths are relative to where the command is given. */
function changedFeed(catalogue: Catalogue, before: Feed, flags: FeedFlags): Feed {
  const collection =
    flags.collection === undefined ? before.collection : selectCollection(catalogue, flags.collection).id;
  return feedFrom(changedEntry(feedEntry(before, collection), flags), collection, process.cwd());
}

async function list(session: Session, options: CommonOptions): Promise<void> {
  const now = systemClock();
  const { catalogue, states } = await withStore(session, options, false, load);
  const feeds = [...catalogue.feed.values()].map(({ value }) => value);
  await print(
    session,
    {
      feeds: feeds.map((feed) => ({
        name: feed.name,
        ways: standingsOf(feed, states).map((standing) => standingDocument(standing, now)),
      })),
    },
    feeds.length === 0
      ? ['There are no feeds; "entente feed add NAME" adds one.']
      : standingTable(
          feeds.flatMap((feed) => standingsOf(feed, states)),
          now,
        ),
  );
}

async function show(session: Session, name: string, options: CommonOptions): Promise<void> {
  const now = systemClock();
  const { catalogue, states } = await withStore(session, options, false, load);
  const feed = knownFeed(catalogue, name);
  const collection = shortName(knownCollection(catalogue, feed.collection));
  const origin = madeBy(catalogue.feed.get(name)?.origin ?? 'hand');
  const entry = feedEntry(feed, collection);
  const standings = standingsOf(feed, states);
  await print(
    session,
    { ...entry, made_by: origin, ways: standings.map((standing) => standingDocument(standing, now)) },
    [
      ...pairs([
        ...Object.entries(entry).map(([key, value]): [string, string] => [key.replaceAll('_', ' '), textOf(value)]),
        ['made by', origin],
      ]),
      '',
      ...standingTable(standings, now),
    ],
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.join(', ');
  const parts = Object.entries(value as object).map(([key, part]) => `${key.replaceAll('_', ' ')} ${textOf(part)}`);
  return parts.length === 0 ? 'everything, by hand' : parts.join('; ');
}

async function failures(
  session: Session,
  name: string,
  options: CommonOptions & { readonly dismiss?: number },
): Promise<void> {
  await withStore(session, options, false, async (store) => {
    knownFeed(await store.catalogue.load(), name);
    if (options.dismiss !== undefined) await store.feeds.dismiss(name, [options.dismiss]);
    const shown: FeedFailure[] = [];
    for await (const failure of allFailures(store, name)) {
      if (session.json) await writeJson(session.io.stdout, failureDocument(failure));
      else if (shown.length === SHOWN) {
        await writeLine(session.io.stderr, 'There are more; --json lists all.');
        break;
      } else shown.push(failure);
    }
    if (session.json) return;
    const lines =
      shown.length === 0
        ? [`Nothing of feed "${name}" has failed.`]
        : [
            ...table(['NUMBER', 'WAY', 'TRIES', 'OBJECT', 'VERSION', 'REASON'], shown.map(failureRow)),
            '',
            `"entente pull ${name} --retry" or "entente push ${name} --retry" tries all of them again.`,
          ];
    for (const line of lines) await writeLine(session.io.stdout, line);
  });
}

async function* allFailures(store: Store, name: string): AsyncGenerator<FeedFailure> {
  for (let after = 0; ; ) {
    const some = await store.feeds.failures(name, { after, limit: FAILURES_AT_ONCE });
    yield* some;
    const last = some.at(-1);
    if (last === undefined) return;
    after = last.num;
  }
}

function failureRow({ num, way, tries, id, version, reason, lasting }: FeedFailure): string[] {
  return [String(num), way, lasting === true ? `${tries}, given up` : String(tries), id, version, reason];
}

function failureDocument({ num, way, tries, id, version, reason, lasting, failedAt }: FeedFailure): object {
  return { number: num, way, id, version, reason, tries, lasting: lasting === true, failed_at: formatMicros(failedAt) };
}

async function load(store: Store): Promise<{ catalogue: Catalogue; states: readonly FeedState[] }> {
  return { catalogue: await store.catalogue.load(), states: await store.feeds.states() };
}

function standingsOf(feed: Feed, states: readonly FeedState[]): Standing[] {
  return FEED_WAYS.filter((way) => feed[way] !== undefined).map((way) => ({
    feed,
    way,
    state: states.find((state) => state.feed === feed.name && state.way === way),
  }));
}
