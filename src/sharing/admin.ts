import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../errors.ts';
import type { CatalogueChange, CatalogueStore, ObjectStore } from '../store/store.ts';
import { Brakes } from './brakes.ts';
import { sharedName } from './collections.ts';
import { type Difference, differenceOf, nameOf } from './difference.ts';
import { type Edited, editCatalogue, retrying } from './edit.ts';
import { credentialEntries, wantedCredential } from './hub-credentials.ts';
import { collectionIds, type Wanted, wantedEntities } from './hub-entities.ts';
import { feedEntries, wantedFeed } from './hub-feeds.ts';
import type { HubFile } from './hub-file.ts';
import type { SecretSources } from './hub-secrets.ts';
import { ANONYMOUS, type Catalogue, credentialName, type EntityKind, entityName, type Stored } from './model.ts';

export interface HubDeps {
  readonly secrets: SecretSources;
  readonly hashPassword: (password: string) => Promise<string>;
  readonly verifyPassword: (password: string, stored: string) => Promise<boolean>;
}

/** As much of the store as a plan needs. */
export interface PlanStore {
  readonly catalogue: Pick<CatalogueStore, 'load'>;
  readonly objects: Pick<ObjectStore, 'counts'>;
}

/** As much of the store as administration needs. */
export interface AdminStore extends PlanStore {
  readonly catalogue: Pick<CatalogueStore, 'load' | 'change'>;
}

/** The store of a hub that does not exist yet. */
export function emptyStore(): PlanStore {
  const none = new Map<string, never>();
  const catalogue: Catalogue = {
    generation: 0,
    hub: none,
    'api-root': none,
    collection: none,
    partner: none,
    operator: none,
    credential: none,
    agreement: none,
    feed: none,
  };
  return {
    catalogue: { load: async () => catalogue },
    objects: { counts: async () => ({ objects: 0, versions: 0, removed: 0, types: [] }) },
  };
}

/** What applying a hub file changes. */
export interface Plan {
  /** Of the catalogue that the plan was made for. */
  readonly generation: number;
  readonly changes: readonly CatalogueChange[];
  readonly differences: readonly Difference[];
  /** What the file leaves as it was set by hand. */
  readonly warnings: readonly string[];
}

/**
 * Makes the catalogue as the hub file says, as far as hub files made it; twice changes nothing.
 * @param who asks for it, as in `LedgerRecord.who`
 * @throws {AppError} config.invalid, catalogue.changed
 */
export function applyHubFile(store: AdminStore, hubFile: HubFile, deps: HubDeps, who = 'cli'): Promise<Plan> {
  return retrying(async () => {
    const plan = await planHubFile(store, hubFile, deps);
    if (plan.changes.length > 0) await store.catalogue.change(plan.generation, plan.changes, who);
    return plan;
  });
}

/**
 * What `applyHubFile` would change.
 * @throws {AppError} config.invalid when the file wants what cannot be had
 */
export async function planHubFile(store: PlanStore, hubFile: HubFile, deps: HubDeps): Promise<Plan> {
  const catalogue = await store.catalogue.load();
  const { document } = hubFile;
  const brakes = new Brakes(catalogue);
  const ids = collectionIds(document, catalogue, randomUUID);
  const wanted: Wanted[] = wantedEntities(document, ids).map((change) =>
    change.put === 'agreement' ? brakes.keepSuspension(change, document) : change,
  );
  for (const entry of feedEntries(document))
    wanted.push({ put: 'feed', value: wantedFeed(entry, ids, deps.secrets.directory), origin: 'file' });
  for (const { entry, owner } of credentialEntries(document)) {
    const value = brakes.keepRevocation(await wantedCredential(entry, owner, catalogue, deps));
    wanted.push({ put: 'credential', value, origin: 'file' });
  }
  const plan = { ...compare(catalogue, wanted), warnings: brakes.warnings };
  const problems = [...clashes(catalogue, wanted), ...(await stillHolding(store, catalogue, plan.changes))];
  if (problems.length > 0)
    throw new AppError('config.invalid', {
      description: `The hub file ${hubFile.file} cannot be applied:\n${problems.join('\n')}`,
      details: { problems },
    });
  return plan;
}

function compare(catalogue: Catalogue, wanted: readonly Wanted[]): Omit<Plan, 'warnings'> {
  const changes: CatalogueChange[] = [];
  const differences: Difference[] = [];
  const kept = new Set<string>();
  for (const change of wanted) {
    const name = entityName(change.put, change.value);
    kept.add(`${change.put} ${name}`);
    const stored = find(catalogue, change.put, name);
    if (stored !== undefined && isDeepStrictEqual(stored.value, change.value)) continue;
    changes.push(change);
    differences.push(differenceOf(change.put, stored?.value, change.value));
  }
  for (const [kind, name, stored] of everything(catalogue)) {
    if (stored.origin !== 'file' || kept.has(`${kind} ${name}`)) continue;
    changes.push({ remove: kind, name });
    differences.push(differenceOf(kind, stored.value, undefined));
  }
  return { generation: catalogue.generation, changes, differences };
}

