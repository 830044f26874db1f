import fc from 'fast-check';
import { deterministicId } from '../../../src/stix/deterministic-id.ts';
import { isObject, type Json, type JsonObject } from '../../../src/stix/json.ts';
import { META_TYPES, SCO_TYPES, SDO_TYPES, SRO_TYPES } from '../../../src/stix/object-key.ts';
import { VOCABULARIES } from '../../../src/stix/vocabularies.ts';
import { timestampKey } from '../../../src/time.ts';
import { byFile, byName, pick, text, time, uuid } from './arbitrary-values.ts';
import { itemsOf, membersOf, type Schema, schemaOf, whole } from './schema-files.ts';

/** The types of the standard of which valid objects are made. */
export const TYPES: readonly string[] = [...SDO_TYPES, ...SRO_TYPES, ...SCO_TYPES, ...META_TYPES];

/** Objects of a type that keep every rule, made from the schema of the type. */
export function validObject(type: string): fc.Arbitrary<JsonObject> {
  return fc
    .tuple(members(schemaOf(type), type), uuid, fc.array(time, { minLength: 6, maxLength: 6 }))
    .map(([object, random, times]) => finish({ ...object, type }, random, inOrder(times)));
}

/** As instants: of texts, ".5Z" would come after ".51Z". */
function inOrder(times: readonly string[]): string[] {
  const key = (time: string): string => timestampKey(time) ?? time;
  return times.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function members(given: Schema, type: string): fc.Arbitrary<Record<string, Json>> {
  const { schema } = whole(given);
  const model: Record<string, fc.Arbitrary<Json>> = {};
  for (const [name, member] of membersOf(given)) model[name] = valueFor(member, name, type);
  for (const name of LEFT_OUT) delete model[name];
  const required = requiredOf(given).filter((name) => name in model);
  // A few optional members at a time make the most different objects.
  return fc.record(model, { requiredKeys: Array.isArray(schema.anyOf) ? Object.keys(model) : required });
}

/** Made by hand in `finish`, or open to any name. */
const LEFT_OUT = ['type', 'id', 'extensions', 'objects', 'definition', 'definition_type', 'extension_properties'];

function requiredOf(given: Schema): string[] {
  const { schema, file } = whole(given);
  const own = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const parts = Array.isArray(schema.allOf) ? schema.allOf.filter(isObject) : [];
  return [
    ...own,
    ...parts.flatMap((part) => (typeof part.$ref === 'string' ? requiredOf({ schema: part, file }) : [])),
  ];
}

function valueFor(given: Schema, name: string, type: string): fc.Arbitrary<Json> {
  const { schema, file } = whole(given);
  const known = byName(name, type) ?? (typeof given.schema.$ref === 'string' ? byFile(file) : undefined);
  const targets = schema['x-refers-to'];
  if (Array.isArray(targets))
    return fc.tuple(pick(targets.flatMap(typesOf)), uuid).map(([to, random]) => `${to}--${random}`);
  if (known) return known;
  if (schema.const !== undefined) return fc.constant(schema.const as Json);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as Json[]));
  const vocabulary = VOCABULARIES.get(String(schema['x-vocabulary']));
  if (vocabulary) return fc.constantFrom<Json>(...vocabulary.values);
  const items = itemsOf(given);
  if (items) return fc.array(valueFor(items, name, type), { minLength: 1, maxLength: 3 });
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({
        min: Number(schema.minimum ?? -1000),
        max: Math.min(Number(schema.maximum ?? 1000), 1_000_000),
      });
    case 'number':
      return fc.double({ min: Number(schema.minimum ?? 0), max: Number(schema.maximum ?? 1000), noNaN: true });
    case 'object':
      return members(given, type);
    default:
      return text;
  }
}

function typesOf(target: Json): readonly string[] {
  if (target === 'any-sdo') return SDO_TYPES;
  if (target === 'any-sco') return SCO_TYPES;
  return target === 'any-object' ? TYPES : [String(target)];
}

/** Makes the parts fit each other, as the rules and conditions of the standard ask. */
function finish(made: JsonObject, random: string, times: readonly string[]): JsonObject {
  const object: Record<string, Json | undefined> = { ...made };
  for (const [index, names] of ORDERED.entries()) {
    for (const [at, name] of names.entries())
      if (object[name] !== undefined) object[name] = times[index % 2 === 0 ? at : at + 2] ?? null;
  }
  REPAIRS[String(made.type)]?.(object);
  object.id = deterministicId(object as JsonObject) ?? `${object.type}--${random}`;
  return JSON.parse(JSON.stringify(object)) as JsonObject;
}

/** Times of which the first is never later than the second; all of them differ. */
const ORDERED = [
  ['created', 'modified'],
  ['first_seen', 'last_seen'],
  ['valid_from', 'valid_until'],
  ['first_observed', 'last_observed'],
  ['start_time', 'stop_time'],
  ['start', 'end'],
];

type Repair = (object: Record<string, Json | undefined>) => void;

const REPAIRS: Readonly<Record<string, Repair>> = {
  indicator: (object) =>
    Object.assign(object, { name: object.name ?? 'Gate', description: object.description ?? 'A gate.' }),
  location: (object) => {
    object.country ??= 'DE';
    if (object.latitude === undefined || object.longitude === undefined) {
      for (const name of ['latitude', 'longitude', 'precision']) delete object[name];
    }
  },
  malware: (object) => {
    object.name ??= 'Frostbyte';
  },
  'malware-analysis': (object) => {
    object.result ??= 'malicious';
  },
  'observed-data': (object) => {
    object.object_refs = [`ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4`];
  },
  relationship: (object) => {
    object.relationship_type = 'related-to';
  },
  artifact: (object) => {
    delete object.url;
    object.payload_bin ??= 'AAEC';
    object.encryption_algorithm ??= 'AES-256-GCM';
  },
  'email-message': (object) => {
    object.subject ??= 'Invoice';
    delete object[object.is_multipart === true ? 'body' : 'body_multipart'];
  },
  file: (object) => {
    object.name ??= 'invoice.exe';
  },
  'network-traffic': (object) => {
    Object.assign(object, { src_port: object.src_port ?? 49152, dst_port: object.dst_port ?? 443 });
    if (object.src_ref === undefined) object.dst_ref = 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4';
    if (object.is_active === true) delete object.end;
  },
  directory: (object) => {
    object.path ??= '/tmp';
  },
  process: (object) => {
    object.pid ??= 4;
  },
  'user-account': (object) => {
    object.user_id ??= '1001';
  },
  'windows-registry-key': (object) => {
    object.key ??= 'HKEY_LOCAL_MACHINE\\Software\\Frostbyte';
  },
  'x509-certificate': (object) => {
    object.serial_number ??= '36:f7';
  },
  'extension-definition': (object) =>
    Object.assign(object, { extension_types: ['property-extension'], description: 'Adds a rating.' }),
  'marking-definition': (object) =>
    Object.assign(object, { definition_type: 'statement', definition: { statement: 'Copyright Acme' } }),
};
