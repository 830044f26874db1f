import { setTimeout as wait } from 'node:timers/promises';
import type { HubParts } from '../compose.ts';
import type { Micros } from '../time.ts';

/** Requests write nothing about credentials; what memory holds about them is written this often, and at the end. */
const EVERY_MS = 60_000;

/** Keeps in the store when credentials were last used, until it is disposed of. */
export function keepCredentialUses(hub: HubParts, everyMs = EVERY_MS): AsyncDisposable {
  const stop = new AbortController();
  const kept = new Map<string, Micros>();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await wait(everyMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
      await write(hub, kept);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

async function write({ store, authenticator, logger }: HubParts, kept: Map<string, Micros>): Promise<void> {
  const fresh = new Map([...authenticator.lastUsed()].filter(([name, at]) => kept.get(name) !== at));
  if (fresh.size === 0) return;
  try {
    await store.credentialUses.note(fresh);
    for (const [name, at] of fresh) kept.set(name, at);
  } catch (error) {
    logger.warn({ err: error }, 'when credentials were used could not be kept');
  }
}
