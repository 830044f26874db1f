import type { CatalogueStore } from '../store/store.ts';
import type { Catalogue, Collection } from './model.ts';

/**
 * The catalogue as it stands now. It is asked for at every request: the generation is read from the store each time, and
 * everything is loaded again when it has risen, so that an administrative change holds at once in every process.
 */
export class CurrentCatalogue {
  readonly #store: CatalogueStore;
  #loaded: Catalogue | undefined;
  #loading: Promise<Catalogue> | undefined;

  constructor(store: CatalogueStore) {
    this.#store = store;
  }

  async get(): Promise<Catalogue> {
    const generation = await this.#store.generation();
    if (this.#loaded !== undefined && this.#loaded.generation >= generation) return this.#loaded;
    this.#loading ??= this.#store.load().finally(() => {
      this.#loading = undefined;
    });
    const loaded = await this.#loading;
    if (this.#loaded === undefined || loaded.generation > this.#loaded.generation) this.#loaded = loaded;
    // A load that began before the generation rose may not hold it yet.
    return loaded.generation >= generation ? loaded : this.get();
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A collection of an API root by its UUID (in any case) or its alias. */
export function findCollection(catalogue: Catalogue, root: string, idOrAlias: string): Collection | undefined {
  if (UUID.test(idOrAlias)) {
    const found = catalogue.collection.get(idOrAlias.toLowerCase())?.value;
    return found?.root === root ? found : undefined;
  }
  for (const { value } of catalogue.collection.values())
    if (value.root === root && value.alias === idOrAlias) return value;
  return undefined;
}
