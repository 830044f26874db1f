/**
 * Writes what is made from the JSON Schemas into src/stix/generated/: TypeScript types, and the schemas of each version of
 * STIX in one file (reading some 80 takes a server 50 ms more to start). Run it after a change under schemas/.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { plainSchema, type Schema, typeName } from './plain-schema.ts';

const ROOT = new URL('../', import.meta.url);
const BANNER = '// Made by scripts/generate-types.ts from the files under schemas/. Do not edit.';
const STANDARDS = ['stix-2.1', 'stix-2.0'] as const;

/** The generated files by their path from the root of the project. */
export async function generate(): Promise<Map<string, string>> {
  const generated = new Map<string, string>();
  for (const standard of STANDARDS) {
    generated.set(`src/stix/generated/${standard}-schemas.json`, schemasOf(standard));
    generated.set(`src/stix/generated/${standard}.ts`, await typesOf(standard));
  }
  generated.set('src/stix/generated/taxii-2.1.ts', await typesOf('taxii-2.1'));
  return new Map([...generated].map(([path, content]) => [path, formatted(path, content)]));
}

function formatted(path: string, content: string): string {
  const biome = new URL('node_modules/@biomejs/biome/bin/biome', ROOT).pathname;
  return execFileSync(process.execPath, [biome, 'check', '--write', `--stdin-file-path=${path}`], {
    input: content,
    encoding: 'utf8',
  });
}

/** The schemas of a standard by their path. */
function schemasOf(standard: string): string {
  return JSON.stringify(
    Object.fromEntries(schemaPaths(standard).map((path) => [path, readSchema(`schemas/${standard}/${path}`)])),
  );
}

/** The types of a standard: one for each schema file, by its title, and unions of them. */
async function typesOf(standard: string): Promise<string> {
  const files = new Map(schemaPaths(standard).map((path) => [path, readSchema(`schemas/${standard}/${path}`)]));
  const vocabularies = standard.startsWith('stix') ? readSchema(`schemas/${standard}/vocabularies.json`) : {};
  const { definitions, objects } = plainSchema(files);
  const refer = (names: readonly string[]): Schema[] => names.map((name) => ({ $ref: `#/definitions/${name}` }));
  const root: Schema = standard.startsWith('taxii')
    ? { title: 'TaxiiResource', description: 'Any resource of TAXII.', anyOf: refer(objects), definitions }
    : {
        title: 'StixDocument',
        description: 'Whatever can be validated: an object, custom ones included, or a bundle.',
        anyOf: refer(['StixObject', 'CustomObject', 'CustomObservable', 'Bundle']),
        definitions: {
          ...definitions,
          StixObject: {
            title: 'StixObject',
            description: 'Any object that the standard defines.',
            anyOf: refer(objects),
          },
        },
      };
  const types = await compile(root, 'Root', {
    bannerComment: BANNER,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    format: false,
    strictIndexSignatures: true,
  });
  return `${types.replaceAll('unknown | undefined', 'unknown')}${Object.entries(vocabularies ?? {})
    .map(vocabularyType)
    .join('')}`;
}

/** An open vocabulary as a type: editors suggest its values, and any other text is allowed. */
function vocabularyType([name, entry]: [string, unknown]): string {
  if (typeof entry !== 'object' || entry === null || !('values' in entry) || !Array.isArray(entry.values)) return '';
  const description =
    'description' in entry && 'section' in entry ? `${entry.description} Source: ${entry.section}` : name;
  const members = [...entry.values.map((value) => `'${value}'`), '(string & {})'];
  return `\n/** ${description} */\nexport type ${typeName(name)} =\n${members.map((member) => `  | ${member}`).join('\n')};\n`;
}

/** The JSON Schemas of a standard; lists of values stand beside them. */
function schemaPaths(standard: string): string[] {
  return readdirSync(new URL(`schemas/${standard}/`, ROOT), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.json') && '$schema' in readSchema(`schemas/${standard}/${path}`))
    .sort();
}

function readSchema(path: string): Schema {
  return JSON.parse(readFileSync(new URL(path, ROOT), 'utf8')) as Schema;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [path, content] of await generate()) writeFileSync(new URL(path, ROOT), content);
}
