import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '../auth/attempts.ts';
import { AppError } from '../errors.ts';
import { type Catalogue, DEFAULT_LIMITS, type Limits } from '../sharing/model.ts';
import { isCursor } from '../taxii/cursor.ts';
import { type Caller, callerOf, queryOf } from './context.ts';
import { nameOf } from './principal.ts';

/**
 * How much each caller may ask for: partners by name, callers without credentials by address, operators without end.
 * Counts live in this process. A request that goes on with a `next` of ours waits for its turn rather than be refused:
 * some clients take a refusal in the middle for the end and lose the rest.
 */
export interface Limiter {
  /**
   * Counts a request in until its answer is over.
   * @throws {AppError} rate.limited
   */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

/** Shorter than the 30 s after which pollers give up. */
const LONGEST_WAIT_MS = 20_000;

/** Callers that are remembered; those forgotten begin anew. */
const REMEMBERED = 10_000;

interface Account {
  /** Requests that may come at once; below zero when some have been promised a place. */
  tokens: number;
  filledAt: number;
  underWay: number;
  readonly queue: (() => void)[];
}

/** @param now milliseconds that never go back */
export function createLimiter(now: () => number = () => performance.now()): Limiter {
  const accounts = new Map<string, Account>();

  function accountOf(key: string, perMinute: number): Account {
    let account = accounts.get(key);
    if (account === undefined) {
      account = { tokens: perMinute, filledAt: now(), underWay: 0, queue: [] };
      if (accounts.size >= REMEMBERED) forgetOne();
      accounts.set(key, account);
    }
    const filled = account.tokens + ((now() - account.filledAt) * perMinute) / 60_000;
    account.tokens = Math.min(perMinute, filled);
    account.filledAt = now();
    return account;
  }

  function forgetOne(): void {
    for (const [key, { underWay }] of accounts)
      if (underWay === 0) {
        accounts.delete(key);
        return;
      }
  }

  async function takeToken(account: Account, perMinute: number, mayWait: boolean): Promise<void> {
    const waitMs = Math.ceil(((1 - account.tokens) * 60_000) / perMinute);
    if (waitMs > 0 && (!mayWait || waitMs > LONGEST_WAIT_MS))
      throw tooMany(waitMs, `${perMinute} requests a minute are agreed`);
    account.tokens -= 1;
    if (waitMs > 0) await wait(waitMs, undefined, { ref: false });
  }

  async function takePlace(account: Account, places: number, mayWait: boolean, reply: FastifyReply): Promise<void> {
    let state: 'waiting' | 'placed' | 'over' = reply.raw.destroyed ? 'over' : 'waiting';
    const end = (): void => {
      if (state === 'placed') {
        account.underWay -= 1;
        account.queue.shift()?.();
      }
      state = 'over';
    };
    reply.raw.once('finish', end).once('close', end);
    if (account.underWay >= places) {
      if (!mayWait || account.queue.length >= places)
        throw tooMany(1000, `${places} requests at the same time are agreed`);
      await turnIn(account.queue, places);
    }
    account.underWay += 1;
    // Whoever went away while it waited hands its turn on.
    const gone = (state as string) === 'over';
    state = 'placed';
    if (gone) end();
  }

  return {
    async admit(request, reply) {
      const caller = callerOf(request);
      if ('operator' in caller.principal) return;
      const { perMinute, places } = limitsOf(caller);
      if (perMinute === 'none' && places === 'none') return;
      const key = 'partner' in caller.principal ? nameOf(caller.principal) : networkOf(request.ip);
      const account = accountOf(key, perMinute === 'none' ? 1 : perMinute);
      const mayWait = goesOn(request);
      if (perMinute !== 'none') {
        publish(reply, account, perMinute);
        await takeToken(account, perMinute, mayWait);
      }
      if (places !== 'none') await takePlace(account, places, mayWait, reply);
    },
  };
}

/** Waits until a place is free, though not for ever. */
async function turnIn(queue: (() => void)[], places: number): Promise<void> {
  const turn = Promise.withResolvers<void>();
  const enter = (): void => turn.resolve();
  queue.push(enter);
  const timer = setTimeout(() => {
    const at = queue.indexOf(enter);
    if (at < 0) return;
    queue.splice(at, 1);
    turn.reject(tooMany(1000, `${places} requests at the same time are agreed`));
  }, LONGEST_WAIT_MS);
  try {
    await turn.promise;
  } finally {
    clearTimeout(timer);
  }
}

function limitsOf({ principal, catalogue }: Caller) {
  const own = 'partner' in principal ? catalogue.partner.get(principal.partner)?.value.limits : undefined;
  const ofHub = hubLimits(catalogue);
  return {
    perMinute: own?.requestsPerMinute ?? ofHub.requestsPerMinute ?? DEFAULT_LIMITS.requestsPerMinute,
    places: own?.concurrentRequests ?? ofHub.concurrentRequests ?? DEFAULT_LIMITS.concurrentRequests,
  };
}

function hubLimits(catalogue: Catalogue): Limits {
  return catalogue.hub.get('hub')?.value.limits ?? {};
}

/** Whether a request reads the next page of something. */
function goesOn(request: FastifyRequest): boolean {
  const query = queryOf(request);
  if (request.method !== 'GET' || !query.includes('next')) return false;
  const next = new URLSearchParams(query).get('next');
  return next !== null && isCursor(next);
}

/**
 * What is agreed stands in every answer, what is left of it once that is less than half: two requests that differ in
 * nothing else are then answered alike.
 * Source: draft-ietf-httpapi-ratelimit-headers-10
 */
function publish(reply: FastifyReply, { tokens }: Account, perMinute: number): void {
  reply.header('ratelimit-policy', `"requests";q=${perMinute};w=60`);
  const left = Math.max(0, Math.floor(tokens) - 1);
  if (left * 2 >= perMinute) return;
  const full = Math.ceil(((perMinute - left) * 60) / perMinute);
  reply.header('ratelimit', `"requests";r=${left};t=${full}`);
}

function tooMany(waitMs: number, agreed: string): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new AppError('rate.limited', {
    description: `${agreed}. Try again in ${seconds} s.`,
    headers: { 'Retry-After': String(seconds) },
  });
}
