import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isObject, type JsonObject } from '../../src/stix/json.ts';
import { META_TYPES, SCO_TYPES, SDO_TYPES, SRO_TYPES } from '../../src/stix/object-key.ts';
import { compiler } from '../../src/stix/schema/compile.ts';
import { newContext } from '../../src/stix/schema/context.ts';
import { SCHEMA_RULES } from '../../src/stix/schema/rules.ts';
import { FILES_20, FILES_21, STIX_21 } from '../../src/stix/standards.ts';
import { validate } from '../../src/stix/validate.ts';

const FIXTURES = new URL('../../fixtures/stix/schema/', import.meta.url);
const TYPES = [...SDO_TYPES, ...SRO_TYPES, ...SCO_TYPES, ...META_TYPES];
const LIBRARIES = [
  ['2.1', FILES_21],
  ['2.0', FILES_20],
] as const;

interface RuleFixture {
  readonly rule: string;
  readonly path: string;
  readonly valid: JsonObject;
  readonly invalid: JsonObject;
}

const objects = read('objects.json') as unknown as readonly JsonObject[];
const objects20 = read('objects-2.0.json') as unknown as readonly JsonObject[];
const ruleFixtures = readdirSync(new URL('rules/', FIXTURES)).map(
  (name) => read(`rules/${name}`) as unknown as RuleFixture,
);

