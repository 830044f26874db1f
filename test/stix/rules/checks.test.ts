import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deterministicId } from '../../../src/stix/deterministic-id.ts';
import type { JsonObject } from '../../../src/stix/json.ts';
import { validate } from '../../../src/stix/validate.ts';

/** A check or a code of the OASIS validator, the rule of ours that answers it, a type, and what breaks it. */
interface Variant {
  readonly check: string;
  readonly rule: string;
  readonly type: string;
  readonly change: JsonObject;
  readonly remove?: readonly string[];
}

const FIXTURES = new URL('../../../fixtures/stix/', import.meta.url);
const OBJECTS = read<readonly JsonObject[]>('schema/objects.json');
const { must, should } = read<{ must: Variant[]; should: Variant[] }>('checks.json');

for (const [severity, variants] of [
  ['error', must],
  ['warning', should],
] as const) {
  for (const { check, rule, type, change, remove = [] } of variants) {
    const what = `${JSON.stringify(change).slice(0, 90)}${remove.length > 0 ? ` without ${remove.join(', ')}` : ''}`;
    test(`${check}: ${type} with ${what} has the ${severity} ${rule}`, () => {
      const base = baseOf(type);
      assert.ok(!validate(base).some((finding) => finding.rule === rule), 'the object without the changes has it too');
      const kept = Object.entries({ ...base, ...change }).filter(([name]) => !remove.includes(name));
      const said = validate(Object.fromEntries(kept)).map((finding) => `${finding.severity} ${finding.rule}`);
      assert.ok(said.includes(`${severity} ${rule}`), `found ${said.join(', ') || 'nothing'}`);
      // What breaks a SHOULD only is taken.
      if (severity === 'warning')
        assert.deepEqual(
          said.filter((line) => line.startsWith('error')),
          [],
        );
    });
  }
}

const UUID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const TIME = '2024-03-01T09:00:00.000Z';
const CUSTOM: JsonObject = {
  ...{ type: 'x-acme-thing', spec_version: '2.1', id: `x-acme-thing--${UUID}`, created: TIME, modified: TIME },
  ...{ size_of_it: 1, extensions: { [`extension-definition--${UUID}`]: { extension_type: 'new-sdo' } } },
};

/** A sound object of a type with most of its own properties. */
function baseOf(type: string): JsonObject {
  if (type === 'bundle') return { type, id: `bundle--${UUID}`, objects: OBJECTS.slice(0, 2) };
  const found = OBJECTS.find((object) => object.type === type);
  if (!found) return CUSTOM;
  const {
    extensions: _,
    external_references: _references,
    granular_markings: _markings,
    mime_type: _media,
    ...base
  } = found;
  return { ...base, id: deterministicId(base) ?? String(base.id) };
}

function read<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8')) as Content;
}
