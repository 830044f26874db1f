import type { StoredVersion } from './collection-writer.ts';
import { keyOfId } from './keys.ts';
import type { Statements } from './statements.ts';

/** A stored version with its content. */
export interface VersionContent {
  readonly version: string;
  readonly json: string;
}

/**
 * The stored versions of one object. Entries of ids have a text for their position, so `position > ''` leaves out those of
 * versions that happen to have the same key; the id itself is always compared.
 */
export interface VersionReader {
  /** False when there is surely none. */
  mayExist(id: string): boolean;
  /** The version at an instant. */
  at(id: string, versionKey: string): VersionContent | undefined;
  first(id: string): StoredVersion | undefined;
  last(id: string): StoredVersion | undefined;
  all(id: string): StoredVersion[];
  contents(id: string): IterableIterator<VersionContent>;
}

const VERSION = 'o.num, o.id, o.facet, o.version_key';
const CONTENT = 'o.version_key || o.version_rest AS version, o.json';

export function versionReader(sql: Statements, collection: number): VersionReader {
  // Without its limit, which is none, the order of the inner query would be dropped.
  const end = (order: 'ASC' | 'DESC') => {
    const statement = sql.rows<StoredVersion>(
      `SELECT ${VERSION}
       FROM (SELECT num, position FROM key_recent WHERE key = ? AND position > ''
             UNION ALL SELECT num, position FROM key_settled WHERE key = ? AND position > ''
             ORDER BY position ${order} LIMIT -1) k
       CROSS JOIN object o ON o.num = k.num WHERE o.id = ? LIMIT 1`,
    );
    return (id: string) => {
      const key = keyOfId(collection, id);
      return statement.get(key, key, id);
    };
  };
  const exists = sql.values<number>(
    'SELECT 1 FROM key_recent WHERE key = ? UNION ALL SELECT 1 FROM key_settled WHERE key = ? LIMIT 1',
  );
  const all = (columns: string, position: string): string =>
    `SELECT ${columns}
     FROM (SELECT num FROM key_recent WHERE key = ? AND position ${position}
           UNION ALL SELECT num FROM key_settled WHERE key = ? AND position ${position}) k
     CROSS JOIN object o ON o.num = k.num WHERE o.id = ?`;
  const contentsOf = sql.rows<VersionContent>(all(CONTENT, "> ''"));
  const contentAt = sql.rows<VersionContent>(all(CONTENT, '= ?'));
  const allOf = sql.rows<StoredVersion>(all(VERSION, "> ''"));
  return {
    mayExist(id) {
      const key = keyOfId(collection, id);
      return exists.get(key, key) !== undefined;
    },
    at(id, versionKey) {
      const key = keyOfId(collection, id);
      return contentAt.get(key, versionKey, key, versionKey, id);
    },
    first: end('ASC'),
    last: end('DESC'),
    all(id) {
      const key = keyOfId(collection, id);
      return allOf.all(key, key, id);
    },
    contents(id) {
      const key = keyOfId(collection, id);
      return contentsOf.iterate(key, key, id);
    },
  };
}
