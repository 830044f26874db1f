import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as client from '../../src/exchange/index.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('entente-taxii/client', () => {
  test('is this list: what is on it stays, what is added is added here', () => {
    assert.deepEqual(Object.keys(client).sort(), ['AppError', 'TaxiiClient', 'locateDiscovery']);
  });

  test('is exported by the package under that name', () => {
    const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, { default: string }> };
    assert.equal(exports['./client']?.default, './dist/src/exchange/index.js');
  });

  test('docs/client.md names every code that it throws', () => {
    const text = read('docs/client.md');
    const codes = [...read('src/errors.ts').matchAll(/'(remote\.[a-z-]+)'/g)].map((match) => match[1] as string);
    assert.ok(codes.length > 5);
    for (const code of codes) assert.ok(text.includes(`\`${code}\``), code);
  });
});
