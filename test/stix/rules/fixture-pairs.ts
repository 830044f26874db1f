import { readdirSync, readFileSync } from 'node:fs';
import type { JsonObject } from '../../../src/stix/json.ts';

const FOLDER = new URL('../../../fixtures/stix/rules/', import.meta.url);

/** Rules that an invalid fixture cannot but break too. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  'relationship-source-type': ['relationship-type-listed'],
  'relationship-target-type': ['relationship-type-listed'],
  'container-key': ['deprecated-property'],
  'container-reference': ['deprecated-property'],
  'new-object-common-properties': ['required-property'],
  'custom-object-prefix': ['custom-object'],
  'custom-object-content': ['custom-object'],
  'custom-property-prefix': ['custom-property'],
  'custom-extension-prefix': ['custom-extension'],
};

/** Two objects of which one keeps a rule and the other breaks it. */
export interface FixturePair {
  readonly rule: string;
  readonly valid: JsonObject;
  readonly invalid: JsonObject;
  /** Every rule that the invalid object breaks, sorted. */
  readonly broken: readonly string[];
}

export function fixturePairs(): FixturePair[] {
  const names = readdirSync(FOLDER);
  const rules = new Set(names.map((name) => name.replace(/\.(?:in)?valid\.json$/, '')));
  return [...rules].map((rule) => ({
    rule,
    valid: read(`${rule}.valid.json`),
    invalid: read(`${rule}.invalid.json`),
    broken: [rule, ...(ALSO[rule] ?? [])].sort(),
  }));
}

function read(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as JsonObject;
}