test('there is one schema for each of the 42 types of STIX 2.1', () => {
  const files = [...FILES_21.keys()].filter((path) => /^(?:sdos|sros|scos|meta)\//.test(path));
  assert.deepEqual(files.map((path) => path.replace(/^\w+\/|\.json$/g, '')).sort(), [...TYPES].sort());
  for (const type of TYPES) assert.ok(STIX_21.objectSchema(type), type);
});

for (const [version, files] of LIBRARIES) {
  test(`every schema of STIX ${version} has an id that is its place, a title, a description and the section it is from`, () => {
    for (const [path, schema] of files) {
      assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema', path);
      assert.equal(schema.$id, `https://entente.example/schemas/stix-${version}/${path}`, path);
      for (const keyword of ['title', 'description'])
        assert.equal(typeof schema[keyword], 'string', `${path} ${keyword}`);
      assert.match(String(schema['x-section']), /^STIX 2\.[01] (?:part \d )?§[\d.]+$/, path);
    }
  });

  test(`every condition in the schemas of STIX ${version} says in words what is wrong`, () => {
    for (const [path, schema] of files) {
      for (const node of nodes(schema)) {
        const conditions = ['not', 'anyOf', 'if'].filter((keyword) => node[keyword] !== undefined);
        const worded = node['x-message'] !== undefined && node['x-rule'] !== undefined;
        // What stands inside a condition is only tried, so it needs no words of its own.
        assert.ok(conditions.length === 0 || worded || node.anyOf !== undefined, `${path}: ${JSON.stringify(node)}`);
        if (typeof node.pattern === 'string' && node.type !== undefined)
          assert.ok(node['x-expects'] ?? node.format ?? node['x-message'], `${path}: ${node.pattern}`);
      }
    }
  });

  test(`names that a schema of STIX ${version} lists are property names, so that they need no check`, () => {
    for (const [path, schema] of files) {
      if (path === 'common/hashes.json') continue;
      for (const node of nodes(schema)) {
        const names = Object.keys(isObject(node.properties) ? node.properties : {});
        const wrong = names.filter(
          (name) => !/^(?:[a-z][a-z0-9_]{2,249}|id|extension-definition--.+|[a-z-]+-ext)$/.test(name),
        );
        assert.deepEqual(wrong, [], path);
      }
    }
  });
}

test('a keyword that is not checked cannot be in a schema', () => {
  const files = new Map<string, JsonObject>([['a.json', { type: 'object', maxProperties: 3 }]]);
  assert.throws(() => compiler({ files, vocabularies: new Map() })('a.json'), /maxProperties is not checked/);
});

test('every rule of the schemas is listed once, and nothing else is', () => {
  const listed = SCHEMA_RULES.map(({ id }) => id);
  assert.equal(new Set(listed).size, listed.length);
  const stated = LIBRARIES.flatMap(([, files]) => [...files].flatMap(([, schema]) => [...nodes(schema)]))
    .flatMap((node) => [node['x-rule'], node['x-vocabulary']])
    .filter((rule) => typeof rule === 'string');
  assert.deepEqual(
    [...new Set(stated)].filter((rule) => !listed.includes(rule)),
    [],
  );
  for (const { id, summary, hint } of SCHEMA_RULES) {
    assert.match(`${id} ${summary}`, /^[a-z0-9-]+ \S.*\.$/);
    assert.match(hint, /^\S.*\.$/, id);
  }
});

for (const object of objects) {
  test(`a ${object.type} with all its properties has no error`, () => assert.deepEqual(errors(object), []));
}

for (const object of objects20) {
  test(`a ${object.type} of STIX 2.0 has no finding`, () => {
    assert.deepEqual(validate(object, { versions: ['2.0'] }), []);
  });
}

test('the complete objects have every property that the schemas know', () => {
  for (const type of TYPES) {
    const known = propertiesOf(type);
    const used = new Set(objects.filter((object) => object.type === type).flatMap((object) => Object.keys(object)));
    // These exclude others, or are on no object that must stay as it is.
    for (const name of ['objects', 'url', 'body', 'created_by_ref', 'external_references', 'object_marking_refs'])
      used.add(name);
    for (const name of ['granular_markings', 'extensions', 'definition', 'revoked', 'labels', 'confidence'])
      used.add(name);
    assert.deepEqual(
      [...known].filter((name) => !used.has(name)),
      [],
      type,
    );
  }
});

for (const { rule, path, valid, invalid } of ruleFixtures) {
  test(`${rule}: the valid fixture passes, the invalid one has this finding at ${path || 'the object'}`, () => {
    assert.deepEqual(errors(valid), []);
    assert.deepEqual(
      validate(valid).filter((finding) => finding.rule === rule),
      [],
    );
    const found = validate(invalid).filter((finding) => finding.rule === rule);
    assert.deepEqual(
      found.map((finding) => finding.path),
      [path],
    );
    const severity = SCHEMA_RULES.find(({ id }) => id === rule)?.severity;
    assert.equal(found[0]?.severity, severity);
  });
}

test('every rule of the schemas has fixtures, but those that one object cannot show', () => {
  const elsewhere = [
    'object-required',
    'nesting-depth',
    'member-count',
    'bundle-in-bundle',
    'extension-schema',
    'file-encryption',
  ];
  const shown = new Set([...ruleFixtures.map(({ rule }) => rule), ...elsewhere]);
  const missing = SCHEMA_RULES.map(({ id }) => id).filter((id) => !shown.has(id) && !id.endsWith('-ov'));
  assert.deepEqual(missing, []);
});

test('a value that an open vocabulary does not list is a warning that suggests the nearest', () => {
  const tool = objects.find(({ type }) => type === 'tool') ?? {};
  const [finding] = validate({ ...tool, tool_types: ['remote_access'] });
  assert.equal(finding?.severity, 'warning');
  assert.equal(finding?.message, '"remote_access" is not listed in tool-type-ov; did you mean "remote-access"?');
});

test('a misspelt value of an enumeration is an error that suggests the nearest', () => {
  const context = newContext();
  const opinion = objects.find(({ type }) => type === 'opinion') ?? {};
  STIX_21.objectSchema('opinion')?.({ ...opinion, opinion: 'Strongly Agree' }, context);
  assert.match(String(context.findings[0]?.message), /Did you mean "strongly-agree"\?$/);
});

function errors(object: JsonObject): object[] {
  return validate(object).filter(({ severity }) => severity === 'error');
}

function propertiesOf(type: string): Set<string> {
  const path = [...FILES_21.keys()].find((candidate) => candidate.endsWith(`/${type}.json`)) ?? '';
  const schema = FILES_21.get(path) ?? {};
  const bases = ['common/versioned-object.json', 'common/cyber-observable.json'].filter((base) =>
    JSON.stringify(schema.allOf ?? []).includes(base),
  );
  return new Set(
    [schema, ...bases.map((base) => FILES_21.get(base) ?? {})].flatMap(({ properties }) =>
      Object.keys(properties ?? {}),
    ),
  );
}

/** Every object in a schema, outside the conditions that are only tried. */
function* nodes(value: unknown): Generator<JsonObject> {
  if (Array.isArray(value)) for (const item of value) yield* nodes(item);
  if (!isObject(value)) return;
  yield value;
  for (const [name, member] of Object.entries(value)) {
    if (!['not', 'anyOf', 'if', 'then', 'else'].includes(name)) yield* nodes(member);
  }
}

function read(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8')) as JsonObject;
}
