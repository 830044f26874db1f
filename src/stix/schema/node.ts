import type { JsonObject } from '../json.ts';
import { type Check, type Context, report } from './context.ts';

/** JSON Schemas that refer to each other, by their path: `common/identifier.json`. */
export interface Library {
  readonly files: ReadonlyMap<string, JsonObject>;
  /** The open vocabularies by name: `malware-type-ov`. */
  readonly vocabularies: ReadonlyMap<string, Vocabulary>;
}

/** Values that producers should use where they fit. */
export interface Vocabulary {
  readonly section: string;
  readonly values: readonly string[];
}

/** A schema and where it stands. */
export interface Node {
  readonly schema: JsonObject;
  /** Path of its file, against which its references are read. */
  readonly file: string;
  /** The section of the standard it is written from. */
  readonly section: string;
}

/** What the keywords need to compile the schemas below them. */
export interface Compiler {
  readonly compile: (schema: unknown, parent: Node) => Check;
  readonly resolve: (reference: string, from: Node) => Node;
}

/** The checks in order; the first that fails ends it, so that one fault has one finding. */
export function sequence(checks: readonly Check[]): Check {
  const [first, second, third] = checks;
  if (!first) return () => true;
  if (!second) return first;
  if (!third) return (value, context) => first(value, context) && second(value, context);
  return (value, context) => {
    for (const check of checks) if (!check(value, context)) return false;
    return true;
  };
}

/** Reports an error of a schema. */
export function complain(node: Node, context: Context, rule: string, message: string): false {
  report(context, { rule, section: node.section, message, severity: 'error' });
  return false;
}

/** The rule that a schema gives its own values and conditions with `x-rule`. */
export function ruleOf(node: Node, otherwise: string): string {
  return text(node, 'x-rule') ?? otherwise;
}

/** A string annotation of a schema. */
export function text(node: Node, keyword: string): string | undefined {
  const value = node.schema[keyword];
  return typeof value === 'string' ? value : undefined;
}

/** A number that a keyword is set to. */
export function limit(node: Node, keyword: string): number | undefined {
  const value = node.schema[keyword];
  return typeof value === 'number' ? value : undefined;
}
