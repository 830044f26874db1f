import { isObject, type Json, type JsonObject } from '../stix/json.ts';
import type { Context } from './context.ts';
import { isStixId, typeOfId } from './describe.ts';
import { instant, number } from './format.ts';
import { type Html, html, NOTHING, type Shown } from './html.ts';
import type { Names } from './names.ts';
import { findPath } from './object-link.ts';
import { facts } from './parts.ts';

/** A STIX object as people read it: what says most first, everything it says somewhere. */

/** Said around the card. */
const ELSEWHERE = new Set(['type', 'id', 'spec_version', 'name', 'object_marking_refs', 'granular_markings']);

const FIRST = [
  'description',
  'abstract',
  'content',
  'explanation',
  'value',
  'pattern',
  'pattern_type',
  'hashes',
  'relationship_type',
  'source_ref',
  'target_ref',
  'sighting_of_ref',
  'where_sighted_refs',
  'count',
  'aliases',
  'indicator_types',
  'malware_types',
  'tool_types',
  'threat_actor_types',
  'report_types',
  'infrastructure_types',
  'identity_class',
  'sectors',
  'is_family',
  'goals',
  'primary_motivation',
  'kill_chain_phases',
  'labels',
  'confidence',
  'valid_from',
  'valid_until',
  'first_seen',
  'last_seen',
  'published',
  'revoked',
  'object_refs',
];
const LAST = ['external_references', 'created_by_ref', 'created', 'modified', 'extensions'];

const MAX_ITEMS = 50;
const MAX_TEXT = 10_000;
const MAX_DEPTH = 4;

export function card(context: Context, object: JsonObject, names: Names): Html {
  const place: Place = { ...context, names };
  const keys = Object.keys(object).filter((key) => !ELSEWHERE.has(key));
  const order = (key: string): number => {
    const first = FIRST.indexOf(key);
    if (first >= 0) return first;
    const last = LAST.indexOf(key);
    return last >= 0 ? 1000 + last : 500;
  };
  const sorted = keys.map((key, i) => ({ key, i })).sort((a, b) => order(a.key) - order(b.key) || a.i - b.i);
  return facts(sorted.map(({ key }) => [labelOf(key), shownOf(place, key, object[key], 0)]));
}

/** A card in the making. */
interface Place extends Context {
  readonly names: Names;
}

/** `kill_chain_phases` → `kill chain phases`; the names are those of the standard in every language. */
function labelOf(key: string): string {
  return key.replaceAll('_', ' ');
}

function shownOf(context: Place, key: string, value: Json | undefined, depth: number): Shown {
  const { t, lang } = context;
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? t.yes : t.no;
  if (typeof value === 'number') return number(lang, value);
  if (typeof value === 'string') return textOf(context, key, value);
  if (depth >= MAX_DEPTH) return html`<code>${JSON.stringify(value).slice(0, MAX_TEXT)}</code>`;
  if (Array.isArray(value)) return listOf(context, key, value, depth);
  return isObject(value) ? membersOf(context, value, depth) : NOTHING;
}

const CODE = new Set(['pattern', 'value', 'command_line', 'path', 'url', 'key', 'payload_bin', 'selectors']);
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function textOf({ lang, names }: Place, key: string, value: string): Shown {
  if (isStixId(value)) return reference(value, names);
  if (INSTANT.test(value)) return instant(lang, value);
  const text = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (CODE.has(key)) return html`<code>${text}</code>`;
  return text.length > 200 || text.includes('\n') ? html`<div class="prose">${text}</div>` : text;
}

export function reference(id: string, names: Names = new Map()): Html {
  const name = names.get(id);
  return html`<a href="${findPath(id)}">${
    name === undefined
      ? html`${typeOfId(id)}<span class="quiet">--${id.split('--')[1]?.slice(0, 8)}…</span>`
      : html`${name}`
  }</a>${name === undefined ? NOTHING : html` <span class="quiet">${typeOfId(id).replaceAll('-', ' ')}</span>`}`;
}

function listOf(context: Place, key: string, items: readonly Json[], depth: number): Html {
  const { t, lang } = context;
  const shown = items.slice(0, MAX_ITEMS);
  const rest =
    items.length > MAX_ITEMS && html`<li class="quiet">${t.andMore(number(lang, items.length - MAX_ITEMS))}</li>`;
  const plain = shown.every((item) => typeof item !== 'object' && String(item).length < 60);
  return html`<ul class="${plain ? 'chips' : 'list'}">${shown.map(
    (item) => html`<li>${key === 'kill_chain_phases' ? phase(item) : shownOf(context, key, item, depth + 1)}</li>`,
  )}${rest}</ul>`;
}

function phase(item: Json): Shown {
  if (!isObject(item)) return String(item);
  return html`<span class="quiet">${String(item.kill_chain_name)}</span> ${String(item.phase_name)}`;
}

function membersOf(context: Place, value: JsonObject, depth: number): Html {
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return html`<dl class="members">${entries.map(
    ([key, item]) => html`<div><dt>${labelOf(key)}</dt><dd>${shownOf(context, key, item, depth + 1)}</dd></div>`,
  )}</dl>`;
}
