import { isObject, type Json, type JsonObject } from '../stix/json.ts';

/** What people call a STIX object, and how its text is laid out for them. */

/** Texts that are longer are not taken apart for a line of a table. */
const MAX_PARSED = 1 << 20;
const MAX_TITLE = 160;

/** An object of which no more is known than that it is one: too large, or no JSON. */
const NONE: JsonObject = {};

export function parseObject(json: string, maxLength = MAX_PARSED): JsonObject {
  if (json.length > maxLength) return NONE;
  const value: Json = JSON.parse(json);
  return isObject(value) ? value : NONE;
}

export function titleOf(object: JsonObject, id: string): string {
  const said = TITLES.map((key) => object[key]).find((value) => typeof value === 'string' && value.trim() !== '');
  const title = typeof said === 'string' ? said : (relationTitle(object) ?? hashOf(object) ?? shortId(id));
  return shorten(title, MAX_TITLE);
}

const TITLES = [
  'name',
  'value',
  'pattern',
  'abstract',
  'path',
  'key',
  'display_name',
  'user_id',
  'account_login',
  'subject',
  'command_line',
  'product',
  'opinion',
  'content',
  'definition_type',
  'description',
];

function relationTitle(object: JsonObject): string | undefined {
  const { relationship_type: kind, source_ref: source, target_ref: target, sighting_of_ref: sighted } = object;
  if (typeof source === 'string' && typeof target === 'string' && typeof kind === 'string')
    return `${typeOfId(source)} ${kind} ${typeOfId(target)}`;
  return typeof sighted === 'string' ? typeOfId(sighted) : undefined;
}

/** `report 6cb121a5`: enough to tell it from its neighbours. */
function shortId(id: string): string {
  const [type = '', uuid] = id.split('--');
  return uuid === undefined ? id : `${type.replaceAll('-', ' ')} ${uuid.slice(0, 8)}`;
}

function hashOf({ hashes }: JsonObject): string | undefined {
  if (!isObject(hashes)) return undefined;
  const first = Object.values(hashes).find((value) => typeof value === 'string');
  return typeof first === 'string' ? first : undefined;
}

export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

const STIX_ID = /^[a-z0-9][a-z0-9-]*--[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export function isStixId(text: string): boolean {
  return STIX_ID.test(text);
}

export function typeOfId(id: string): string {
  return id.split('--')[0] ?? id;
}

/**
 * JSON text with line breaks and indentation; every string, number and escape stays as it was written.
 * @param text JSON without insignificant white space
 */
export function indentJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  const line = (): void => void parts.push(`\n${'  '.repeat(depth)}`);
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^[\]{}:,"]+/g)) {
    const previous = parts.at(-1);
    if (token === '{' || token === '[') {
      parts.push(token);
      depth += 1;
      line();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      // Nothing in it: no lines either.
      if (previous?.startsWith('\n') && (parts.at(-2) === '{' || parts.at(-2) === '[')) parts.pop();
      else line();
      parts.push(token);
    } else if (token === ',') {
      parts.push(token);
      line();
    } else parts.push(token === ':' ? ': ' : token);
  }
  return parts.join('');
}
