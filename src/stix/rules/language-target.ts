import { isObject, type Json, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { show } from '../schema/words.ts';
import type { Report } from './rule.ts';

/**
 * Where translations do not have the structure of what they translate: a text for a text, an object for an object, a list
 * of equal length for a list. What the target does not have, or is not translatable in it, is nobody's fault.
 * Source: STIX 2.1 §7.1.1
 */
export function checkTranslation({ contents }: JsonObject, target: JsonObject, report: Report): void {
  if (!isObject(contents)) return;
  for (const language of Object.keys(contents)) {
    const texts = contents[language];
    if (isObject(texts) && !compareMembers(texts, target, ['contents', language], report)) return;
  }
}

function compareMembers(
  texts: JsonObject,
  target: JsonObject,
  path: readonly (string | number)[],
  report: Report,
): boolean {
  for (const name of Object.keys(texts)) {
    if (Object.hasOwn(target, name) && !compare(texts[name], target[name], [...path, name], report)) return false;
  }
  return true;
}

function compare(
  translated: Json | undefined,
  original: Json | undefined,
  path: readonly (string | number)[],
  report: Report,
): boolean {
  if (typeof original === 'string') {
    return (
      typeof translated === 'string' || report(pointer(path), `${show(translated)} translates a text; expected a text.`)
    );
  }
  if (Array.isArray(original)) {
    if (!Array.isArray(translated) || translated.length !== original.length) {
      const found = `${show(translated)} translates a list of ${original.length}`;
      return report(pointer(path), `${found}; expected a list as long, with "" for what is not translated.`);
    }
    for (let index = 0; index < original.length; index++) {
      if (!compare(translated[index], original[index], [...path, index], report)) return false;
    }
    return true;
  }
  if (!isObject(original)) return true;
  if (!isObject(translated))
    return report(pointer(path), `${show(translated)} translates an object; expected an object.`);
  return compareMembers(translated, original, path, report);
}
