import { createHash } from 'node:crypto';
import { judge } from '../collections/judge.ts';
import { Markings } from '../collections/markings.ts';
import { MAX_PART_BYTES } from '../collections/parts.ts';
import { inSlices } from '../collections/slices.ts';
import { WriteQueue } from '../collections/write-queue.ts';
import { AppError } from '../errors.ts';
import { agreementsOf } from '../sharing/decide.ts';
import { wants } from '../sharing/feeds.ts';
import type { Allowed } from '../sharing/model.ts';
import { isObject, type Json } from '../stix/json.ts';
import { markingClass } from '../stix/tlp.ts';
import { type FeedFailure, type NewFailure, NO_COUNTS, NO_VERSION } from '../store/feeds.ts';
import { isRefused } from '../store/refusals.ts';
import { MAX_BATCH, type NewObject } from '../store/store.ts';
import type { OwnedPage } from './client-types.ts';
import { specVersionsOf } from './feed-client.ts';
import { type FeedJob, type Rights, sourceOfFeed } from './job.ts';
import type { PageItem } from './pages.ts';
import type { Position } from './paging.ts';

/** Objects a page that are asked for; servers send fewer as they please. */
const PAGE_OBJECTS = 10_000;
/** Characters of the id of a failure: anything may stand in its place. */
const MAX_ID = 300;
/** Failures of one look-up. */
const FAILURES_AT_ONCE = 100;

/**
 * Takes what is new in the other server's collection. The position goes with the commit that covers it: a run that breaks
 * off at any point repeats a page at most, which adds nothing.
 * @throws {AppError} remote.…, feed.busy, permission.denied, not-found
 */
export async function pull(job: FeedJob): Promise<void> {
  const writer = new PartWriter(job);
  if (job.retry) await retryFailures(job, writer);
  const pages = job.remote.client.pages(job.remote.ref, {
    from: job.from,
    limit: PAGE_OBJECTS,
    versions: ['all'],
    specVersions: specVersionsOf(job.collection.mediaTypes),
    signal: job.signal,
    ...(job.terms.types === undefined ? {} : { types: job.terms.types }),
  });
  // The next page comes in while this one is judged.
  const ask = (): Promise<OwnedPage | undefined> => {
    const asked = pages.next();
    asked.catch(() => undefined);
    return asked;
  };
  let coming = ask();
  try {
    for (;;) {
      await using page = await coming;
      if (page === undefined) break;
      coming = ask();
      await takePage(job, page, writer);
    }
  } finally {
    const left = await coming.catch(() => undefined);
    await left?.[Symbol.asyncDispose]();
  }
  await writer.end();
}

async function takePage(job: FeedJob, page: OwnedPage, writer: PartWriter): Promise<void> {
  const rights = await job.rights();
  let items: PageItem[] = [];
  let characters = 0;
  let taken = 0;
  for await (const item of page.objects()) {
    items.push(item);
    characters += item.text.length;
    taken += 1;
    const last = taken === page.count;
    if (!last && items.length < MAX_BATCH && characters < MAX_PART_BYTES) continue;
    job.signal.throwIfAborted();
    await writer.write(items, rights, last ? page.position : undefined);
    items = [];
    characters = 0;
  }
  job.progress({ counts: job.steps.counts, position: page.last });
}

/** Judges objects that came together and commits what they come to. */
class PartWriter {
  readonly #job: FeedJob;
  readonly #markings: Markings;
  readonly #wanted: ReturnType<typeof wants>;
  readonly #writes = new WriteQueue();

  constructor(job: FeedJob) {
    this.#job = job;
    this.#markings = new Markings(job.store.objects, job.collection, sourceOfFeed(job.feed));
    this.#wanted = wants(job.terms, job.collection);
  }

  /** @param position to be kept with them, when they are the last of a page */
  async write(items: readonly PageItem[], rights: Rights, position: Position | undefined): Promise<void> {
    const { objects, failures, skipped } = await this.#judge(items, rights.verdict);
    await this.#writes.add(() => this.#commit(objects, failures, skipped, rights, position));
  }

  end(): Promise<void> {
    return this.#writes.end();
  }

