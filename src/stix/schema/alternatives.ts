import { type Check, type Context, holds } from './context.ts';
import { type Compiler, complain, type Node, ruleOf, text } from './node.ts';

/**
 * The keywords that combine schemas. `anyOf`, `not` and `if` try a schema in silence; what they found wrong is said in the
 * words of `x-message`, since the errors of each branch would help nobody.
 */
export function alternativeChecks(node: Node, compiler: Compiler): Check[] {
  const { schema } = node;
  const checks: Check[] = [];
  // With unevaluatedProperties the object check has taken in the properties and the conditions of allOf already.
  if (Array.isArray(schema.allOf) && schema.unevaluatedProperties === undefined) {
    checks.push(every(schema.allOf.map((part) => compiler.compile(part, node))));
  }
  if (Array.isArray(schema.anyOf)) {
    const branches = schema.anyOf.map((branch) => compiler.compile(branch, node));
    checks.push((value, context) => branches.some((branch) => holds(branch, value, context)) || broken(node, context));
  }
  if (schema.not !== undefined) {
    const forbidden = compiler.compile(schema.not, node);
    checks.push((value, context) => !holds(forbidden, value, context) || broken(node, context));
  }
  if (schema.if !== undefined) checks.push(conditional(node, compiler));
  return checks;
}

/** All of the checks, each with its own findings. */
export function every(checks: readonly Check[]): Check {
  return (value, context) => {
    let sound = true;
    for (const check of checks) if (!check(value, context)) sound = false;
    return sound;
  };
}

function conditional(node: Node, compiler: Compiler): Check {
  const { schema } = node;
  const condition = compiler.compile(schema.if, node);
  const consequence = schema.then === undefined ? undefined : compiler.compile(schema.then, node);
  const otherwise = schema.else === undefined ? undefined : compiler.compile(schema.else, node);
  return (value, context) => {
    const branch = holds(condition, value, context) ? consequence : otherwise;
    if (!branch) return true;
    if (text(node, 'x-message') === undefined) return branch(value, context);
    return holds(branch, value, context) || broken(node, context);
  };
}

function broken(node: Node, context: Context): false {
  const message = text(node, 'x-message') ?? `Expected ${text(node, 'x-expects') ?? 'something else'}.`;
  return complain(node, context, ruleOf(node, 'condition'), message);
}
