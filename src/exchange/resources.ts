import { isObject, type Json, type JsonObject } from '../stix/json.ts';
import { BrokenBody } from './decode.ts';
import { demandJson, invalid } from './pages.ts';
import type { Answer } from './request.ts';
import { resolved } from './urls.ts';

/** Source: TAXII 2.1 §4.1.1 */
export interface Discovery {
  readonly title: string;
  readonly description?: string;
  readonly contact?: string;
  /** URL of the default API root. */
  readonly default?: string;
  /** URLs of the API roots. */
  readonly apiRoots: readonly string[];
}

/** Source: TAXII 2.1 §4.2.1 */
export interface ApiRootInfo {
  readonly title: string;
  readonly description?: string;
  readonly versions: readonly string[];
  /** Octets of a push; absent when the server does not say. */
  readonly maxContentLength?: number;
}

/** Source: TAXII 2.1 §5.2.1 */
export interface CollectionInfo {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly alias?: string;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  readonly mediaTypes: readonly string[];
}

/** Source: TAXII 2.1 §4.3.1 */
export interface Status {
  readonly id: string;
  readonly complete: boolean;
  readonly total: number;
  readonly successCount: number;
  readonly failureCount: number;
  readonly pendingCount: number;
  readonly successes: readonly StatusDetail[];
  readonly failures: readonly StatusDetail[];
  readonly pendings: readonly StatusDetail[];
}

export interface StatusDetail {
  readonly id: string;
  readonly version?: string;
  readonly message?: string;
}

/** Source: TAXII 2.1 §5.3.1 */
export interface ManifestRecord {
  readonly id: string;
  readonly dateAdded: string;
  readonly version: string;
  readonly mediaType?: string;
}

/**
 * The JSON object that an answer holds; none for an empty body.
 * @throws {BrokenBody, AppError} remote.invalid
 */
export async function readResource(answer: Answer): Promise<JsonObject> {
  demandJson(answer);
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (text === '') return {};
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new BrokenBody((error as Error).message, { cause: error });
  }
  if (!isObject(value)) throw invalid(answer, 'it is no JSON object');
  return value;
}

export function discoveryOf(value: JsonObject, base: URL): Discovery {
  const urls = texts(value.api_roots).flatMap((url) => resolved(url, base)?.href ?? []);
  const start = resolved(text(value.default) ?? '', base);
  return {
    title: text(value.title) ?? '',
    ...optional('description', value.description),
    ...optional('contact', value.contact),
    ...(text(value.default) === undefined || start === undefined ? {} : { default: start.href }),
    apiRoots: urls,
  };
}

export function apiRootOf(value: JsonObject): ApiRootInfo {
  const { max_content_length: length } = value;
  return {
    title: text(value.title) ?? '',
    ...optional('description', value.description),
    versions: texts(value.versions),
    ...(typeof length === 'number' && length > 0 ? { maxContentLength: length } : {}),
  };
}

export function collectionsOf(value: JsonObject): CollectionInfo[] {
  return objects(value.collections).flatMap((item) => collectionOf(item) ?? []);
}

/** @returns undefined when it is none */
export function collectionOf(value: JsonObject): CollectionInfo | undefined {
  const id = text(value.id);
  if (id === undefined) return undefined;
  return {
    id,
    title: text(value.title) ?? '',
    ...optional('description', value.description),
    ...optional('alias', value.alias),
    canRead: value.can_read === true,
    canWrite: value.can_write === true,
    mediaTypes: texts(value.media_types),
  };
}

/** @returns undefined when it is none */
export function statusOf(value: JsonObject): Status | undefined {
  const id = text(value.id);
  if (id === undefined) return undefined;
  const successes = objects(value.successes).flatMap(detailOf);
  const failures = objects(value.failures).flatMap(detailOf);
  const pendings = objects(value.pendings).flatMap(detailOf);
  const successCount = count(value.success_count) ?? successes.length;
  const failureCount = count(value.failure_count) ?? failures.length;
  const pendingCount = count(value.pending_count) ?? pendings.length;
  return {
    id,
    complete: value.status === 'complete' || (value.status === undefined && pendingCount === 0 && successCount > 0),
    total: count(value.total_count) ?? successCount + failureCount + pendingCount,
    successCount,
    failureCount,
    pendingCount,
    successes,
    failures,
    pendings,
  };
}

export function manifestOf(value: JsonObject): ManifestRecord[] {
  return objects(value.objects).flatMap((item) => {
    const id = text(item.id);
    const dateAdded = text(item.date_added);
    if (id === undefined || dateAdded === undefined) return [];
    return { id, dateAdded, version: text(item.version) ?? dateAdded, ...optional('mediaType', item.media_type) };
  });
}

function detailOf(value: JsonObject): StatusDetail[] {
  const id = text(value.id);
  if (id === undefined) return [];
  return [{ id, ...optional('version', value.version), ...optional('message', value.message) }];
}

function optional<K extends string>(name: K, value: Json | undefined): { readonly [P in K]?: string } {
  const given = text(value);
  return (given === undefined ? {} : { [name]: given }) as { readonly [P in K]?: string };
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function count(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
