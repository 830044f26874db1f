import { type Micros, parseInstant } from '../time.ts';
import { inForce } from './decide.ts';
import type { Agreement, Catalogue } from './model.ts';

/** How an agreement stands at an instant. Only one in force grants anything. */
export type AgreementState = 'in force' | 'not yet' | 'expired' | 'suspended';

export const DAY_MICROS = 86_400_000_000;

export function stateOf(agreement: Agreement, now: Micros): AgreementState {
  const remaining = daysLeft(agreement, now);
  if (remaining !== undefined && remaining <= 0) return 'expired';
  if (agreement.suspended) return 'suspended';
  return inForce(agreement, now) ? 'in force' : 'not yet';
}

/** Days until an agreement ends, with their fraction, negative when it has ended; undefined when it is open-ended. */
export function daysLeft({ until }: Agreement, now: Micros): number | undefined {
  const end = until === undefined ? undefined : parseInstant(until);
  return end === undefined ? undefined : (end - now) / DAY_MICROS;
}

export interface Term {
  readonly agreement: Agreement;
  readonly daysLeft: number;
}

/** The agreements that end some day, soonest first. */
export function endingAgreements(catalogue: Catalogue, now: Micros): Term[] {
  const terms: Term[] = [];
  for (const { value: agreement } of catalogue.agreement.values()) {
    const left = daysLeft(agreement, now);
    if (left !== undefined) terms.push({ agreement, daysLeft: left });
  }
  return terms.sort((a, b) => a.daysLeft - b.daysLeft);
}

export function daysLeftByName(catalogue: Catalogue, now: Micros): ReadonlyMap<string, number> {
  return new Map(endingAgreements(catalogue, now).map(({ agreement, daysLeft }) => [agreement.name, daysLeft]));
}
