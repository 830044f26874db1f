import { AppError } from '../../errors.ts';
import type { Micros } from '../../time.ts';
import { keptDate, nextDate } from './dates.ts';
import { type FacetWriter, facetWriter } from './facet-writer.ts';
import type { Facet } from './facets.ts';
import { CONTENT_POSITION, type KeyWriter, keyOfId, keyOfVersion, keyWriter, positionOf } from './keys.ts';
import { CURRENT, derive, markingPair } from './selectors.ts';
import type { Statements } from './statements.ts';

/** What the write transactions of one connection share. */
export interface WriterState {
  readonly sql: Statements;
  readonly keys: KeyWriter;
  sourceNumber(name: string): number;
  /** By collection, with the state that they are right for. */
  readonly facets: Map<number, { readonly state: number; readonly writer: FacetWriter }>;
  /** To be called after a rollback: what was learned may not hold. */
  forget(): void;
}

export function writerState(sql: Statements, recentKeys: number): WriterState {
  const keys = keyWriter(sql, recentKeys);
  const known = sql.values<number>('SELECT num FROM source WHERE name = ?');
  const add = sql.values<number>('INSERT INTO source (name) VALUES (?) RETURNING num');
  const facets: WriterState['facets'] = new Map();
  return {
    sql,
    keys,
    sourceNumber: (name) => known.get(name) ?? (add.get(name) as number),
    facets,
    forget() {
      facets.clear();
      keys.forget();
    },
  };
}

interface CollectionRow {
  readonly num: number;
  readonly clock: Micros;
  readonly kept: Micros | null;
  readonly facets: number;
  readonly largest: number;
  readonly removed: number;
  readonly lastNum: number;
}

/** A stored version as far as its object's others depend on it. */
export interface StoredVersion {
  readonly num: number;
  readonly id: string;
  readonly facet: number;
  readonly version_key: string;
}

/** A version to be stored. */
export interface NewVersion {
  readonly id: string;
  readonly dateAdded: Micros;
  readonly source: number;
  readonly versionKey: string;
  readonly versionRest: string;
  /** Key of its content, when its version is the date added. */
  readonly content: number | undefined;
  readonly json: string;
}

/** One collection in one write transaction: its clock, its rows and everything that is derived from them. */
export class CollectionWriter {
  readonly num: number;
  readonly facets: FacetWriter;
  readonly #state: WriterState;
  readonly #row: CollectionRow;
  #lastNum: number;
  #clock: Micros;
  #kept: Micros | undefined;
  #largest: number;
  #removed = 0;

  private constructor(state: WriterState, row: CollectionRow) {
    this.#state = state;
    this.#row = row;
    this.#lastNum = row.lastNum;
    this.num = row.num;
    this.#clock = row.clock;
    this.#kept = row.kept ?? undefined;
    this.#largest = row.largest;
    const known = state.facets.get(row.num);
    this.facets = known?.state === row.facets ? known.writer : facetWriter(state.sql, row.num);
  }

  /** @throws {AppError} not-found when there is no such collection */
  static open(state: WriterState, id: string): CollectionWriter {
    const row = state.sql
      .rows<CollectionRow>(
        `SELECT num, clock, kept, facets, largest, removed, (SELECT last_num FROM hub_state) AS lastNum
         FROM collection WHERE id = ?`,
      )
      .get(id);
    if (row === undefined) throw new AppError('not-found', { description: `There is no collection ${id} (any more).` });
    return new CollectionWriter(state, row);
  }

  /** The date of what is added or removed next. */
  tick(now: Micros, lastOfCommit: boolean): Micros {
    this.#clock = nextDate(this.#clock, now, lastOfCommit);
    this.#kept = undefined;
    return this.#clock;
  }

