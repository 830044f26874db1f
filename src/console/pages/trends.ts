import { TLP_LEVELS, type Tlp } from '../../sharing/model.ts';
import { type Micros, parseInstant } from '../../time.ts';
import { countTrends, type TrendRequest, type TrendRow, type Trends } from '../../trends/count.ts';
import { DIMENSIONS, type Dimension, NAMED_TYPE, PERIODS, type PeriodUnit } from '../../trends/dimensions.ts';
import { trendCsv } from '../../trends/document.ts';
import { isoDay, periodBefore, periodOf } from '../../trends/periods.ts';
import { minCountFor, type TrendPlace, trendPlaces } from '../../trends/places.ts';
import { type Answer, BASE, type Context, isOperator, type Readable, readableScopes } from '../context.ts';
import { number } from '../format.ts';
import { dataElement, type Html, html, NOTHING, type Shown } from '../html.ts';
import { objectPath } from '../object-link.ts';
import { heading, input, note, section, select, table } from '../parts.ts';

const DAY: Micros = 86_400_000_000;
const SPANS = [6, 12, 26, 53] as const;
const DEFAULT_SPAN = 12;
const TOP = 20;

interface Asked {
  readonly by: Dimension;
  readonly unit: PeriodUnit;
  readonly span: number;
  /** Day of the last period. */
  readonly until?: string;
  readonly collection?: string;
  readonly tlp?: Tlp;
}

function asked({ query, viewer }: Context): Asked {
  const one = <T extends string>(name: string, of: readonly T[]): T | undefined =>
    of.find((value) => value === query.get(name));
  const by = one('by', dimensions(isOperator(viewer))) ?? 'malware';
  const until = query.get('until') ?? '';
  const tlp = one('tlp', TLP_LEVELS);
  const collection = query.get('collection') ?? '';
  return {
    by,
    unit: one('period', PERIODS) ?? 'month',
    span: SPANS.find((span) => String(span) === query.get('span')) ?? DEFAULT_SPAN,
    ...(/^\d{4}-\d\d-\d\d$/.test(until) && parseInstant(`${until}T00:00:00Z`) !== undefined ? { until } : {}),
    ...(collection === '' ? {} : { collection }),
    ...(tlp === undefined ? {} : { tlp }),
  };
}

function dimensions(operator: boolean): readonly Dimension[] {
  return operator ? DIMENSIONS : DIMENSIONS.filter((dimension) => dimension !== 'source');
}

async function counted(context: Context, { by, unit, span, until, collection, tlp }: Asked): Promise<Trends> {
  const { viewer, store } = context;
  const { catalogue, principal, now } = viewer;
  const collections = readableScopes(viewer)
    .filter((scope) => collection === undefined || scope.collection === collection)
    .map(({ of }) => of);
  const places: TrendPlace[] = trendPlaces(catalogue, principal, collections, tlp ?? 'red', now);
  const today = Math.floor(now / DAY);
  // Without a day of its own: the last period that is complete.
  const day = until === undefined ? undefined : Math.floor((parseInstant(`${until}T00:00:00Z`) ?? now) / DAY);
  const last = day === undefined ? periodBefore(periodOf(unit, today), 1) : periodOf(unit, Math.min(day, today));
  const request: TrendRequest = {
    dimension: by,
    unit,
    basis: 'event',
    range: { from: periodBefore(last, span - 1).from, until: last.until },
    top: TOP,
    minCount: minCountFor(catalogue, principal),
  };
  return countTrends(store.trends, principal, places, request);
}

export async function trendsPage(context: Context): Promise<Answer> {
  const { t, lang, viewer } = context;
  const ask = asked(context);
  const scopes = readableScopes(viewer);
  const trends = await counted(context, ask);
  const links = await linksOf(context, scopes, ask, trends.rows);
  const { rows, periods, period, keys } = trends;
  const data = {
    periods: periods.map(({ name }) => name),
    rows: rows.map(({ label, counts, total, change }, i) => ({ name: label, counts, total, change, path: links[i] })),
  };
  const search = new URLSearchParams(Object.entries(queryOf(ask))).toString();
  return {
    kind: 'page',
    title: t.trends,
    scripts: ['trends.js', 'copy.js'],
    body: html`${heading(t.trends)}
${form(context, ask, scopes)}
${
  rows.length === 0
    ? note(t.noTrends)
    : html`<p class="actions"><span class="quiet">${t.trendsOf(t.dimensions[ask.by], periods[0]?.name ?? '', period.name)}${keys > rows.length ? html` · ${t.topOf(number(lang, rows.length), number(lang, keys))}` : NOTHING}</span> <a href="${BASE}/trends/csv/?${search}" id="trends-csv">${t.downloadCsv}</a> <button type="button" class="plain" data-copy-from="trends-csv" hidden>${t.copyCsv}</button></p>
${dataElement('trends-data', data)}
${chart('ranking', t.ranking, t.rankingChart)}
${chart('lines', t.overTime, t.overTimeChart)}
${chart('heat', t.heatMap, t.heatMapChart)}
${section(t.figures, figures(context, trends, links))}`
}`,
  };

  function chart(id: string, title: string, described: string): Html {
    return section(
      title,
      html`<figure class="chart ${id}" id="${id}" role="img" aria-label="${described}"></figure>
<p class="actions"><button type="button" class="plain" data-png="${id}" hidden>${t.downloadPng}</button></p>`,
    );
  }
}

