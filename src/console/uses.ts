import type { Micros } from '../time.ts';
import type { Context } from './context.ts';

/** When each credential was last used, by its name: as it is kept, and what this process knows since. */
export async function credentialUses({
  store,
  authenticator,
}: Pick<Context, 'store' | 'authenticator'>): Promise<ReadonlyMap<string, Micros>> {
  const uses = new Map(await store.credentialUses.all());
  for (const [name, at] of authenticator.lastUsed()) uses.set(name, Math.max(at, uses.get(name) ?? 0));
  return uses;
}
