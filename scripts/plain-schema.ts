/** Turns our JSON Schemas into what json-schema-to-typescript makes readable types of. */

export interface Schema {
  readonly [keyword: string]: unknown;
}

/** Files that hold types of objects rather than parts of them. */
const OBJECT_FILES = /^(?:sdos|sros|scos|meta)\/|^[a-z-]+\.json$/;

/** Files whose schemas stand for single values and become part of what refers to them. */
const NOT_TYPES = new Set(['bundle.json', 'enumerations.json', 'custom-object.json', 'custom-observable.json']);

/**
 * One definition for each schema of an object, by its title, with conditions left out (types cannot say them), `allOf`
 * turned into `extends`, and the names of those definitions that are objects by themselves.
 */
export function plainSchema(files: ReadonlyMap<string, Schema>): {
  definitions: Record<string, Schema>;
  objects: string[];
} {
  const definitions: Record<string, Schema> = {};
  const objects: string[] = [];
  for (const [path, schema] of files) {
    if (schema.type !== 'object') continue;
    const name = typeName(String(schema.title));
    definitions[name] = plain(schema, path, files);
    if (OBJECT_FILES.test(path) && !NOT_TYPES.has(path)) objects.push(name);
    for (const nested of Object.values((schema.$defs ?? {}) as Record<string, Schema>)) {
      if (nested.type === 'object') definitions[typeName(String(nested.title))] = plain(nested, path, files);
    }
  }
  return { definitions, objects };
}

/** `malware-type-ov` and `Attack pattern` in the style of TypeScript. */
export function typeName(title: string): string {
  return title
    .replaceAll('.', '')
    .replaceAll(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function plain(schema: Schema, path: string, files: ReadonlyMap<string, Schema>): Schema {
  const described = pick(schema, ['description', 'deprecated']);
  if (typeof schema.$ref === 'string') {
    const target = referred(schema.$ref, path, files);
    return target.$ref === undefined ? { ...target, ...described } : target;
  }
  if (typeof schema['x-vocabulary'] === 'string') return { tsType: typeName(schema['x-vocabulary']), ...described };
  if (schema.type === undefined && schema.const === undefined && schema.enum === undefined)
    return { tsType: 'unknown', ...described };
  const result: Record<string, unknown> = { ...described, ...pick(schema, ['type', 'enum', 'const', 'default']) };
  if (schema.title !== undefined && schema.type === 'object') result.title = typeName(String(schema.title));
  if (schema.items !== undefined) result.items = withoutDescription(plain(schema.items as Schema, path, files));
  if (schema.type !== 'object') return result;
  const bases = basesOf(schema, path, files);
  if (bases.length > 0)
    result.extends = bases.map(({ title }) => ({ $ref: `#/definitions/${typeName(String(title))}` }));
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  result.properties = Object.fromEntries(properties.map(([name, property]) => [name, plain(property, path, files)]));
  // A property that is required below stays so where it is written again.
  const inherited = bases
    .flatMap((base) => [base.required ?? []].flat())
    .filter((name) => properties.some(([own]) => own === name));
  result.required = [...inherited, ...[schema.required ?? []].flat()];
  const others = schema.additionalProperties;
  if (others !== undefined)
    result.additionalProperties = typeof others === 'object' ? plain(others as Schema, path, files) : others;
  return result;
}

/** The schemas that a schema extends; other parts of `allOf` are conditions. */
function basesOf(schema: Schema, path: string, files: ReadonlyMap<string, Schema>): Schema[] {
  const parts = [schema.allOf ?? []].flat() as Schema[];
  const references = parts.filter((part) => Object.keys(part).join() === '$ref').map((part) => String(part.$ref));
  return references.map((reference) => find(reference, path, files).schema);
}

function withoutDescription({ description: _, ...schema }: Schema): Schema {
  return schema;
}

/** What a reference leads to: the definition of an object, or the value itself. */
function referred(reference: string, path: string, files: ReadonlyMap<string, Schema>): Schema {
  const { schema, file } = find(reference, path, files);
  if (schema.type === 'object') return { $ref: `#/definitions/${typeName(String(schema.title))}` };
  return plain(schema, file, files);
}

function find(reference: string, path: string, files: ReadonlyMap<string, Schema>): { schema: Schema; file: string } {
  const [target = '', fragment = ''] = reference.split('#');
  const file = target === '' ? path : new URL(target, `file:///${path}`).pathname.slice(1);
  let schema = files.get(file);
  for (const part of fragment.split('/').slice(1)) schema = schema?.[part] as Schema | undefined;
  if (!schema) throw new Error(`${path}: nothing is at ${reference}`);
  return { schema, file };
}

function pick(schema: Schema, keywords: readonly string[]): Schema {
  return Object.fromEntries(
    keywords.filter((keyword) => schema[keyword] !== undefined).map((keyword) => [keyword, schema[keyword]]),
  );
}
