import { AppError } from '../../errors.ts';
import { classesUpTo } from '../../sharing/decide.ts';
import { type MarkingClass, TLP_LEVELS } from '../../sharing/model.ts';
import type { JsonObject } from '../../stix/json.ts';
import { TLP_DEFINITIONS } from '../../stix/tlp.ts';
import { validate } from '../../stix/validate.ts';
import type { KeptObject, ObjectRecord, Page as Rows } from '../../store/store.ts';
import { timestampKey } from '../../time.ts';
import { card, reference } from '../card.ts';
import {
  type Answer,
  BASE,
  type Context,
  isOperator,
  type Readable,
  readableScope,
  readableScopes,
} from '../context.ts';
import { indentJson, parseObject, titleOf } from '../describe.ts';
import { instant, marking, number, tlp, typeName } from '../format.ts';
import { type Html, html, NOTHING, type Shown } from '../html.ts';
import { namesOf, referred, relationName } from '../names.ts';
import { objectPath } from '../object-link.ts';
import { facts, heading, note, section, table } from '../parts.ts';
import { graphAround, relationsOf } from '../relations.ts';

const EVERY_SPEC = ['2.0', '2.1'] as const;
const VERSIONS = 50;
const MAX_BYTES = 16 << 20;
/** Of JSON that is laid out on the page; more is for downloading. */
const MAX_SHOWN = 200_000;
/** Of JSON that is checked while somebody waits. */
const MAX_CHECKED = 1 << 18;
const STEPS = [1, 2, 3] as const;

/** The object wherever the viewer may see it. */
export async function findObject({ store, viewer, params }: Context): Promise<Answer> {
  const [hit] = await store.search.current([params.id ?? ''], readableScopes(viewer));
  if (hit === undefined) throw new AppError('not-found');
  return { kind: 'redirect', to: objectPath(hit.collection, hit.id) };
}

export async function objectPage(context: Context): Promise<Answer> {
  const { t, lang, viewer, query } = context;
  const { scope, row } = await read(context);
  const large = row.json.length > MAX_CHECKED;
  const object = parseObject(row.json, MAX_CHECKED);
  const type = row.id.split('--')[0] ?? '';
  const names = await namesOf(context, referred(object));
  const title = relationName(object, names) ?? titleOf(object, row.id);
  const older = query.get('version') !== null;
  return {
    kind: 'page',
    title,
    scripts: ['graph.js', 'copy.js'],
    body: html`<nav class="crumbs" aria-label="${t.whereYouAre}"><a href="${BASE}/objects/">${t.objects}</a> / <a href="${BASE}/objects/?collection=${scope.collection}">${scope.of.title}</a> / <a href="${BASE}/objects/?type=${encodeURIComponent(type)}">${typeName(type)}</a></nav>
${heading(title, html`<p class="under"><span class="type">${typeName(type)}</span> ${marking(t, row.marking)}${object.revoked === true ? html` <span class="state error">${t.revoked}</span>` : NOTHING}</p>`)}
<p class="id mono">${row.id}</p>
${older ? note(html`${t.olderVersion(row.version)} <a href="${objectPath(scope.collection, row.id)}">${t.newestVersion}</a>`, 'warning') : NOTHING}
${large ? note(t.tooLarge) : section(t.whatItSays, card(context, object, names), 'card')}
${older ? NOTHING : section(t.relations, await relations(context, scope, row), 'relations')}
${section(t.versions, await versions(context, scope, row), 'versions')}
${section(t.markings, markings(context, scope, row.marking, object), 'markings')}
${section(t.findings, large ? note(t.tooLarge) : findings(context, scope, object), 'findings')}
${section(
  'JSON',
  html`<p class="actions"><button type="button" class="plain" data-copy="json" hidden>${t.copy}</button> <a href="${objectPath(scope.collection, row.id)}json/?version=${row.version}">${t.download}</a></p>
<pre class="json" id="json" tabindex="0" role="region" aria-label="JSON"><code>${row.json.length > MAX_SHOWN ? `${row.json.slice(0, MAX_SHOWN)}…` : indentJson(row.json)}</code></pre>`,
  'source',
)}`,
  };

  function findings({ extensionSchemas }: Context, { of }: Readable, value: JsonObject): Html {
    const found = validate(value, { versions: EVERY_SPEC, level: of.validation, extensionSchemas });
    if (found.length === 0) return note(t.noFindings, 'good');
    return table(
      t.findings,
      [{ title: t.severity }, { title: t.place }, { title: t.message }, { title: t.rule, minor: true }],
      found.map(({ severity, path, message, rule, section: clause }) => [
        html`<span class="state ${severity}">${t.severities[severity]}</span>`,
        html`<code>${path === '' ? '/' : path}</code>`,
        message,
        html`<span class="mono">${rule}</span><br><span class="quiet">${clause}</span>`,
      ]),
    );
  }

  async function relations({ store }: Context, { collection }: Readable, { id }: KeptObject): Promise<Html> {
    const scopes = inFirst(collection, readableScopes(viewer));
    const [hit] = await store.search.current([id], scopes);
    const around = hit && (await relationsOf(store.search, scopes, hit));
    if (around === undefined || around.rows.length === 0) return note(t.noRelations);
    return html`<figure class="graph" id="graph" data-source="${objectPath(collection, id)}graph/" role="img" aria-label="${t.graphOf(title)}" hidden></figure>
<p class="actions" id="graph-steps" hidden><span>${t.steps}</span> ${STEPS.map((step) => html`<button type="button" class="plain" data-steps="${step}" aria-pressed="${step === 1 ? 'true' : 'false'}">${step}</button>`)} <span id="graph-note" role="status" data-more="${t.graphMore}"></span></p>
${table(
  t.relations,
  [{ title: t.relation }, { title: t.name }, { title: t.type }, { title: t.marking }],
  around.rows.map(({ label, outgoing, other }) => [
    html`<span aria-hidden="true">${outgoing ? '→' : '←'}</span> ${label}`,
    html`<a href="${objectPath(other.collection, other.id)}">${other.title}</a>`,
    typeName(other.type),
    marking(t, other.marking),
  ]),
)}${around.more ? note(t.graphMore) : NOTHING}`;
  }

  async function versions({ store }: Context, { collection, verdict, of }: Readable, shown: KeptObject): Promise<Html> {
    const all = {
      collection,
      verdict,
      filter: { ids: [shown.id], specVersions: EVERY_SPEC, versions: 'all' as const },
      limit: VERSIONS,
      maxBytes: MAX_BYTES,
    };
    const page: Rows<ObjectRecord | KeptObject> = isOperator(viewer)
      ? await store.objects.lines(all)
      : await store.objects.manifest(all);
    const rows = page.rows.toReversed();
    return html`${table(
      t.versions,
      [
        { title: t.version },
        { title: t.added },
        { title: 'STIX' },
        ...(isOperator(viewer) ? [{ title: t.marking }, { title: t.source }] : []),
      ],
      rows.map((one) => [
        one.version === shown.version
          ? html`<strong>${instant(lang, one.version)}</strong>`
          : html`<a href="${objectPath(collection, shown.id)}?version=${one.version}">${instant(lang, one.version)}</a>`,
        instant(lang, one.dateAdded),
        one.specVersion,
        ...('marking' in one ? [marking(t, one.marking), html`<span class="mono">${one.source}</span>`] : []),
      ]),
    )}${page.more ? note(t.onlyFirstVersions(number(lang, VERSIONS))) : NOTHING}${
      of.retentionDays === undefined ? NOTHING : note(t.retention(number(lang, of.retentionDays)))
    }`;
  }
}

