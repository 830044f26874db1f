import { formatMicros } from '../time.ts';
import { type Outcome, REFUSALS } from './store.ts';

/** Outcomes of objects that were judged good and yet not stored. */
export type Refused = Exclude<Outcome, { readonly kind: 'added' | 'present' }>;

export function isRefused(outcome: Outcome): outcome is Refused {
  return outcome.kind !== 'added' && outcome.kind !== 'present';
}

/** What a status line says of one. */
export function refusalOf(outcome: Refused): string {
  if (outcome.kind !== 'recalled') return REFUSALS[outcome.kind];
  return `This object was recalled on ${formatMicros(outcome.since)}. It is refused in every collection until the recall is undone.`;
}
