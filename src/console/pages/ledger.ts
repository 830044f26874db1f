import { LEDGER_KINDS, type LedgerKind, type LedgerRecord } from '../../store/ledger.ts';
import { type Micros, parseInstant } from '../../time.ts';
import { type Answer, BASE, type Context } from '../context.ts';
import { isStixId } from '../describe.ts';
import { instant, number } from '../format.ts';
import { type Html, html, NOTHING, type Shown } from '../html.ts';
import { findPath } from '../object-link.ts';
import { heading, input, note, section, select, table } from '../parts.ts';
import { recipients } from '../recipients-table.ts';

const PAGE = 100;
/** Records that are looked at in one go, and how often for one page: what is sought may be rare. */
const STRETCH = 1000;
const STRETCHES = 20;
const DAY: Micros = 86_400_000_000;

interface Asked {
  readonly who?: string;
  readonly kind?: LedgerKind;
  readonly collection?: string;
  readonly from?: string;
  readonly until?: string;
  readonly object?: string;
}

function asked({ query }: Context): Asked {
  const text = (name: string): string | undefined => query.get(name)?.trim().slice(0, 200) || undefined;
  const date = (name: string): string | undefined => {
    const value = text(name);
    return value !== undefined && parseInstant(`${value}T00:00:00Z`) !== undefined ? value : undefined;
  };
  const given = {
    who: text('who'),
    kind: LEDGER_KINDS.find((kind) => kind === query.get('kind')),
    collection: text('collection'),
    from: date('from'),
    until: date('until'),
    object: text('object'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

export async function ledgerPage(context: Context): Promise<Answer> {
  const { t, lang, store } = context;
  const ask = asked(context);
  const head = await store.ledger.head();
  const object = ask.object !== undefined && isStixId(ask.object) ? ask.object : undefined;
  return {
    kind: 'page',
    title: t.ledger,
    scripts: ['copy.js'],
    body: html`${heading(t.ledger)}
<p class="quiet">${t.ledgerHead(number(lang, head.count))} <code id="head">${head.hash}</code> <button type="button" class="plain" data-copy="head" hidden>${t.copy}</button></p>
${form(context, ask)}
${
  ask.object === undefined
    ? await records(context, ask, head.count)
    : object === undefined
      ? note(t.noStixId, 'error')
      : section(
          t.recipients,
          html`<p>${t.recipientsOf} <a class="mono" href="${findPath(object)}">${object}</a></p>
${await recipients(context, object)}`,
        )
}`,
  };
}

function form({ t, viewer }: Context, ask: Asked): Html {
  const { catalogue } = viewer;
  const names = [
    ...[...catalogue.partner.keys()].sort().map((name) => `partner:${name}`),
    'partner:anonymous',
    ...[...catalogue.operator.keys()].sort().map((name) => `operator:${name}`),
    'cli',
    'import',
  ];
  return html`<form class="search" method="get" action="${BASE}/ledger/">
<div class="line">
${input('object', t.whoWasSent, { type: 'search', value: ask.object, hint: t.whoWasSentHint })}
${select(
  'kind',
  t.kind,
  LEDGER_KINDS.map((value) => ({ value, text: t.ledgerKinds[value] })),
  ask.kind,
  t.all,
)}
<button class="main">${t.search}</button>
</div>
<div class="line filters">
${select(
  'who',
  t.by,
  [...new Set(names)].map((value) => ({ value, text: value })),
  ask.who,
  t.all,
)}
${select(
  'collection',
  t.collection,
  [...catalogue.collection.values()].map(({ value }) => ({ value: value.id, text: value.title })),
  ask.collection,
  t.all,
)}
${input('from', t.from, { type: 'date', value: ask.from })}
${input('until', t.until, { type: 'date', value: ask.until })}
</div>
</form>`;
}

/** The latest first: stretches of the ledger from its end to its beginning, as far as a page goes. */
async function records(context: Context, ask: Asked, count: number): Promise<Html> {
  const { t, lang, store, query } = context;
  const { who, kind, collection, from, until } = ask;
  const day = (date: string): Micros => parseInstant(`${date}T00:00:00Z`) ?? 0;
  const wanted = {
    ...(who === undefined ? {} : { who }),
    ...(kind === undefined ? {} : { kinds: [kind] }),
    ...(collection === undefined ? {} : { collection }),
    ...(from === undefined ? {} : { from: day(from) }),
    ...(until === undefined ? {} : { until: day(until) + DAY }),
  };
  let end = Math.min(count, Number(query.get('end') ?? count) || 0);
  const found: { readonly num: number; readonly record: LedgerRecord }[] = [];
  for (let i = 0; i < STRETCHES && end > 0 && found.length < PAGE; i++) {
    const after = Math.max(0, end - STRETCH);
    const { rows } = await store.ledger.read({ ...wanted, after, limit: STRETCH });
    const some = rows.filter(({ num }) => num <= end).toReversed();
    const taken = some.slice(0, PAGE - found.length);
    found.push(...taken.map(({ num, text }) => ({ num, record: JSON.parse(text) as LedgerRecord })));
    end = taken.length < some.length ? (taken.at(-1)?.num ?? end) - 1 : after;
  }
  const parameters = new URLSearchParams({ ...(ask as Record<string, string>), end: String(end) });
  const older =
    end > 0
      ? html`<nav class="pager" aria-label="${t.pages}"><a href="${BASE}/ledger/?${parameters.toString()}" rel="next">${t.older}</a></nav>`
      : NOTHING;
  if (found.length === 0) return html`${note(t.noRecords)}${older}`;
  return html`${table(
    t.ledger,
    [
      { title: '#', kind: 'number', minor: true },
      { title: t.time },
      { title: t.kind },
      { title: t.by },
      { title: t.whatHappened },
    ],
    found.map(({ num, record }) => [
      number(lang, num),
      html`<span class="nowrap">${instant(lang, record.time)}</span>`,
      t.ledgerKinds[record.kind],
      html`<span class="mono">${'who' in record ? record.who : 'address' in record ? record.address : '–'}</span>`,
      describe(context, record),
    ]),
  )}${older}`;
}

function describe({ t, lang, viewer }: Context, record: LedgerRecord): Shown {
  const titleOf = (id: string): string => viewer.catalogue.collection.get(id)?.value.title ?? id;
  const count = (value: number): string => number(lang, value);
  switch (record.kind) {
    case 'disclosure': {
      const agreements = [...new Set(record.entries.flatMap(({ agreement }) => agreement ?? []))];
      return html`${titleOf(record.collection)}: ${t.versionsCount(count(record.count))} <span class="quiet">(${record.read}${agreements.length === 0 ? NOTHING : html`, ${agreements.join(', ')}`})</span>`;
    }
    case 'contact':
      return html`${titleOf(record.collection)}: ${t.nothingSent} <span class="quiet">(${record.read}, ${count(record.count)}×)</span>`;
    case 'push': {
      const added = Object.values(record.added).flatMap((classes) => Object.values(classes));
      return html`${titleOf(record.collection)}: ${t.pushCounts(count(added.reduce((sum, one) => sum + one, 0)), count(record.present), count(record.refused))}`;
    }
    case 'removal':
      return html`${titleOf(record.collection)}: ${t.versionsCount(count(record.count))} <span class="quiet">(${record.reason})</span>${record.object === undefined ? NOTHING : html` <span class="mono wrap">${record.object}</span>`}`;
    case 'admin':
      return html`${record.entity} <strong>${record.name}</strong> <span class="state plain">${t.differences[record.before === undefined ? 'add' : record.after === undefined ? 'remove' : 'change']}</span>`;
    case 'recall':
    case 'unrecall':
      return html`<span class="mono wrap">${record.object}</span>: ${record.reason}`;
    case 'sign-in-failure':
      return html`${record.credential ?? '–'} <span class="quiet">(${count(record.count)}×)</span>`;
    case 'gap':
      return html`${t.gapSince} ${instant(lang, record.from)}`;
  }
}
