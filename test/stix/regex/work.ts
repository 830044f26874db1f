import type { Node } from './parse.ts';

type Next = (at: number) => boolean;

/**
 * The steps that a backtracking engine without any cleverness takes to look for the expression in a text: how often it
 * looks at a character or a place. Deep recursion keeps this to texts of some hundred characters.
 */
export function stepsOf(root: Node, text: string): number {
  let steps = 0;
  const anchored = startsAtStart(root);
  for (let start = 0; start <= (anchored ? 0 : text.length); start++) {
    if (match(root, start, () => true)) break;
  }
  return steps;

  function match(node: Node, at: number, next: Next): boolean {
    switch (node.kind) {
      case 'one':
        steps++;
        return at < text.length && node.has(text[at] as string) && next(at + 1);
      case 'place':
        steps++;
        return node.holds(text, at) && next(at);
      case 'all':
        return all(node.parts, 0, at, next);
      case 'any':
        return node.options.some((option) => match(option, at, next));
      case 'times':
        return times(node, 0, at, next);
    }
  }

  function all(parts: readonly Node[], index: number, at: number, next: Next): boolean {
    const part = parts[index];
    return part ? match(part, at, (after) => all(parts, index + 1, after, next)) : next(at);
  }

  function times(node: Node & { kind: 'times' }, done: number, at: number, next: Next): boolean {
    const again =
      done < node.most &&
      match(node.part, at, (after) => (after > at || done < node.least) && times(node, done + 1, after, next));
    return again || (done >= node.least && next(at));
  }
}

function startsAtStart(node: Node): boolean {
  if (node.kind === 'any') return node.options.every(startsAtStart);
  if (node.kind === 'all') return node.parts[0] !== undefined && startsAtStart(node.parts[0]);
  return node.kind === 'place' && node.holds('ab', 0) && !node.holds('ab', 1) && !node.holds('', 1);
}
