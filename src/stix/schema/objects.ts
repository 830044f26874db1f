import { isObject } from '../json.ts';
import { type Check, type Context, sated } from './context.ts';
import { type Compiler, complain, limit, type Node, ruleOf, sequence } from './node.ts';
import { count, show } from './words.ts';

/** The keywords about objects. */
export function objectChecks(node: Node, compiler: Compiler): Check[] {
  const shape = gather(node, compiler);
  const checks = [countCheck(node), membersCheck(node, shape, compiler), dependencyCheck(node)];
  return [...checks, ...shape.conditions].filter((check) => check !== undefined);
}

/** What an object may hold, put together from a schema and the schemas that it extends. */
interface Shape {
  readonly properties: Map<string, Check>;
  readonly required: readonly { readonly name: string; readonly node: Node }[];
  readonly conditions: readonly Check[];
}

/** Keywords of a schema that others extend; anything else in it would be passed over. */
const EXTENDABLE = new Set(['$schema', '$id', 'title', 'description', 'type', 'required', 'properties', 'x-section']);

/**
 * With `unevaluatedProperties` an object is checked in one go over its names: the properties of every schema that `allOf`
 * extends are known together, so that a name is looked up once and custom properties stand apart.
 */
function gather(node: Node, compiler: Compiler): Shape {
  const properties = new Map<string, Check[]>();
  const required: { name: string; node: Node }[] = [];
  const conditions: Check[] = [];
  const { allOf, unevaluatedProperties } = node.schema;
  for (const part of unevaluatedProperties !== undefined && Array.isArray(allOf) ? allOf : []) {
    const extended = extendedBy(part, node, compiler);
    if (extended) take(extended);
    else conditions.push(compiler.compile(part, node));
  }
  take(node);
  return {
    properties: new Map([...properties].map(([name, checks]) => [name, sequence(checks)])),
    required,
    conditions,
  };

  function take(part: Node): void {
    for (const [name, property] of Object.entries(isObject(part.schema.properties) ? part.schema.properties : {})) {
      properties.set(name, [...(properties.get(name) ?? []), compiler.compile(property, part)]);
    }
    const names = Array.isArray(part.schema.required) ? part.schema.required : [];
    required.push(...names.map((name) => ({ name: String(name), node: part })));
  }
}

/** The schema that a part of `allOf` refers to and nothing else; other parts are conditions. */
function extendedBy(part: unknown, node: Node, compiler: Compiler): Node | undefined {
  if (!isObject(part) || typeof part.$ref !== 'string' || Object.keys(part).length > 1) return undefined;
  const target = compiler.resolve(part.$ref, node);
  const passedOver = Object.keys(target.schema).filter((keyword) => !EXTENDABLE.has(keyword));
  if (passedOver.length > 0) throw new Error(`${target.file}: ${passedOver[0]} cannot be in a schema that is extended`);
  return target;
}

function countCheck(node: Node): Check | undefined {
  const minimum = limit(node, 'minProperties') ?? 0;
  if (minimum === 0) return undefined;
  return (value, context) => {
    if (!isObject(value)) return true;
    const found = Object.keys(value).length;
    if (found >= minimum) return true;
    if (found === 0) return complain(node, context, 'empty-object', 'The object is empty; leave it out instead.');
    return complain(node, context, 'empty-object', `Has ${count(found, 'member')}; expected at least ${minimum}.`);
  };
}

/** `dependentRequired`: properties that need others beside them. */
function dependencyCheck(node: Node): Check | undefined {
  const { dependentRequired } = node.schema;
  if (!isObject(dependentRequired)) return undefined;
  const needs = Object.entries(dependentRequired).map(([name, others]) => ({
    name,
    others: [others].flat().map(String),
  }));
  return (value, context) => {
    if (!isObject(value)) return true;
    for (const { name, others } of needs) {
      const absent = Object.hasOwn(value, name) && others.find((other) => !Object.hasOwn(value, other));
      if (absent)
        return complain(
          node,
          context,
          ruleOf(node, 'dependent-property'),
          `${show(name)} needs ${show(absent)} beside it.`,
        );
    }
    return true;
  };
}

/** `properties`, `patternProperties`, `propertyNames`, `required` and what holds for other members. */
function membersCheck(node: Node, shape: Shape, compiler: Compiler): Check | undefined {
  const { schema } = node;
  const { properties } = shape;
  const patterns = Object.entries(isObject(schema.patternProperties) ? schema.patternProperties : {}).map(
    ([pattern, member]) => ({ regex: new RegExp(pattern, 'u'), check: compiler.compile(member, node) }),
  );
  const others = othersCheck(node, compiler);
  const required = requiredCheck(shape);
  const nameCheck = schema.propertyNames === undefined ? undefined : compiler.compile(schema.propertyNames, node);
  if (properties.size === 0 && patterns.length === 0 && !others && !nameCheck) return required;
  return (value, context) => {
    if (!isObject(value)) return true;
    let sound = required ? required(value, context) : true;
    for (const name of Object.keys(value)) {
      const known = properties.get(name);
      const check = known ?? patterns.find(({ regex }) => regex.test(name))?.check ?? others;
      context.path.push(name);
      // Names that a schema lists are sound (a test sees to it).
      if (!known && nameCheck && !nameCheck(name, context)) sound = false;
      else if (check && !check(value[name], context)) sound = false;
      context.path.pop();
      if (!sound && sated(context)) break;
    }
    return sound;
  };
}

/** What a member must be whose name the schema does not know; `false` forbids it. */
function othersCheck(node: Node, compiler: Compiler): Check | undefined {
  const others = node.schema.unevaluatedProperties ?? node.schema.additionalProperties;
  if (others === undefined || others === true) return undefined;
  if (others !== false) return compiler.compile(others, node);
  return (_value, context) => complain(node, context, 'unknown-member', 'This member is not allowed here.');
}

function requiredCheck({ required }: Shape): Check | undefined {
  if (required.length === 0) return undefined;
  return (value, context) => {
    if (!isObject(value)) return true;
    let sound = true;
    for (const { name, node } of required) {
      if (!Object.hasOwn(value, name)) sound = missing(name, node, context);
    }
    return sound;
  };
}

function missing(name: string, node: Node, context: Context): false {
  return complain(node, context, 'required-property', `The required property ${show(name)} is missing.`);
}
