import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject, type JsonObject } from '../../src/stix/json.ts';
import { refuses, validate } from '../../src/stix/validate.ts';

const TIME = '2024-03-01T09:00:00.000Z';
const ID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const TIMES = { created: TIME, modified: TIME };
const MALWARE = { type: 'malware', spec_version: '2.1', id: `malware--${ID}`, ...TIMES, name: 'n', is_family: false };
const objects = JSON.parse(
  readFileSync(new URL('../../fixtures/stix/schema/objects.json', import.meta.url), 'utf8'),
) as readonly JsonObject[];

test('what is no object is one finding, whatever it is', () => {
  for (const value of [null, 5, 'malware', true, [], [MALWARE], undefined]) {
    assert.deepEqual(rules(value), ['object-required']);
  }
});

test('an object without a type is told so, and nothing else', () => {
  assert.deepEqual(rules({ id: MALWARE.id }), ['required-property']);
  assert.deepEqual(rules({ ...MALWARE, type: 5 }), ['required-property']);
});

test('a warning refuses at level strict only, an error at both', () => {
  const warned = validate({ ...MALWARE, malware_types: ['clipper'] });
  assert.deepEqual([refuses(warned, 'standard'), refuses(warned, 'strict')], [false, true]);
  const wrong = validate({ ...MALWARE, is_family: 'no' });
  assert.deepEqual([refuses(wrong, 'standard'), refuses(wrong, 'strict')], [true, true]);
  assert.deepEqual([refuses([], 'standard'), refuses([], 'strict')], [false, false]);
});

test('a finding has a JSON Pointer, a rule, a severity, a message and a section', () => {
  const [finding] = validate({ ...MALWARE, external_references: [{ source_name: 'a', url: 'x/y', 'a~/b': null }] });
  assert.deepEqual(finding, {
    path: '/external_references/0/url',
    rule: 'uri-format',
    severity: 'error',
    message: '"x/y" is not a URI: it has no scheme such as "https:".',
    section: 'STIX 2.1 §2.5',
  });
  const paths = validate({ ...MALWARE, 'a~/b': 1 }).map(({ path }) => path);
  assert.ok(paths.includes('/a~0~1b'));
});

test('a place that the schema complains of is not complained of again by a rule', () => {
  const found = validate({ ...MALWARE, created_by_ref: 'tool--1' }).filter(({ path }) => path === '/created_by_ref');
  assert.deepEqual(
    found.map(({ rule }) => rule),
    ['identifier-format'],
  );
});

test('an object of an unknown type is checked as a domain object if it has a creation time, else as an observable', () => {
  const custom = { type: 'x-acme-case', spec_version: '2.1', id: `x-acme-case--${ID}`, x_acme_name: 'n' };
  assert.deepEqual(errors(custom), []);
  assert.deepEqual(errors({ ...custom, ...TIMES }), []);
  assert.deepEqual(errors({ ...custom, created: TIME }), ['required-property']);
  const key = 'extension-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
  assert.ok(errors({ ...custom, extensions: { [key]: { extension_type: 'new-sdo' } } }).includes('required-property'));
  assert.deepEqual(errors({ ...custom, created: TIME, extensions: { [key]: { extension_type: 'new-sco' } } }), []);
});

test('an object without spec_version is one of STIX 2.0 only where that is allowed', () => {
  const { spec_version: _, is_family: _family, ...old } = { ...MALWARE, labels: ['worm'] };
  assert.deepEqual(errors(old), ['required-property', 'required-property']);
  assert.deepEqual(validate(old, { versions: ['2.0', '2.1'] }), []);
  assert.deepEqual(validate({ ...old, spec_version: '2.0' }, { versions: ['2.0'] }), []);
  assert.deepEqual(errors({ ...old, spec_version: '2.0' }), ['required-property', 'spec-version']);
});

