import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generate } from '../../scripts/generate-types.ts';
import type { Bundle, Indicator, Stix20, StixObject, Taxii } from '../../src/stix/index.ts';
import { refuses, validate } from '../../src/stix/index.ts';

const ROOT = new URL('../../', import.meta.url);
const FOLDER = 'src/stix/generated/';

test('what is generated from the schemas is up to date (npm run generate)', async () => {
  const generated = await generate();
  assert.deepEqual(
    readdirSync(new URL(FOLDER, ROOT)).sort(),
    [...generated.keys()].map((path) => path.replace(FOLDER, '')).sort(),
  );
  for (const [path, content] of generated) {
    assert.equal(readFileSync(new URL(path, ROOT), 'utf8'), content, `${path} is stale: run npm run generate`);
  }
});

test('objects typed by the generated types are valid', () => {
  const indicator: Indicator = {
    type: 'indicator',
    spec_version: '2.1',
    id: 'indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f',
    created: '2024-03-01T09:00:00.000Z',
    modified: '2024-03-01T09:00:00.000Z',
    indicator_types: ['malicious-activity'],
    pattern: "[url:value = 'https://example.com/']",
    pattern_type: 'stix',
    valid_from: '2024-03-01T09:00:00Z',
    x_acme_rank: 3,
  };
  const object: StixObject = indicator;
  const bundle: Bundle = {
    type: 'bundle',
    id: 'bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f',
    objects: [{ ...object }],
  };
  assert.equal(refuses(validate(bundle), 'standard'), false);
  const envelope: Taxii.Envelope = { more: false };
  const old: Stix20.Tool['labels'] = ['remote-access'];
  assert.ok(envelope && old);
});
