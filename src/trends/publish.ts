import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { importItems } from '../collections/import.ts';
import { AppError } from '../errors.ts';
import { decide } from '../sharing/decide.ts';
import type { Catalogue, Collection, Tlp } from '../sharing/model.ts';
import { readItems } from '../stix/bundle.ts';
import { isObject, type JsonObject } from '../stix/json.ts';
import type { ExtensionSchemas } from '../stix/schemas.ts';
import type { Store } from '../store/store.ts';
import type { ReportIds } from '../store/trends.ts';
import { type Clock, type Micros, parseInstant } from '../time.ts';
import { countTrends, type Trends } from './count.ts';
import { DIMENSIONS, type Dimension } from './dimensions.ts';
import { EXTENSION_OBJECTS } from './extension.ts';
import type { Period } from './periods.ts';
import { trendPlaces } from './places.ts';
import { reportObjects, saysTheSame, TLP_MARKINGS } from './report.ts';

export interface PublishDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly extensionSchemas: ExtensionSchemas;
}

export interface PublishRequest {
  readonly target: Collection;
  readonly periods: readonly Period[];
  readonly maxTlp: Tlp;
  /** Counts below are withheld. */
  readonly minCount: number;
}

/** What became of the report of one period and dimension. */
export interface Published {
  readonly period: string;
  readonly dimension: Dimension;
  readonly id: string;
  readonly outcome: 'new' | 'changed' | 'revoked' | 'same';
}

/** Who publishes, as in `Batch.source`: the hub itself. */
const PUBLISHER = { operator: 'trends' } as const;
const SOURCE = 'operator:trends';

/** Rows of a report. */
const TOP = 20;

/** All but who added what, which only operators may know. */
const PUBLISHED: readonly Dimension[] = DIMENSIONS.filter((dimension) => dimension !== 'source');

/**
 * Writes a report for each period and dimension that has something, through the path of every import. Figures that are
 * published already stay as they are; where nothing is left of them the report is revoked.
 * @throws {AppError} config.invalid when the hub has no identity, internal when a report is refused
 */
export async function publishTrends(deps: PublishDeps, request: PublishRequest): Promise<Published[]> {
  const { store, clock } = deps;
  await store.followers.catchUp();
  const catalogue = await store.catalogue.load();
  const identity = catalogue.hub.get('hub')?.value.identity;
  if (identity === undefined)
    throw new AppError('config.invalid', {
      description:
        'Reports are created by the identity of the hub, which has none. Set "identity" of "hub" in the hub file.',
    });
  const context = { ...deps, ...request, catalogue, identity };
  const { target, maxTlp, minCount } = request;
  const sources = [...catalogue.collection.values()].map(({ value }) => value).filter(({ id }) => id !== target.id);
  const places = trendPlaces(catalogue, PUBLISHER, sources, maxTlp, clock());
  const published: Published[] = [];
  const objects: JsonObject[] = [];
  for (const period of request.periods)
    for (const dimension of PUBLISHED) {
      const asked = { dimension, unit: period.unit, basis: 'event', range: period, top: TOP, minCount } as const;
      const trends = await countTrends(store.trends, PUBLISHER, places, asked);
      const made = await reportOf(context, trends);
      // Counting holds the thread that answers polls.
      await nextTurn();
      if (made === undefined) continue;
      published.push({ period: period.name, dimension, id: made.id, outcome: made.outcome });
      objects.push(...made.objects);
    }
  if (objects.length > 0) await add(context, [...(await introductions(context)), ...objects]);
  return published;
}

interface Context extends PublishDeps, PublishRequest {
  readonly catalogue: Catalogue;
  /** The hub's own. */
  readonly identity: string;
}

interface Made {
  readonly id: string;
  readonly outcome: Published['outcome'];
  readonly objects: readonly JsonObject[];
}

