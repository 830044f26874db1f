import type { Facet } from './facets.ts';
import { SPEC_21 } from './selectors.ts';
import type { Statements } from './statements.ts';

/** The facets of one collection as write transactions use them; after a rollback it is to be made anew. */
export interface FacetWriter {
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
  return {
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
