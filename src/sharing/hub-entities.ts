import type { CatalogueChange } from '../store/store.ts';
import type { AgreementEntry, ApiRootEntry, CollectionEntry, HubDocument, LimitsEntry } from './hub-document.ts';
import { collectionsNamed, DEFAULTS } from './hub-rules.ts';
import {
  type Agreement,
  type ApiRoot,
  type Catalogue,
  type Collection,
  DEFAULT_TRENDS,
  type Hub,
  type Limits,
  type TrendSettings,
} from './model.ts';

/** An entity as a hub file wants it. */
export type Wanted = Extract<CatalogueChange, { put: string }>;

/** Everything that a hub file wants except credentials, which need their secrets. */
export function wantedEntities(document: HubDocument, ids: CollectionIds): Wanted[] {
  return [
    { put: 'hub', value: hubOf(document, ids), origin: 'file' },
    ...(document.operators ?? []).map(({ name }) => ({ put: 'operator', value: { name }, origin: 'file' }) as const),
    ...document.api_roots.map((root) => ({ put: 'api-root', value: rootOf(root), origin: 'file' }) as const),
    ...document.api_roots.flatMap((root) =>
      (root.collections ?? []).map(
        (entry) => ({ put: 'collection', value: collectionOf(root.path, entry, ids), origin: 'file' }) as const,
      ),
    ),
    ...(document.partners ?? []).map(
      ({ name, identity, limits }) =>
        ({ put: 'partner', value: given({ name, identity, limits: limitsOf(limits) }), origin: 'file' }) as const,
    ),
    ...(document.agreements ?? []).map(
      (entry) => ({ put: 'agreement', value: agreementOf(entry, document, ids), origin: 'file' }) as const,
    ),
  ];
}

export type CollectionIds = ReadonlyMap<CollectionEntry, string>;

/**
 * The id of each collection: as written, else that of the collection which an earlier hub file made in the same API root
 * under this alias, or else under this title, else a new one.
 */
export function collectionIds(document: HubDocument, catalogue: Catalogue, newId: () => string): CollectionIds {
  const ids = new Map<CollectionEntry, string>();
  const free = new Map<string, Collection>();
  for (const [id, { origin, value }] of catalogue.collection) if (origin === 'file') free.set(id, value);
  const claim = (entry: CollectionEntry, id: string): void => {
    ids.set(entry, id);
    free.delete(id);
  };
  const entries = document.api_roots.flatMap((root) =>
    (root.collections ?? []).map((entry) => ({ root: root.path, entry })),
  );
  for (const { entry } of entries) if (entry.id !== undefined) claim(entry, entry.id);
  for (const key of ['alias', 'title'] as const)
    for (const { root, entry } of entries) {
      if (ids.has(entry) || entry[key] === undefined) continue;
      const known = [...free.values()].find((other) => other.root === root && other[key] === entry[key]);
      if (known !== undefined) claim(entry, known.id);
    }
  for (const { entry } of entries) if (!ids.has(entry)) claim(entry, newId());
  return ids;
}

function hubOf(document: HubDocument, ids: CollectionIds): Hub {
  const { title, description, contact, identity, default_root, limits, sign_in } = document.hub;
  return given({
    title,
    description,
    contact,
    identity,
    defaultRoot: default_root,
    limits: limitsOf(limits),
    signIn: sign_in,
    trends: trendsOf(document, ids),
  });
}

function trendsOf(document: HubDocument, ids: CollectionIds): TrendSettings | undefined {
  const { trends } = document;
  if (trends === undefined) return undefined;
  const [named] = trends.publish_to === undefined ? [] : collectionsNamed(document, trends.publish_to);
  return given({
    publishTo: named === undefined ? undefined : idOf(named.entry, ids),
    schedule: trends.schedule,
    periods: trends.periods ?? DEFAULT_TRENDS.periods,
    maxTlp: trends.max_tlp ?? DEFAULT_TRENDS.maxTlp,
    minCount: trends.min_count ?? DEFAULT_TRENDS.minCount,
  });
}

function limitsOf(entry: LimitsEntry | undefined): Limits | undefined {
  return (
    entry && given({ requestsPerMinute: entry.requests_per_minute, concurrentRequests: entry.concurrent_requests })
  );
}

function rootOf(entry: ApiRootEntry): ApiRoot {
  return given({
    path: entry.path,
    title: entry.title,
    description: entry.description,
    maxContentLength: entry.max_content_length ?? DEFAULTS.maxContentLength,
    strict: entry.strict ?? false,
  });
}

function collectionOf(root: string, entry: CollectionEntry, ids: CollectionIds): Collection {
  return given({
    id: idOf(entry, ids),
    root,
    alias: entry.alias,
    title: entry.title,
    description: entry.description,
    mediaTypes: entry.media_types ?? DEFAULTS.mediaTypes,
    validation: entry.validation ?? 'standard',
    defaultTlp: entry.default_tlp ?? DEFAULTS.defaultTlp,
    unknownMarking: entry.unknown_marking ?? DEFAULTS.unknownMarking,
    statementMarking: entry.statement_marking,
    pageDefault: entry.page_default ?? Math.min(DEFAULTS.pageDefault, entry.page_max ?? DEFAULTS.pageMax),
    pageMax: entry.page_max ?? DEFAULTS.pageMax,
    retentionDays: entry.retention?.days,
  });
}

function agreementOf(entry: AgreementEntry, document: HubDocument, ids: CollectionIds): Agreement {
  const { name, partner, title, purpose, from, until } = entry;
  const suspended = entry.suspended ? (true as const) : undefined;
  const grants = entry.grants.flatMap((grant) =>
    collectionsNamed(document, grant.collection).map((named) =>
      given({
        collection: idOf(named.entry, ids),
        read: grant.read ?? false,
        write: grant.write ?? false,
        maxTlp: grant.max_tlp,
        types: grant.types,
        delete: grant.delete ?? 'own',
      }),
    ),
  );
  return given({ name, partner, title, purpose, from, until, suspended, grants });
}

function idOf(entry: CollectionEntry, ids: CollectionIds): string {
  const id = ids.get(entry);
  if (id === undefined) throw new Error(`The collection "${entry.title}" was given no id.`);
  return id;
}

/** What is left out in the file is left out in the entity. */
type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

export function given<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Given<T>;
}