export async function trendsCsv(context: Context): Promise<Answer> {
  const ask = asked(context);
  const trends = await counted(context, ask);
  await linksOf(context, readableScopes(context.viewer), ask, trends.rows);
  return { kind: 'file', name: `trends-${ask.by}-${trends.period.name}.csv`, type: 'text/csv', text: trendCsv(trends) };
}

function queryOf({ by, unit, span, until, collection, tlp }: Asked): Record<string, string> {
  const given = { by, period: unit, span: String(span), until, collection, tlp };
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function form({ t, viewer }: Context, ask: Asked, scopes: readonly Readable[]): Html {
  const { by, unit, span, until, collection, tlp } = ask;
  const dimension = dimensions(isOperator(viewer)).map((value) => ({ value, text: t.dimensions[value] }));
  const today = isoDay(Math.floor(viewer.now / DAY));
  return html`<form class="search" method="get" action="${BASE}/trends/">
<div class="line filters">
${select('by', t.trendsBy, dimension, by)}
${select(
  'period',
  t.period,
  PERIODS.map((value) => ({ value, text: t.periods[value] })),
  unit,
)}
${select(
  'span',
  t.span,
  SPANS.map((value) => ({ value: String(value), text: String(value) })),
  String(span),
)}
${input('until', t.lastPeriod, { type: 'date', value: until, max: today })}
${select(
  'collection',
  t.collection,
  scopes.map((scope) => ({ value: scope.collection, text: scope.of.title })),
  collection,
  t.all,
)}
${select(
  'tlp',
  t.ceiling,
  TLP_LEVELS.map((level) => ({ value: level, text: `TLP:${level.toUpperCase()}` })),
  tlp,
  t.all,
)}
<button class="main">${t.show}</button>
</div>
</form>`;
}

/** Where a click leads: to the object behind a name, else to the objects that count. */
async function linksOf(
  { store }: Context,
  scopes: readonly Readable[],
  { by, collection }: Asked,
  rows: readonly TrendRow[],
): Promise<readonly (string | undefined)[]> {
  const within = scopes.filter((scope) => collection === undefined || scope.collection === collection);
  const hits = await store.search.current([...new Set(rows.flatMap(({ ids }) => ids))], within);
  const byId = new Map(hits.toReversed().map((hit) => [hit.id, hit]));
  return rows.map(({ key, label, ids }) => {
    if (by === 'type') return search({ type: key });
    if (by === 'source') return search({ source: key });
    if (by === 'indicator-type') return search({ q: label, type: 'indicator' });
    const hit = ids.map((id) => byId.get(id)).find((found) => found !== undefined);
    if (hit !== undefined && by !== 'kill-chain-phase' && by !== 'sector') return objectPath(hit.collection, hit.id);
    return by in NAMED_TYPE ? search({ q: label, type: NAMED_TYPE[by as keyof typeof NAMED_TYPE] }) : undefined;
  });
}

function search(parameters: Record<string, string>): string {
  return `${BASE}/objects/?${new URLSearchParams(parameters)}`;
}

function figures({ t, lang }: Context, { rows, period }: Trends, links: readonly (string | undefined)[]): Html {
  const figure = (value: number | null): Shown => (value === null ? '–' : number(lang, value));
  return table(
    t.figures,
    [
      { title: t.rank, kind: 'number' },
      { title: t.name },
      { title: t.total, kind: 'number' },
      { title: period.name, kind: 'number' },
      { title: t.changeFigure, kind: 'number' },
      { title: '%', kind: 'number', minor: true },
      { title: t.meanOf8, kind: 'number', minor: true },
    ],
    rows.map((row, i) => [
      html`${figure(row.rank)}${row.rankChange !== null && row.rankChange !== 0 ? html` <span class="quiet">${signed(lang, row.rankChange)}</span>` : NOTHING}`,
      html`${links[i] === undefined ? row.label : html`<a href="${links[i]}">${row.label}</a>`}${row.new ? html` <span class="state good">${t.newTrend}</span>` : NOTHING}${row.gone ? html` <span class="state plain">${t.goneTrend}</span>` : NOTHING}`,
      number(lang, row.total),
      number(lang, row.count),
      row.change === null ? '–' : signed(lang, row.change),
      row.changePercent === null ? '–' : signed(lang, row.changePercent),
      figure(row.mean),
    ]),
  );
}

function signed(lang: Context['lang'], value: number): string {
  return value > 0 ? `+${number(lang, value)}` : number(lang, value).replace('-', '−');
}
