import type { Node } from './parse.ts';

/** A head, a unit repeated, and an end that the expression does not expect. */
export interface Filling {
  readonly head: string;
  readonly unit: string;
  readonly tail: string;
}

const MAX_UNITS = 5;
const TAILS = ['', '\u0001'];

/**
 * Texts that are slow for an expression if any are: what it takes so far and no further, then its own characters over and
 * over, alone and in pairs, then one it does not take.
 */
export function fillingsFor(root: Node): Filling[] {
  const example = shortest(root);
  const heads = [...new Set([0, 1, 2, 4, 8, example.length].map((length) => example.slice(0, length)))];
  const letters = [...new Set(lettersOf(root))].slice(0, MAX_UNITS);
  const units = [...letters, ...letters.flatMap((a) => letters.map((b) => a + b)), example].filter(Boolean);
  return heads.flatMap((head) => units.flatMap((unit) => TAILS.map((tail) => ({ head, unit, tail }))));
}

export function fill({ head, unit, tail }: Filling, length: number): string {
  return head + unit.repeat(Math.ceil(length / unit.length)) + tail;
}

function shortest(node: Node): string {
  if (node.kind === 'one') return node.samples[0] ?? '';
  if (node.kind === 'all') return node.parts.map(shortest).join('');
  if (node.kind === 'any') return shortest(node.options[0] as Node);
  return node.kind === 'times' ? shortest(node.part).repeat(node.least) : '';
}

/** First those that are repeated without a bound. */
function lettersOf(node: Node): string[] {
  if (node.kind === 'one') return [...node.samples.slice(0, 2)];
  if (node.kind === 'all') return [...node.parts].sort((a, b) => weight(b) - weight(a)).flatMap(lettersOf);
  if (node.kind === 'any') return node.options.flatMap(lettersOf);
  return node.kind === 'times' ? lettersOf(node.part) : [];
}

function weight(node: Node): number {
  return node.kind === 'times' && node.most > 99 ? 1 : 0;
}
