import { isObject, type JsonObject } from '../json.ts';
import { alternativeChecks } from './alternatives.ts';
import type { Check } from './context.ts';
import { listChecks } from './lists.ts';
import { type Compiler, type Library, type Node, sequence } from './node.ts';
import { objectChecks } from './objects.ts';
import { scalarChecks } from './scalars.ts';

const ANNOTATIONS = [
  '$schema',
  '$id',
  '$defs',
  '$comment',
  'title',
  'description',
  'default',
  'deprecated',
  'examples',
];
const OURS = ['x-section', 'x-rule', 'x-expects', 'x-message', 'x-severity', 'x-vocabulary', 'x-refers-to', 'x-class'];
const CHECKED = [
  ...['$ref', 'type', 'const', 'enum', 'pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum'],
  ...[
    'items',
    'minItems',
    'contains',
    'properties',
    'required',
    'dependentRequired',
    'additionalProperties',
    'patternProperties',
  ],
  ...['unevaluatedProperties', 'propertyNames', 'minProperties', 'allOf', 'anyOf', 'not', 'if', 'then', 'else'],
];
const KEYWORDS = new Set([...ANNOTATIONS, ...OURS, ...CHECKED]);

/**
 * Compiles JSON Schemas of the 2020-12 dialect to checks that explain what is wrong in words. It knows the keywords that
 * our schemas use and refuses others, so that no schema says what is not checked.
 *
 * ajv is not used for this: it answers with a cascade of errors where a person needs one, keeps every error of a hostile
 * list in memory, and takes long to compile. A test compares both on every schema.
 */
export function compiler(library: Library): (path: string) => Check {
  const compiled = new Map<JsonObject, Check>();
  const self: Compiler = { compile, resolve };

  function resolve(reference: string, from: Node): Node {
    const [path = '', fragment = ''] = reference.split('#');
    const file = path === '' ? from.file : joinPath(from.file, path);
    const root = library.files.get(file);
    let schema: unknown = root;
    for (const part of fragment.split('/').slice(1)) schema = isObject(schema) ? schema[part] : undefined;
    if (!isObject(schema)) throw new Error(`${from.file}: nothing is at ${reference}`);
    return { schema, file, section: sectionOf(schema) ?? (root && sectionOf(root)) ?? from.section };
  }

  function compile(schema: unknown, parent: Node): Check {
    if (schema === true) return () => true;
    if (!isObject(schema)) throw new Error(`${parent.file}: a schema must be an object or true`);
    return compileNode({ schema, file: parent.file, section: sectionOf(schema) ?? parent.section });
  }

  /** One check a schema, also where schemas refer to themselves. */
  function compileNode(node: Node): Check {
    const known = compiled.get(node.schema);
    if (known) return known;
    let check: Check | undefined;
    compiled.set(node.schema, (value, context) => (check ? check(value, context) : false));
    check = build(node);
    compiled.set(node.schema, check);
    return check;
  }

  function build(node: Node): Check {
    const unknown = Object.keys(node.schema).filter((keyword) => !KEYWORDS.has(keyword));
    if (unknown.length > 0) throw new Error(`${node.file}: the keyword ${unknown[0]} is not checked`);
    const { $ref } = node.schema;
    const referred = typeof $ref === 'string' ? [compileNode(resolve($ref, node))] : [];
    return sequence([
      ...referred,
      ...scalarChecks(node, library),
      ...listChecks(node, self),
      ...objectChecks(node, self),
      ...alternativeChecks(node, self),
    ]);
  }

  return (path) => compileNode(resolve(path, { schema: {}, file: '', section: '' }));
}

function sectionOf(schema: JsonObject): string | undefined {
  return typeof schema['x-section'] === 'string' ? schema['x-section'] : undefined;
}

function joinPath(from: string, to: string): string {
  return new URL(to, `file:///${from}`).pathname.slice(1);
}
