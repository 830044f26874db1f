import type {
  BooleanOperator,
  ComparisonNode,
  ObservationNode,
  ObservationOperator,
  PatternAst,
  Qualifier,
} from './ast.ts';
import { type PatternLimits, type PatternSink, parseInto } from './parser.ts';
import type { PatternError } from './syntax-error.ts';

/** The tree of a pattern, or the first place where it leaves the grammar. Source: STIX 2.1 §9 */
export function parsePattern(
  text: string,
  limits?: PatternLimits,
): { readonly pattern: PatternAst } | { readonly error: PatternError } {
  const comparisons: ComparisonNode[] = [];
  const observations: ObservationNode[] = [];
  const { error } = parseInto(text, treeBuilder(comparisons, observations), limits);
  return error === undefined ? { pattern: { text, root: pop(observations) } } : { error };
}

function treeBuilder(comparisons: ComparisonNode[], observations: ObservationNode[]): PatternSink {
  return {
    comparison(comparison) {
      comparisons.push(comparison);
    },
    joinComparisons(operator) {
      const right = pop(comparisons);
      comparisons.push(joinComparisons(operator, pop(comparisons), right));
    },
    groupComparisons(start, end) {
      comparisons.push({ kind: 'group', start, end, inner: pop(comparisons) });
    },
    observation(start, end) {
      observations.push({ kind: 'observation', start, end, inner: pop(comparisons), qualifiers: [] });
    },
    joinObservations(operator) {
      const right = pop(observations);
      observations.push(joinObservations(operator, pop(observations), right));
    },
    groupObservations(start, end) {
      observations.push({ kind: 'group', start, end, inner: pop(observations), qualifiers: [] });
    },
    qualifier(qualifier) {
      const node = observations.at(-1);
      if (node !== undefined && node.kind !== 'joined') append<Qualifier>(node, node.qualifiers, qualifier);
    },
  };
}

/** A chain of one operator becomes one node: only parentheses can make such a node the operand of another. */
function joinComparisons(operator: BooleanOperator, left: ComparisonNode, right: ComparisonNode): ComparisonNode {
  if (left.kind === 'joined' && left.operator === operator) return append(left, left.operands, right);
  return { kind: 'joined', start: left.start, end: right.end, operator, operands: [left, right] };
}

function joinObservations(
  operator: ObservationOperator,
  left: ObservationNode,
  right: ObservationNode,
): ObservationNode {
  if (left.kind === 'joined' && left.operator === operator) return append(left, left.operands, right);
  return { kind: 'joined', start: left.start, end: right.end, operator, operands: [left, right] };
}

/** Adds to a node that is still being built; copying it instead would take quadratic time on long chains. */
function append<Item extends { readonly end: number }, Node extends { end: number } = { end: number }>(
  node: Node,
  list: readonly Item[],
  item: Item,
): Node {
  (list as Item[]).push(item);
  node.end = item.end;
  return node;
}

/** The parser tells operands before operators, so the stack is never empty here. */
function pop<Node>(stack: Node[]): Node {
  return stack.pop() as Node;
}
