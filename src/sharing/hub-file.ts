import { readFile } from 'node:fs/promises';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import schema from '../../schemas/hub.schema.json' with { type: 'json' };
import { AppError } from '../errors.ts';
import { type DocumentPath, formatPath, type HubDocument, type Problem } from './hub-document.ts';
import { checkRules } from './hub-rules.ts';

/** A hub file that was read and found sound. */
export interface HubFile {
  readonly file: string;
  readonly document: HubDocument;
  /** `file:line:column: path: message`, one each. */
  readonly warnings: readonly string[];
}

/** A hub file is written by people; a larger one is something else. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Problems that one message lists. */
const MAX_SHOWN = 50;

/**
 * Reads and checks a hub file, YAML or JSON.
 * @throws {AppError} file.unreadable, config.invalid with every problem under `details.problems`
 */
export async function readHubFile(file: string): Promise<HubFile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new AppError('file.unreadable', {
      description: `The hub file ${file} cannot be read: ${(error as Error).message}.`,
      cause: error,
    });
  }
  if (bytes.length > MAX_BYTES) throw invalid(file, [`${file}: larger than ${MAX_BYTES} bytes, so no hub file`]);
  return parseHubFile(bytes.toString('utf8'), file);
}

/**
 * @param file names the text in messages
 * @throws {AppError} config.invalid
 */
export function parseHubFile(text: string, file: string): HubFile {
  const lines = new LineCounter();
  const parsed = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    resolveKnownTags: false,
  });
  if (parsed.errors.length > 0)
    throw invalid(
      file,
      parsed.errors.map((error) => `${place(file, lines, error.pos[0])}: ${error.message}`),
    );
  const locate = (problems: readonly Problem[]): string[] =>
    problems
      .map((problem) => ({ ...problem, offset: offsetOf(parsed, problem), at: formatPath(problem.path) }))
      .sort((a, b) => a.offset - b.offset)
      .map(({ offset, at, message }) => `${place(file, lines, offset)}: ${at === '' ? '' : `${at}: `}${message}`);
  const checked = checkDocument(toJs(parsed, file));
  if ('problems' in checked) throw invalid(file, locate(checked.problems));
  const { problems, warnings } = checkRules(checked.document);
  if (problems.length > 0) throw invalid(file, locate(problems));
  return { file, document: checked.document, warnings: locate(warnings) };
}

/** Aliases that multiply beyond reason are refused by the parser here. */
function toJs(parsed: Document.Parsed, file: string): unknown {
  try {
    return parsed.toJS();
  } catch (error) {
    throw invalid(file, [`${file}: ${(error as Error).message}`]);
  }
}

function offsetOf(parsed: Document.Parsed, { path, key }: Problem): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = parsed.getIn(path.slice(0, depth), true);
    if (!isNode(node)) continue;
    if (depth === path.length && key !== undefined && isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
      if (isScalar(pair?.key)) return pair.key.range?.[0] ?? 0;
    }
    return node.range?.[0] ?? 0;
  }
  return 0;
}

function place(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
}

function invalid(file: string, problems: readonly string[]): AppError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const shown = problems.slice(0, MAX_SHOWN);
  return new AppError('config.invalid', {
    description: `The hub file ${file} has ${count}:\n${shown.join('\n')}`,
    details: { problems },
  });
}

let compiled: { readonly ajv: Ajv2020; readonly validate: ValidateFunction<HubDocument> } | undefined;

/** At the first use: most commands need no hub file, and this takes longer than they do. */
function schemaOfHubFiles(): NonNullable<typeof compiled> {
  if (compiled === undefined) {
    // That the schema is one is seen by the tests.
    const options = { allErrors: true, verbose: true, allowUnionTypes: true, discriminator: true } as const;
    const ajv = new Ajv2020({ ...options, validateSchema: false });
    compiled = { ajv, validate: ajv.compile<HubDocument>(schema) };
  }
  return compiled;
}

/** What the schema of hub files calls the parts that are also made by hand. */
export type EntryKind = 'partner' | 'credential' | 'collection' | 'agreement' | 'feed' | 'name';

/** Everything in which an entry, in the form that it has in a hub file, differs from the schema of hub files. */
export function checkEntry(kind: EntryKind, entry: unknown): Problem[] {
  const check = schemaOfHubFiles().ajv.getSchema(`${schema.$id}#/$defs/${kind}`);
  if (check === undefined) throw new Error(`The schema of hub files knows no ${kind}.`);
  if (check(entry) === true) return [];
  return (check.errors ?? []).map((error) => problemOf(error, entry));
}

/** Everything in which a value differs from the schema, or the value as a document. */
function checkDocument(value: unknown): { readonly document: HubDocument } | { readonly problems: Problem[] } {
  const { validate } = schemaOfHubFiles();
  if (validate(value)) return { document: value };
  return { problems: (validate.errors ?? []).map((error) => problemOf(error, value)) };
}

/** Secrets that people write into configuration files by habit. */
const SECRET_KEYS = new Set(['password', 'secret', 'token', 'passphrase']);

function problemOf(error: ErrorObject, root: unknown): Problem {
  const path = pathOf(error.instancePath, root);
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params.additionalProperty);
      return { path, key, message: unknownKey(key, Object.keys(error.parentSchema?.properties ?? {})) };
    }
    case 'required':
      return { path, message: `the key "${error.params.missingProperty}" is missing` };
    case 'type':
      return { path, message: `expected ${expected(error)}, found ${describe(error.data)}` };
    case 'uniqueItems':
      return { path, message: `items ${error.params.j} and ${error.params.i} are the same` };
    case 'discriminator':
      return {
        path: [...path, error.params.tag],
        message: `${describe(error.params.tagValue)} is none of ${tagsOf(error)}`,
      };
    case 'enum':
      return { path, message: `${describe(error.data)} is none of ${error.params.allowedValues.join(', ')}` };
    default:
      return { path, message: `${describe(error.data)} does not do: expected ${expected(error)}` };
  }
}

/** The values of `kind` that a schema tells apart. */
function tagsOf({ parentSchema }: ErrorObject): string {
  const branches = (parentSchema?.oneOf ?? []) as readonly { readonly $ref: string }[];
  return branches.map(({ $ref }) => /([a-z]+)_[a-z_]+$/.exec($ref)?.[1] ?? $ref).join(', ');
}

function unknownKey(key: string, known: readonly string[]): string {
  const secret = ['password', 'token'].find((name) => known.includes(`${name}_env`));
  if (SECRET_KEYS.has(key) && secret !== undefined)
    return `"${key}" in the clear is not accepted: name a variable with ${secret}_env, a file with ${secret}_file, or give a stored ${secret}_hash`;
  return `unknown key "${key}"; known here: ${known.join(', ')}`;
}

function expected(error: ErrorObject): string {
  const { description, type } = error.parentSchema ?? {};
  if (typeof description === 'string' && error.keyword !== 'type') return description;
  if (type === 'object') return 'keys with values';
  if (type === 'array') return 'a list';
  if (type === 'boolean') return 'true or false';
  return typeof description === 'string' ? description : 'a text';
}

/** Says what stands there without showing a text that may be a secret at length. */
function describe(data: unknown): string {
  if (data === null || data === undefined) return 'nothing';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'keys with values';
  const text = JSON.stringify(data);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

/** List positions as numbers, which an instance path does not tell from names. */
function pathOf(instancePath: string, root: unknown): DocumentPath {
  let at: unknown = root;
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(at) ? Number(name) : name;
      at = (at as Record<string | number, unknown> | undefined)?.[step];
      return step;
    });
}
