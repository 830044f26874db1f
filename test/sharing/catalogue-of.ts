import { type Catalogue, type Entities, type EntityKind, entityName, type Stored } from '../../src/sharing/model.ts';

export type EntityLists = { readonly [K in EntityKind]?: readonly Entities[K][] };

/** A catalogue of these entities, all made by a hub file unless `origin` says otherwise. */
export function catalogueOf(entities: EntityLists, generation = 1, origin: 'file' | 'hand' = 'file'): Catalogue {
  const mapOf = <K extends EntityKind>(kind: K): ReadonlyMap<string, Stored<Entities[K]>> => {
    const values: readonly Entities[K][] = entities[kind] ?? [];
    return new Map(values.map((value) => [entityName(kind, value), { origin, value }]));
  };
  return {
    generation,
    hub: mapOf('hub'),
    'api-root': mapOf('api-root'),
    collection: mapOf('collection'),
    partner: mapOf('partner'),
    operator: mapOf('operator'),
    credential: mapOf('credential'),
    agreement: mapOf('agreement'),
    feed: mapOf('feed'),
  };
}
