import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { AppError } from '../errors.ts';
import { agreementsOf } from '../sharing/decide.ts';
import {
  type Allowed,
  ANONYMOUS,
  type ApiRoot,
  type Collection,
  type Owner,
  type Principal,
} from '../sharing/model.ts';
import type { ExtensionSchemas } from '../stix/schemas.ts';
import {
  type Grounds,
  LONGEST_LEASE_MICROS,
  type NewObject,
  type NewPush,
  type Outcome,
  type PushLine,
  type PushStatus,
  type Store,
} from '../store/store.ts';
import { type Clock, formatMicros } from '../time.ts';
import { type JudgeContext, judge, lineOf } from './judge.ts';
import { Markings } from './markings.ts';
import { type Part, partsOf } from './parts.ts';
import { type Received, type ReceivedItem, readPart, receive } from './received.ts';
import { inSlices } from './slices.ts';
import { Spool } from './spool.ts';

export interface IngestDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Where bodies above 1 MiB wait. */
  readonly spoolDirectory: string;
  /** Schemas of extensions that the operator knows. */
  readonly extensionSchemas: ExtensionSchemas;
  readonly events: IngestEvents;
}

export interface IngestCounts {
  readonly added: number;
  readonly present: number;
  readonly refused: number;
}

/** What an owner of metrics and logs is told. */
export interface IngestEvents {
  judged(collection: Collection, counts: IngestCounts): void;
  /** A push that goes on in the background met a fault of ours. */
  failed(push: string, error: unknown): void;
}

export interface PushRequest {
  readonly root: ApiRoot;
  readonly collection: Collection;
  /** What the caller may write; it holds for the whole push. */
  readonly verdict: Allowed;
  /** What the caller may read; it holds as long. */
  readonly sees: Allowed;
  readonly principal: Principal;
  /** Names of the credentials that the caller signed in with. */
  readonly credentials: readonly string[];
  readonly body: AsyncIterable<Uint8Array>;
}

/** How long the POST waits for the end of a push before it answers that it is pending. */
const WAIT_MS = 2000;
const MAX_PENDING = 64;
/** How long a hub that stops goes on with pushes. */
const STOP_MS = 20_000;
const RENEW_MS = 15_000;
/** Parts that are parsed and judged at once: bounds memory, whatever the number of pushes. */
const PARTS_AT_ONCE = 2;
/**
 * The only way in for objects that come by HTTP. A push is received and scanned whole before anything is stored, then
 * judged object by object and committed in parts.
 */
