import type { AgreementReport, Received, Sent } from '../ledger/agreement-report.ts';
import { type Agreement, type Catalogue, MARKING_CLASSES, type MarkingClass } from '../sharing/model.ts';
import { daysLeft, stateOf } from '../sharing/term.ts';
import type { Micros } from '../time.ts';
import { type Column, markdownTable, markdownText } from './markdown.ts';

export interface ReportPage {
  readonly agreement: Agreement;
  readonly catalogue: Catalogue;
  readonly report: AgreementReport;
  readonly nameOf: (collection: string) => string;
  readonly now: Micros;
}

type Counts = Received & Sent;

/** The report as a page in Markdown that somebody can read who has never seen the hub. */
export function reportPage(page: ReportPage): string[] {
  const { agreement } = page;
  return [
    `# ${markdownText(agreement.title ?? `Agreement ${agreement.name}`)}`,
    '',
    ...inShort(page),
    '',
    '## The agreement',
    '',
    ...terms(page),
    ...received(page),
    ...sent(page),
    ...monthly(page),
    '',
    '## How this was counted',
    '',
    ...notes(page),
  ];
}

function inShort({ agreement, report, now }: ReportPage): string[] {
  const { period, firstContact, lastContact, pushes, received, validity, sent, deleted } = report;
  const partner = markdownText(agreement.partner);
  const span = period.from === 0 ? `until ${lastDay(period.to)}` : `from ${day(period.from)} to ${lastDay(period.to)}`;
  const lines = [`Report on the exchange with **${partner}** ${span}, made on ${day(now)}. All times are UTC.`, ''];
  if (firstContact === undefined || lastContact === undefined)
    return [...lines, `${partner} was not in contact under this agreement in this time.`];
  lines.push(
    pushes === 0
      ? `- **Received:** nothing.`
      : `- **Received:** ${objects(received.pushed)} in ${number(pushes)} ${pushes === 1 ? 'push' : 'pushes'}. ${number(received.added + received.present)} (${percent(validity)}) were accepted: ${number(received.added)} new and ${number(received.present)} already known.`,
    sent.polls === 0
      ? `- **Sent:** nothing.`
      : `- **Sent:** ${objects(sent.objects)}, in answer to ${number(sent.polls)} ${sent.polls === 1 ? 'request' : 'requests'}.`,
    ...(deleted === 0 ? [] : [`- **Deleted by ${partner}:** ${objects(deleted)}.`]),
    `- **Contact:** first on ${minute(firstContact)}, last on ${minute(lastContact)}.`,
    `- **Agreement:** ${standing(agreement, now)}.`,
  );
  return lines;
}

function standing(agreement: Agreement, now: Micros): string {
  const state = stateOf(agreement, now);
  const left = daysLeft(agreement, now);
  const until = agreement.until === undefined ? '' : `until ${date(agreement.until)}`;
  if (state === 'expired') return `ended on ${date(agreement.until)}`;
  if (state === 'not yet') return `not yet in force; begins on ${date(agreement.from)}`;
  if (state === 'suspended') return `suspended: at present it permits nothing`;
  if (left === undefined) return 'in force, without an end';
  return `in force ${until}, ${left < 1 ? 'less than a day' : days(Math.floor(left))} from now`;
}

function days(count: number): string {
  return `${number(count)} ${count === 1 ? 'day' : 'days'}`;
}

function terms({ agreement, nameOf, now }: ReportPage): string[] {
  const { name, partner, purpose, from, until, grants } = agreement;
  return [
    ...markdownTable(
      [{ title: 'Term' }, { title: 'Value' }],
      [
        ['Name', name],
        ['Partner', partner],
        ...(purpose === undefined ? [] : [['Purpose', purpose]]),
        ['Begins', from === undefined ? 'open' : date(from)],
        ['Ends', until === undefined ? 'open' : date(until)],
        ['State', standing(agreement, now)],
      ],
    ),
    '',
    ...(grants.length === 0
      ? ['It grants nothing.']
      : markdownTable(
          ['Collection', 'May read', 'May send', 'May delete', 'Up to', 'Object types'].map((title) => ({ title })),
          grants.map(({ collection, read, write, delete: deletes, maxTlp, types }) => [
            nameOf(collection),
            yes(read),
            yes(write),
            { own: 'its own', any: 'any', none: 'no' }[deletes],
            `TLP:${maxTlp.toUpperCase()}`,
            types?.join(', ') ?? 'all',
          ]),
        )),
  ];
}

function received({ report, nameOf }: ReportPage): string[] {
  if (report.received.pushed === 0) return [];
  const columns = numbers('Collection', ['Pushed', 'New', 'Known', 'Refused', 'Accepted', 'With warnings']);
  const cells = (title: string, counts: Received): string[] => [
    title,
    ...[counts.pushed, counts.added, counts.present, counts.refused].map(number),
    percent(counts.pushed === 0 ? undefined : (counts.added + counts.present) / counts.pushed),
    number(counts.warned),
  ];
  const some = rowsOf(report.collections, ({ pushed }) => pushed > 0);
  return [
    '',
    '## Received',
    '',
    ...markdownTable(columns, [
      ...some.map(([id, counts]) => cells(nameOf(id), counts)),
      ...(some.length > 1 ? [cells('Together', report.received)] : []),
    ]),
    ...byType(report),
  ];
}

