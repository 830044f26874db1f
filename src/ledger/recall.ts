import { setTimeout as sleep } from 'node:timers/promises';
import type { NewRecall, Recall, RecallStore } from '../store/recalls.ts';
import type { Store } from '../store/store.ts';
import { type Recipient, recipientsOf } from './recipients.ts';

/** By then what running hubs sent before is in the ledger. */
const RECORDED_MS = 300;

export interface TakenBack {
  readonly recall: Recall;
  /** Everybody who was ever sent the object, by when they first were. */
  readonly recipients: readonly Recipient[];
}

/**
 * Takes an object back everywhere, to the end: when this returns, no collection serves anything of it but its revoked
 * version. One that was recalled already keeps its reason, and is finished if it was not.
 * @param progress versions removed, of how many
 */
export async function recallObject(
  store: Pick<Store, 'recalls' | 'ledger'>,
  recalling: NewRecall,
  progress: (removed: number, versions: number) => void = () => undefined,
): Promise<TakenBack> {
  const recall = await finish(store.recalls, await store.recalls.begin(recalling), progress);
  await sleep(RECORDED_MS);
  return { recall, recipients: await recipientsOf(store.ledger, recall.object) };
}

async function finish(
  recalls: RecallStore,
  begun: Recall,
  progress: (removed: number, versions: number) => void,
): Promise<Recall> {
  let recall = begun;
  while (recall.done === undefined) {
    const { collections } = recall;
    progress(
      collections.reduce((sum, { removed }) => sum + removed, 0),
      collections.reduce((sum, { versions }) => sum + versions, 0),
    );
    recall = await recalls.advance(recall.object);
  }
  return recall;
}

/**
 * Lets an object in again.
 * @returns with everybody who was sent a revoked version
 * @throws {AppError} not-found when it is not recalled
 */
export async function undoRecall(store: Pick<Store, 'recalls' | 'ledger'>, undoing: NewRecall): Promise<TakenBack> {
  const recall = await store.recalls.undo(undoing);
  await sleep(RECORDED_MS);
  const recipients = await recipientsOf(store.ledger, recall.object);
  const published = new Set(recall.collections.flatMap(({ revoked }) => revoked ?? []));
  return {
    recall,
    recipients: recipients.filter(({ versions }) => versions.some((version) => published.has(version))),
  };
}
