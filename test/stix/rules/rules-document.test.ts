import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RULES_DOCUMENT, rulesDocument } from '../../../scripts/generate-rules-doc.ts';

test('docs/rules.md lists the rules as they are (run npm run generate)', () => {
  assert.equal(readFileSync(RULES_DOCUMENT, 'utf8'), rulesDocument());
});
