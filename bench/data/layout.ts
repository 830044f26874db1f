import { int, randomAt } from './random.ts';

/**
 * How many of 1,000 objects are of each kind. `update` is a later version of an earlier object.
 */
const PER_THOUSAND = {
  indicator: 400,
  relationship: 250,
  'ipv4-addr': 60,
  'domain-name': 60,
  file: 60,
  url: 20,
  malware: 25,
  vulnerability: 20,
  sighting: 20,
  report: 10,
  'attack-pattern': 10,
  'observed-data': 10,
  note: 10,
  identity: 6,
  'threat-actor': 5,
  location: 4,
  update: 30,
} as const;

export type Kind = keyof typeof PER_THOUSAND;
/** Kinds that are STIX types. */
export type Type = Exclude<Kind, 'update'>;

/** Objects in a block: every block has the same kinds in the same places, so a reference needs no memory. */
export const BLOCK = 1000;

export interface Layout {
  readonly seed: number;
  readonly kinds: readonly Kind[];
  readonly places: Readonly<Record<Kind, readonly number[]>>;
}

/** The places of the kinds in a block, shuffled by the seed. */
export function layoutOf(seed: number): Layout {
  const kinds = Object.entries(PER_THOUSAND).flatMap(([kind, count]) => Array<Kind>(count).fill(kind as Kind));
  const random = randomAt(seed, 0, 1);
  for (let i = kinds.length - 1; i > 0; i--) {
    const j = int(random, i + 1);
    [kinds[i], kinds[j]] = [kinds[j] as Kind, kinds[i] as Kind];
  }
  const places = Object.fromEntries(
    Object.keys(PER_THOUSAND).map((kind) => [kind, kinds.flatMap((k, i) => (k === kind ? [i] : []))]),
  ) as Record<Kind, number[]>;
  return { seed, kinds, places };
}

/** The first block has nothing earlier to update: its updates are indicators of their own. */
export function kindAt(layout: Layout, index: number): Kind {
  const kind = layout.kinds[index % BLOCK] as Kind;
  return kind === 'update' && index < BLOCK ? 'indicator' : kind;
}
