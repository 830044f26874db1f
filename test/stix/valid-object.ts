import fc from 'fast-check';
import { isObject, type JsonObject } from '../../src/stix/json.ts';
import { FILES_21 } from '../../src/stix/standards.ts';
import { VOCABULARIES } from '../../src/stix/vocabularies.ts';

/**
 * Objects that the schemas of STIX 2.1 allow, made from a complete one: optional properties come and go, and values are
 * drawn anew wherever the schema says what they may be. Properties that a condition speaks of stay as they are.
 */
export function validObject(complete: JsonObject): fc.Arbitrary<JsonObject> {
  const path = [...FILES_21.keys()].find((candidate) => candidate.endsWith(`/${complete.type}.json`)) ?? '';
  return objectOf({ schema: FILES_21.get(path) ?? {}, file: path }, complete);
}

interface Place {
  readonly schema: JsonObject;
  readonly file: string;
}

function drawn(place: Place, sample: unknown): fc.Arbitrary<unknown> {
  const { schema, file } = place;
  if (typeof schema.$ref === 'string') {
    // What stands beside a reference narrows it, so the sample is kept.
    return schema.pattern === undefined ? drawn(resolve(schema.$ref, file), sample) : fc.constant(sample);
  }
  if (schema.const !== undefined) return fc.constant(sample);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (typeof schema['x-vocabulary'] === 'string') {
    return fc.constantFrom(...(VOCABULARIES.get(schema['x-vocabulary'])?.values ?? []));
  }
  if (schema.format === 'date-time') return instants;
  if (schema.pattern !== undefined || schema.format !== undefined || schema.not !== undefined)
    return fc.constant(sample);
  if (schema.type === 'string') return fc.string({ unit: 'grapheme', maxLength: 20 });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer')
    return fc.integer({
      min: Math.max(Number(schema.minimum), -(2 ** 31)),
      max: Math.min(Number(schema.maximum), 2 ** 31 - 1),
    });
  if (Array.isArray(sample) && isObject(schema.items)) {
    const items = sample.map((item) => drawn({ schema: schema.items as JsonObject, file }, item));
    return fc.tuple(...items);
  }
  return isObject(sample) && schema.type === 'object' ? objectOf(place, sample) : fc.constant(sample);
}

function objectOf({ schema, file }: Place, sample: JsonObject): fc.Arbitrary<JsonObject> {
  const parts = [schema, ...conditionsOf(schema)].filter((part) => part.$ref === undefined);
  const bases = conditionsOf(schema).flatMap((part) =>
    typeof part.$ref === 'string' ? [resolve(part.$ref, file)] : [],
  );
  const known = new Map<string, Place>();
  for (const base of [...bases, { schema, file }]) {
    for (const [name, property] of Object.entries(base.schema.properties ?? {})) {
      if (isObject(property)) known.set(name, { schema: property, file: base.file });
    }
  }
  const required = [schema, ...bases.map((base) => base.schema)].flatMap((part) => [part.required ?? []].flat());
  const bound = new Set(
    parts.slice(1).flatMap((part) => [...JSON.stringify(part).matchAll(/"([a-z_0-9]+)"/g)].map((match) => match[1])),
  );
  const keys = Object.keys(sample);
  const fixed = keys.filter((key) => bound.has(key) || !known.has(key) || schema.required === undefined);
  const model = Object.fromEntries(
    keys.map((key) => [
      key,
      bound.has(key) ? fc.constant(sample[key]) : drawn(known.get(key) ?? { schema: {}, file }, sample[key]),
    ]),
  );
  return fc.record(model, {
    requiredKeys: [...new Set([...fixed, ...keys.filter((key) => required.includes(key))])],
  }) as fc.Arbitrary<JsonObject>;
}

const instants = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

function conditionsOf(schema: JsonObject): JsonObject[] {
  return [schema.allOf ?? []].flat().filter(isObject);
}

function resolve(reference: string, from: string): Place {
  const [target = '', fragment = ''] = reference.split('#');
  const file = target === '' ? from : new URL(target, `file:///${from}`).pathname.slice(1);
  let schema: unknown = FILES_21.get(file);
  for (const part of fragment.split('/').slice(1)) schema = isObject(schema) ? schema[part] : undefined;
  if (!isObject(schema)) throw new Error(`${from}: nothing is at ${reference}`);
  return { schema, file };
}
