import { en } from './en.ts';
import { fr } from './fr.ts';

export const LANGUAGES = { en: 'English', fr: 'Français' } as const;
export type Language = keyof typeof LANGUAGES;

/** The English texts define what there is; the compiler sees that the others have it too. */
export type Texts = typeof en;

const TEXTS: Readonly<Record<Language, Texts>> = { en, fr };

export function textsOf(language: Language): Texts {
  return TEXTS[language];
}

export function isLanguage(text: string | undefined): text is Language {
  return text !== undefined && Object.hasOwn(LANGUAGES, text);
}

/** The first language of an Accept-Language header that there is, by its weights. Source: RFC 9110 §12.5.4 */
export function preferredLanguage(header: string | undefined): Language {
  let best: { language: Language; weight: number } | undefined;
  for (const item of (header ?? '').slice(0, 1000).split(',')) {
    const [range = '', ...parameters] = item.trim().toLowerCase().split(';');
    const language = range.split('-')[0];
    if (!isLanguage(language)) continue;
    const q = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1]).find(Boolean);
    const weight = q === undefined ? 1 : Number(q);
    if (weight > (best?.weight ?? 0)) best = { language, weight };
  }
  return best?.language ?? 'en';
}
