import type { KeyTotals, TrendTotals } from '../store/trends.ts';

/** Keys that count as one. */
export interface Group {
  /** The one with the highest count in the first window, whose name stands for all. */
  readonly main: KeyTotals;
  readonly members: readonly KeyTotals[];
  /** One for each window. */
  readonly counts: readonly number[];
}

/** Joins the keys that aliases connect; see docs/trends.md. */
export function mergeAliases({ keys, merges }: TrendTotals): Group[] {
  const next = new Map<number, number>();
  const root = (num: number): number => {
    let at = num;
    for (let up = next.get(at); up !== undefined; up = next.get(at)) at = up;
    // The way up is shortened, so that chains cost little however long they are.
    for (let step = num; step !== at; ) {
      const up = next.get(step) ?? at;
      next.set(step, at);
      step = up;
    }
    return at;
  };
  for (const { alias, name } of merges) {
    const [a, b] = [root(alias), root(name)];
    if (a !== b) next.set(a, b);
  }
  const groups = new Map<number, KeyTotals[]>();
  for (const key of keys) {
    const at = root(key.num);
    const members = groups.get(at);
    if (members === undefined) groups.set(at, [key]);
    else members.push(key);
  }
  return [...groups.values()].map(groupOf);
}

function groupOf(members: readonly KeyTotals[]): Group {
  const [first, ...others] = members as [KeyTotals, ...KeyTotals[]];
  if (others.length === 0) return { main: first, members, counts: first.counts };
  const main = others.reduce((best, key) => (comesBefore(key, best) ? key : best), first);
  return {
    main,
    members,
    counts: main.counts.map((_, i) => members.reduce((sum, key) => sum + (key.counts[i] ?? 0), 0)),
  };
}

function comesBefore(a: KeyTotals, b: KeyTotals): boolean {
  const [x = 0, y = 0] = [a.counts[0], b.counts[0]];
  return x > y || (x === y && a.key < b.key);
}
