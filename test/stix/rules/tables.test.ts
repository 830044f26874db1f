import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classOfType } from '../../../src/stix/rules/classes.ts';
import { PREDEFINED_EXTENSIONS, PROPERTIES, placesOf } from '../../../src/stix/rules/properties.ts';
import { REFERENCES } from '../../../src/stix/rules/reference-table.ts';
import { itemsOf, membersOf, type Schema, schemaOf, whole } from './schema-files.ts';

const TYPES = [...PROPERTIES.keys()].filter((type) => type !== 'bundle');

test('the properties of every type are those of its schema', () => {
  for (const type of TYPES) {
    assert.deepEqual(sorted(PROPERTIES.get(type)), sorted(membersOf(schemaOf(type)).keys()), type);
  }
});

test('the predefined extensions of every type are those of its schema', () => {
  for (const type of TYPES) {
    const extensions = membersOf(schemaOf(type)).get('extensions');
    const names = extensions ? [...membersOf(extensions).keys()] : [];
    const predefined = names.filter((name) => !name.startsWith('extension-definition--'));
    assert.deepEqual(sorted(PREDEFINED_EXTENSIONS.get(type)), sorted(predefined), type);
  }
});

test('the places inside objects have the properties of their schemas', () => {
  for (const type of TYPES) {
    for (const { steps, properties } of placesOf(type)) {
      let schema: Schema | undefined = schemaOf(type);
      for (const step of steps) schema = schema && (step === '*' ? itemsOf(schema) : membersOf(schema).get(step));
      assert.ok(schema, `${type} ${steps.join('.')}`);
      assert.deepEqual(sorted(properties), sorted(membersOf(schema).keys()), `${type} ${steps.join('.')}`);
    }
  }
});

test('every reference that a schema has is checked for the types that it may name', () => {
  let found = 0;
  for (const type of TYPES) {
    for (const [path, targets] of references(schemaOf(type), [])) {
      const rule = REFERENCES.find((entry) => (entry.types?.includes(type) ?? true) && entry.path === path);
      assert.ok(rule, `${type} ${path}`);
      const { types, classes } = rule.targets;
      assert.deepEqual(types ?? classes, CLASSES[targets.join()] ?? targets, `${type} ${path}`);
      found++;
    }
  }
  assert.ok(found > 100, `only ${found} references in the schemas`);
});

test('references name types of the standard', () => {
  for (const { types = [], targets } of REFERENCES) {
    for (const type of [...types, ...(targets.types ?? [])]) assert.ok(classOfType(type), type);
  }
});

const CLASSES: Readonly<Record<string, readonly string[]>> = {
  'any-object': ['domain', 'relationship', 'observable', 'meta'],
  'any-sco': ['observable'],
  'any-sdo': ['domain'],
  'any-sdo,any-sco': ['domain', 'observable'],
  'any-sco,relationship,sighting': ['observable', 'relationship'],
};

/** The places with references, as the table writes them, and what the schema says that they may name. */
function* references(given: Schema, path: readonly string[]): Generator<[string, readonly string[]]> {
  const targets = whole(given).schema['x-refers-to'];
  if (Array.isArray(targets)) yield [path.join('.'), targets.map(String)];
  if (path.length > 4) return;
  for (const [name, member] of membersOf(given)) yield* references(member, [...path, name]);
  const items = itemsOf(given);
  if (items) yield* references(items, whole(items).schema['x-refers-to'] === undefined ? [...path, '*'] : path);
}

function sorted(names: Iterable<string> | undefined): string[] {
  return [...(names ?? [])].sort();
}
