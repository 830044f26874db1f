import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERROR_CODES } from '../../src/errors.ts';

test('docs/errors.md lists exactly the codes that there are, with their status and title', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `([^`]+)` \| (\d{3}) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
    ([, code, status, title]) => [code, { status: Number(status), title: title?.trim() }],
  );
  assert.deepEqual(Object.fromEntries(listed), ERROR_CODES);
});
