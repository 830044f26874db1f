import type { LedgerHead, LedgerStore } from '../store/ledger.ts';
import { ChainCheck } from './chain.ts';
import { pagesOf } from './recipients.ts';

export interface Verification {
  readonly head: LedgerHead;
  /** In words for an operator; empty: every record is as it was written, in its order. */
  readonly faults: readonly string[];
}

/**
 * Follows the whole chain.
 * @param wanted a hash that was kept outside of the hub
 */
export async function verifyLedger(
  ledger: Pick<LedgerStore, 'read' | 'head'>,
  wanted?: string,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<Verification> {
  const chain = new ChainCheck(wanted);
  const { count } = await ledger.head();
  const pages = pagesOf(ledger, {});
  for (let page = await pages.next(); ; page = await pages.next()) {
    if (page.done) return { head: page.value, faults: chain.end(page.value) };
    for (const row of page.value) chain.add(row);
    progress(page.value.at(-1)?.num ?? 0, count);
  }
}
