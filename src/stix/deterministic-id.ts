import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** The namespace of the UUIDs of cyber observables. Source: STIX 2.1 §2.9 */
export const OBSERVABLE_NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7';

/** The properties from which the id of an observable is made. Source: STIX 2.1 §6 */
const CONTRIBUTING: ReadonlyMap<string, readonly string[]> = new Map([
  ['artifact', ['hashes', 'payload_bin']],
  ['autonomous-system', ['number']],
  ['directory', ['path']],
  ['domain-name', ['value']],
  ['email-addr', ['value']],
  ['email-message', ['from_ref', 'subject', 'body']],
  ['file', ['hashes', 'name', 'extensions', 'parent_directory_ref']],
  ['ipv4-addr', ['value']],
  ['ipv6-addr', ['value']],
  ['mac-addr', ['value']],
  ['mutex', ['name']],
  ['network-traffic', ['start', 'end', 'src_ref', 'dst_ref', 'src_port', 'dst_port', 'protocols', 'extensions']],
  ['process', []],
  ['software', ['name', 'cpe', 'swid', 'vendor', 'version']],
  ['url', ['value']],
  ['user-account', ['account_type', 'user_id', 'account_login']],
  ['windows-registry-key', ['key', 'values']],
  ['x509-certificate', ['hashes', 'serial_number']],
]);

/** The algorithms whose hash goes into an id, the first that is present. Source: STIX 2.1 §6.7.1 */
const HASHES = ['MD5', 'SHA-1', 'SHA-256', 'SHA-512'];

/** Hashes of other algorithms that are tried; the standard does not say which of them counts. */
const MAX_ALTERNATIVES = 16;

/**
 * The names that the ID contributing properties of an observable make, in canonical JSON: none when it has no such
 * property, several when the standard leaves open which hash counts.
 * Source: STIX 2.1 §2.9, §3.4
 */
export function deterministicNames(object: JsonObject): string[] {
  const contributing = typeof object.type === 'string' ? CONTRIBUTING.get(object.type) : undefined;
  const name: Record<string, Json> = {};
  for (const property of contributing ?? []) {
    const value = object[property];
    if (value !== undefined) name[property] = value;
  }
  if (Object.keys(name).length === 0) return [];
  const { hashes } = name;
  if (!isObject(hashes)) return [canonicalJson(name)];
  return countingHashes(hashes).map((counting) => canonicalJson({ ...name, hashes: counting }));
}

/** Whether an object has a property from which its id is made. */
export function hasContributingProperty(object: JsonObject): boolean {
  const contributing = typeof object.type === 'string' ? CONTRIBUTING.get(object.type) : undefined;
  return contributing?.some((property) => object[property] !== undefined) === true;
}

/** The ids that an observable may have by its content; empty when it has no ID contributing property. */
export function deterministicIds(object: JsonObject): string[] {
  return deterministicNames(object).map((name) => `${object.type}--${uuidv5(OBSERVABLE_NAMESPACE, name)}`);
}

/**
 * The id that an observable should have by its content; undefined when it has no ID contributing property and so takes a
 * random UUID.
 * Source: STIX 2.1 §2.9
 */
export function deterministicId(object: JsonObject): string | undefined {
  return deterministicIds(object)[0];
}

/** Source: RFC 4122 §4.3 */
export function uuidv5(namespace: string, name: string): string {
  const octets = Buffer.allocUnsafe(16 + Buffer.byteLength(name));
  octets.write(namespace === OBSERVABLE_NAMESPACE ? NAMESPACE_HEX : namespace.replaceAll('-', ''), 'hex');
  octets.write(name, 16);
  const digest = hash('sha1', octets, 'hex');
  const variant = VARIANTS[Number.parseInt(digest.charAt(16), 16) & 3];
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

const NAMESPACE_HEX = OBSERVABLE_NAMESPACE.replaceAll('-', '');
const VARIANTS = '89ab';

function countingHashes(hashes: JsonObject): JsonObject[] {
  const first = HASHES.find((algorithm) => Object.hasOwn(hashes, algorithm));
  const algorithms = first === undefined ? Object.keys(hashes).slice(0, MAX_ALTERNATIVES) : [first];
  return algorithms.map((algorithm) => ({ [algorithm]: hashes[algorithm] }));
}
