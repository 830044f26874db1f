import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../src/stix/json.ts';
import { newContext } from '../../src/stix/schema/context.ts';
import { STIX_21 } from '../../src/stix/standards.ts';
import { validObject } from './valid-object.ts';

const complete = JSON.parse(
  readFileSync(new URL('../../fixtures/stix/schema/objects.json', import.meta.url), 'utf8'),
) as readonly JsonObject[];
const RUNS = { numRuns: 60 };

for (const sample of complete) {
  const schema = STIX_21.objectSchema(String(sample.type));
  if (!schema) continue;
  const objects = validObject(sample);
  const findings = (object: unknown) => {
    const context = newContext();
    schema(object, context);
    return context.findings;
  };

  test(`any ${sample.type} that the standard allows passes its schema`, () => {
    fc.assert(
      fc.property(objects, (object) => assert.deepEqual(findings(object), [])),
      RUNS,
    );
  });

  test(`any ${sample.type} with one fault fails with the rule of that fault`, () => {
    const faults = fc.constantFrom<readonly [string, (object: JsonObject) => unknown]>(
      ['required-property', ({ id: _, ...others }) => others],
      ['identifier-format', (object) => ({ ...object, id: `${object.type}--1` })],
      ['identifier-type', (object) => ({ ...object, id: String(object.id).replace(String(object.type), 'x-acme') })],
      ['spec-version', (object) => ({ ...object, spec_version: '2.2' })],
      ['null-value', (object) => ({ ...object, x_acme_name: null })],
      ['empty-list', (object) => ({ ...object, x_acme_names: [] })],
      ['property-name', (object) => ({ ...object, 'x-acme': 1 })],
      ['value-type', (object) => ({ ...object, object_marking_refs: 'marking-definition' })],
      ['selector-format', (object) => ({ ...object, granular_markings: [{ lang: 'en', selectors: ['a b'] }] })],
    );
    fc.assert(
      fc.property(objects, faults, (object, [rule, break_]) => {
        // What a fixed marking may not have at all is another fault.
        fc.pre(object.definition_type !== 'tlp' || ['identifier-format', 'spec-version'].includes(rule));
        const found = findings(break_(object)).filter(({ severity }) => severity === 'error');
        assert.ok(
          found.some((finding) => finding.rule === rule),
          JSON.stringify(found),
        );
      }),
      RUNS,
    );
  });
}
