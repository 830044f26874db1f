import { isObject, type Json, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { show } from '../schema/words.ts';
import { isListed } from './lists.ts';
import type { Rule } from './rule.ts';

/** Tags that RFC 5646 keeps though they do not have its form, in lower case. */
const GRANDFATHERED: ReadonlySet<string> = new Set(
  'en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu sgn-be-fr sgn-be-nl sgn-ch-de art-lojban cel-gaulish no-bok no-nyn zh-guoyu zh-hakka zh-min zh-min-nan zh-xiang'.split(
    ' ',
  ),
);

/** Source: RFC 5646 §2.1 */
const WELL_FORMED = new RegExp(
  '^(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})' + // language and extended language
    '(?:-[a-z]{4})?' + // script
    '(?:-(?:[a-z]{2}|[0-9]{3}))?' + // region
    '(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*' + // variants
    '(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*' + // extensions
    '(?:-x(?:-[a-z0-9]{1,8})+)?' +
    '|x(?:-[a-z0-9]{1,8})+)$',
);

export const LANGUAGE_RULES: readonly Rule[] = [
  {
    id: 'language-tag-form',
    section: 'STIX 2.1 §3.2',
    severity: 'error',
    summary: 'Languages are well-formed tags of RFC 5646.',
    hint: 'Write tags such as `en`, `pt-BR`, `zh-Hant` or `x-klingon`.',
    check(object, report) {
      for (const [tag, path] of tagsOf(object)) {
        if (isWellFormed(tag)) continue;
        if (!report(pointer(path), `${show(tag)} is not of the form of a language tag (RFC 5646).`)) return;
      }
    },
  },
  {
    id: 'language-registered',
    section: 'STIX 2.1 §3.2',
    severity: 'warning',
    summary: 'The language of a tag is registered with IANA.',
    hint: 'Use the shortest registered code of the language: `en`, not `eng`.',
    check(object, report) {
      for (const [tag, path] of tagsOf(object)) {
        const [language = ''] = tag.toLowerCase().split('-', 1);
        if (language === 'x' || language === 'i' || isListed('languages', language) || !isWellFormed(tag)) continue;
        if (language >= 'qaa' && language <= 'qtz' && language.length === 3) continue;
        if (!report(pointer(path), `The language ${show(language)} of the tag ${show(tag)} is not registered.`)) return;
      }
    },
  },
];

/** Tags longer than any real one are not looked at further. */
const MAX_TAG = 255;

function isWellFormed(tag: string): boolean {
  if (tag.length > MAX_TAG) return false;
  const lower = tag.toLowerCase();
  return WELL_FORMED.test(lower) || GRANDFATHERED.has(lower);
}

/** Every language tag of an object and where it stands. */
function* tagsOf(object: JsonObject): Generator<[string, readonly (string | number)[]]> {
  if (typeof object.lang === 'string') yield [object.lang, ['lang']];
  if (Array.isArray(object.granular_markings)) {
    const markings: readonly Json[] = object.granular_markings;
    for (let index = 0; index < markings.length; index++) {
      const marking = markings[index];
      if (isObject(marking) && typeof marking.lang === 'string')
        yield [marking.lang, ['granular_markings', index, 'lang']];
    }
  }
  if (object.type === 'software' && Array.isArray(object.languages)) {
    const languages: readonly Json[] = object.languages;
    for (let index = 0; index < languages.length; index++) {
      const language = languages[index];
      if (typeof language === 'string') yield [language, ['languages', index]];
    }
  }
  if (object.type === 'language-content' && isObject(object.contents)) {
    for (const tag of Object.keys(object.contents)) yield [tag, ['contents', tag]];
  }
}
