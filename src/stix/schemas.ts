import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { AppError } from '../errors.ts';
import type { JsonObject } from './json.ts';

/** What an extension's own schema finds wrong: a JSON Pointer below the value, and words. */
export interface ExtensionFault {
  readonly path: string;
  readonly message: string;
}

/** Checks of extensions by the id of their extension-definition; undefined when the value is sound. */
export type ExtensionSchemas = ReadonlyMap<string, (value: JsonObject) => ExtensionFault | undefined>;

/** Schemas of our own extensions. */
const OWN_DIRECTORY = fileURLToPath(new URL('../../schemas/extensions/', import.meta.url));

const FILE = /^(extension-definition--[0-9a-f-]{36})\.json$/i;

/**
 * Reads the JSON Schemas (2020-12) that an operator supplies for extensions: files named after the id of the
 * extension-definition, `extension-definition--<UUID>.json`; other files are there for those to refer to, by `$id`. A
 * missing directory is one without schemas. Those of our own extensions are known always.
 * @throws {AppError} config.invalid when a file is no JSON Schema
 */
export function loadExtensionSchemas(directory: string): ExtensionSchemas {
  const files = new Map([...filesIn(OWN_DIRECTORY), ...filesIn(directory)]);
  const names = [...files.keys()];
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  for (const name of names) attempt(name, () => ajv.addSchema(read(files.get(name) as string), name));
  const checks = new Map<string, (value: JsonObject) => ExtensionFault | undefined>();
  for (const name of names) {
    const id = FILE.exec(name)?.[1];
    if (id === undefined) continue;
    const check = attempt(name, () => ajv.getSchema(name));
    if (check) checks.set(id, (value) => faultOf(check, value));
  }
  return checks;
}

/** JSON files by their name. */
function filesIn(directory: string): (readonly [name: string, path: string])[] {
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.json')) : [];
  return names.map((name) => [name, join(directory, name)] as const);
}

function faultOf(check: ValidateFunction, value: JsonObject): ExtensionFault | undefined {
  if (check(value)) return undefined;
  const [error] = check.errors ?? [];
  return { path: error?.instancePath ?? '', message: error ? wordsOf(error) : 'it does not fit' };
}

function wordsOf({ message = 'does not fit', params }: ErrorObject): string {
  const allowed: unknown = params.allowedValues ?? params.allowedValue;
  const extra: unknown = params.additionalProperty ?? params.unevaluatedProperty;
  if (allowed !== undefined) return `${message}: ${JSON.stringify(allowed).slice(0, 200)}`;
  return extra === undefined ? message : `${message}: ${JSON.stringify(extra)}`;
}

function read(path: string): JsonObject {
  return JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
}

function attempt<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('config.invalid', {
      description: `The extension schema ${name} cannot be used: ${reason}. Expected a JSON Schema of the 2020-12 dialect.`,
      cause,
    });
  }
}
