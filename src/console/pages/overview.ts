import { MARKING_CLASSES, type Tlp } from '../../sharing/model.ts';
import type { Summary } from '../../store/search.ts';
import { agreementsTable, ownAgreements } from '../agreements-table.ts';
import { attention } from '../attention.ts';
import { BASE, type Context, isOperator, type Page, type Visible, visibleCollections } from '../context.ts';
import { feedsTable } from '../feeds-table.ts';
import { marking, number, tlp, typeName } from '../format.ts';
import { dataElement, type Html, html, NOTHING } from '../html.ts';
import { partnersTable } from '../partners-table.ts';
import { bar, heading, note, section, table } from '../parts.ts';

const DAYS = 30;
const DAY = 86_400_000_000;

interface Line extends Visible {
  readonly summary?: Summary;
}

export async function overview(context: Context): Promise<Page> {
  const { t, viewer, store } = context;
  const today = Math.floor(viewer.now / DAY);
  const lines: Line[] = [];
  for (const { collection, verdict } of visibleCollections(viewer))
    lines.push(
      verdict === undefined
        ? { collection }
        : {
            collection,
            verdict,
            summary: await store.search.summary({ collection: collection.id, verdict }, today - DAYS + 1),
          },
    );
  const behind = (await store.followers.list()).some((follower) => follower.behind > 1000);
  const feeds = isOperator(viewer) ? await feedsTable(context) : undefined;
  return {
    kind: 'page',
    title: t.overview,
    scripts: ['arrivals.js'],
    body: html`${heading(t.overview)}
${behind ? note(t.indexBehind) : NOTHING}
${isOperator(viewer) ? section(t.needsAttention, await attention(context)) : NOTHING}
${section(t.collections, lines.length === 0 ? note(t.noCollections) : collectionsTable(context, lines))}
${lines.some(({ summary }) => summary) ? section(t.arrivals, arrivals(context, lines, today)) : NOTHING}
${lines.some(({ summary }) => summary?.objects) ? section(t.whatThereIs, whatThereIs(context, lines)) : NOTHING}
${
  isOperator(viewer)
    ? html`${section(t.partners, await partnersTable(context))}${section(t.agreements, agreementsTable(context))}${feeds === undefined ? NOTHING : section(t.feeds, feeds)}`
    : section(t.yourAgreements, ownAgreements(context))
}`,
  };
}

function collectionsTable({ t, lang, viewer }: Context, lines: readonly Line[]): Html {
  return table(
    t.collections,
    [
      { title: t.title },
      { title: t.apiRoot, minor: true },
      { title: t.objects, kind: 'number' },
      { title: t.last7Days, kind: 'number' },
      { title: t.ceiling },
    ],
    lines.map(({ collection, verdict, summary }) => {
      const week = Math.floor(viewer.now / DAY) - 6;
      const recent = summary?.days.filter(({ day }) => day >= week).reduce((sum, { objects }) => sum + objects, 0);
      return [
        verdict === undefined
          ? collection.title
          : html`<a href="${BASE}/objects/?collection=${collection.id}">${collection.title}</a>`,
        html`<span class="mono">${collection.root}/${collection.alias ?? collection.id}</span>`,
        summary === undefined ? '–' : number(lang, summary.objects),
        recent === undefined ? '–' : number(lang, recent),
        verdict === undefined
          ? html`<span class="quiet">${t.listedOnly}</span>`
          : [...new Set(verdict.entries.map(({ maxTlp }) => maxTlp))].map((level: Tlp) => html`${tlp(level)} `),
      ];
    }),
  );
}

/** The chart is drawn from the table below it, which says the same to whoever does not see it. */
function arrivals({ t, lang }: Context, lines: readonly Line[], today: number): Html {
  const days = Array.from({ length: DAYS }, (_, i) => today - DAYS + 1 + i);
  const series = lines.flatMap(({ collection, summary }) => {
    if (summary === undefined) return [];
    const byDay = new Map(summary.days.map(({ day, objects }) => [day, objects]));
    return [{ name: collection.title, values: days.map((day) => byDay.get(day) ?? 0) }];
  });
  const names = days.map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
  return html`<figure class="chart" id="arrivals" role="img" aria-label="${t.arrivalsChart}"></figure>
${dataElement('arrivals-data', { days: names, series, lang })}
<details><summary>${t.asTable}</summary>
${table(
  t.arrivals,
  [{ title: t.day }, ...series.map(({ name }) => ({ title: name, kind: 'number' as const }))],
  names.map((name, i) => [name, ...series.map(({ values }) => number(lang, values[i] ?? 0))]),
)}</details>`;
}

const TYPES_SHOWN = 12;

function whatThereIs({ t, lang }: Context, lines: readonly Line[]): Html {
  const types = new Map<string, number>();
  const markings = new Map<(typeof MARKING_CLASSES)[number], number>();
  for (const { summary } of lines) {
    for (const { type, objects } of summary?.types ?? []) types.set(type, (types.get(type) ?? 0) + objects);
    for (const one of summary?.markings ?? [])
      markings.set(one.marking, (markings.get(one.marking) ?? 0) + one.objects);
  }
  const ranked = [...types].sort(([, a], [, b]) => b - a);
  const most = ranked[0]?.[1] ?? 1;
  const shown = ranked.slice(0, TYPES_SHOWN);
  const rest = ranked.slice(TYPES_SHOWN).reduce((sum, [, objects]) => sum + objects, 0);
  return html`<div class="columns">
${table(
  t.byType,
  [{ title: t.type }, { title: html`<span class="unseen">${t.share}</span>` }, { title: t.objects, kind: 'number' }],
  [
    ...shown.map(([type, objects]) => [
      html`<a href="${BASE}/objects/?type=${encodeURIComponent(type)}">${typeName(type)}</a>`,
      bar(objects / most),
      number(lang, objects),
    ]),
    ...(rest > 0 ? [[html`<span class="quiet">${t.otherTypes}</span>`, '', number(lang, rest)]] : []),
  ],
)}
${table(
  t.byMarking,
  [{ title: t.marking }, { title: t.objects, kind: 'number' }],
  MARKING_CLASSES.filter((name) => markings.has(name)).map((name) => [
    marking(t, name),
    number(lang, markings.get(name) ?? 0),
  ]),
)}
</div>`;
}
