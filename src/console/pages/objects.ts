import { TLP_LEVELS } from '../../sharing/model.ts';
import type { Found, Hit } from '../../store/search.ts';
import { type Answer, BASE, type Context, isOperator, type Readable, readableScopes } from '../context.ts';
import { isStixId, parseObject, titleOf } from '../describe.ts';
import { instant, marking, typeName } from '../format.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { namesOf, referred, relationName } from '../names.ts';
import { objectPath } from '../object-link.ts';
import { heading, input, note, select, table } from '../parts.ts';
import { readSearch, type Search, searchString, toQuery } from '../search-form.ts';

const PAGE = 50;
/** Called by what they connect. */
const LINKS = new Set(['relationship', 'sighting']);
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export async function objects(context: Context): Promise<Answer> {
  const { t, viewer } = context;
  const search = readSearch(context);
  const scopes = readableScopes(viewer);
  const types = await typesOf(context, scopes);
  const found = await find(context, search, scopes, types);
  return {
    kind: 'page',
    title: t.objects,
    body: html`${heading(t.objects)}
${form(context, search, scopes, types)}
${found.hits.length === 0 ? note(search.before === undefined ? t.nothingFound : t.nothingMore) : await results(context, found.hits)}
${pager(context, search, found)}`,
  };
}

async function find(
  { store }: Context,
  search: Search,
  scopes: readonly Readable[],
  types: readonly string[],
): Promise<Found> {
  const query = toQuery(search, scopes, PAGE);
  const ids = isStixId(search.q) ? [search.q] : UUID.test(search.q) ? types.map((type) => `${type}--${search.q}`) : [];
  if (ids.length === 0) return store.search.find(query);
  const hits = await store.search.current(
    ids.map((id) => id.toLowerCase()),
    query.scopes,
  );
  return { hits, more: false };
}

/** Types of objects that the viewer may see. */
async function typesOf({ store }: Context, scopes: readonly Readable[]): Promise<string[]> {
  const types = new Set<string>();
  for (const scope of scopes)
    for (const { type } of (await store.search.summary(scope, Number.MAX_SAFE_INTEGER)).types) types.add(type);
  return [...types].sort();
}

function form({ t, viewer }: Context, search: Search, scopes: readonly Readable[], types: readonly string[]): Html {
  const { q, where, collection, type, tlp, from, until, source } = search;
  const sources = [
    { value: 'import', text: t.sourceImport },
    ...[...viewer.catalogue.partner.keys()].sort().map((name) => ({ value: `partner:${name}`, text: name })),
    ...[...viewer.catalogue.operator.keys()]
      .sort()
      .map((name) => ({ value: `operator:${name}`, text: `${name} (${t.operator})` })),
  ];
  const wheres = [
    { value: 'anywhere', text: t.anywhere },
    { value: 'name', text: t.inNames },
    { value: 'value', text: t.inValues },
  ];
  return html`<form class="search" method="get" action="${BASE}/objects/" role="search">
<div class="line">
${input('q', t.searchFor, { type: 'search', value: q, hint: t.searchHint })}
${select('where', t.searchWhere, wheres, where)}
<button class="main">${t.search}</button>
</div>
<div class="line filters">
${select(
  'collection',
  t.collection,
  scopes.map((scope) => ({ value: scope.collection, text: scope.of.title })),
  collection,
  t.all,
)}
${select(
  'type',
  t.type,
  types.map((one) => ({ value: one, text: typeName(one) })),
  type,
  t.all,
)}
${select(
  'tlp',
  'TLP',
  TLP_LEVELS.map((level) => ({ value: level, text: `TLP:${level.toUpperCase()}` })),
  tlp,
  t.all,
)}
${input('from', t.addedFrom, { type: 'date', value: from })}
${input('until', t.addedUntil, { type: 'date', value: until })}
${isOperator(viewer) ? select('source', t.source, sources, source, t.all) : NOTHING}
</div>
</form>`;
}

async function results(context: Context, hits: readonly Hit[]): Promise<Html> {
  const { t, lang, viewer } = context;
  const objects = hits.map(({ json }) => parseObject(json));
  const ends = objects.flatMap((object) => (LINKS.has(String(object.type)) ? referred(object) : []));
  const names = await namesOf(context, ends);
  const titles = new Map([...viewer.catalogue.collection].map(([id, { value }]) => [id, value.title]));
  return table(
    t.objects,
    [
      { title: t.name },
      { title: t.type },
      { title: t.marking },
      { title: t.collection, minor: true },
      ...(isOperator(viewer) ? [{ title: t.source, minor: true as const }] : []),
      { title: t.added, minor: true },
    ],
    hits.map((hit, i) => [
      html`<a class="title" href="${objectPath(hit.collection, hit.id)}">${relationName(objects[i] ?? {}, names) ?? titleOf(objects[i] ?? {}, hit.id)}</a>`,
      html`<span class="nowrap">${typeName(hit.type)}</span>`,
      marking(t, hit.marking),
      titles.get(hit.collection),
      ...(isOperator(viewer) ? [html`<span class="mono">${hit.source}</span>`] : []),
      html`<span class="nowrap">${instant(lang, hit.dateAdded)}</span>`,
    ]),
  );
}

function pager({ t }: Context, search: Search, { hits, more }: Found): Html {
  const last = hits.at(-1)?.position;
  const { before, ...first } = search;
  return html`<nav class="pager" aria-label="${t.pages}">${
    before === undefined
      ? NOTHING
      : html`<a href="${BASE}/objects/?${searchString(first)}" rel="first">${t.firstPage}</a>`
  }${
    more && last !== undefined
      ? html`<a href="${BASE}/objects/?${searchString(search, { before: last })}" rel="next">${t.nextPage}</a>`
      : NOTHING
  }</nav>`;
}