test('a type that STIX 2.0 does not have lacks its spec_version rather than being a custom type of 2.0', () => {
  const note = { type: 'note', id: `note--${ID}`, ...TIMES, content: 'c', object_refs: [MALWARE.id] };
  const [finding, ...others] = validate(note, { versions: ['2.0', '2.1'] });
  assert.equal(finding?.message, 'The required property "spec_version" is missing.');
  assert.deepEqual(others, []);
});

test('a bundle is checked with all that is in it', () => {
  const bundle = { type: 'bundle', id: `bundle--${ID}`, objects: [MALWARE, { ...MALWARE, is_family: 1 }, 5] };
  const found = validate(bundle).filter(({ severity }) => severity === 'error');
  assert.deepEqual(
    found.map(({ path }) => path),
    ['/objects/2', '/objects/1/is_family'],
  );
  assert.deepEqual(errors({ type: 'bundle', id: `bundle--${ID}`, objects: [] }), ['empty-list']);
  assert.deepEqual(errors({ type: 'bundle', id: `bundle--${ID}`, objects: [bundle] }), ['bundle-in-bundle']);
});

test('a bundle of STIX 2.0 says of what version its objects are', () => {
  const { spec_version: _, is_family: _family, ...old } = { ...MALWARE, labels: ['worm'] };
  assert.deepEqual(validate({ type: 'bundle', id: `bundle--${ID}`, spec_version: '2.0', objects: [old] }), []);
});

test('the pattern of an indicator of STIX 2.0 is checked as one of its time', () => {
  const old = { type: 'indicator', id: `indicator--${ID}`, ...TIMES, labels: ['benign'], valid_from: TIME };
  const found = (pattern: string): string[] =>
    validate({ ...old, pattern }, { versions: ['2.0'] }).map(({ severity, rule }) => `${severity} ${rule}`);
  assert.deepEqual(found("[process:name = 'a'] START '2024-01-01T00:00:00Z' STOP '2024-02-01T00:00:00Z'"), []);
  assert.deepEqual(found("[process:name = 'a'] REPEATS 2 TIMES REPEATS 3 TIMES"), []);
  assert.deepEqual(found("[process:name = 'a'"), ['error pattern-syntax']);
  assert.deepEqual(found("[file:name = 'a'] START 'x' STOP '2024-02-01T00:00:00Z'"), ['error pattern-timestamp']);
  assert.deepEqual(found(''), ['error pattern-empty']);
});

test('an observable in the deprecated container is checked by the schema of its type, with keys as references', () => {
  const observed = (observable: object): JsonObject => ({
    ...{ type: 'observed-data', spec_version: '2.1', id: `observed-data--${ID}`, ...TIMES },
    ...{ first_observed: TIME, last_observed: TIME, number_observed: 1 },
    objects: { 0: { type: 'directory', path: '/' }, 1: { type: 'file', name: 'a', ...observable } },
  });
  assert.deepEqual(errors(observed({ parent_directory_ref: '0' })), []);
  const [finding] = validate(observed({ size: -1 })).filter(({ severity }) => severity === 'error');
  assert.equal(finding?.path, '/objects/1/size');
});

test('numbers that no JSON parser keeps exactly, or at all, are out of range', () => {
  const traffic = (text: string): string[] =>
    errors(JSON.parse(`{"type":"process","spec_version":"2.1","id":"process--${ID}","pid":${text}}`));
  assert.deepEqual(traffic('9007199254740991'), []);
  assert.deepEqual(traffic('9007199254740993'), ['number-range']);
  assert.deepEqual(traffic('1.5'), ['value-type']);
  assert.deepEqual(traffic('1e999'), ['value-type']);
});

test('10,000 levels of nesting are one finding', () => {
  const nested = (open: string, close: string): unknown =>
    JSON.parse(`{"type":"malware","id":"malware--${ID}","x_acme":${open.repeat(10_000)}1${close.repeat(10_000)}}`);
  assert.deepEqual(rules(nested('[', ']')), ['nesting-depth']);
  assert.deepEqual(rules(nested('{"a":', '}')), ['nesting-depth']);
});

