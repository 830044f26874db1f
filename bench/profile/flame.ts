import type { Profiler } from 'node:inspector';

/** Where a thread was, with how long it was there or in what it called. */
interface Frame {
  readonly name: string;
  readonly children: Map<string, Frame>;
  /** Microseconds, those of `children` included. */
  total: number;
  own: number;
}

const IDLE = '(idle)';
const WIDTH = 1600;
const ROW = 16;
const MARGIN = 8;
/** Narrower boxes, in pixels, show nothing. */
const NARROW = 0.4;
const CHARACTER = 6.6;

/** Time that a thread was busy, by function: its own and with what it called. Both in microseconds. */
export interface Summary {
  readonly busyMicros: number;
  readonly own: readonly (readonly [string, number])[];
}

export function summaryOf(profile: Profiler.Profile): Summary {
  const own = new Map<string, number>();
  const root = framesOf(profile);
  const visit = (frame: Frame): void => {
    if (frame.own > 0) own.set(frame.name, (own.get(frame.name) ?? 0) + frame.own);
    for (const child of frame.children.values()) visit(child);
  };
  visit(root);
  return { busyMicros: root.total, own: [...own].sort((a, b) => b[1] - a[1]) };
}

/** A flame graph: the width of a box is time, callers stand below what they call; pointing at one names it. */
export function flameGraph(title: string, profile: Profiler.Profile): string {
  const root = framesOf(profile);
  const boxes: string[] = [];
  let depth = 0;
  const draw = (frame: Frame, x: number, level: number): void => {
    const width = (frame.total / root.total) * WIDTH;
    if (width < NARROW) return;
    depth = Math.max(depth, level);
    boxes.push(box(frame, { x, level, width, share: frame.total / root.total }));
    let left = x;
    for (const child of [...frame.children.values()].sort((a, b) => b.total - a.total)) {
      draw(child, left, level + 1);
      left += (child.total / root.total) * WIDTH;
    }
  };
  draw(root, MARGIN, 0);
  const height = (depth + 1) * ROW + 3 * MARGIN + ROW;
  const head = `${title}: ${(root.total / 1000).toFixed(0)} ms busy`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH + 2 * MARGIN}" height="${height}" font-family="monospace" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN}" y="${MARGIN + 12}" font-size="14">${escaped(head)}</text>
<g transform="translate(0 ${height - MARGIN})">
${boxes.join('\n')}
</g>
</svg>
`;
}

interface Place {
  readonly x: number;
  readonly level: number;
  readonly width: number;
  readonly share: number;
}

function box({ name, own, total }: Frame, { x, level, width, share }: Place): string {
  const y = -(level + 1) * ROW;
  const room = Math.floor((width - 4) / CHARACTER);
  const label = room < 3 ? '' : `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${escaped(name.slice(0, room))}</text>`;
  const tip = `${name}\n${(share * 100).toFixed(1)} %, ${(total / 1000).toFixed(1)} ms; itself ${(own / 1000).toFixed(1)} ms`;
  return `<g><title>${escaped(tip)}</title><rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.3, width - 0.3).toFixed(1)}" height="${ROW - 1}" fill="${colour(name)}"/>${label}</g>`;
}

/** Ours, libraries, Node itself, the engine. */
function colour(name: string): string {
  if (name.includes('src/')) return '#f7a35c';
  if (name.includes('node_modules/')) return '#8fc1e3';
  return name.includes('node:') ? '#b5d99c' : '#d9d9d9';
}

/** All samples but those without work, as a tree from the root. */
function framesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const stacks = new Map<number, readonly string[]>();
  const stackOf = (id: number): readonly string[] => {
    const known = stacks.get(id);
    if (known !== undefined) return known;
    const parent = parents.get(id);
    const node = byId.get(id);
    const stack = parent === undefined || node === undefined ? [] : [...stackOf(parent), nameOf(node)];
    stacks.set(id, stack);
    return stack;
  };
  const root: Frame = { name: 'all', children: new Map(), total: 0, own: 0 };
  for (const [i, sample] of samples.entries()) {
    // The time since the sample before was spent where that one was.
    const micros = timeDeltas[i + 1] ?? 0;
    const stack = stackOf(sample);
    if (stack.at(-1) === IDLE) continue;
    let frame = root;
    frame.total += micros;
    for (const name of stack) {
      let child = frame.children.get(name);
      if (child === undefined) {
        child = { name, children: new Map(), total: 0, own: 0 };
        frame.children.set(name, child);
      }
      child.total += micros;
      frame = child;
    }
    frame.own += micros;
  }
  return root;
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: Profiler.ProfileNode): string {
  const file = url.replace(/^.*\/(?=(?:src|dist|node_modules)\/)/, '');
  const name = functionName === '' ? '(anonymous)' : functionName;
  return file === '' ? name : `${name} ${file}:${lineNumber + 1}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