/** What was made by hand stays, so the file may neither change it nor take away what it refers to. */
function clashes(catalogue: Catalogue, wanted: readonly Wanted[]): string[] {
  const problems: string[] = [];
  const present = new Set(wanted.map((change) => `${change.put} ${entityName(change.put, change.value)}`));
  for (const change of wanted) {
    const stored = find(catalogue, change.put, entityName(change.put, change.value));
    if (stored?.origin !== 'hand' || isDeepStrictEqual(stored.value, change.value)) continue;
    problems.push(
      `${nameOf(change.put, stored.value)} was made by hand and differs; take it out of the file, or remove it by hand first`,
    );
  }
  problems.push(...sharedNames(catalogue, wanted), ...sharedTokens(catalogue, wanted));
  for (const [kind, name, { origin }] of everything(catalogue)) if (origin === 'hand') present.add(`${kind} ${name}`);
  for (const [kind, , { origin, value }] of everything(catalogue)) {
    if (origin !== 'hand') continue;
    for (const reference of referencesOf(kind, value))
      if (!present.has(reference))
        problems.push(`${nameOf(kind, value)} was made by hand and needs ${reference}, which the file takes away`);
  }
  return problems;
}

/** Collections made by hand keep their titles and aliases, which are unique in the hub and in its API root. */
function sharedNames(catalogue: Catalogue, wanted: readonly Wanted[]): string[] {
  const byHand = [...catalogue.collection.values()].flatMap(({ origin, value }) => (origin === 'hand' ? [value] : []));
  return wanted.flatMap((change) => {
    if (change.put !== 'collection') return [];
    const { value } = change;
    return byHand
      .filter((other) => other.id !== value.id && sharedName(other, value) !== undefined)
      .map(
        (other) =>
          `${nameOf('collection', other)} was made by hand and has the ${sharedName(other, value)} of ${nameOf('collection', value)}`,
      );
  });
}

/** A token leads to one credential, so two cannot have the same. */
function sharedTokens(catalogue: Catalogue, wanted: readonly Wanted[]): string[] {
  const names = new Map<string, string>();
  for (const { origin, value } of catalogue.credential.values())
    if (origin === 'hand' && value.kind === 'token') names.set(value.tokenHash, credentialName(value));
  return wanted.flatMap((change) => {
    if (change.put !== 'credential' || change.value.kind !== 'token') return [];
    const name = credentialName(change.value);
    const first = names.get(change.value.tokenHash);
    names.set(change.value.tokenHash, name);
    return first === undefined || first === name
      ? []
      : [`${first} and ${name} have the same token; each needs its own`];
  });
}

/** Collections that go must be empty: objects go only by an explicit command. */
async function stillHolding(
  store: PlanStore,
  catalogue: Catalogue,
  changes: readonly CatalogueChange[],
): Promise<string[]> {
  const problems: string[] = [];
  for (const change of changes) {
    if (!('remove' in change) || change.remove !== 'collection') continue;
    const collection = catalogue.collection.get(change.name)?.value;
    const { versions } = await store.objects.counts(change.name);
    if (collection === undefined || versions === 0) continue;
    problems.push(
      `${nameOf('collection', collection)} is not in the file any more, but holds ${versions} object versions; "entente collection remove ${change.name}" removes it with its objects`,
    );
  }
  return problems;
}

function find(catalogue: Catalogue, kind: EntityKind, name: string): Stored<AnyEntity> | undefined {
  return catalogue[kind].get(name);
}

type AnyEntity = Parameters<typeof entityName>[1];

function everything(catalogue: Catalogue): [EntityKind, string, Stored<AnyEntity>][] {
  // Those that refer to others first, so that nothing ever refers to what is gone.
  const kinds = ['feed', 'agreement', 'credential', 'collection', 'partner', 'operator', 'api-root', 'hub'] as const;
  return kinds.flatMap((kind) =>
    [...catalogue[kind]].map(([name, stored]): [EntityKind, string, Stored<AnyEntity>] => [kind, name, stored]),
  );
}

/** `kind name` of each entity that this one cannot be without. */
function referencesOf(kind: EntityKind, value: AnyEntity): string[] {
  if (kind === 'collection' && 'root' in value) return [`api-root ${value.root}`];
  if (kind === 'credential' && 'owner' in value)
    return 'partner' in value.owner ? [`partner ${value.owner.partner}`] : [`operator ${value.owner.operator}`];
  if (kind === 'agreement' && 'grants' in value)
    return [
      ...(value.partner === ANONYMOUS ? [] : [`partner ${value.partner}`]),
      ...value.grants.map((grant) => `collection ${grant.collection}`),
    ];
  if (kind === 'feed' && 'url' in value) return [`partner ${value.partner}`, `collection ${value.collection}`];
  return [];
}

/**
 * Removes a collection with its objects, and its grants from every agreement.
 * @throws {AppError} not-found, catalogue.changed
 */
export function removeCollection(store: AdminStore, id: string): Promise<Edited> {
  return editCatalogue(store, (catalogue) => {
    if (!catalogue.collection.has(id))
      throw new AppError('not-found', { description: `There is no collection with the id ${id}.` });
    const feeds = [...catalogue.feed.values()].flatMap(({ value }) => (value.collection === id ? [value.name] : []));
    if (feeds.length > 0)
      throw new AppError('config.invalid', {
        description: `The collection belongs to: ${feeds.map((name) => `feed ${name}`).join(', ')}. Remove these first.`,
      });
    const changes: CatalogueChange[] = [{ remove: 'collection', name: id }];
    for (const { origin, value } of catalogue.agreement.values()) {
      const grants = value.grants.filter((grant) => grant.collection !== id);
      if (grants.length < value.grants.length) changes.push({ put: 'agreement', value: { ...value, grants }, origin });
    }
    return { changes };
  });
}