  async #judge(
    items: readonly PageItem[],
    verdict: Allowed,
  ): Promise<{ objects: NewObject[]; failures: NewFailure[]; skipped: number }> {
    const { collection, extensionSchemas } = this.#job;
    const values = items.map(({ text, fault }) => (fault === undefined ? (JSON.parse(text) as Json) : null));
    this.#markings.learn(values);
    await this.#markings.lookUp(values);
    const context = {
      collection,
      verdict,
      resolve: this.#markings.resolve,
      extensionSchemas,
      requested: NO_VERSION,
    };
    const objects: NewObject[] = [];
    const failures: NewFailure[] = [];
    let skipped = 0;
    await inSlices(items.length, (i) => {
      const { text, fault } = items[i] as PageItem;
      const value = values[i] as Json;
      if (fault !== undefined) {
        failures.push({ id: idIn(text) ?? unknownId(text), version: NO_VERSION, reason: fault, lasting: true });
        return;
      }
      if (this.#isPassedOver(value)) {
        skipped += 1;
        return;
      }
      const judgement = judge(text, value, i, context);
      if ('object' in judgement) objects.push(judgement.object);
      else {
        const { id, version, message = '' } = judgement.refused;
        failures.push({
          id: id.startsWith(UNKNOWN) ? unknownId(text) : id.slice(0, MAX_ID),
          version: version.slice(0, MAX_ID),
          reason: message,
        });
      }
    });
    return { objects, failures, skipped };
  }

  #isPassedOver(value: Json): boolean {
    if (!isObject(value) || typeof value.type !== 'string') return false;
    return !this.#wanted(value.type, markingClass(value, this.#markings.resolve));
  }

  async #commit(
    objects: readonly NewObject[],
    failures: readonly NewFailure[],
    skipped: number,
    { verdict, sees }: Rights,
    position: Position | undefined,
  ): Promise<void> {
    const { store, collection, feed, run, steps } = this.#job;
    const step = steps.take({
      ...(position === undefined ? {} : { position: JSON.stringify(position) }),
      counts: { ...NO_COUNTS, skipped, failed: failures.length },
      failures,
    });
    if (objects.length === 0) {
      await store.feeds.advance(run, step);
      return;
    }
    const outcomes = await store.objects.commit({
      collection: collection.id,
      source: sourceOfFeed(feed),
      sees,
      objects,
      feed: { run, step },
      grounds: { agreements: agreementsOf(verdict), credentials: [] },
    });
    for (const outcome of outcomes)
      steps.add({ [isRefused(outcome) ? 'failed' : outcome.kind === 'added' ? 'exchanged' : 'present']: 1 });
  }
}

const UNKNOWN = 'unknown--';

/** Stands for an id, the same each time the same text comes. */
function unknownId(text: string): string {
  return `${UNKNOWN}${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** The id of an object that cannot be read as a whole, to find it again. */
function idIn(text: string): string | undefined {
  return /"id":"([a-z0-9-]{1,250}--[0-9a-f-]{36})"/.exec(text)?.[1];
}

/** Asks for the objects that could not be stored once more. */
async function retryFailures(job: FeedJob, writer: PartWriter): Promise<void> {
  const { store, feed, run } = job;
  for (let after = 0; ; ) {
    const failures = await store.feeds.failures(feed.name, { way: 'pull', after, limit: FAILURES_AT_ONCE });
    if (failures.length === 0) return;
    after = failures.at(-1)?.num ?? after;
    for (const failure of failures) {
      job.signal.throwIfAborted();
      const items = await fetchAgain(job, failure);
      if (items.length > 0) await writer.write(items, await job.rights(), undefined);
      else await store.feeds.advance(run, job.steps.take(notThere(failure)));
    }
    await writer.end();
  }
}

async function fetchAgain({ remote, signal }: FeedJob, { id, version }: FeedFailure): Promise<PageItem[]> {
  if (id.startsWith(UNKNOWN)) return [];
  const items: PageItem[] = [];
  try {
    for await (const page of remote.client.object(remote.ref, id, { versions: ['all'], signal }))
      for await (const item of page.objects()) if (isMeant(item.text, id, version)) items.push(item);
  } catch (error) {
    const refused = error instanceof AppError && (error.code === 'remote.not-found' || error.code === 'remote.refused');
    if (!refused) throw error;
  }
  return items;
}

function isMeant(text: string, id: string, version: string): boolean {
  return text.includes(`"${id}"`) && (version === NO_VERSION || text.includes(`"${version}"`));
}

function notThere({ id, version }: FeedFailure): Parameters<FeedJob['steps']['take']>[0] {
  const reason = 'The other server does not have it any more.';
  return { counts: NO_COUNTS, failures: [{ id, version, reason, lasting: true }] };
}
