import { isObject, type Json } from './json.ts';

/**
 * JSON in the one spelling that hashes agree on: names sorted by UTF-16 code units, no spaces, numbers and strings as
 * ECMAScript prints them. Values nested some thousand levels deep exhaust the stack; callers bound the depth.
 * Source: RFC 8785 §3.2
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}
