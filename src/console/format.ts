import type { MarkingClass, Tlp } from '../sharing/model.ts';
import { formatMicros, type Micros, parseInstant } from '../time.ts';
import { type Html, html } from './html.ts';
import type { Language, Texts } from './texts/texts.ts';

const numbers: Readonly<Record<Language, Intl.NumberFormat>> = {
  en: new Intl.NumberFormat('en-GB'),
  fr: new Intl.NumberFormat('fr-FR'),
};
const dates: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }),
  fr: new Intl.DateTimeFormat('fr-FR', { dateStyle: 'medium', timeZone: 'UTC' }),
};
const times: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }),
  fr: new Intl.DateTimeFormat('fr-FR', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }),
};

export function number(lang: Language, value: number): string {
  return numbers[lang].format(value);
}

/** An instant for people, UTC, with its exact form for machines. */
export function instant(lang: Language, at: Micros | string): Html {
  const micros = typeof at === 'string' ? parseInstant(at) : at;
  if (micros === undefined) return html`${String(at)}`;
  const exact = typeof at === 'string' ? at : formatMicros(micros);
  return html`<time datetime="${exact}" title="${exact}">${times[lang].format(micros / 1000)}</time>`;
}

export function day(lang: Language, at: Micros | string): Html {
  const micros = typeof at === 'string' ? parseInstant(at) : at;
  if (micros === undefined) return html`${String(at)}`;
  const exact = typeof at === 'string' ? at : formatMicros(micros);
  return html`<time datetime="${exact}" title="${exact}">${dates[lang].format(micros / 1000)}</time>`;
}

/** The label that FIRST prescribes for TLP 2.0. Source: FIRST TLP 2.0 §1 */
export function tlp(level: Tlp): Html {
  return html`<span class="tlp tlp-${level.replace('+', '-')}">TLP:${level.toUpperCase()}</span>`;
}

export function marking(t: Texts, value: MarkingClass): Html {
  if (value === 'unmarked') return html`<span class="tlp tlp-none">${t.unmarked}</span>`;
  if (value === 'statement') return html`<span class="tlp tlp-none">${t.statementMarking}</span>`;
  if (value === 'other') return html`<span class="tlp tlp-none">${t.otherMarking}</span>`;
  return tlp(value);
}

/** A STIX type as people read it: `threat-actor` → `threat actor`. */
export function typeName(type: string): string {
  return type.replaceAll('-', ' ');
}
