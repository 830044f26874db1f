import type { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { networkOf } from '../auth/attempts.ts';
import { AppError } from '../errors.ts';
import { nameOf } from './principal.ts';

/**
 * Bounds what answers take in memory whose clients do not read them, or read slowly. A caller has a part of it only, so
 * that it does not take the room of the others.
 */
export interface Unsent {
  /**
   * Waits for room, though not for long.
   * @throws {AppError} server.busy
   */
  room(caller: string): Promise<void>;
  /** Counts octets until they are sent or the client has gone. */
  hold(caller: string, bytes: number, response: EventEmitter, carrier: Carrier): void;
}

/** The connection of an answer, or its stream where there are several on one. */
export interface Carrier extends EventEmitter {
  readonly destroyed?: boolean;
}

export interface UnsentLimits {
  /** Octets of answers of all callers together. */
  readonly unsentBytes: number;
  /** How long a request waits for room. */
  readonly unsentWaitMs: number;
}

/** One caller may hold a part of `unsentBytes`. */
const SHARES = 4;
const LOOK_AGAIN_MS = 50;

export function createUnsent({ unsentBytes, unsentWaitMs }: UnsentLimits): Unsent {
  const byCaller = new Map<string, number>();
  let total = 0;
  /** Answers that wait on a connection behind others are not told when it closes: one listener does it for all. */
  const atClose = new WeakMap<Carrier, Set<() => void>>();

  function releasesOf(carrier: Carrier): Set<() => void> {
    const known = atClose.get(carrier);
    if (known !== undefined) return known;
    const releases = new Set<() => void>();
    atClose.set(carrier, releases);
    carrier.once('close', () => {
      for (const release of releases) release();
    });
    return releases;
  }

  function add(caller: string, bytes: number): void {
    const held = (byCaller.get(caller) ?? 0) + bytes;
    if (held === 0) byCaller.delete(caller);
    else byCaller.set(caller, held);
    total += bytes;
  }

  const isFull = (caller: string): boolean =>
    total >= unsentBytes || (byCaller.get(caller) ?? 0) >= unsentBytes / SHARES;

  return {
    async room(caller) {
      const end = performance.now() + unsentWaitMs;
      while (isFull(caller)) {
        if (performance.now() >= end) throw tooMuch();
        await wait(LOOK_AGAIN_MS);
      }
    },
    hold(caller, bytes, response, carrier) {
      // Its client had gone before there was an answer; nothing more is heard of it.
      if (carrier.destroyed === true) return;
      let held = bytes;
      const releases = releasesOf(carrier);
      const release = (): void => {
        add(caller, -held);
        held = 0;
        releases.delete(release);
      };
      add(caller, bytes);
      releases.add(release);
      response.once('finish', release).once('close', release);
    },
  };
}

function tooMuch(): AppError {
  return new AppError('server.busy', {
    description: 'Too much of what was asked for before has not been read yet. Read it, then ask again.',
    headers: { 'Retry-After': '5' },
  });
}

/** Makes every answer of a scope count, and every request that reads wait for room. */
export function boundUnsent(app: FastifyInstance, unsent: Unsent): void {
  app.addHook('preHandler', async (request) => {
    if (request.method === 'GET') await unsent.room(callerName(request));
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (Buffer.isBuffer(payload) || typeof payload === 'string')
      unsent.hold(callerName(request), Buffer.byteLength(payload), reply.raw, carrierOf(request.raw));
    done(null, payload);
  });
}

function carrierOf(request: FastifyRequest['raw']): Carrier {
  return 'stream' in request ? (request.stream as Carrier) : request.socket;
}

/** Callers without credentials count by address. */
function callerName({ caller, ip }: FastifyRequest): string {
  return caller === null || 'anonymous' in caller.principal ? networkOf(ip) : nameOf(caller.principal);
}
