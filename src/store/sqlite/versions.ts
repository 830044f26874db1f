import type { StoredVersion } from './collection-writer.ts';
import { keyOfId, positionOf } from './keys.ts';
import type { Statements } from './statements.ts';

/** A stored version with who added it. */
export interface OwnedVersion extends StoredVersion {
  /** As in `object.source`. */
  readonly source: number;
}

/** A stored version with its content. */
export interface VersionContent extends OwnedVersion {
  readonly version: string;
  readonly json: string;
}

/** The stored versions of one object. */
export interface VersionReader {
  /** False when there is surely none. */
  mayExist(id: string): boolean;
  /** The version at an instant. */
  at(id: string, versionKey: string): VersionContent | undefined;
  /** Who added the version at an instant. */
  addedBy(id: string, versionKey: string): { readonly num: number; readonly source: number } | undefined;
  first(id: string): StoredVersion | undefined;
  last(id: string): OwnedVersion | undefined;
  all(id: string): StoredVersion[];
  newestFirst(id: string): IterableIterator<StoredVersion>;
  count(id: string): number;
  /** The oldest of them, at most so many. */
  oldest(id: string, limit: number): StoredVersion[];
  /** Versions whose content has this key (see `keyOfContent`): those that say the same, and hardly ever others. */
  withContent(id: string, key: number): VersionContent[];
}

const VERSION = 'o.num, o.id, o.facet, o.version_key, o.source';
const CONTENT = `${VERSION}, o.version_key || o.version_rest AS version, o.json`;

const EXISTS = 'SELECT 1 FROM key_recent WHERE key = ? UNION ALL SELECT 1 FROM key_settled WHERE key = ? LIMIT 1';
const AT = ofKey(CONTENT, '= ?');
const WITH_CONTENT = ofKey(CONTENT, "= ''");
const ADDED_BY = ofKey('o.num, o.source', '= ?');
const ALL = ofKey(VERSION, "> ''");
const COUNT = ofKey('count(*)', "> ''");
const OLDEST = from('ASC', '?');
const FIRST = from('ASC', '1');
const LAST = from('DESC', '1');
const NEWEST_FIRST = from('DESC', '-1');

/**
 * Entries of ids have a text for their position, so `position > ''` leaves out those of versions that happen to have the
 * same key; the id itself is always compared.
 */
function ofKey(columns: string, position: string): string {
  return `SELECT ${columns}
    FROM (SELECT num FROM key_recent WHERE key = ? AND position ${position}
          UNION ALL SELECT num FROM key_settled WHERE key = ? AND position ${position}) k
    CROSS JOIN object o ON o.num = k.num WHERE o.id = ?`;
}

/** Without its limit, which is none, the order of the inner query would be dropped. */
function from(order: 'ASC' | 'DESC', limit: string): string {
  return `SELECT ${VERSION}
    FROM (SELECT num, position FROM key_recent WHERE key = ? AND position > ''
          UNION ALL SELECT num, position FROM key_settled WHERE key = ? AND position > ''
          ORDER BY position ${order} LIMIT -1) k
    CROSS JOIN object o ON o.num = k.num WHERE o.id = ? LIMIT ${limit}`;
}

export function versionReader(sql: Statements, collection: number): VersionReader {
  return {
    mayExist(id) {
      const key = keyOfId(collection, id);
      return sql.values<number>(EXISTS).get(key, key) !== undefined;
    },
    at(id, versionKey) {
      const key = keyOfId(collection, id);
      const position = positionOf(versionKey);
      return sql.rows<VersionContent>(AT).get(key, position, key, position, id);
    },
    addedBy(id, versionKey) {
      const key = keyOfId(collection, id);
      const position = positionOf(versionKey);
      return sql.rows<{ num: number; source: number }>(ADDED_BY).get(key, position, key, position, id);
    },
    first(id) {
      const key = keyOfId(collection, id);
      return sql.rows<StoredVersion>(FIRST).get(key, key, id);
    },
    last(id) {
      const key = keyOfId(collection, id);
      return sql.rows<OwnedVersion>(LAST).get(key, key, id);
    },
    all(id) {
      const key = keyOfId(collection, id);
      return sql.rows<StoredVersion>(ALL).all(key, key, id);
    },
    newestFirst(id) {
      const key = keyOfId(collection, id);
      return sql.rows<StoredVersion>(NEWEST_FIRST).iterate(key, key, id);
    },
    count(id) {
      const key = keyOfId(collection, id);
      return sql.values<number>(COUNT).get(key, key, id) as number;
    },
    oldest(id, limit) {
      const key = keyOfId(collection, id);
      return sql.rows<StoredVersion>(OLDEST).all(key, key, id, limit);
    },
    withContent(id, key) {
      return sql.rows<VersionContent>(WITH_CONTENT).all(key, key, id);
    },
  };
}
