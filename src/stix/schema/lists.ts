import { type Check, holds, sated } from './context.ts';
import { type Compiler, complain, limit, type Node, text } from './node.ts';
import { count } from './words.ts';

/** The keywords about lists. */
export function listChecks(node: Node, compiler: Compiler): Check[] {
  const checks: Check[] = [];
  const minimum = limit(node, 'minItems') ?? 0;
  if (minimum > 0) {
    checks.push((value, context) => {
      if (!Array.isArray(value) || value.length >= minimum) return true;
      const found = value.length === 0 ? 'The list is empty' : `The list has ${count(value.length, 'item')}`;
      const advice = minimum === 1 ? 'leave the property out instead' : `expected at least ${minimum}`;
      return complain(node, context, 'empty-list', `${found}; ${advice}.`);
    });
  }
  if (node.schema.contains !== undefined) {
    const wanted = compiler.compile(node.schema.contains, node);
    checks.push((value, context) => {
      if (!Array.isArray(value) || value.some((item) => holds(wanted, item, context))) return true;
      return complain(
        node,
        context,
        'list-content',
        `The list lacks ${text(node, 'x-expects') ?? 'an item that it must have'}.`,
      );
    });
  }
  if (node.schema.items !== undefined) checks.push(eachItem(compiler.compile(node.schema.items, node)));
  return checks;
}

function eachItem(item: Check): Check {
  return (value, context) => {
    if (!Array.isArray(value)) return true;
    let sound = true;
    for (let index = 0; index < value.length; index++) {
      context.path.push(index);
      if (!item(value[index], context)) sound = false;
      context.path.pop();
      if (!sound && sated(context)) break;
    }
    return sound;
  };
}