  /** The date of a record that keeps its own; undefined when it is not possible. */
  keep(given: Micros, now: Micros): Micros | undefined {
    const date = keptDate(given, this.#clock, this.#kept, now);
    if (date === undefined) return undefined;
    this.#clock = date;
    this.#kept = given;
    return date;
  }

  insert(version: NewVersion, facet: Facet): void {
    const { id, dateAdded, source, versionKey, versionRest, content, json } = version;
    const { sql, keys } = this.#state;
    this.#lastNum += 1;
    const num = this.#lastNum;
    sql
      .rows('INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        num,
        this.num,
        dateAdded,
        facet.num,
        this.#lane(facet),
        source,
        id,
        versionKey,
        versionRest,
        content ?? null,
        json,
      );
    keys.add(keyOfId(this.num, id), positionOf(versionKey), num);
    keys.add(keyOfVersion(this.num, versionKey), facet.num, num);
    if (content !== undefined) keys.add(content, CONTENT_POSITION, num);
    this.facets.count(facet, 1);
    this.#largest = Math.max(this.#largest, Buffer.byteLength(json));
  }

  /** Gives a stored version other selectors or another governing class. */
  change(version: StoredVersion, selectors: number, marking: number): void {
    const before = this.facets.get(version.facet);
    if (before.selectors === selectors && before.marking === marking) return;
    const after = this.facets.find(before.type, selectors, marking);
    this.#state.sql
      .rows('UPDATE object SET facet = ?, lane = ? WHERE num = ?')
      .run(after.num, this.#lane(after), version.num);
    const key = keyOfVersion(this.num, version.version_key);
    this.#state.keys.remove(key, before.num, version.num);
    this.#state.keys.add(key, after.num, version.num);
    this.facets.count(before, -1);
    this.facets.count(after, 1);
  }

  /** Takes a version away; `rederive` puts right what remains of its object. */
  delete(version: StoredVersion): void {
    const { sql, keys } = this.#state;
    const content = sql.values<number | null>('DELETE FROM object WHERE num = ? RETURNING content').get(version.num);
    if (typeof content === 'number') keys.remove(content, CONTENT_POSITION, version.num);
    keys.remove(keyOfId(this.num, version.id), positionOf(version.version_key), version.num);
    keys.remove(keyOfVersion(this.num, version.version_key), version.facet, version.num);
    this.facets.count(this.facets.get(version.facet), -1);
    this.#removed += 1;
  }

  /** Selectors and governing class of all versions of an object from scratch, with one that is not stored yet. */
  rederive(
    versions: readonly StoredVersion[],
    added?: { readonly key: string; readonly spec: number; readonly own: number },
  ): {
    readonly selectors: number;
    readonly marking: number;
  } {
    const rows = versions.map(({ num, facet, version_key }) => {
      const { selectors, marking } = this.facets.get(facet);
      return { num, version_key, selectors, marking };
    });
    if (added) rows.push({ num: 0, version_key: added.key, selectors: added.spec, marking: markingPair(added.own, 0) });
    const derived = derive(rows);
    for (const [i, version] of versions.entries()) {
      const { selectors, marking } = derived[i] as { selectors: number; marking: number };
      this.change(version, selectors, marking);
    }
    return derived.at(-1) as { selectors: number; marking: number };
  }

  /** To be called once, when all rows are written. */
  close(): void {
    this.#state.keys.settle();
    if (this.#lastNum > this.#row.lastNum) this.#state.sql.rows('UPDATE hub_state SET last_num = ?').run(this.#lastNum);
    const turned = this.facets.flush();
    const facets = this.#row.facets + (turned ? 1 : 0);
    this.#state.facets.set(this.num, { state: facets, writer: this.facets });
    this.#state.sql
      .rows('UPDATE collection SET clock = ?, kept = ?, facets = ?, largest = ?, removed = ? WHERE num = ?')
      .run(this.#clock, this.#kept ?? null, facets, this.#largest, this.#row.removed + this.#removed, this.num);
  }

  #lane(facet: Facet): number | null {
    return laneOf(this.num, facet) ?? null;
  }
}

/** Of a collection, one for each pair of markings. */
export const LANES = 64;

/** Which of the ranges that a plain poll merges a version stands in, if in any. */
export function laneOf(collection: number, { selectors, marking }: Facet): number | undefined {
  return (selectors & CURRENT) === CURRENT ? collection * LANES + marking : undefined;
}
