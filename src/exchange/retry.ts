import { setTimeout as wait } from 'node:timers/promises';

/** How a request that failed is tried again. */
export interface RetryOptions {
  /** Tries of one request altogether; 5. */
  readonly attempts?: number;
  /** The first pause is about this long, each further one about twice as long as the one before; 500 ms. */
  readonly pauseMs?: number;
  /** The longest pause, also of those that the other server asks for; 60 s. */
  readonly maxPauseMs?: number;
}

export const RETRY = { attempts: 5, pauseMs: 500, maxPauseMs: 60_000 } as const satisfies RetryOptions;

/** A failure that may pass, as an attempt reports it. */
export class Passing extends Error {
  /** What is told when it does not pass. */
  readonly failure: Error;
  /** How long the other server asks to wait. */
  readonly afterMs: number | undefined;

  constructor(failure: Error, afterMs?: number) {
    super(failure.message);
    this.failure = failure;
    this.afterMs = afterMs;
  }
}

/**
 * Tries until an attempt succeeds, fails with anything but `Passing`, or there were enough. Pauses are random, so that many
 * clients do not come back at the same moment.
 */
export async function retrying<T>(
  options: RetryOptions,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  const { attempts, pauseMs, maxPauseMs } = { ...RETRY, ...options };
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      const grown = Math.min(pauseMs * 2 ** (count - 1), maxPauseMs);
      const pause = error.afterMs ?? grown * (0.5 + Math.random());
      if (count >= attempts || pause > maxPauseMs * 1.5) throw error.failure;
      await wait(pause, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/**
 * `Retry-After` in milliseconds from now.
 * Source: RFC 9110 §10.2.3
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