test('an object of more than 100,000 members is one finding, wherever it is', () => {
  const members = Object.fromEntries(Array.from({ length: 100_001 }, (_, index) => [`x_${index}`, index]));
  assert.deepEqual(rules({ ...MALWARE, ...members }), ['member-count']);
  assert.deepEqual(rules({ ...MALWARE, x_acme: [{ members }] }), ['member-count']);
  const { x_0: _, x_1: _one, ...fewer } = members;
  assert.ok(!rules({ ...MALWARE, x_acme: fewer }).includes('member-count'));
});

test('a list with a million faults has few findings', () => {
  const labels = Array.from({ length: 1_000_000 }, () => 5);
  assert.ok(validate({ ...MALWARE, labels }).length <= 100);
  const names = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`X${index}`, null]));
  assert.ok(validate({ ...MALWARE, ...names }).length <= 100);
  const many = Array.from({ length: 20_000 }, () => ({ type: 'malware' }));
  assert.ok(validate({ type: 'bundle', id: `bundle--${ID}`, objects: many }).length <= 2100);
  const warned = Array.from({ length: 2000 }, () => ({ ...MALWARE, malware_types: ['clipper'] }));
  const late = { type: 'bundle', id: `bundle--${ID}`, objects: [...warned, { ...MALWARE, name: 5 }] };
  assert.deepEqual(errors(late), ['value-type']);
});

test('types, ids and keys that JavaScript gives a meaning are wrong like others', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];
  for (const name of names) {
    assert.ok(rules({ ...MALWARE, type: name, id: `${name}--${ID}` }).length > 0, name);
    assert.ok(errors({ ...MALWARE, id: name }).includes('identifier-format'), name);
    assert.ok(errors({ ...MALWARE, created_by_ref: `${name}--${ID}` }).length > 0, name);
    for (const place of ['', '"extensions":', '"external_references":[', '"kill_chain_phases":[']) {
      const inner = `{${JSON.stringify(name)}:{${JSON.stringify(name)}:null}}`;
      const member = place === '' ? inner.slice(1, -1) : `${place}${inner}${place.endsWith('[') ? ']' : ''}`;
      const found = validate(JSON.parse(`{${member},${JSON.stringify(MALWARE).slice(1)}`), { level: 'strict' });
      // At the top some of them are custom properties.
      assert.ok(
        found.some(({ severity }) => severity === 'error' || place === ''),
        `${place} ${name}`,
      );
    }
  }
});

test('half a surrogate pair is an error in a text, a name, a key, a pattern and an id', () => {
  for (const half of ['\ud800', 'a\udfffb']) {
    assert.ok(errors({ ...MALWARE, description: half }).includes('lone-surrogate'));
    assert.ok(errors({ ...MALWARE, [`x_${half}`]: 1 }).length > 0);
    assert.ok(errors({ ...MALWARE, x_acme: { [half]: 1 } }).includes('lone-surrogate'));
    assert.ok(errors({ ...MALWARE, id: `malware--${half}` }).length > 0);
    assert.ok(errors({ ...MALWARE, type: half }).length > 0);
    const indicator = objects.find(({ type }) => type === 'indicator');
    assert.ok(errors({ ...indicator, pattern: `[file:name = '${half}']` }).includes('lone-surrogate'));
  }
});

test('names that JavaScript gives a meaning are names like others', () => {
  const text = JSON.stringify(MALWARE).replace(
    '{',
    '{"__proto__":{"is_family":1},"constructor":[],"toString":null,"hasOwnProperty":1,',
  );
  const found = errors(JSON.parse(text));
  assert.ok(found.includes('property-name') && found.includes('empty-list'), String(found));
  assert.deepEqual(
    errors({ ...MALWARE, external_references: [JSON.parse('{"__proto__":{"source_name":"a"}}')] }).slice(0, 1),
    ['required-property'],
  );
});