const LABELS: Readonly<Record<MarkingClass, string>> = {
  unmarked: 'Unmarked',
  clear: 'CLEAR',
  green: 'GREEN',
  amber: 'AMBER',
  'amber+strict': 'AMBER+STRICT',
  red: 'RED',
  other: 'Other marking',
  statement: 'Statement only',
};

/** New objects by type, and by what their markings say of TLP. */
function byType({ types, received: { added } }: AgreementReport): string[] {
  if (added === 0) return [];
  const classes = MARKING_CLASSES.filter((marking) => [...types.values()].some((row) => row.has(marking)));
  const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
  const rows = [...types].map(([type, row]) => {
    const counts = classes.map((marking) => row.get(marking) ?? 0);
    return { type, counts: [...counts, sum(counts)] };
  });
  const totals = [...classes, 'all'].map((_, i) => sum(rows.map(({ counts }) => counts[i] ?? 0)));
  return [
    '',
    'New objects by type, and by TLP marking:',
    '',
    ...markdownTable(numbers('Type', [...classes.map((marking) => LABELS[marking]), 'All']), [
      ...rows.map(({ type, counts }) => [type, ...counts.map(number)]),
      ...(rows.length > 1 ? [['Together', ...totals.map(number)]] : []),
    ]),
  ];
}

function sent({ report, nameOf }: ReportPage): string[] {
  if (report.sent.polls === 0) return [];
  const columns = numbers('Collection', ['Requests', 'With content', 'Objects sent', 'Listed only']);
  const cells = (title: string, { polls, answered, objects, listed }: Sent): string[] => [
    title,
    ...[polls, answered, objects, listed].map(number),
  ];
  const some = rowsOf(report.collections, ({ polls }) => polls > 0);
  return [
    '',
    '## Sent',
    '',
    ...markdownTable(columns, [
      ...some.map(([id, counts]) => cells(nameOf(id), counts)),
      ...(some.length > 1 ? [cells('Together', report.sent)] : []),
    ]),
  ];
}

function monthly({ report: { months } }: ReportPage): string[] {
  if (months.size === 0) return [];
  return [
    '',
    '## Month by month',
    '',
    ...markdownTable(
      numbers('Month', ['Pushed', 'New', 'Refused', 'Requests', 'Objects sent']),
      [...months].map(([month, { pushed, added, refused, polls, objects }]) => [
        month,
        ...[pushed, added, refused, polls, objects].map(number),
      ]),
    ),
  ];
}

function notes(page: ReportPage): string[] {
  const { gaps } = page.report;
  return [
    '- Each version of an object counts as one object, each time it was sent. What was pushed twice counts once as new and',
    '  once as known; what was fetched twice counts twice as sent.',
    '- Accepted are new and known objects. Refused are those that are not sound STIX, that the collection does not take, or',
    '  that the agreement does not let the partner send or change. Warnings are recommendations of STIX that an accepted',
    '  object does not follow.',
    '- Requests are those for objects, lists and versions that were let in. Objects that were only listed were named by id',
    '  and version, without their content.',
    '- Where several agreements of a partner are in force for a collection, what it did counts for each of them.',
    ...unmarked(page),
    '- The figures come from the ledger of the hub, which `entente ledger verify` checks for changes.',
    ...(gaps === 0
      ? []
      : [
          `- In this time the hub ended ${gaps === 1 ? 'once' : `${number(gaps)} times`} without closing the ledger. Requests of the last quarter of a second before may`,
          '  be missing.',
        ]),
  ];
}

/** What objects without a marking count as is a matter of each collection. */
function unmarked({ report, catalogue, nameOf }: ReportPage): string[] {
  if (![...report.types.values()].some((row) => row.has('unmarked') || row.has('statement'))) return [];
  const levels = [...report.collections].flatMap(([id, { added }]) => {
    const collection = catalogue.collection.get(id)?.value;
    return added === 0 || collection === undefined
      ? []
      : [`TLP:${collection.defaultTlp.toUpperCase()} in ${markdownText(nameOf(id))}`];
  });
  return [
    '- Unmarked objects, and those with statements only, say nothing of TLP.',
    ...(levels.length === 0 ? [] : [`  They count as ${levels.join(', as ')}.`]),
  ];
}

function rowsOf(counts: ReadonlyMap<string, Counts>, isWanted: (counts: Counts) => boolean): [string, Counts][] {
  return [...counts]
    .filter(([, each]) => isWanted(each))
    .sort(([, a], [, b]) => b.pushed + b.objects - a.pushed - a.objects);
}

function numbers(first: string, titles: readonly string[]): Column[] {
  return [{ title: first }, ...titles.map((title) => ({ title, number: true }) as const)];
}

function objects(count: number): string {
  return `${number(count)} ${count === 1 ? 'object' : 'objects'}`;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}

/** Never 100 % while something is missing. */
function percent(share: number | undefined): string {
  if (share === undefined) return '-';
  const tenths = share < 1 ? Math.min(Math.round(share * 1000), 999) : 1000;
  return `${(tenths / 10).toFixed(1)} %`;
}

function yes(may: boolean): string {
  return may ? 'yes' : 'no';
}

const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' };

function day(time: Micros): string {
  return new Date(time / 1000).toLocaleDateString('en-GB', DAY);
}

/** The last day of a period that ends before an instant. */
function lastDay(to: Micros): string {
  return day(to - 1);
}

function minute(time: Micros): string {
  return `${day(time)} at ${new Date(time / 1000).toISOString().slice(11, 16)}`;
}

function date(instant: string | undefined): string {
  return instant === undefined ? 'open' : day(Date.parse(instant) * 1000);
}