function markings({ t }: Context, { of }: Readable, own: MarkingClass, object: JsonObject): Html {
  const refs = Array.isArray(object.object_marking_refs) ? object.object_marking_refs : [];
  const granular = Array.isArray(object.granular_markings) ? object.granular_markings : [];
  const level = TLP_LEVELS.find((one) => classesUpTo(one, of).has(own)) ?? 'red';
  const named = (ref: unknown): Shown => {
    const id = String(ref);
    const known = TLP_DEFINITIONS.get(id);
    return known === undefined ? reference(id) : tlp(known);
  };
  return facts([
    [t.countsAs, html`${tlp(level)} ${own === 'unmarked' ? t.byDefault : own === 'other' ? t.byUnknown : NOTHING}`],
    [
      t.objectMarkings,
      refs.length === 0 ? t.none : html`<ul class="chips">${refs.map((ref) => html`<li>${named(ref)}</li>`)}</ul>`,
    ],
    granular.length > 0 && [
      t.granularMarkings,
      html`<ul class="list">${granular.slice(0, 50).map((one) => html`<li><code>${JSON.stringify(one)}</code></li>`)}</ul>`,
    ],
  ]);
}

/** The graph as data, for the script that draws it. */
export async function graphData(context: Context): Promise<Answer> {
  const { store, viewer, params, query } = context;
  const { collection } = readableScope(viewer, params.collection ?? '');
  const scopes = inFirst(collection, readableScopes(viewer));
  const [hit] = await store.search.current([params.id ?? ''], scopes);
  if (hit === undefined) throw new AppError('not-found');
  const steps = STEPS.find((step) => String(step) === query.get('steps')) ?? 1;
  const { nodes, edges, more } = await graphAround(store.search, scopes, hit, steps);
  return {
    kind: 'data',
    value: {
      nodes: nodes.map((node) => ({ ...node, path: objectPath(node.collection, node.id) })),
      edges,
      more,
    },
  };
}

export async function objectJson(context: Context): Promise<Answer> {
  const { row } = await read(context);
  return { kind: 'file', name: `${row.id}.json`, type: 'application/json', text: row.json };
}

/** The version that the query names, else the current one. @throws {AppError} not-found */
async function read({ store, viewer, params, query }: Context): Promise<{ scope: Readable; row: KeptObject }> {
  const scope = readableScope(viewer, params.collection ?? '');
  const { collection, verdict } = scope;
  const version = query.get('version');
  const key = version === null ? undefined : timestampKey(version);
  if (version !== null && key === undefined) throw new AppError('not-found');
  const page = await store.objects.kept({
    collection,
    verdict,
    filter: {
      ids: [params.id ?? ''],
      ...(key === undefined ? {} : { specVersions: EVERY_SPEC }),
      versions: { first: false, last: key === undefined, keys: key === undefined ? [] : [key] },
    },
    limit: 1,
    maxBytes: MAX_BYTES,
  });
  const [row] = page.rows;
  if (row === undefined) throw new AppError('not-found');
  return { scope, row };
}

/** What is near comes first: the same collection, then the others. */
function inFirst(collection: string, scopes: readonly Readable[]): Readable[] {
  return scopes.toSorted((a, b) => Number(b.collection === collection) - Number(a.collection === collection));
}