async function reportOf(context: Context, trends: Trends): Promise<Made | undefined> {
  const { store, clock, target, maxTlp, identity } = context;
  const place = {
    collection: target.id,
    dimension: trends.request.dimension,
    unit: trends.request.unit,
    from: trends.period.from,
    maxTlp,
  };
  const known = await store.trends.reportIds(place);
  const stored = known && (await newest(context, known.report));
  const current = stored?.revoked === true ? undefined : stored;
  if (!trends.rows.some(({ count }) => count > 0)) {
    if (known === undefined || current === undefined) return undefined;
    const translation = await newest(context, known.translation);
    const modified = after(current, clock());
    return { id: known.report, outcome: 'revoked', objects: withdrawn(current, translation, identity, modified) };
  }
  if (known !== undefined && current !== undefined) {
    if (saysTheSame(current, trends, maxTlp)) return { id: known.report, outcome: 'same', objects: [] };
    const dates = { created: String(current.created), modified: after(current, clock()) };
    return {
      id: known.report,
      outcome: 'changed',
      objects: reportObjects({ trends, maxTlp, identity, ids: known, ...dates }),
    };
  }
  // What is revoked stays so: what is counted again later is a report of its own.
  const ids =
    known !== undefined && stored === undefined ? known : await store.trends.rememberReport(place, newIds(), known);
  const now = instantOf(clock());
  return {
    id: ids.report,
    outcome: 'new',
    objects: reportObjects({ trends, maxTlp, identity, ids, created: now, modified: now }),
  };
}

/** A report and its translation without what they said: it may have been recalled. */
function withdrawn(
  report: JsonObject,
  translation: JsonObject | undefined,
  identity: string,
  modified: string,
): readonly JsonObject[] {
  const { description: _description, extensions: _extensions, ...rest } = report;
  const revoked = { ...rest, object_refs: [identity], modified, revoked: true };
  if (translation === undefined) return [revoked];
  const { contents } = translation;
  const french = isObject(contents) && isObject(contents.fr) ? contents.fr : {};
  const titles = { fr: { name: french.name ?? '' } };
  return [revoked, { ...translation, object_modified: modified, contents: titles, modified, revoked: true }];
}

function newIds(): ReportIds {
  return { report: `report--${randomUUID()}`, translation: `language-content--${randomUUID()}` };
}

/** The newest version of an object in the collection of the reports. */
async function newest(context: Context, id: string): Promise<JsonObject | undefined> {
  const { store, clock, catalogue, target } = context;
  const verdict = decide(catalogue, PUBLISHER, target, 'read', clock());
  if (verdict.kind !== 'allowed') return undefined;
  const filter = { ids: [id], versions: { first: false, last: true, keys: [] } } as const;
  const page = await store.objects.objects({ collection: target.id, verdict, filter, limit: 1, maxBytes: 1 << 24 });
  const object: unknown = JSON.parse(page.rows[0]?.json ?? 'null');
  return isObject(object) ? object : undefined;
}

/** The objects that reports refer to, as far as the collection does not hold them. */
async function introductions(context: Context): Promise<JsonObject[]> {
  const { clock, catalogue, identity } = context;
  const hub = catalogue.hub.get('hub')?.value;
  const now = instantOf(clock());
  const self: JsonObject = {
    type: 'identity',
    spec_version: '2.1',
    id: identity,
    created: now,
    modified: now,
    object_marking_refs: [TLP_MARKINGS.clear],
    name: hub?.title ?? identity,
    ...(hub?.description === undefined ? {} : { description: hub.description }),
    identity_class: 'organization',
    ...(hub?.contact === undefined ? {} : { contact_information: hub.contact }),
  };
  const missing: JsonObject[] = [];
  for (const object of [self, ...EXTENSION_OBJECTS])
    if ((await newest(context, String(object.id))) === undefined) missing.push(object);
  return missing;
}

async function add(context: Context, objects: readonly JsonObject[]): Promise<void> {
  const { store, clock, extensionSchemas, catalogue, target } = context;
  const verdict = decide(catalogue, PUBLISHER, target, 'write', clock());
  if (verdict.kind !== 'allowed') throw new AppError('permission.denied');
  const refusals: string[] = [];
  await importItems({
    store: store.objects,
    clock,
    collection: target,
    verdict,
    source: SOURCE,
    records: false,
    definitions: [],
    extensionSchemas,
    items: readItems(linesOf(objects)),
    refused: ({ id, message }) => void refusals.push(`${id}: ${message}`),
    progress: () => undefined,
  });
  if (refusals.length > 0)
    throw new AppError('internal', {
      description: `Trend reports were refused by the hub itself: ${refusals.join('; ')}`,
    });
}

async function* linesOf(objects: readonly JsonObject[]): AsyncGenerator<Uint8Array> {
  for (const object of objects) yield Buffer.from(`${JSON.stringify(object)}\n`);
}

/** Now, and later than the version before. */
function after({ modified }: JsonObject, now: Micros): string {
  const before = parseInstant(String(modified)) ?? 0;
  return instantOf(Math.max(now, before + 1000));
}

/** In whole milliseconds, as STIX asks for. */
function instantOf(micros: Micros): string {
  return new Date(Math.floor(micros / 1000)).toISOString();
}
