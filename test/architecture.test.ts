import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const SRC = new URL('../src/', import.meta.url).pathname;

/** What the files of a folder (or one file) may import, beside `errors.ts`, `time.ts` and files of the same folder. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  taxii: ['stix/json', 'sharing/model', 'store/store'],
  stix: ['sharing/model'],
  sharing: ['store/store', 'auth/secrets', 'auth/bearer', 'auth/mtls', 'stix/validate'],
  auth: ['sharing/model'],
  collections: ['sharing', 'taxii', 'stix', 'store/store', 'store/refusals'],
  ledger: ['sharing', 'collections', 'store/store', 'store/ledger', 'store/recalls'],
  store: [
    'sharing/model',
    'sharing/decide',
    'stix/same-content',
    'stix/json',
    'stix/revoke',
    'stix/words',
    'ledger/chain',
    'trends/dimensions',
    'trends/facts',
  ],
  trends: ['sharing', 'stix', 'collections', 'store/store', 'store/trends'],
  observe: ['sharing/model', 'store/store', 'store/feeds'],
  exchange: [
    'collections',
    'taxii',
    'stix',
    'sharing',
    'store/store',
    'store/feeds',
    'store/ledger',
    'store/refusals',
    'observe',
  ],
  conform: ['stix'],
  console: [
    'taxii',
    'stix',
    'sharing',
    'auth',
    'collections',
    'ledger',
    'trends',
    'store/store',
    'store/ledger',
    'store/search',
    'store/push-list',
    'store/recalls',
    'store/feeds',
  ],
  http: [
    'taxii',
    'stix',
    'sharing',
    'auth',
    'collections',
    'console',
    'ledger',
    'observe',
    'store/store',
    'store/ledger',
  ],
  cli: [
    'taxii',
    'stix',
    'sharing',
    'auth',
    'collections',
    'ledger',
    'observe',
    'store/store',
    'store/ledger',
    'store/feeds',
    'store/recalls',
    'http',
    'exchange',
    'conform',
    'trends',
    'compose',
    'config',
  ],
  'compose.ts': [
    'auth',
    'collections',
    'config',
    'exchange',
    'http',
    'ledger',
    'observe',
    'sharing',
    'stix/schemas',
    'store',
  ],
  'config.ts': [],
  'index.ts': ['compose', 'config', 'http/app', 'http/deps', 'sharing', 'store/store'],
  'main.ts': ['cli'],
};

/** The only places that import a package which the design keeps behind a border. */
const OWNERS: Readonly<Record<string, RegExp>> = {
  fastify: /^http\//,
  'better-sqlite3': /^store\/sqlite\//,
  undici: /^exchange\//,
  ajv: /^(stix\/schemas|sharing\/hub-file)\.ts$/,
  'ajv-formats': /^(stix\/schemas|sharing\/hub-file)\.ts$/,
  croner: /^sharing\/cron\.ts$/,
  commander: /^(cli\/|main\.ts)/,
  'prom-client': /^observe\//,
};

const IMPORT = /^\s*(?:import|export)\b[^'"]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

test('every import follows docs/architecture.md', () => {
  const violations: string[] = [];
  for (const file of sourceFiles()) {
    const own = relative(SRC, file);
    for (const name of importsOf(file)) {
      const complaint = name.startsWith('.') ? foreign(own, name) : unowned(own, name);
      if (complaint !== undefined) violations.push(`${own} imports ${complaint}`);
    }
  }
  assert.deepEqual(violations, []);
});

test('a planted violation is found', () => {
  assert.equal(foreign('stix/scan.ts', '../http/app.ts'), 'http/app.ts');
  assert.equal(foreign('stix/scan.ts', '../errors.ts'), undefined);
  assert.equal(unowned('cli/serve.ts', 'better-sqlite3'), 'better-sqlite3');
});

test('only config.ts reads the environment', () => {
  const readers = sourceFiles().filter((file) => /\bprocess\.env\b/.test(readFileSync(file, 'utf8')));
  assert.deepEqual(
    readers.map((file) => relative(SRC, file)),
    ['config.ts'],
  );
});

function foreign(own: string, name: string): string | undefined {
  const target = join(dirname(own), name);
  if (target === 'errors.ts' || target === 'time.ts' || target.includes('schemas/')) return undefined;
  const unit = own.includes('/') ? (own.split('/')[0] as string) : own;
  if (target.startsWith(`${unit}/`)) return undefined;
  const allowed = MAY_IMPORT[unit] ?? [];
  const fits = allowed.some((prefix) => target === `${prefix}.ts` || target.startsWith(`${prefix}/`));
  return fits ? undefined : target;
}

function unowned(own: string, name: string): string | undefined {
  const scoped = name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] as string);
  const owner = OWNERS[scoped];
  return owner === undefined || owner.test(own) ? undefined : name;
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}

function sourceFiles(): string[] {
  return readdirSync(SRC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}
