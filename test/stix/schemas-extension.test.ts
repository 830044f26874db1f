import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadExtensionSchemas } from '../../src/stix/schemas.ts';
import { validate } from '../../src/stix/validate.ts';
import { TREND_EXTENSION } from '../../src/trends/extension.ts';

const NESTED = 'extension-definition--11111111-5a1b-4c2d-8e3f-0123456789ab';
const TOP = 'extension-definition--22222222-5a1b-4c2d-8e3f-0123456789ab';
const UNKNOWN = 'extension-definition--33333333-5a1b-4c2d-8e3f-0123456789ab';
const TIME = '2024-03-01T09:00:00.000Z';
const OBJECT = {
  ...{ type: 'vulnerability', spec_version: '2.1', id: 'vulnerability--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f' },
  ...{ created: TIME, modified: TIME, name: 'CVE-2024-3094' },
};
let directory = '';

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'entente-schemas-'));
  const rank = { $id: 'https://acme.example/rank.json', type: 'integer', minimum: 1, maximum: 5 };
  write('rank.json', rank);
  write(`${NESTED}.json`, { properties: { rank: { $ref: 'https://acme.example/rank.json' } }, required: ['rank'] });
  write(`${TOP}.json`, { properties: { toxicity: { enum: ['low', 'high'] } }, required: ['toxicity'] });
});

after(() => rmSync(directory, { recursive: true }));

test('the schema of a property extension is enforced on what stands under its id', () => {
  assert.deepEqual(findings({ extensions: { [NESTED]: { extension_type: 'property-extension', rank: 3 } } }), []);
  assert.deepEqual(findings({ extensions: { [NESTED]: { extension_type: 'property-extension', rank: 9 } } }), [
    [`/extensions/${NESTED}/rank`, `The schema of the extension ${NESTED} says of this: must be <= 5.`],
  ]);
});

test('the schema of any other extension is enforced on the whole object', () => {
  const extensions = { [TOP]: { extension_type: 'toplevel-property-extension' } };
  assert.deepEqual(findings({ toxicity: 'low', extensions }), []);
  assert.deepEqual(findings({ toxicity: 'medium', extensions }), [
    [
      '/toxicity',
      `The schema of the extension ${TOP} says of this: must be equal to one of the allowed values: ["low","high"].`,
    ],
  ]);
});

test('an extension without a schema is not looked into', () => {
  assert.deepEqual(findings({ extensions: { [UNKNOWN]: { extension_type: 'property-extension', rank: 9 } } }), []);
});

test('a directory that does not exist adds no schemas to those of our own', () => {
  assert.deepEqual([...loadExtensionSchemas(join(directory, 'none')).keys()], [TREND_EXTENSION]);
});

test('a file that is no JSON Schema stops the start and is named', () => {
  const broken = mkdtempSync(join(tmpdir(), 'entente-schemas-'));
  try {
    writeFileSync(join(broken, `${NESTED}.json`), '{"type": 5}');
    assert.throws(() => loadExtensionSchemas(broken), {
      code: 'config.invalid',
      description: new RegExp(`${NESTED}\\.json`),
    });
    writeFileSync(join(broken, `${NESTED}.json`), '{');
    assert.throws(() => loadExtensionSchemas(broken), { code: 'config.invalid' });
  } finally {
    rmSync(broken, { recursive: true });
  }
});

function findings(properties: object): [string, string][] {
  return validate({ ...OBJECT, ...properties }, { extensionSchemas: loadExtensionSchemas(directory) })
    .filter(({ rule }) => rule === 'extension-schema')
    .map(({ path, message }) => [path, message]);
}

function write(name: string, schema: object): void {
  writeFileSync(join(directory, name), JSON.stringify(schema));
}
