import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deterministicId } from '../../../src/stix/deterministic-id.ts';
import type { JsonObject } from '../../../src/stix/json.ts';
import { validate } from '../../../src/stix/validate.ts';
import { MUSTS, SHOULDS, type Variant } from './variants.ts';

const OBJECTS = JSON.parse(
  readFileSync(new URL('../../../fixtures/stix/schema/objects.json', import.meta.url), 'utf8'),
) as readonly JsonObject[];

for (const [severity, variants] of [
  ['error', MUSTS],
  ['warning', SHOULDS],
] as const) {
  for (const variant of variants) {
    const [check, rule, type, changes] = variant;
    test(`${check}: ${type} with ${JSON.stringify(changes).slice(0, 90)} has the ${severity} ${rule}`, () => {
      const base = baseOf(variant);
      assert.ok(!validate(base).some((finding) => finding.rule === rule), 'the object without the changes has it too');
      const found = validate(strip({ ...base, ...changes }));
      const said = found.map((finding) => `${finding.severity} ${finding.rule}`);
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

function baseOf([, , type]: Variant): JsonObject {
  if (type === 'bundle') return { type, id: `bundle--${UUID}`, objects: OBJECTS.slice(0, 2) };
  const base = OBJECTS.find((object) => object.type === type) ?? CUSTOM;
  const {
    extensions: _,
    external_references: _references,
    granular_markings: _markings,
    mime_type: _media,
    ...rest
  } = base;
  return base === CUSTOM ? base : { ...rest, id: deterministicId(rest) ?? String(rest.id) };
}

const UUID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const TIME = '2024-03-01T09:00:00.000Z';
const CUSTOM: JsonObject = {
  ...{ type: 'x-acme-thing', spec_version: '2.1', id: `x-acme-thing--${UUID}`, created: TIME, modified: TIME },
  ...{ size_of_it: 1, extensions: { [`extension-definition--${UUID}`]: { extension_type: 'new-sdo' } } },
};

/** A change to undefined takes a property away. */
function strip(object: Record<string, unknown>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject;
}
