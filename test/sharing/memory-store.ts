import { AppError } from '../../src/errors.ts';
import type { AdminStore } from '../../src/sharing/admin.ts';
import { type Catalogue, type Entities, type EntityKind, entityName, type Stored } from '../../src/sharing/model.ts';
import type { CatalogueChange } from '../../src/store/store.ts';
import { catalogueOf } from './catalogue-of.ts';

type AnyStored = Stored<Entities[EntityKind]>;

/** The administrative part of a store, in memory. */
export class MemoryAdminStore implements AdminStore {
  /** Object versions by collection id. */
  readonly held = new Map<string, number>();
  /** Called before each change is judged, to let somebody else be quicker. */
  beforeChange: () => void = () => undefined;
  #generation = 1;
  readonly #entities = new Map<string, AnyStored>();

  readonly catalogue = {
    load: async (): Promise<Catalogue> => this.#catalogue(),
    change: async (expected: number, changes: readonly CatalogueChange[]): Promise<number> => {
      this.beforeChange();
      if (expected !== this.#generation) throw new AppError('catalogue.changed');
      this.put(...changes);
      return this.#generation;
    },
  };

  readonly objects = {
    counts: async (collection: string) => {
      const versions = this.held.get(collection) ?? 0;
      return { objects: versions, versions, removed: 0, types: [] };
    },
  };

  get generation(): number {
    return this.#generation;
  }

  put(...changes: readonly CatalogueChange[]): void {
    for (const change of changes)
      if ('remove' in change) this.#entities.delete(`${change.remove} ${change.name}`);
      else this.#entities.set(`${change.put} ${entityName(change.put, change.value)}`, change);
    this.#generation += 1;
  }

  #catalogue(): Catalogue {
    const maps = Object.entries(catalogueOf({}, this.#generation)).map(([kind, empty]) => [
      kind,
      typeof empty === 'number'
        ? empty
        : new Map(
            [...this.#entities]
              .filter(([key]) => key.startsWith(`${kind} `))
              .map(([key, { origin, value }]) => [key.slice(kind.length + 1), { origin, value }]),
          ),
    ]);
    return Object.fromEntries(maps) as Catalogue;
  }
}
