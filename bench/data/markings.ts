import type { Tlp } from '../../src/sharing/model.ts';
import { pick, type Random } from './random.ts';

/** Ids of the TLP markings. Source: STIX 2.1 §7.2.1.4, OASIS common objects for TLP 2.0 */
const TLP: Readonly<Record<Tlp, readonly string[]>> = {
  clear: ['marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487'],
  green: [
    'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
    'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  ],
  amber: [
    'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82',
    'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  ],
  'amber+strict': ['marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003'],
  red: [
    'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
    'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
  ],
};

/** Cumulated shares of the markings; the rest is unmarked. One in a thousand is for everybody. */
const SHARES: readonly (readonly [upTo: number, level: Tlp])[] = [
  [0.001, 'clear'],
  [0.4, 'green'],
  [0.75, 'amber'],
  [0.82, 'amber+strict'],
  [0.85, 'red'],
];

/** The marking references of an object; empty for the unmarked. */
export function markings(random: Random): string[] {
  const at = random();
  const share = SHARES.find(([upTo]) => at < upTo);
  return share === undefined ? [] : [pick(random, TLP[share[1]])];
}
