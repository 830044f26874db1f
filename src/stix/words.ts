import { isObject, type Json, type JsonObject } from './json.ts';

/**
 * The words by which objects are found. A word is folded: lower case, without accents. What is written together
 * (`evil.example.com`, `T1059.001`, `cmd.exe /c`) is one word, and its parts are words as well; of a host name also the
 * domains above it.
 */
export interface Words {
  /** Of names, aliases and identifiers that others gave. */
  readonly name: ReadonlySet<string>;
  /** Of observed values: addresses, hosts, hashes, and those that a pattern names. */
  readonly value: ReadonlySet<string>;
  /** Of descriptions, labels and all other text. */
  readonly text: ReadonlySet<string>;
}

/** Words of one object, of each kind; the first ones count. */
const MAX_WORDS = 256;
const MAX_LENGTH = 128;
/** Characters of one text that are looked at. */
const MAX_TEXT = 20_000;
const MAX_DEPTH = 8;

const INSTANT = /^\d{4}-\d\d-\d\dT/;

const NAMES = new Set([
  'name',
  'aliases',
  'x_mitre_aliases',
  'external_id',
  'abstract',
  'opinion',
  'relationship_type',
]);
const VALUES = new Set([
  'value',
  'hashes',
  'pattern',
  'url',
  'path',
  'key',
  'user_id',
  'account_login',
  'subject',
  'serial_number',
  'number',
  'message_id',
  'display_name',
  'resolves_to',
]);
/** Said by columns and filters of their own, or by references. */
const SKIPPED = new Set([
  'type',
  'id',
  'spec_version',
  'created',
  'modified',
  'lang',
  'granular_markings',
  'payload_bin',
]);

export function wordsOf(object: JsonObject): Words {
  const words = { name: new Set<string>(), value: new Set<string>(), text: new Set<string>() };
  for (const [key, value] of Object.entries(object)) {
    if (SKIPPED.has(key) || isReference(key)) continue;
    const into = kindOf(key, object);
    if (key === 'pattern' && typeof value === 'string')
      for (const literal of literalsOf(value)) add(words.value, literal);
    else collect(into, value, words, 0);
  }
  return words;
}

function kindOf(key: string, { type }: JsonObject): keyof Words {
  if (key === 'name' && (type === 'file' || type === 'windows-registry-key')) return 'value';
  return NAMES.has(key) ? 'name' : VALUES.has(key) ? 'value' : 'text';
}

function isReference(key: string): boolean {
  return key.endsWith('_ref') || key.endsWith('_refs');
}

function collect(
  into: keyof Words,
  value: Json | undefined,
  words: Record<keyof Words, Set<string>>,
  depth: number,
): void {
  if (typeof value === 'number' && into === 'value') add(words.value, String(value));
  else if (typeof value === 'string') {
    if (!INSTANT.test(value)) add(words[into], value);
  } else if (depth >= MAX_DEPTH || typeof value !== 'object' || value === null) return;
  else if (Array.isArray(value)) for (const item of value) collect(into, item, words, depth + 1);
  else
    for (const [key, item] of Object.entries(value)) {
      if (isReference(key)) continue;
      collect(into === 'text' ? (NAMES.has(key) ? 'name' : 'text') : into, item, words, depth + 1);
    }
}

/** Ids of what an object refers to by itself, but not who made or may see it: `created_by_ref` and markings are of all. */
export function referencesOf(object: JsonObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (value: JsonObject, depth: number): void => {
    for (const [key, item] of Object.entries(value)) {
      if (UNRELATED.has(key)) continue;
      if (isReference(key)) {
        for (const id of Array.isArray(item) ? item : [item])
          if (typeof id === 'string' && !found.has(id)) found.set(id, key);
      } else if (depth < MAX_DEPTH && isObject(item)) walk(item, depth + 1);
    }
  };
  walk(object, 0);
  return found;
}

const UNRELATED = new Set(['created_by_ref', 'object_marking_refs', 'granular_markings']);

/** What stands in quotes in a pattern, which may be of any language. */
function literalsOf(pattern: string): string[] {
  const text = pattern.slice(0, MAX_TEXT);
  const found: string[] = [];
  for (let from = 0; ; ) {
    const start = text.indexOf("'", from) + 1;
    if (start === 0) return found;
    let end = start;
    while (end < text.length && text[end] !== "'") end += text[end] === '\\' ? 2 : 1;
    if (end >= text.length) return found;
    found.push(text.slice(start, end).replace(/\\(.)/g, '$1'));
    from = end + 1;
  }
}

const RUN = /[\p{L}\p{N}][\p{L}\p{N}._@:/\\?&=%+~-]*/gu;
const PART = /[\p{L}\p{N}]+/gu;
const BETWEEN = /[/\\?&=:@]+/;

function add(words: Set<string>, text: string): void {
  for (const [run] of fold(text.slice(0, MAX_TEXT)).matchAll(RUN)) {
    if (words.size >= MAX_WORDS) return;
    const whole = trim(run);
    words.add(cut(whole));
    if (!/[^\p{L}\p{N}]/u.test(whole)) continue;
    for (const piece of whole.split(BETWEEN)) {
      const some = trim(piece);
      if (some.length < 2) continue;
      words.add(cut(some));
      for (let dot = some.indexOf('.'); dot > 0; dot = some.indexOf('.', dot + 1)) {
        const above = some.slice(dot + 1);
        if (above.includes('.')) words.add(cut(above));
      }
    }
    if (words.size < MAX_WORDS) for (const [part] of whole.matchAll(PART)) if (part.length > 1) words.add(cut(part));
  }
}

/** Indicators are often written so that nobody follows them by mistake. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/\[\.\]|\(\.\)|\[dot\]/g, '.')
    .replace(/\bhxxp/g, 'http');
}

function trim(word: string): string {
  return word.replace(/[^\p{L}\p{N}]+$/u, '');
}

/** As many characters as matter; surrogates are not cut in two. */
function cut(word: string): string {
  return word.length <= MAX_LENGTH ? word : word.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
}

export interface QueryWord {
  readonly text: string;
  readonly prefix: boolean;
}

/** Words that one search looks for; a prefix has some length, since a short one begins too many. */
const MAX_QUERY_WORDS = 16;
const MIN_PREFIX = 3;
/** Each takes as long as there are words that begin so. */
const MAX_PREFIXES = 2;

/** The words of what somebody typed; `*` behind one stands for any ending. */
export function searchWords(typed: string): QueryWord[] {
  const found = new Map<string, QueryWord>();
  for (const word of fold(typed.slice(0, 1000)).split(/[\s"'`,;()[\]{}<>|]+/)) {
    const [run = ''] = word.match(RUN) ?? [];
    const text = cut(trim(run));
    if (text === '') continue;
    const prefixes = [...found.values()].filter((one) => one.prefix).length;
    const prefix = word.endsWith('*') && text.length >= MIN_PREFIX && prefixes < MAX_PREFIXES;
    found.set(`${text}${prefix}`, { text, prefix });
    if (found.size === MAX_QUERY_WORDS) break;
  }
  return [...found.values()];
}
