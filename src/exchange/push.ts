import { setTimeout as wait } from 'node:timers/promises';
import { MAX_PART_BYTES } from '../collections/parts.ts';
import { AppError } from '../errors.ts';
import { narrowed } from '../sharing/feeds.ts';
import { type FeedFailure, type NewFailure, NO_COUNTS, type PendingPush } from '../store/feeds.ts';
import { type Filter, type KeptObject, MAX_BATCH, type PageQuery } from '../store/store.ts';
import { formatMicros, type Micros, parseInstant } from '../time.ts';
import { disclosuresOf } from './disclosures.ts';
import { specVersionsOf } from './feed-client.ts';
import { type FeedJob, sourceOfFeed } from './job.ts';
import { chunksOf, type Outgoing, type Refused, sendChunk } from './push-chunks.ts';
import type { Status } from './resources.ts';
import { reasonsFor } from './status-reasons.ts';

/** Octets of an envelope, where the other server takes more. */
const ENVELOPE_BYTES = MAX_PART_BYTES;
/** Pushes that may be under way at the other server at once. */
const MAX_PENDING = 8;
/** How long a run waits for them in the end; the next one asks again. */
const SETTLE_MS = 60_000;
const ASK_MS = 250;
const ASK_MAX_MS = 5000;
/** A status that is not complete after so long never will be. */
const LOST_MICROS = 86_400_000_000;
/** An object that fails is tried again by the next runs, this often altogether. */
const MAX_TRIES = 5;

/**
 * Sends what is new in our collection. The position goes with the record of what became of it: a run that breaks off at any
 * point sends an envelope twice at most, which the other server has then.
 * @throws {AppError} remote.…, feed.busy, permission.denied, not-found
 */
export async function push(job: FeedJob): Promise<void> {
  const { feed, store, remote, signal } = job;
  const { maxContentLength } = await remote.client.apiRoot(feed.url, signal);
  const maxBytes = Math.min(maxContentLength ?? ENVELOPE_BYTES, ENVELOPE_BYTES);
  const sender = new Sender(job, maxBytes, await store.feeds.pending(feed.name));
  await retryFailures(job, sender);
  let after = parseInstant(job.from.addedAfter ?? '');
  for (let more = true; more; ) {
    signal.throwIfAborted();
    await sender.room();
    const query = await queryOf(job, after, MAX_BATCH);
    const page = await store.objects.kept(query);
    const last = page.rows.at(-1)?.dateAdded;
    if (last === undefined) break;
    const known = await store.feeds.known(job.collection.id, comesFromThere(job), datesOf(page.rows));
    after = await sender.send(query, page.asOf, page.rows, known, last);
    more = page.more || after < last;
    job.progress({ counts: job.steps.counts, position: formatMicros(after) });
  }
  await sender.settle();
}

/** Nothing goes back to where it came from: neither what the feed brought nor what its partner sent. */
function comesFromThere({ feed }: FeedJob): readonly string[] {
  return [sourceOfFeed(feed), `partner:${feed.partner}`];
}

async function queryOf(job: FeedJob, after: Micros | undefined, limit: number): Promise<PageQuery> {
  const verdict = narrowed((await job.rights()).verdict, job.terms, job.collection);
  const filter: Filter = { versions: 'all', specVersions: specVersionsOf(job.remote.info.mediaTypes) };
  const from = after === undefined ? {} : { after };
  return { collection: job.collection.id, verdict, filter, ...from, limit, maxBytes: MAX_PART_BYTES };
}

function datesOf(rows: readonly KeptObject[]): Micros[] {
  return rows.map(({ dateAdded }) => dateAdded);
}

/** Sends rows and keeps what becomes of them. */
class Sender {
  readonly #job: FeedJob;
  readonly #maxBytes: number;
  #pending: PendingPush[];

  constructor(job: FeedJob, maxBytes: number, pending: readonly PendingPush[]) {
    this.#job = job;
    this.#maxBytes = maxBytes;
    this.#pending = [...pending];
  }

