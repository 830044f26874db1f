import { readdirSync, readFileSync } from 'node:fs';
import { isObject, type JsonObject } from '../../../src/stix/json.ts';

const FOLDER = new URL('../../../schemas/stix-2.1/', import.meta.url);

/** The schemas of STIX 2.1 by their path: `sdos/malware.json`. */
export const FILES: ReadonlyMap<string, JsonObject> = new Map(
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json') && !path.startsWith('lists/') && path !== 'vocabularies.json')
    .map((path) => [path, JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as JsonObject]),
);

/** A schema, and the file that its references start from. */
export interface Schema {
  readonly schema: JsonObject;
  readonly file: string;
}

/** The schema of a type of the standard. */
export function schemaOf(type: string): Schema {
  for (const folder of ['sdos', 'sros', 'scos', 'meta']) {
    const file = `${folder}/${type}.json`;
    const schema = FILES.get(file);
    if (schema) return { schema, file };
  }
  throw new Error(`no schema of ${type}`);
}

/** The schema with what it refers to; its own keywords come first, and references hold from everywhere. */
export function whole({ schema, file }: Schema): Schema {
  if (typeof schema.$ref !== 'string') return { schema, file };
  const { $ref, ...own } = schema;
  const target = whole(resolve($ref, file));
  const properties = { ...absolute(target), ...absolute({ schema: own, file }) };
  return {
    schema: { ...target.schema, ...own, ...(Object.keys(properties).length > 0 && { properties }) },
    file: target.file,
  };
}

/** The members that a schema names, with those of the schemas that it extends. */
export function membersOf(given: Schema): Map<string, Schema> {
  const { schema, file } = whole(given);
  const found = new Map<string, Schema>();
  for (const part of Array.isArray(schema.allOf) ? schema.allOf : []) {
    if (isObject(part) && typeof part.$ref === 'string') {
      for (const [name, member] of membersOf({ schema: part, file })) found.set(name, member);
    }
  }
  for (const [name, member] of Object.entries(absolute({ schema, file }))) {
    if (!isObject(member)) continue;
    const known = found.get(name);
    const merged = known ? { ...whole(known).schema, ...whole({ schema: member, file }).schema } : member;
    found.set(name, { schema: merged, file: known ? whole(known).file : file });
  }
  return found;
}

/** The schema of the items of a list. */
export function itemsOf(given: Schema): Schema | undefined {
  const { schema, file } = whole(given);
  return isObject(schema.items) ? { schema: schema.items, file } : undefined;
}

/** The properties with references that hold from everywhere. */
function absolute({ schema, file }: Schema): JsonObject {
  if (!isObject(schema.properties)) return {};
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, member]) => {
      if (!isObject(member) || typeof member.$ref !== 'string') return [name, member];
      const { pathname, hash } = new URL(member.$ref, `file:///${file}`);
      return [name, { ...member, $ref: `${pathname}${hash}` }];
    }),
  );
}

function resolve(reference: string, file: string): Schema {
  const { pathname, hash } = new URL(reference, `file:///${file}`);
  const target = pathname.slice(1);
  let schema: unknown = FILES.get(target);
  for (const step of hash.split('/').slice(1)) schema = isObject(schema) ? schema[step] : undefined;
  if (!isObject(schema)) throw new Error(`${file}: nothing is at ${reference}`);
  return { schema, file: target };
}
