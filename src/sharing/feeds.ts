import { classesUpTo } from './decide.ts';
import { type Edit, put } from './edit.ts';
import { feedFaults } from './feed-rules.ts';
import type { FeedEntry } from './hub-document.ts';
import { feedEntry, feedOf } from './hub-feeds.ts';
import { checkEntry } from './hub-file.ts';
import { knownCollection, knownFeed, knownPartner, refused, refuseProblems } from './known.ts';
import type { Allowed, Catalogue, Collection, Entry, Feed, FeedTerms, MarkingClass } from './model.ts';

/**
 * A feed of an entry in the form that it has in a hub file.
 * @param directory what paths are relative to
 * @throws {AppError} config.invalid
 */
export function feedFrom(entry: FeedEntry, collection: string, directory: string): Feed {
  refuseFaults(entry);
  return feedOf(entry, collection, directory);
}

/** @throws {AppError} config.invalid, not-found */
export function addFeed(catalogue: Catalogue, feed: Feed): Edit {
  if (catalogue.feed.has(feed.name))
    throw refused(`There is a feed "${feed.name}" already; "entente feed change ${feed.name}" changes it.`);
  return putFeed(catalogue, feed);
}

/** @throws {AppError} config.invalid, not-found */
export function changeFeed(catalogue: Catalogue, name: string, change: (now: Feed) => Feed): Edit {
  const before = knownFeed(catalogue, name);
  const after = change(before);
  return { ...putFeed(catalogue, after), warnings: changeWarnings(before, after) };
}

/** @throws {AppError} not-found */
export function removeFeed(catalogue: Catalogue, name: string): Edit {
  return { changes: [{ remove: 'feed', name: knownFeed(catalogue, name).name }] };
}

function putFeed(catalogue: Catalogue, feed: Feed): Edit {
  knownPartner(catalogue, feed.partner);
  const { id } = knownCollection(catalogue, feed.collection);
  refuseFaults(feedEntry(feed, id));
  return { changes: [put(catalogue, 'feed', feed)] };
}

function refuseFaults(entry: FeedEntry): void {
  const problems = checkEntry('feed', entry);
  refuseProblems(`The feed "${entry.name}"`, problems.length > 0 ? problems : feedFaults(entry));
}

function changeWarnings(before: Feed, after: Feed): string[] {
  if (feedTarget(before) !== feedTarget(after))
    return ['The feed now connects other collections: its next runs begin anew.'];
  const filters = ({ types, maxTlp }: FeedTerms = {}): string => JSON.stringify([types, maxTlp]);
  return filters(before.pull) === filters(after.pull) && filters(before.push) === filters(after.push)
    ? []
    : [
        'What the filters passed over so far stays out; --from-start of "entente pull" or "push" goes through it again.',
      ];
}

/** What positions of a feed belong to: between other collections they mean nothing. */
export function feedTarget({ url, remoteCollection, collection }: Feed): string {
  return JSON.stringify([url, remoteCollection, collection]);
}

/** What is left of a verdict when a feed exchanges only a part of it. */
export function narrowed(verdict: Allowed, { types, maxTlp }: FeedTerms, collection: Collection): Allowed {
  const classes = maxTlp === undefined ? undefined : classesUpTo(maxTlp, collection);
  const wanted = types === undefined ? undefined : new Set(types);
  const entries = verdict.entries.map(
    (entry): Entry => ({
      ...entry,
      types: wanted === undefined ? entry.types : intersection(entry.types, wanted),
      classes: classes === undefined ? entry.classes : new Set([...entry.classes].filter((one) => classes.has(one))),
    }),
  );
  return { kind: 'allowed', entries };
}

/** Whether a feed exchanges objects of a type and marking at all, whoever permits it. */
export function wants(
  { types, maxTlp }: FeedTerms,
  collection: Collection,
): (type: string, marking: MarkingClass) => boolean {
  const classes = maxTlp === undefined ? undefined : classesUpTo(maxTlp, collection);
  return (type, marking) => (types?.includes(type) ?? true) && (classes?.has(marking) ?? true);
}

function intersection(types: Entry['types'], wanted: ReadonlySet<string>): ReadonlySet<string> {
  return types === 'all' ? wanted : new Set([...types].filter((type) => wanted.has(type)));
}