test('a text of a megabyte is judged in time in proportion to it, wherever it stands', () => {
  // What makes a backtracking pattern slow: long runs that nearly match.
  const hostile = [
    'a',
    '-',
    '0',
    'A',
    '\\',
    ':',
    '.',
    '=',
    '"',
    ' ',
    '1.',
    'a-',
    '--',
    '%20',
    '[0].',
    '\\:',
    '::',
    '?',
    '*',
    'cpe:2.3:a:',
  ];
  const longs = hostile.map((part) => part.repeat(Math.ceil(1_048_576 / part.length)));
  for (const object of objects) {
    const long = longs[objects.indexOf(object) % longs.length] ?? '';
    for (const long2 of [
      long,
      `${String(object.id).slice(0, 20)}${long}`,
      `2024-03-01T09:00:00.${'0'.repeat(1_048_576)}1Z`,
    ]) {
      assert.ok(Array.isArray(validate(withTexts(object, long2))));
    }
  }
});

test('texts of many megabytes are judged like others', () => {
  // Long enough for the engine to give up on a pattern that repeats a group.
  const long = (unit: string): string => unit.repeat((16 * 1_048_576) / unit.length);
  const errorsOf = (type: string, changes: object): string[] =>
    errors({ ...objects.find((object) => object.type === type), ...changes });
  assert.deepEqual(errorsOf('artifact', { payload_bin: long('AAAA') }), []);
  assert.deepEqual(errorsOf('artifact', { payload_bin: `${long('AAAA')}=` }), ['binary-format']);
  assert.deepEqual(errorsOf('file', { magic_number_hex: long('0a') }), []);
  assert.deepEqual(errorsOf('url', { value: `https://example.com/${long('%0a')}` }), []);
  assert.deepEqual(errorsOf('url', { value: `https://example.com/${long('%0a')}%` }), ['uri-format']);
  assert.deepEqual(errorsOf('malware', { malware_types: [`a${long('-a')}`] }), []);
  assert.deepEqual(errorsOf('malware', { lang: `en${long('-a')}` }).slice(0, 1), ['language-tag']);
  assert.deepEqual(errorsOf('malware', { type: `a${long('-a')}` }).slice(0, 1), ['text-length']);
  assert.deepEqual(errorsOf('email-addr', { value: `"${long('\\a')}"@example.com` }), ['email-address']);
  assert.deepEqual(errorsOf('software', { cpe: `cpe:2.3:a:${long('\\-')}` }), ['cpe-format']);
  const selectors = [`name${long('.a')}`];
  const marking_ref = `marking-definition--${ID}`;
  assert.ok(errorsOf('malware', { granular_markings: [{ marking_ref, selectors }] }).includes('selector-format'));
});

test('whatever the value, validate answers and never throws', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(...objects), fc.string(), (value, object, name) => {
      assert.ok(Array.isArray(validate(value)));
      const keys = Object.keys(object);
      const key = keys[name.length % keys.length] ?? 'type';
      for (const found of validate({ ...object, [key]: value })) {
        assert.deepEqual(Object.keys(found).sort(), ['message', 'path', 'rule', 'section', 'severity']);
      }
    }),
    { numRuns: 2000 },
  );
});

/** The object with every text in it replaced, but for its type. */
function withTexts(object: JsonObject, text: string): JsonObject {
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return text;
    if (Array.isArray(value)) return value.map(replace);
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replace(member)]))
      : value;
  };
  return { ...(replace(object) as JsonObject), type: object.type } as JsonObject;
}

function rules(value: unknown): string[] {
  return validate(value).map(({ rule }) => rule);
}

function errors(value: unknown): string[] {
  return validate(value)
    .filter(({ severity }) => severity === 'error')
    .map(({ rule }) => rule);
}
