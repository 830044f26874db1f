import type { Tlp } from '../sharing/model.ts';
import type { TrendRow, Trends } from './count.ts';
import type { Dimension, PeriodUnit } from './dimensions.ts';
import { isoDay } from './periods.ts';

export interface ReportText {
  readonly name: string;
  readonly description: string;
}

/** How a language says what reports say. */
interface Words {
  readonly locale: string;
  readonly dimensions: Readonly<Record<Dimension, string>>;
  readonly units: Readonly<Record<PeriodUnit, string>>;
  readonly name: (dimension: string, unit: string, period: string, tlp: string) => string;
  readonly intro: (dimension: string, from: string, to: string, tlp: string) => string;
  readonly before: (count: string, percent: string) => string;
  readonly mean: (mean: string) => string;
  readonly isNew: string;
  readonly gone: (names: string) => string;
  readonly more: (count: number) => string;
  readonly withheld: (minCount: number) => string;
  readonly colon: string;
}

const ENGLISH: Words = {
  locale: 'en-GB',
  dimensions: {
    type: 'New objects by STIX type',
    source: 'New objects by source',
    'indicator-type': 'New indicators by type',
    observable: 'New indicators by what they look at',
    malware: 'Malware mentioned most',
    tool: 'Tools mentioned most',
    'intrusion-set': 'Intrusion sets mentioned most',
    'threat-actor': 'Threat actors mentioned most',
    campaign: 'Campaigns mentioned most',
    'attack-pattern': 'Attack patterns mentioned most',
    'kill-chain-phase': 'Kill chain phases mentioned most',
    vulnerability: 'Vulnerabilities mentioned most',
    infrastructure: 'Infrastructure mentioned most',
    country: 'Countries mentioned most',
    region: 'Regions mentioned most',
    sector: 'Sectors mentioned most',
  },
  units: { day: 'day', week: 'week', month: 'month' },
  name: (dimension, unit, period, tlp) => `${dimension}: ${unit} ${period} (up to ${tlp})`,
  intro: (dimension, from, to, tlp) =>
    `${dimension}, from ${from} to ${to}, by the day of the event. Counted from objects up to ${tlp}.`,
  before: (count, percent) => `before: ${count}${percent}`,
  mean: (mean) => `mean of eight: ${mean}`,
  isNew: 'new',
  gone: (names) => `No longer counted: ${names}.`,
  more: (count) => `And ${count} more.`,
  withheld: (minCount) => `Counts below ${minCount} are withheld.`,
  colon: ': ',
};

const FRENCH: Words = {
  locale: 'fr-FR',
  dimensions: {
    type: 'Nouveaux objets par type STIX',
    source: 'Nouveaux objets par source',
    'indicator-type': 'Nouveaux indicateurs par type',
    observable: 'Nouveaux indicateurs par observable',
    malware: 'Logiciels malveillants les plus cités',
    tool: 'Outils les plus cités',
    'intrusion-set': 'Groupes d’intrusion les plus cités',
    'threat-actor': 'Acteurs de la menace les plus cités',
    campaign: 'Campagnes les plus citées',
    'attack-pattern': 'Techniques d’attaque les plus citées',
    'kill-chain-phase': 'Phases d’attaque les plus citées',
    vulnerability: 'Vulnérabilités les plus citées',
    infrastructure: 'Infrastructures les plus citées',
    country: 'Pays les plus cités',
    region: 'Régions les plus citées',
    sector: 'Secteurs les plus cités',
  },
  units: { day: 'jour', week: 'semaine', month: 'mois' },
  name: (dimension, unit, period, tlp) => `${dimension} : ${unit} ${period} (jusqu’à ${tlp})`,
  intro: (dimension, from, to, tlp) =>
    `${dimension}, du ${from} au ${to}, selon le jour de l’événement. Calculé sur les objets jusqu’à ${tlp}.`,
  before: (count, percent) => `avant : ${count}${percent}`,
  mean: (mean) => `moyenne des huit précédentes : ${mean}`,
  isNew: 'nouveau',
  gone: (names) => `N’apparaissent plus : ${names}.`,
  more: (count) => `Et ${count} de plus.`,
  withheld: (minCount) => `Les valeurs inférieures à ${minCount} ne sont pas communiquées.`,
  colon: ' : ',
};

/** What a report says to people, in English and in French. */
export function reportTexts(trends: Trends, maxTlp: Tlp): { readonly en: ReportText; readonly fr: ReportText } {
  return { en: textOf(trends, maxTlp, ENGLISH), fr: textOf(trends, maxTlp, FRENCH) };
}

function textOf({ request, period, rows, keys }: Trends, maxTlp: Tlp, words: Words): ReportText {
  const tlp = `TLP:${maxTlp.toUpperCase()}`;
  const dimension = words.dimensions[request.dimension];
  const counted = rows.filter(({ count }) => count > 0);
  const gone = rows.filter((row) => row.gone).map(nameOf);
  const paragraphs = [
    words.intro(dimension, isoDay(period.from), isoDay(period.until - 1), tlp),
    counted.map((row, i) => `${i + 1}. ${lineOf(row, words)}`).join('\n'),
    [
      ...(gone.length > 0 ? [words.gone(gone.join(', '))] : []),
      ...(keys > rows.length ? [words.more(keys - rows.length)] : []),
      ...(request.minCount > 1 ? [words.withheld(request.minCount)] : []),
    ].join(' '),
  ];
  return {
    name: words.name(dimension, words.units[request.unit], period.name, tlp),
    description: paragraphs.filter((paragraph) => paragraph !== '').join('\n\n'),
  };
}

function lineOf(row: TrendRow, words: Words): string {
  const number = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(words.locale, { style: 'percent', signDisplay: 'exceptZero' });
  const remarks = [
    ...(row.new ? [words.isNew] : []),
    ...(row.before === null || row.new
      ? []
      : [
          words.before(
            number.format(row.before),
            row.changePercent === null ? '' : `, ${percent.format(row.changePercent / 100)}`,
          ),
        ]),
    ...(row.mean === null || row.new ? [] : [words.mean(number.format(row.mean))]),
  ];
  const remark = remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
  return `${nameOf(row)}${words.colon}${number.format(row.count)}${remark}`;
}

/** On one line, whatever a producer put into a name. */
function nameOf({ label }: TrendRow): string {
  return label.replace(/[\p{Cc}\s]+/gu, ' ');
}
