import { isDeepStrictEqual } from 'node:util';
import type { Tlp } from '../sharing/model.ts';
import { isObject, type JsonObject } from '../stix/json.ts';
import type { ReportIds } from '../store/trends.ts';
import type { Trends } from './count.ts';
import type { Dimension } from './dimensions.ts';
import { rowDocument } from './document.ts';
import { TREND_EXTENSION } from './extension.ts';
import { isoDay } from './periods.ts';
import { reportTexts } from './report-text.ts';

/** The TLP 2.0 markings. Source: OASIS common objects for TLP 2.0 */
export const TLP_MARKINGS: Readonly<Record<Tlp, string>> = {
  clear: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  green: 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  amber: 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  'amber+strict': 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
  red: 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
};

/** Kinds of reports of the standard, as far as dimensions have one; the others are about threats in general. */
const REPORT_TYPES: Partial<Record<Dimension, string>> = {
  malware: 'malware',
  tool: 'tool',
  'intrusion-set': 'intrusion-set',
  'threat-actor': 'threat-actor',
  campaign: 'campaign',
  'attack-pattern': 'attack-pattern',
  'kill-chain-phase': 'attack-pattern',
  vulnerability: 'vulnerability',
  'indicator-type': 'indicator',
  observable: 'indicator',
};

/** References of one report: enough to look the named objects up, few enough to be read. */
const MAX_REFERENCES = 200;

/** What a report and its translation are made from. */
export interface ReportDraft {
  readonly trends: Trends;
  readonly maxTlp: Tlp;
  readonly identity: string;
  readonly ids: ReportIds;
  readonly created: string;
  readonly modified: string;
}

/** The report of a period and the French translation of its texts. Source: STIX 2.1 §4.16, §7.1 */
export function reportObjects(draft: ReportDraft): readonly [report: JsonObject, translation: JsonObject] {
  const { trends, maxTlp, identity, ids, created, modified } = draft;
  const texts = reportTexts(trends, maxTlp);
  const common = { created_by_ref: identity, created, modified, object_marking_refs: [TLP_MARKINGS[maxTlp]] };
  const named = [...new Set(trends.rows.flatMap((row) => row.ids))].slice(0, MAX_REFERENCES);
  return [
    {
      type: 'report',
      spec_version: '2.1',
      id: ids.report,
      ...common,
      lang: 'en',
      name: texts.en.name,
      description: texts.en.description,
      report_types: [REPORT_TYPES[trends.request.dimension] ?? 'threat-report'],
      published: created,
      // A report is about something: where no objects have names, about what its author received.
      object_refs: named.length > 0 ? named : [identity],
      extensions: { [TREND_EXTENSION]: figuresOf(trends, maxTlp) },
    },
    {
      type: 'language-content',
      spec_version: '2.1',
      id: ids.translation,
      ...common,
      object_ref: ids.report,
      object_modified: modified,
      contents: { fr: { name: texts.fr.name, description: texts.fr.description } },
    },
  ];
}

/** Whether a report that was published says the same figures. */
export function saysTheSame(report: JsonObject, trends: Trends, maxTlp: Tlp): boolean {
  const { extensions } = report;
  return isObject(extensions) && isDeepStrictEqual(extensions[TREND_EXTENSION], figuresOf(trends, maxTlp));
}

function figuresOf({ request, period, rows, keys }: Trends, maxTlp: Tlp): JsonObject {
  return {
    extension_type: 'property-extension',
    dimension: request.dimension,
    unit: request.unit,
    period: { name: period.name, from: instantOf(period.from), until: instantOf(period.until) },
    time_basis: request.basis,
    max_tlp: maxTlp,
    min_count: request.minCount,
    keys,
    rows: rows.map((row) => {
      // One period is what a report is about: its total is its count.
      const { total: _total, counts: _counts, ...figures } = rowDocument(row);
      return figures;
    }),
  };
}

function instantOf(day: number): string {
  return `${isoDay(day)}T00:00:00Z`;
}
