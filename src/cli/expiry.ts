import type { HubParts } from '../compose.ts';
import { endingAgreements } from '../sharing/term.ts';

/** Days before its end from which on an agreement is spoken of. */
const WARNING_DAYS = 60;

/**
 * Tells the log of agreements that end soon, and once when they have ended.
 * @returns what is to be done now and then; it speaks of an agreement again when its days left or its end have changed
 */
export function expiryWatch({ catalogue, clock, logger }: HubParts): () => Promise<void> {
  const told = new Map<string, string>();
  return async () => {
    const known = new Set<string>();
    for (const { agreement, daysLeft } of endingAgreements(await catalogue.get(), clock())) {
      const { name, partner, until, suspended } = agreement;
      if (daysLeft > WARNING_DAYS) continue;
      known.add(name);
      const days = Math.max(0, Math.floor(daysLeft));
      const ended = daysLeft <= 0;
      const state = `${until} ${ended ? 'ended' : days}`;
      if (told.get(name) === state) continue;
      told.set(name, state);
      const facts = { agreement: name, partner, until, days_left: days, ...(suspended ? { suspended } : {}) };
      if (ended) logger.warn(facts, 'an agreement has ended: it grants nothing any more');
      else logger.warn(facts, 'an agreement ends soon: "entente agreement renew" sets a later end');
    }
    for (const name of told.keys()) if (!known.has(name)) told.delete(name);
  };
}
