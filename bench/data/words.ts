import { chance, int, pick, type Random } from './random.ts';

const ADJECTIVES = ['amber', 'brisk', 'cobalt', 'dusty', 'eager', 'frozen', 'gilded', 'hollow', 'iron', 'jagged'];
const NOUNS = ['anchor', 'badger', 'comet', 'dagger', 'ember', 'falcon', 'glacier', 'harbour', 'ivy', 'jackal'];
const ACTIONS = [
  'collects credentials from browsers',
  'encrypts shared folders and leaves a note',
  'asks its controller for orders every few minutes',
  'spreads by stolen remote access accounts',
  'was sent with invoices that carry a macro',
  'redirects payments to an account of its own',
  'hides behind a service that starts with the machine',
  'copies mail boxes to a rented server',
];
const PLACES = [
  'hospitals in two regions',
  'small banks and their customers',
  'makers of machine parts',
  'a chain of travel agencies',
  'regional administrations',
  'universities and their suppliers',
];
/** Names beyond ASCII, as partners in many countries have them. */
const FOREIGN_NAMES = ['Zürich', 'Łódź', 'Malmö', 'Αθήνα', 'София', 'Bruxelles-Évêque'];

export function codeName(random: Random): string {
  return `${capital(pick(random, ADJECTIVES))} ${capital(pick(random, NOUNS))}`;
}

export function slug(random: Random): string {
  return `${pick(random, ADJECTIVES)}-${pick(random, NOUNS)}`;
}

/** A few sentences of an analyst. */
export function prose(random: Random, sentences: number): string {
  const parts: string[] = [];
  for (let i = 0; i < sentences; i++)
    parts.push(
      `${codeName(random)} ${pick(random, ACTIONS)}; ${2 + int(random, 90)} cases at ${pick(random, PLACES)}.`,
    );
  if (chance(random, 0.05)) parts.push(`Reported by the office in ${pick(random, FOREIGN_NAMES)}.`);
  return parts.join(' ');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
