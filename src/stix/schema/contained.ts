import { isObject, type JsonObject } from '../json.ts';

/**
 * The schemas of STIX 2.1 as they hold for observables in the deprecated `objects` of observed data: no observable needs
 * an id there, and references are keys of the same container.
 * Source: STIX 2.1 §4.14.1, §2.13
 */
export function containedFiles(files: ReadonlyMap<string, JsonObject>): ReadonlyMap<string, JsonObject> {
  return new Map([...files].map(([path, schema]) => [path, contained(path, schema)]));
}

const ANY_TEXT: JsonObject = { type: 'string' };

function contained(path: string, schema: JsonObject): JsonObject {
  if (path === 'common/reference.json') return { ...ANY_TEXT, 'x-section': 'STIX 2.1 §4.14' };
  const { properties } = schema;
  if (!isObject(properties) || !isObject(properties.id)) return schema;
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => name !== 'id') : [];
  return { ...schema, required, properties: { ...properties, id: ANY_TEXT } };
}
