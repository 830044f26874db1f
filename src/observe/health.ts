import type { Catalogue } from '../sharing/model.ts';
import type { Maintenance } from '../store/store.ts';

/** Whether the process can answer requests, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  /** What does not work, for an operator; never shown to callers. */
  readonly cause?: unknown;
}

/** Longer than any commit; a store that takes longer is of no use to a caller. */
const PING_TIMEOUT_MS = 5000;

/** A check writes, and anybody may ask for one. */
const FRESH_MS = 1000;

/** The same, at most once a second, however many ask. */
export function sharedReadiness(
  maintenance: Maintenance,
  catalogue: { get(): Promise<Catalogue> },
  now: () => number = () => performance.now(),
): () => Promise<Readiness> {
  let last: Promise<Readiness> | undefined;
  let at = 0;
  return () => {
    if (last === undefined || now() - at >= FRESH_MS) {
      at = now();
      last = readiness(maintenance, catalogue);
    }
    return last;
  };
}

/** Asks the store and the catalogue, as a request would. Writing counts: a full disk is not ready. */
export async function readiness(
  maintenance: Maintenance,
  catalogue: { get(): Promise<Catalogue> },
): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The store did not answer within ${PING_TIMEOUT_MS} ms.`)),
      PING_TIMEOUT_MS,
    );
  });
  try {
    await Promise.race([Promise.all([maintenance.ping(), catalogue.get()]), late]);
    return { ready: true };
  } catch (cause) {
    return { ready: false, cause };
  } finally {
    clearTimeout(timer);
  }
}
