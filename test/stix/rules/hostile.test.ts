import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject, type Json, type JsonObject } from '../../../src/stix/json.ts';
import { RULES, runRules } from '../../../src/stix/rules/index.ts';
import { PROPERTIES } from '../../../src/stix/rules/properties.ts';
import { fixturePairs } from './fixture-pairs.ts';

const TYPES = [...PROPERTIES.keys()];
const MEGABYTE = 1 << 20;
const MOST_OF_ONE_RULE = 20;

test('any JSON under any property of any type is looked at without an exception', () => {
  const type = fc.constantFrom(...TYPES, 'x-acme-sensor', '__proto__', 'constructor', '');
  fc.assert(
    fc.property(type, fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 1, maxLength: 5 }), (name, values) => {
      const properties = [...(PROPERTIES.get(name) ?? PROPERTIES.get('file') ?? [])];
      const object: Record<string, unknown> = Object.fromEntries(
        properties.map((property, index) => [property, values[index % values.length]]),
      );
      count({ ...object, type: name } as JsonObject);
    }),
    { numRuns: 300 },
  );
});

test('any value in any place of an object that a rule looks at is looked at without an exception', () => {
  const odd: readonly Json[] = [
    null,
    true,
    -1,
    '',
    'x',
    [],
    [null],
    {},
    JSON.parse('{"__proto__": {"a": [1]}}') as Json,
  ];
  for (const { valid } of fixturePairs()) {
    for (const value of odd) for (const changed of replacements(valid, value)) count(changed as JsonObject);
  }
});

test('texts of a megabyte are looked at wherever a text may stand', () => {
  const texts = ['a', 'A', '.', '-', '_', '[', '0.', 'a-', '\ud83d', 'x_', 'hxxp:'].map((part) =>
    part.repeat(MEGABYTE / part.length),
  );
  for (const { valid } of fixturePairs()) {
    for (const [index, text] of texts.entries()) {
      const changed = [...replacements(valid, text)][index % 12];
      if (changed !== undefined) count(changed as JsonObject);
    }
  }
});

test('a rule that finds the same thing a million times reports it some times', () => {
  const many = <Item>(item: Item): Item[] => Array.from({ length: 200_000 }, () => item);
  const phases = many({ kill_chain_name: 'X', phase_name: 'Y Z', odd: 1 });
  const objects: JsonObject[] = [
    { type: 'attack-pattern', kill_chain_phases: phases, external_references: many({ source_name: 'a', url: 'b' }) },
    {
      type: 'report',
      object_refs: many('bundle--x'),
      granular_markings: many({ selectors: ['a.b'], marking_ref: 'x--y' }),
    },
    { type: 'bundle', objects: many({ type: 'url', id: 'url--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f' }) },
    { type: 'network-traffic', protocols: many('NO SUCH') },
    { type: 'file', extensions: { 'ntfs-ext': { alternate_data_streams: many({ hashes: { nohash: '1' }, odd: 1 }) } } },
    { type: 'email-message', body_multipart: many({ body_raw_ref: 'url--x', odd: 1 }) },
    {
      type: 'observed-data',
      objects: Object.fromEntries(many('k').map((k, i) => [k + i, { type: 'file', parent_directory_ref: 'x' }])),
    },
    Object.fromEntries([
      ['type', 'campaign'],
      ...many('name').map((name, index) => [`${name}_${index}_ref`, 1]),
    ]) as JsonObject,
  ];
  for (const object of objects) {
    const reports = count(object);
    assert.ok(reports.size > 0, String(object.type));
    // The observables inside observed data are objects of their own.
    if (object.type !== 'observed-data')
      for (const [rule, times] of reports) assert.ok(times <= MOST_OF_ONE_RULE, rule);
  }
});

test('every rule of a type is run on it, and only those', () => {
  const seen = count({ type: 'x-acme-sensor', id: 'tool--1' });
  for (const id of seen.keys()) assert.equal(RULES.find((rule) => rule.id === id)?.types, undefined, id);
});

/** How often each rule reports; the reports are well formed. */
function count(object: JsonObject): Map<string, number> {
  const reports = new Map<string, number>();
  runRules(object, 'strict', ({ id }, path, message) => {
    assert.match(path.slice(0, 200), /^(?:$|\/)/);
    assert.ok(message.length < 1000, `${id}: ${message.slice(0, 200)}`);
    reports.set(id, (reports.get(id) ?? 0) + 1);
  });
  return reports;
}

/** The object with one of its values, at any depth, replaced. */
function* replacements(value: Json, by: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const changed of [by, ...replacements(item, by)]) yield value.with(index, changed);
    }
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (name === 'type' || member === undefined) continue;
      for (const changed of [by, ...replacements(member, by)]) yield { ...value, [name]: changed };
    }
  }
}
