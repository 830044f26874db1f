import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { isObject, type JsonObject } from '../../src/stix/json.ts';
import { newContext } from '../../src/stix/schema/context.ts';
import { FORMATS } from '../../src/stix/schema/formats.ts';
import { FILES_20, FILES_21, STIX_20, STIX_21, type Standard } from '../../src/stix/standards.ts';

// Our schemas are JSON Schema: another validator of the 2020-12 dialect must judge every object as ours does.

const FIXTURES = new URL('../../fixtures/stix/schema/', import.meta.url);
const STANDARDS = [
  { version: '2.1', files: FILES_21, standard: STIX_21, objects: read('objects.json') },
  { version: '2.0', files: FILES_20, standard: STIX_20, objects: read('objects-2.0.json') },
] as const;

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('2024-02-30T00:00:00.000Z', '2024-02-29T00:00:00Z', 'malware--1', 'A_b', 'ab', '', 'true'),
);
const json: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.oneof(
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
  },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.dictionary(text, text, { maxKeys: 2 }) },
);
// Names of Object.prototype are left out: ajv takes them for evaluated, so `unevaluatedProperties` passes them over.
const mutation = fc.record({
  at: fc.nat(),
  where: fc.nat(),
  action: fc.constantFrom('replace', 'remove', 'add'),
  name: fc.oneof(text, fc.constantFrom('x_acme', 'lang', 'objects', 'url', '__proto__', 'hash_hex')),
  value: json,
});

for (const { version, files, standard, objects } of STANDARDS) {
  test(`ajv and our checks agree on the complete objects of STIX ${version} and on mutations of them`, () => {
    const judge = ajvOf(files, version);
    for (const object of objects) assert.equal(judge(object), true, String(object.type));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const original = objects[(mutations[0]?.at ?? 0) % objects.length] ?? {};
        const object = mutations.reduce(mutate, structuredClone(original));
        // The schema of the type it had, so that a mutated type is judged too.
        assert.equal(ours(standard, String(original.type), object), judge(object, String(original.type)));
      }),
      { numRuns: 1500 },
    );
  });
}

function ours(standard: Standard, type: string, object: JsonObject): boolean {
  const context = newContext();
  const sound = (standard.objectSchema(type) ?? standard.customObject)(object, context);
  const errors = context.findings.filter(({ severity }) => severity === 'error');
  assert.equal(sound, errors.length === 0, 'the verdict and the findings belong together');
  return sound;
}

function ajvOf(
  files: ReadonlyMap<string, JsonObject>,
  version: string,
): (object: JsonObject, type?: string) => boolean {
  const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, allowUnionTypes: true });
  for (const keyword of ['x-section', 'x-rule', 'x-expects', 'x-message', 'x-vocabulary', 'x-refers-to'])
    ajv.addKeyword(keyword);
  for (const [name, format] of Object.entries(FORMATS))
    ajv.addFormat(name, (value: string) => format(value) === undefined);
  for (const schema of files.values()) ajv.addSchema(schema);
  return (object, type = String(object.type)) => {
    const path = [...files.keys()].find((candidate) => candidate.endsWith(`/${type}.json`)) ?? 'custom-object.json';
    const validate = ajv.getSchema(`https://entente.example/schemas/stix-${version}/${path}`) as
      | ValidateFunction
      | undefined;
    assert.ok(validate, path);
    return validate(object);
  };
}

/** Replaces, removes or adds a value somewhere in an object. */
function mutate(
  object: JsonObject,
  { where, action, name, value }: typeof mutation extends fc.Arbitrary<infer T> ? T : never,
): JsonObject {
  const places = containers(object);
  const [container, key] = places[where % places.length] ?? [object as Record<string, unknown>, 'type'];
  if (action === 'remove') delete container[key];
  else if (action === 'replace') container[key] = value;
  else Object.defineProperty(container, name, { value, enumerable: true, configurable: true, writable: true });
  // Lists with holes are no JSON.
  return JSON.parse(JSON.stringify(object)) as JsonObject;
}

function containers(value: unknown): [Record<string, unknown>, string][] {
  if (Array.isArray(value)) return value.flatMap(containers);
  if (!isObject(value)) return [];
  const own = Object.keys(value).map((key): [Record<string, unknown>, string] => [
    value as Record<string, unknown>,
    key,
  ]);
  return [...own, ...Object.values(value).flatMap(containers)];
}

function read(name: string): readonly JsonObject[] {
  return JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8')) as readonly JsonObject[];
}
