import type { StoredVersion, WriterState } from './collection-writer.ts';
import type { ObjectRow } from './followers.ts';
import { CONTENT_POSITION, keyOfId, keyOfVersion, positionOf } from './keys.ts';
import type { Statements } from './statements.ts';

/** Rows cleared away at once: others who write wait no longer than for a commit. */
const SLICE = 500;

/** Whether removed collections still hold something. */
export function isClearingDue({ sql }: WriterState): boolean {
  return nextRemoved(sql) !== undefined;
}

/**
 * Clears away a part of what removed collections held. To be called in a write transaction, when there is nothing else
 * to do.
 * @param forget called with the rows that go, for whoever follows them
 * @returns whether there may be more
 */
export function clearSlice({ sql, keys }: WriterState, forget: (rows: readonly ObjectRow[]) => void): boolean {
  const collection = nextRemoved(sql);
  if (collection === undefined) return false;
  const versions = sql
    .rows<StoredVersion & { readonly content: number | null }>(
      `SELECT num, id, facet, version_key, content FROM object INDEXED BY object_by_date WHERE collection = ?
       ORDER BY date_added LIMIT ${SLICE}`,
    )
    .all(collection);
  for (const { num, id, facet, version_key, content } of versions) {
    sql.rows('DELETE FROM object WHERE num = ?').run(num);
    keys.remove(keyOfId(collection, id), positionOf(version_key), num);
    keys.remove(keyOfVersion(collection, version_key), facet, num);
    if (content !== null) keys.remove(content, CONTENT_POSITION, num);
  }
  keys.settle();
  forget(versions.map(({ num, id }) => ({ num, collection, id })));
  if (versions.length === SLICE) return true;
  const removals = sql
    .rows<ObjectRow & { removal: number }>(
      `SELECT num AS removal, object AS num, collection, id FROM removal INDEXED BY removal_by_date WHERE collection = ? LIMIT ${SLICE}`,
    )
    .all(collection);
  for (const { removal } of removals) sql.rows('DELETE FROM removal WHERE num = ?').run(removal);
  forget(removals);
  if (removals.length === SLICE) return true;
  sql.rows('DELETE FROM facet WHERE collection = ?').run(collection);
  sql.rows('DELETE FROM collection WHERE num = ?').run(collection);
  return true;
}

function nextRemoved(sql: Statements): number | undefined {
  return sql.values<number>('SELECT num FROM collection WHERE id IS NULL LIMIT 1').get();
}
