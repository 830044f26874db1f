import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isObject } from '../../../src/stix/json.ts';
import { FORMATS } from '../../../src/stix/schema/formats.ts';
import { FILES_20, FILES_21 } from '../../../src/stix/standards.ts';

/** A regular expression of the project and where it is from. */
export interface Expression {
  readonly source: string;
  readonly flags: string;
  /** `schemas: scos/file.json` or a path of a source. */
  readonly from: string;
}

/** Every regular expression that looks at what others send: those of the schemas of STIX and those in the sources. */
export function expressions(): Expression[] {
  const found = new Map<string, Expression>();
  for (const expression of [...ofSchemas(), ...ofSources()]) {
    const key = `${expression.source} ${expression.flags}`;
    if (!found.has(key)) found.set(key, expression);
  }
  return [...found.values()];
}

function* ofSchemas(): Generator<Expression> {
  for (const files of [FILES_21, FILES_20]) {
    for (const [path, schema] of files) {
      for (const source of patternsIn(schema)) yield { source, flags: 'u', from: `schemas: ${path}` };
    }
  }
}

function* patternsIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* patternsIn(item);
  if (!isObject(value)) return;
  // Beside a format that we know, a pattern is for other readers of the schema.
  if (typeof value.pattern === 'string' && !(String(value.format) in FORMATS)) yield value.pattern;
  if (isObject(value.patternProperties)) yield* Object.keys(value.patternProperties);
  for (const member of Object.values(value)) yield* patternsIn(member);
}

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));
const LITERAL = /(?:[=(:,?]|return|=>)\s*\/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/([a-z]*)(?=[;,).\s])/g;

function* ofSources(): Generator<Expression> {
  for (const path of globSync('{stix,taxii}/**/*.ts', { cwd: SRC }).concat('time.ts')) {
    for (const line of readFileSync(`${SRC}${path}`, 'utf8').split('\n')) {
      if (/^\s*(?:\/\/|\*|\/\*)/.test(line)) continue;
      for (const [, source = '', flags = ''] of line.matchAll(LITERAL)) {
        if (!source.startsWith('*')) yield { source, flags, from: `src/${path}` };
      }
    }
  }
}
