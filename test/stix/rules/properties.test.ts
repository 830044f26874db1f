import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/stix/json.ts';
import { validate } from '../../../src/stix/validate.ts';
import { TYPES, validObject } from './arbitrary.ts';
import { fixturePairs } from './fixture-pairs.ts';

for (const type of TYPES) {
  test(`any valid ${type} has no finding`, () => {
    fc.assert(
      fc.property(validObject(type), (object) => {
        assert.deepEqual(validate(object, { level: 'strict' }), []);
      }),
      { numRuns: 40 },
    );
  });
}

// What breaks a rule breaks it whatever else the object has: the invalid fixture laid over any valid object of its type.
for (const { rule, valid, invalid } of fixturePairs()) {
  const type = String(invalid.type);
  if (!TYPES.includes(type)) continue;
  test(`${rule}: found in any ${type} that breaks it`, () => {
    fc.assert(
      fc.property(validObject(type), (object) => {
        const mutated = overlaid(object, valid, invalid);
        const found = validate(mutated, { level: 'strict' }).map((finding) => finding.rule);
        assert.ok(found.includes(rule), JSON.stringify(mutated));
      }),
      { numRuns: 15 },
    );
  });
}

/** What keeps the rule that a user account without it breaks. */
const CONTRIBUTING = ['user_id', 'account_login', 'account_type'];

/** Everything of the invalid fixture, and nothing of what only the valid one has. */
function overlaid(object: JsonObject, valid: JsonObject, invalid: JsonObject): JsonObject {
  const absent = Object.keys(valid).filter((name) => !Object.hasOwn(invalid, name));
  const kept = Object.entries(object).filter(([name]) => ![...absent, ...CONTRIBUTING].includes(name));
  return { ...Object.fromEntries(kept), ...invalid };
}
