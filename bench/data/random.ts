/** A number in [0, 1); each call gives the next of the sequence. */
export type Random = () => number;

/** Rounds until every bit of the seed has reached every bit of the state. */
const WARM_UP = 12;

/**
 * The sequence that belongs to an index: the same on every machine, and independent of the sequences of other indexes. A
 * small fast counter generator with 128 bits of state, so that ids made from it do not collide in millions of objects.
 * @param salt tells several sequences of the same index apart
 */
export function randomAt(seed: number, index: number, salt = 0): Random {
  let a = seed | 0;
  let b = index | 0;
  let c = Math.floor(index / 0x1_0000_0000) ^ (salt * 0x9e3779b9);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP; round++) next();
  return () => next() / 0x1_0000_0000;
}

/** A whole number from 0 to `below` - 1. */
export function int(random: Random, below: number): number {
  return Math.floor(random() * below);
}

export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[int(random, list.length)] as T;
}

/** `count` different members of a list that has at least so many, in the order of the list from a random start. */
export function pickSome<T>(random: Random, list: readonly T[], count: number): T[] {
  const start = int(random, list.length);
  return Array.from({ length: count }, (_, i) => list[(start + i) % list.length] as T);
}

/** Lower-case hexadecimal digits; `digits` is a multiple of 8. */
export function hex(random: Random, digits: number): string {
  let text = '';
  while (text.length < digits) text += int(random, 0x1_0000_0000).toString(16).padStart(8, '0');
  return text;
}
