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
  // What is appended meanwhile is for the next time.
  const head = await ledger.head();
  const chain = new ChainCheck(wanted);
  for await (const rows of pagesOf(ledger, {})) {
    for (const row of rows) if (row.num <= head.count) chain.add(row);
    progress(rows.at(-1)?.num ?? 0, head.count);
  }
  return { head, faults: chain.end(head) };
}