export class Ingest implements AsyncDisposable {
  readonly #deps: IngestDeps;
  readonly #limit = pLimit(PARTS_AT_ONCE);
  readonly #running = new Map<string, Promise<void>>();
  readonly #upkeep: NodeJS.Timeout;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
    this.#upkeep = setInterval(() => void this.#keepLeases(), RENEW_MS).unref();
    void this.#keepLeases();
  }

  /**
   * @throws {AppError} body.invalid, body.too-large, body.interrupted, body.unprocessable, server.busy
   * Source: TAXII 2.1 §5.5
   */
  async push(request: PushRequest): Promise<PushStatus> {
    const spool = new Spool(this.#deps.spoolDirectory);
    let handedOver = false;
    try {
      const spans = await receive(request.body, request.root, spool);
      await this.#refuseWhenBusy();
      const push = this.#register(request, spans.count);
      const readable = Promise.withResolvers<void>();
      const work = this.#work(push, request, { spool, spans }, readable.resolve).finally(() =>
        spool[Symbol.asyncDispose](),
      );
      handedOver = true;
      const done = this.#track(push.id, work);
      done.then(readable.resolve, readable.reject);
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, WAIT_MS).unref())]);
      await readable.promise;
      return await this.#statusOf(push.id);
    } finally {
      if (!handedOver) await spool[Symbol.asyncDispose]();
    }
  }

  /** Waits for the pushes that are under way, for a while: what is not stored by then fails as interrupted. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#upkeep);
    const ended = Promise.allSettled(this.#running.values());
    const inTime = await Promise.race([ended, sleep(STOP_MS, undefined, { ref: false })]);
    if (inTime === undefined) for (const id of this.#running.keys()) await this.#abandon(id);
  }

  async #refuseWhenBusy(): Promise<void> {
    if (this.#running.size < MAX_PENDING && (await this.#deps.store.pushes.pending()) < MAX_PENDING) return;
    throw new AppError('server.busy', {
      description: `${MAX_PENDING} pushes are waiting to be stored. Nothing of this one was; send it again later.`,
      headers: { 'Retry-After': '10' },
    });
  }

  #register(request: PushRequest, total: number): NewPush {
    const requested = this.#deps.clock();
    return {
      id: randomUUID(),
      root: request.root.path,
      collection: request.collection.id,
      owner: ownerOf(request.principal),
      requested,
      total,
      leaseUntil: requested + LONGEST_LEASE_MICROS,
    };
  }

  #track(id: string, work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#running.delete(id));
    this.#running.set(id, tracked);
    // The caller of a push in one part is told; nobody may be waiting any more.
    tracked.catch(() => undefined);
    return tracked;
  }

  /** @param readable called once the status can be read; a push of one part is registered by its only commit */
  async #work(push: NewPush, request: PushRequest, received: Received, readable: () => void): Promise<void> {
    const requested = formatMicros(push.requested);
    const markings = new Markings(this.#deps.store.objects, request.collection, sourceOf(push.owner));
    const context: JudgeContext = {
      collection: request.collection,
      verdict: request.verdict,
      resolve: markings.resolve,
      extensionSchemas: this.#deps.extensionSchemas,
      requested,
    };
    const parts = partsOf(received.spans);
    const grounds = { agreements: agreementsOf(request.verdict), credentials: request.credentials };
    const store = (): Promise<void> => this.#store(push, request, parts, received, markings, context, grounds);
    if (parts.length === 1) return store();
    await this.#begin(push, parts, received, requested, markings);
    readable();
    try {
      await store();
    } catch (error) {
      this.#deps.events.failed(push.id, error);
      await this.#abandon(push.id);
    }
  }

  async #store(
    push: NewPush,
    request: PushRequest,
    parts: readonly Part[],
    received: Received,
    markings: Markings,
    context: JudgeContext,
    grounds: Grounds,
  ): Promise<void> {
    for (const part of parts) {
      await this.#limit(async () => {
        const items = await readPart(received, part);
        const values = items.map((item) => item.value);
        markings.learn(values);
        await markings.lookUp(values);
        const { objects, lines } = await judgePart(items, part.first, context);
        const outcomes = await this.#deps.store.objects.commit({
          collection: push.collection,
          source: sourceOf(push.owner),
          sees: request.sees,
          objects,
          push: {
            ...(parts.length === 1 ? { begin: push } : {}),
            id: push.id,
            part: part.number,
            lines,
            last: part.number === parts.length - 1,
          },
          grounds,
        });
        this.#deps.events.judged(context.collection, tally(outcomes, lines.length - objects.length));
      });
    }
  }

  /** Registers a push of several parts: every object pending, under the id and version it will have. */
  async #begin(
    push: NewPush,
    parts: readonly Part[],
    received: Received,
    requested: string,
    markings: Markings,
  ): Promise<void> {
    const pendings = [];
    for (const part of parts) {
      const items = await readPart(received, part);
      markings.learn(items.map((item) => item.value));
      pendings.push(items.map((item, i) => lineOf(item.value, part.first + i, requested)));
      await nextTurn();
    }
    await this.#deps.store.pushes.begin(push, pendings);
  }

  /** What was not stored fails as interrupted, now rather than when the lease lapses. */
  async #abandon(id: string): Promise<void> {
    const now = this.#deps.clock();
    await this.#deps.store.pushes.renew([id], now - 1);
    await this.#deps.store.pushes.interrupt(now);
  }

  async #keepLeases(): Promise<void> {
    const { store, clock, events } = this.#deps;
    try {
      const now = clock();
      if (this.#running.size > 0) await store.pushes.renew([...this.#running.keys()], now + LONGEST_LEASE_MICROS);
      await store.pushes.interrupt(now);
    } catch (error) {
      events.failed('leases', error);
    }
  }

  async #statusOf(id: string): Promise<PushStatus> {
    const status = await this.#deps.store.pushes.status(id);
    if (status === undefined) throw new Error(`The status ${id} is gone.`);
    return status;
  }
}

/** Whose push it is: callers without credentials are one partner together. */
export function ownerOf(principal: Principal): Owner {
  return 'anonymous' in principal ? { partner: ANONYMOUS } : principal;
}

/** As in `Batch.source`. */
export function sourceOf(owner: Owner): string {
  return 'partner' in owner ? `partner:${owner.partner}` : `operator:${owner.operator}`;
}

async function judgePart(
  items: readonly ReceivedItem[],
  first: number,
  context: JudgeContext,
): Promise<{ objects: NewObject[]; lines: PushLine[] }> {
  const objects: NewObject[] = [];
  const lines: PushLine[] = [];
  const judgeNext = ({ text, value }: ReceivedItem): void => {
    const judgement = judge(text, value, first + lines.length, context);
    if ('refused' in judgement) {
      lines.push({ refused: judgement.refused });
      return;
    }
    const { object, message } = judgement;
    lines.push(message === undefined ? { object: objects.length } : { object: objects.length, message });
    objects.push(object);
  };
  await inSlices(items.length, (i) => judgeNext(items[i] as ReceivedItem));
  return { objects, lines };
}

function tally(outcomes: readonly Outcome[], refused: number): IngestCounts {
  const counts = { added: 0, present: 0, refused };
  for (const { kind } of outcomes) {
    if (kind === 'added' || kind === 'present') counts[kind] += 1;
    else counts.refused += 1;
  }
  return counts;
}
