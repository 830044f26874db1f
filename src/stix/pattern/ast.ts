/** The tree of a STIX pattern. Offsets count UTF-16 units from the start of the pattern; `end` is the first unit after. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ComparisonOperator =
  | '='
  | '!='
  | '>'
  | '<'
  | '>='
  | '<='
  | 'IN'
  | 'LIKE'
  | 'MATCHES'
  | 'ISSUBSET'
  | 'ISSUPERSET'
  | 'EXISTS';

export type LiteralKind = 'integer' | 'float' | 'string' | 'boolean' | 'binary' | 'hex' | 'timestamp';

/** A constant. `value` is decoded for strings and numbers; binary, hex and timestamps keep the text between apostrophes. */
export interface Literal extends Span {
  readonly kind: LiteralKind;
  readonly value: string | number | boolean;
}

/** One step of a path: a property or dictionary key by `name`, or an `index` into a list. */
export type PathStep = NameStep | IndexStep;

export interface NameStep extends Span {
  readonly kind: 'name';
  readonly name: string;
}

export interface IndexStep extends Span {
  readonly kind: 'index';
  readonly index: number | '*';
  /** Where the number or the asterisk stands. */
  readonly indexStart: number;
}

/** `type:step.step[index]`; the first step is always a name. */
export interface ObjectPath extends Span {
  readonly type: string;
  readonly steps: readonly PathStep[];
}

export interface Comparison extends Span {
  readonly kind: 'comparison';
  readonly path: ObjectPath;
  readonly negated: boolean;
  readonly operator: ComparisonOperator;
  /** Where the operator stands. */
  readonly operatorStart: number;
  /** One constant, the members of an IN set, or nothing for EXISTS. */
  readonly operands: readonly Literal[];
}

export type BooleanOperator = 'AND' | 'OR';
export type ObservationOperator = BooleanOperator | 'FOLLOWEDBY';

/** What stands between the brackets of an observation; a `group` is a pair of parentheses. */
export type ComparisonNode =
  | Comparison
  | (Span & {
      readonly kind: 'joined';
      readonly operator: BooleanOperator;
      readonly operands: readonly ComparisonNode[];
    })
  | (Span & { readonly kind: 'group'; readonly inner: ComparisonNode });

export type Qualifier =
  | (Span & { readonly kind: 'WITHIN'; readonly seconds: Literal })
  | (Span & { readonly kind: 'REPEATS'; readonly times: Literal })
  | (Span & { readonly kind: 'START'; readonly from: Literal; readonly until: Literal });

export type ObservationNode =
  | (Span & {
      readonly kind: 'observation';
      readonly inner: ComparisonNode;
      readonly qualifiers: readonly Qualifier[];
    })
  | (Span & { readonly kind: 'group'; readonly inner: ObservationNode; readonly qualifiers: readonly Qualifier[] })
  | (Span & {
      readonly kind: 'joined';
      readonly operator: ObservationOperator;
      readonly operands: readonly ObservationNode[];
    });

export interface PatternAst {
  readonly text: string;
  readonly root: ObservationNode;
}

/** One constant that a pattern compares with, under the path in its canonical spelling: `file:hashes.'SHA-256'`. */
export interface PatternObservable {
  readonly path: string;
  readonly operator: ComparisonOperator;
  readonly negated: boolean;
  readonly value: string | number | boolean;
  readonly offset: number;
}

/** Every constant of a pattern with the path that it is compared with, in the order of the text. */
export function observables(pattern: PatternAst): PatternObservable[] {
  const found: PatternObservable[] = [];
  eachComparison(pattern.root, ({ path, operator, negated, operands }) => {
    if (operands.length === 0) return;
    const text = pathText(path);
    for (const { value, start } of operands) found.push({ path: text, operator, negated, value, offset: start });
  });
  return found;
}

/** Calls `visit` for every comparison, in the order of the text. */
export function eachComparison(node: ObservationNode | ComparisonNode, visit: (comparison: Comparison) => void): void {
  if (node.kind === 'comparison') visit(node);
  else if (node.kind === 'joined') for (const operand of node.operands) eachComparison(operand, visit);
  else eachComparison(node.inner, visit);
}

/** The canonical spelling of a path: no spaces, apostrophes only where a name needs them. */
export function pathText(path: ObjectPath): string {
  let text = `${path.type}:`;
  for (const [position, step] of path.steps.entries()) {
    if (step.kind === 'index') text += `[${step.index}]`;
    else text += `${position > 0 ? '.' : ''}${nameText(step.name)}`;
  }
  return text;
}

function nameText(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `'${name.replace(/['\\]/g, '\\$&')}'`;
}
