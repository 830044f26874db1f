import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

// The package as others get it: built, and resolved by its name and the `exports` of package.json.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
let project = '';

before(() => {
  project = mkdtempSync(join(tmpdir(), 'entente-package-'));
  const installed = join(project, 'node_modules/entente-taxii');
  mkdirSync(installed, { recursive: true });
  execFileSync(process.execPath, [TSC, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(installed, 'dist')]);
  copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'));
  writeFileSync(join(project, 'package.json'), '{"type": "module"}');
});

after(() => rmSync(project, { recursive: true, force: true }));

test('a program that uses entente-taxii/stix validates, reads patterns and makes ids', () => {
  write('program.js', PROGRAM);
  const output = execFileSync(process.execPath, [join(project, 'program.js')], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(output), {
    rules: ['indicator-name-description', 'pattern-syntax'],
    refused: true,
    kind: 'observation',
    id: 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4',
    listed: true,
  });
});

test('a program that uses entente-taxii/client gets the client, and TypeScript its types', () => {
  write('poll.js', CLIENT);
  assert.equal(execFileSync(process.execPath, [join(project, 'poll.js')], { encoding: 'utf8' }), 'config.invalid\n');
  write('poll.ts', CLIENT_TYPED);
  assert.equal(compile('poll.ts', 'node'), '');
});

test('a TypeScript project gets the types of STIX objects, findings and pattern trees', () => {
  write('typed.ts', TYPED);
  assert.deepEqual(compile('typed.ts'), '');
  write('wrong.ts', TYPED.replace("'malicious-activity'", '5'));
  assert.match(compile('wrong.ts'), /wrong\.ts\(\d+,\d+\): error TS2322/);
});

/** What the compiler says of a file of a strict project, without the types of Node unless they are named. */
function compile(file: string, types = ''): string {
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'esnext',
    '--ignoreConfig',
    '--types',
    types,
  ];
  if (types !== '') flags.push('--typeRoots', join(ROOT, 'node_modules/@types'));
  return spawnSync(process.execPath, [TSC, ...flags, file], { cwd: project, encoding: 'utf8' }).stdout;
}

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

const PROGRAM = `
import { deterministicId, parsePattern, refuses, validate, VOCABULARIES } from 'entente-taxii/stix';
const time = '2024-03-01T09:00:00.000Z';
const found = validate({
  type: 'indicator', spec_version: '2.1', id: 'indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f',
  created: time, modified: time, valid_from: time, pattern_type: 'stix', pattern: '[file:size = ]',
});
const read = parsePattern("[ipv4-addr:value = '198.51.100.3']");
console.log(JSON.stringify({
  rules: found.map(({ rule }) => rule).sort(),
  refused: refuses(found, 'standard'),
  kind: read.pattern.root.kind,
  id: deterministicId({ type: 'ipv4-addr', value: '198.51.100.3' }),
  listed: VOCABULARIES.get('malware-type-ov').values.includes('worm'),
}));
`;

const CLIENT = `
import { TaxiiClient } from 'entente-taxii/client';
try {
  new TaxiiClient({ url: 'ftp://x' });
} catch (error) {
  console.log(error.code);
}
`;

const CLIENT_TYPED = `
import { type AppError, type ObjectPage, type Position, TaxiiClient } from 'entente-taxii/client';
export async function poll(from: Position): Promise<Position> {
  await using client = new TaxiiClient({ url: 'https://taxii.example/', auth: { user: 'u', password: 'p' } });
  for await (const page of client.objects({ root: '/api/', collection: 'c' }, { from, types: ['malware'] })) {
    const counted: ObjectPage = page;
    for await (const { text } of counted.objects()) JSON.parse(text);
    from = page.position;
  }
  return from;
}
export const code = (error: AppError): string => error.code;
`;

const TYPED = `
import { type Bundle, type Finding, type Indicator, parsePattern, type Stix20, type ValidateOptions, validate } from 'entente-taxii/stix';
const time = '2024-03-01T09:00:00.000Z';
const indicator: Indicator = {
  type: 'indicator', spec_version: '2.1', id: 'indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f',
  created: time, modified: time, valid_from: time, pattern_type: 'stix', pattern: '[file:size = 1]',
  indicator_types: ['malicious-activity'], x_acme_score: 5,
};
const bundle: Bundle = { type: 'bundle', id: 'bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f', objects: [indicator] };
const options: ValidateOptions = { level: 'strict', versions: ['2.1'] };
const found: Finding[] = validate(bundle, options);
const read = parsePattern(indicator.pattern);
export const report: string = 'error' in read ? read.error.message : read.pattern.root.kind;
export const old: Stix20.Indicator | undefined = undefined;
export const paths: string[] = found.map((finding) => finding.path);
`;