  /**
   * Sends as much as there is room for.
   * @param end position once all of it is dealt with
   * @returns up to where it is
   */
  async send(
    query: PageQuery,
    asOf: Micros,
    rows: readonly KeptObject[],
    known: ReadonlySet<Micros>,
    end: Micros,
  ): Promise<Micros> {
    const { chunks } = chunksOf(
      rows.filter(({ dateAdded }) => !known.has(dateAdded)),
      this.#maxBytes,
    );
    const free = Math.max(1, MAX_PENDING - this.#pending.length);
    const until = chunks.length > free ? (chunks[free - 1]?.at(-1)?.dateAdded ?? end) : end;
    const some = rows.filter(({ dateAdded }) => dateAdded <= until);
    await this.#sendAll(query, asOf, some, known, until);
    return until;
  }

  /** The same with what failed before, which leaves the position as it is. */
  async sendAgain(query: PageQuery, asOf: Micros, rows: readonly KeptObject[]): Promise<void> {
    await this.#sendAll(query, asOf, rows, new Set(), undefined);
  }

  async #sendAll(
    query: PageQuery,
    asOf: Micros,
    rows: readonly KeptObject[],
    known: ReadonlySet<Micros>,
    until: Micros | undefined,
  ): Promise<void> {
    const outgoing = rows.filter(({ dateAdded }) => !known.has(dateAdded));
    const { chunks, tooLarge } = chunksOf(outgoing, this.#maxBytes);
    let skipped = rows.length - outgoing.length;
    const failures = tooLarge.map((row) => refusalOf({ row, reason: this.#tooLarge(), lasting: true }));
    // First: no position may pass over what is not listed.
    await this.#keep({ failures, position: undefined, skipped: 0 });
    for (const chunk of chunks) {
      // Before it is sent: what was disclosed is in the ledger, whatever happens then.
      await this.#job.store.ledger.append(disclosuresOf(this.#job, query, asOf, rows, chunk));
      const { statuses, refused } = await sendChunk(this.#job, chunk);
      for (const { status, sent } of statuses) await this.#take(status, sent);
      await this.#keep({
        failures: refused.map(refusalOf),
        position: until === undefined ? undefined : chunk.at(-1)?.dateAdded,
        skipped,
      });
      skipped = 0;
    }
    await this.#keep({ failures: [], position: until, skipped });
  }

  /** Asks until no more than `left` are pending, or for as long as is worth it. */
  async settle(left = 0): Promise<void> {
    let pauseMs = ASK_MS;
    for (const end = performance.now() + SETTLE_MS; this.#pending.length > left && performance.now() < end; ) {
      const before = this.#pending.length;
      await this.#askAll();
      if (this.#pending.length === before) {
        await wait(pauseMs, undefined, { signal: this.#job.signal });
        pauseMs = Math.min(pauseMs * 2, ASK_MAX_MS);
      }
    }
  }

  /** The status may be pending: what it is about is kept until it is not. */
  async #take(status: Status, sent: readonly Outgoing[]): Promise<void> {
    const pending: PendingPush = {
      status: status.id,
      sentAt: this.#job.clock(),
      sent: sent.map(({ dateAdded, id, version }) => ({ dateAdded, id, version })),
    };
    if (status.complete) await this.#settleOne(pending, status);
    else {
      const step = this.#job.steps.take({ counts: NO_COUNTS, failures: [], pushed: pending });
      await this.#job.store.feeds.advance(this.#job.run, step);
      this.#pending.push(pending);
    }
  }

  /**
   * To be called before anything is read to be sent, so that it is sent without waiting: rights may end meanwhile, and
   * objects be recalled.
   * @throws {AppError} remote.busy when the other server does not get done with what it has
   */
  async room(): Promise<void> {
    if (this.#pending.length < MAX_PENDING) return;
    await this.settle(MAX_PENDING - 1);
    if (this.#pending.length < MAX_PENDING) return;
    throw new AppError('remote.busy', {
      description: `${this.#pending.length} pushes are not complete at the other server, and it does not get on with them. The next run asks again.`,
    });
  }

  async #askAll(): Promise<void> {
    for (const pending of [...this.#pending]) await this.#ask(pending);
  }

  /** @returns whether it is settled */
  async #ask(pending: PendingPush): Promise<boolean> {
    const { remote, feed, signal, clock } = this.#job;
    let status: Status | undefined;
    try {
      status = await remote.client.status(feed.url, pending.status, signal);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'remote.not-found') throw error;
    }
    const lost = status === undefined || pending.sentAt < clock() - LOST_MICROS;
    if (!lost && status?.complete === false) return false;
    await this.#settleOne(pending, status?.complete ? status : undefined);
    this.#pending = this.#pending.filter((other) => other !== pending);
    return true;
  }

  /** @param status undefined when nobody knows what became of the push: its objects are sent again by the next run */
  async #settleOne({ status: id, sent }: PendingPush, status: Status | undefined): Promise<void> {
    const reasons = status === undefined ? sent.map(() => LOST) : reasonsFor(sent, status);
    const failures: NewFailure[] = [];
    const mended: PendingPush['sent'][number][] = [];
    for (const [i, each] of sent.entries()) {
      const reason = reasons[i];
      if (reason === undefined) mended.push(each);
      else failures.push({ ...each, reason });
    }
    const counts = { ...NO_COUNTS, exchanged: mended.length, failed: failures.length };
    const { store, run, steps } = this.#job;
    await store.feeds.advance(run, steps.take({ counts, failures, mended, settled: id }));
  }

  async #keep(what: { failures: readonly NewFailure[]; position: Micros | undefined; skipped: number }): Promise<void> {
    const { failures, position, skipped } = what;
    if (failures.length === 0 && position === undefined && skipped === 0) return;
    const counts = { ...NO_COUNTS, skipped, failed: failures.length };
    const { store, run, steps } = this.#job;
    const place = position === undefined ? {} : { position: JSON.stringify({ addedAfter: formatMicros(position) }) };
    await store.feeds.advance(run, steps.take({ counts, failures, ...place }));
  }

  #tooLarge(): string {
    return `It is larger than ${this.#maxBytes} octets, the most that the other server takes in one push.`;
  }
}

const LOST = 'The other server lost the status of the push: it is sent again.';

function refusalOf({ row, reason, lasting }: Refused): NewFailure {
  const { id, version, dateAdded } = row;
  return { id, version, dateAdded, reason, ...(lasting === undefined ? {} : { lasting }) };
}

/** Sends again what failed and may succeed: for a while at each run, and all of it when asked for. */
async function retryFailures(job: FeedJob, sender: Sender): Promise<void> {
  const { store, feed, retry } = job;
  const limit = { limit: MAX_BATCH, ...(retry ? {} : { triedLessThan: MAX_TRIES }) };
  for (let after = 0; ; ) {
    const failures = await store.feeds.failures(feed.name, { way: 'push', after, ...limit });
    if (failures.length === 0) return;
    after = failures.at(-1)?.num ?? after;
    for (const failure of failures) {
      job.signal.throwIfAborted();
      await sendAgain(job, sender, failure);
    }
  }
}

async function sendAgain(job: FeedJob, sender: Sender, { num, dateAdded }: FeedFailure): Promise<void> {
  const { store, feed } = job;
  await sender.room();
  const query = await queryOf(job, (dateAdded ?? 0) - 1, 1);
  const page = await store.objects.kept(query);
  const rows = page.rows.filter((row) => row.dateAdded === dateAdded);
  if (rows.length === 0) await store.feeds.dismiss(feed.name, [num]);
  else await sender.sendAgain(query, page.asOf, rows);
}
