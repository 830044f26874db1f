import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../errors.ts';
import type { CatalogueChange, CatalogueStore } from '../store/store.ts';
import { type Difference, differenceOf, nameOf } from './difference.ts';
import { type Catalogue, type Entities, type EntityKind, entityName, type Origin, type Stored } from './model.ts';

/** As much of the store as changing the catalogue needs. */
export interface EditStore {
  readonly catalogue: Pick<CatalogueStore, 'load' | 'change'>;
}

/** One change by hand, worked out against one state of the catalogue. */
export interface Edit {
  readonly changes: readonly CatalogueChange[];
  /** What whoever asked for it should know beside the change itself. */
  readonly warnings?: readonly string[];
  /** A hub file that is applied later leaves it so. */
  readonly outlastsFile?: boolean;
}

export interface Edited {
  readonly differences: readonly Difference[];
  readonly warnings: readonly string[];
}

/** How often a change starts anew when somebody else changes the catalogue meanwhile. */
const ATTEMPTS = 5;

/**
 * Does what needs the catalogue unchanged, anew whenever somebody else was quicker.
 * @throws {AppError} catalogue.changed when somebody else was quicker every time
 */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      const raced = error instanceof AppError && error.code === 'catalogue.changed';
      if (!raced || count === ATTEMPTS) throw error;
    }
  }
}

/**
 * Changes the catalogue by hand. What is as wanted already is left alone.
 * @param plan worked out again for each attempt; throws what it refuses
 * @param who asks for it, as in `LedgerRecord.who`
 * @throws {AppError} catalogue.changed
 */
export function editCatalogue(store: EditStore, plan: (catalogue: Catalogue) => Edit, who = 'cli'): Promise<Edited> {
  return retrying(async () => {
    const catalogue = await store.catalogue.load();
    const { changes, ...edited } = workOut(catalogue, plan(catalogue));
    if (changes.length > 0) await store.catalogue.change(catalogue.generation, changes, who);
    return edited;
  });
}

/** What a change would do. */
export function describeEdit(catalogue: Catalogue, edit: Edit): Edited {
  const { differences, warnings } = workOut(catalogue, edit);
  return { differences, warnings };
}

function workOut(catalogue: Catalogue, edit: Edit): Edited & Pick<Edit, 'changes'> {
  const { changes: wanted, warnings = [], outlastsFile = false } = edit;
  const changes = wanted.filter((change) => differs(catalogue, change));
  if (changes.length === 0) return { changes, differences: [], warnings: [] };
  return {
    changes,
    differences: changes.map((change) => describeChange(catalogue, change)),
    warnings: outlastsFile ? warnings : [...warnings, ...setBackByFile(catalogue, changes)],
  };
}

/** A change that keeps who made the entity; what was not there is made by hand. */
export function put<K extends EntityKind>(
  catalogue: Catalogue,
  kind: K,
  value: Entities[K],
): { readonly put: K; readonly value: Entities[K]; readonly origin: Origin } {
  return { put: kind, value, origin: catalogue[kind].get(entityName(kind, value))?.origin ?? 'hand' };
}

function differs(catalogue: Catalogue, change: CatalogueChange): boolean {
  const stored = storedOf(catalogue, change);
  return 'remove' in change ? stored !== undefined : !isDeepStrictEqual(stored?.value, change.value);
}

function describeChange(catalogue: Catalogue, change: CatalogueChange): Difference {
  const kind = 'put' in change ? change.put : change.remove;
  return differenceOf(kind, storedOf(catalogue, change)?.value, 'put' in change ? change.value : undefined);
}

/** `apply` makes what a hub file made as the file says, whatever was done by hand meanwhile. */
function setBackByFile(catalogue: Catalogue, changes: readonly CatalogueChange[]): string[] {
  const names = changes.flatMap((change) => {
    const stored = storedOf(catalogue, change);
    return stored?.origin === 'file' ? [nameOf('put' in change ? change.put : change.remove, stored.value)] : [];
  });
  if (names.length === 0) return [];
  return [
    `A hub file made ${names.join(', ')}. Change that file too: the next "entente apply" or "entente serve --hub" makes things as it says.`,
  ];
}

function storedOf(catalogue: Catalogue, change: CatalogueChange): Stored<Entities[EntityKind]> | undefined {
  return 'put' in change
    ? catalogue[change.put].get(entityName(change.put, change.value))
    : catalogue[change.remove].get(change.name);
}
