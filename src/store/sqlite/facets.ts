import type { Allowed } from '../../sharing/model.ts';
import { classNumber, governingClass, ownClass, SPEC_21 } from './selectors.ts';
import type { Statements } from './statements.ts';

/**
 * What a set of versions has in common: type, selectors and marking pair. A collection has a few dozen facets, so what a
 * filter and a verdict ask for is a list of them, and each is one range of an index.
 */
export interface Facet {
  readonly num: number;
  readonly type: string;
  readonly selectors: number;
  readonly marking: number;
}

/** The facets of collections that hold versions, read again when one got its first version or lost its last. */
export function facetReader(sql: Statements): (collection: number, state: number) => readonly Facet[] {
  const known = new Map<number, { readonly state: number; readonly facets: readonly Facet[] }>();
  const select = sql.rows<Facet>(
    'SELECT num, type, selectors, marking FROM facet WHERE collection = ? AND versions > 0',
  );
  return (collection, state) => {
    const cached = known.get(collection);
    if (cached?.state === state) return cached.facets;
    const facets = select.all(collection);
    known.set(collection, { state, facets });
    return facets;
  };
}

/**
 * The facets that a verdict lets its holder see. For each type the classes of all entries that admit it add up; a
 * version's own class must be among them, and that of the newest version of its object.
 */
export function visibleFacets(facets: readonly Facet[], { entries }: Allowed, types?: readonly string[]): Facet[] {
  const masks = entries.map(({ classes }) => [...classes].reduce((mask, name) => mask | (1 << classNumber(name)), 0));
  const maskOf = new Map<string, number>();
  return facets.filter(({ type, marking }) => {
    let mask = maskOf.get(type);
    if (mask === undefined) {
      mask = 0;
      if (types === undefined || types.includes(type))
        for (const [i, entry] of entries.entries())
          if (entry.types === 'all' || entry.types.has(type)) mask |= masks[i] ?? 0;
      maskOf.set(type, mask);
    }
    return (mask & (1 << ownClass(marking))) !== 0 && (mask & (1 << governingClass(marking))) !== 0;
  });
}

/** The facets of one collection as write transactions use them; after a rollback it is to be made anew. */
export interface FacetWriter {
  /** Those with stored versions, before the changes of this transaction. */
  held(): readonly Facet[];
  get(num: number): Facet;
  /** Makes the facet if it is new. */
  find(type: string, selectors: number, marking: number): Facet;
  /** Counts a version in (1) or out (-1). */
  count(facet: Facet, change: 1 | -1): void;
  /** Writes the counts. @returns whether a facet was made, got its first version or lost its last */
  flush(): boolean;
}

export function facetWriter(sql: Statements, collection: number): FacetWriter {
  const byNum = new Map<number, Facet>();
  const byContent = new Map<string, Facet>();
  const changes = new Map<number, number>();
  let made = false;
  const newest = sql.values<number | null>('SELECT max(num) FROM facet');
  const insert = sql.rows('INSERT INTO facet VALUES (?, ?, ?, ?, ?, 0)');
  const update = sql.values<number>('UPDATE facet SET versions = versions + ? WHERE num = ? RETURNING versions');
  const learn = (facet: Facet): Facet => {
    byNum.set(facet.num, facet);
    byContent.set(contentOf(facet), facet);
    return facet;
  };
  const load = sql.rows<Facet>('SELECT num, type, selectors, marking FROM facet WHERE collection = ?');
  for (const facet of load.all(collection)) learn(facet);
  const held = sql.rows<Facet>('SELECT num, type, selectors, marking FROM facet WHERE collection = ? AND versions > 0');
  return {
    held: () => held.all(collection),
    get(num) {
      const facet = byNum.get(num);
      if (facet === undefined) throw new Error(`Facet ${num} of a stored version does not exist.`);
      return facet;
    },
    find(type, selectors, marking) {
      const known = byContent.get(contentOf({ type, selectors, marking }));
      if (known !== undefined) return known;
      // The last bit tells the spec version, which a page needs of every row.
      const num = ((newest.get() ?? 0) | 1) + 1 + (selectors & SPEC_21 ? 1 : 0);
      insert.run(num, collection, type, selectors, marking);
      made = true;
      return learn({ num, type, selectors, marking });
    },
    count({ num }, change) {
      changes.set(num, (changes.get(num) ?? 0) + change);
    },
    flush() {
      let turned = made;
      made = false;
      for (const [num, change] of changes) {
        if (change === 0) continue;
        const versions = update.get(change, num);
        if (versions === 0 || versions === change) turned = true;
      }
      changes.clear();
      return turned;
    },
  };
}

function contentOf({ type, selectors, marking }: Omit<Facet, 'num'>): string {
  return `${selectors} ${marking} ${type}`;
}
