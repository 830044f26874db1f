import { nextModified, revokedText } from '../../stix/revoke.ts';
import type { Micros } from '../../time.ts';
import type { NewRecall, Recall, RecalledFrom } from '../recalls.ts';
import { MAX_BATCH, type NewObject } from '../store.ts';
import { CollectionWriter, type StoredVersion, type WriterState } from './collection-writer.ts';
import { splitVersion } from './dates.ts';
import { appendLedger } from './ledger-writer.ts';
import { PAGE_QUERIES } from './page-queries.ts';
import { placeVersion } from './place.ts';
import { demandRecall, recallInForce, withoutNumber } from './recall-reader.ts';
import { pushRecord } from './records.ts';
import { type RemovableVersion, takeAway } from './remove.ts';
import { classOf, ownClass, specOf } from './selectors.ts';
import { versionReader } from './versions.ts';

/**
 * A recall refuses first: from its first transaction on no commit of any process takes the object. In the same one the
 * revoked versions are published, which govern from then on, and what is older goes, oldest first, as much as a commit
 * holds. `advanceRecall` takes the rest, part by part, whoever calls it. All of this in a write transaction.
 */
export function beginRecall(state: WriterState, recall: NewRecall, now: Micros): Recall {
  const { sql } = state;
  const { object, reason, by } = recall;
  if (recallInForce(sql, object) !== undefined) return advanceRecall(state, object, now);
  const num = sql
    .values<number>('INSERT INTO recall (object, reason, recalled_by, recalled_at) VALUES (?, ?, ?, ?) RETURNING num')
    .get(object, reason, by, now) as number;
  const held = versionsHeld(state, object);
  const collections = [...held.keys()];
  appendLedger(sql, [{ kind: 'recall', time: now, who: by, object, reason, collections }]);
  for (const [collection, versions] of held) {
    const revoked = publishRevoked(state, collection, object, by, now);
    sql.rows('INSERT INTO recall_collection VALUES (?, ?, ?, ?, 0)').run(num, collection, revoked ?? null, versions);
  }
  return advanceRecall(state, object, now, collections.length);
}

/**
 * @param written rows that the transaction has written already
 * @throws {AppError} not-found
 */
export function advanceRecall(state: WriterState, object: string, now: Micros, written = 0): Recall {
  const { sql } = state;
  const recall = demandRecall(sql, object);
  if (recall.done !== undefined) return withoutNumber(recall);
  let room = Math.max(MAX_BATCH - written, 1);
  for (const from of recall.collections) {
    const older = olderVersions(state, object, from, room);
    removeFrom(state, from.collection, older, { reason: 'recall', by: recall.by }, now);
    sql
      .rows('UPDATE recall_collection SET removed = removed + ? WHERE recall = ? AND collection = ?')
      .run(older.length, recall.num, from.collection);
    room -= older.length;
    if (room === 0) break;
  }
  // With room left there was nothing more.
  if (room > 0) sql.rows('UPDATE recall SET done_at = ? WHERE num = ?').run(now, recall.num);
  return withoutNumber(demandRecall(sql, object));
}

/** @throws {AppError} not-found */
export function undoRecall(state: WriterState, { object, reason, by }: NewRecall, now: Micros): Recall {
  const { sql } = state;
  const recall = demandRecall(sql, object);
  const collections: string[] = [];
  for (const { collection, revoked } of recall.collections) {
    const num = numberOf(state, collection);
    if (revoked === undefined || num === undefined) continue;
    const published = versionReader(sql, num).at(object, splitVersion(revoked).key);
    if (published === undefined) continue;
    removeFrom(state, collection, [published], { reason: 'recall undone', by }, now);
    collections.push(collection);
  }
  sql
    .rows('UPDATE recall SET undo_reason = ?, undone_by = ?, undone_at = ? WHERE num = ?')
    .run(reason, by, now, recall.num);
  appendLedger(sql, [{ kind: 'unrecall', time: now, who: by, object, reason, collections }]);
  return { ...withoutNumber(recall), undone: { at: now, reason, by } };
}

/** How many versions of an object each collection holds that holds it. */
function versionsHeld({ sql }: WriterState, object: string): Map<string, number> {
  const all = sql.rows<{ num: number; id: string }>('SELECT num, id FROM collection WHERE id IS NOT NULL').all();
  const held = all.map(({ num, id }) => [id, versionReader(sql, num).count(object)] as const);
  return new Map(held.filter(([, versions]) => versions > 0));
}

function numberOf({ sql }: WriterState, collection: string): number | undefined {
  return sql.values<number>('SELECT num FROM collection WHERE id = ?').get(collection);
}

/** @returns the version that revokes the object; undefined when it has none that could be revoked */
function publishRevoked(
  state: WriterState,
  collectionId: string,
  id: string,
  source: string,
  now: Micros,
): string | undefined {
  const collection = CollectionWriter.open(state, collectionId);
  const stored = versionReader(state.sql, collection.num);
  const last = stored.last(id);
  const newest = last && stored.at(id, last.version_key);
  if (last === undefined || newest === undefined) return undefined;
  const version = nextModified(last.version_key, Math.floor(now / 1000));
  const json = revokedText(newest.json, version);
  if (json === undefined) return undefined;
  const { type, selectors, marking: pair } = collection.facets.get(last.facet);
  const marking = classOf(ownClass(pair));
  const object: NewObject = { id, type, specVersion: specOf(selectors), version, marking, json };
  const { key, rest } = splitVersion(version);
  const dateAdded = collection.tick(now, true);
  const facet = placeVersion(collection, stored, object, key, last);
  collection.insert(
    {
      id,
      dateAdded,
      source: state.sourceNumber(source),
      versionKey: key,
      versionRest: rest,
      content: undefined,
      json,
    },
    facet,
  );
  collection.close();
  const batch = { collection: collectionId, source, objects: [object] };
  appendLedger(state.sql, [pushRecord(batch, [{ kind: 'added', dateAdded, version }], now)]);
  return version;
}

/** Versions of a recalled object that are still there, beside the revoked one: the oldest, at most so many. */
function olderVersions(
  state: WriterState,
  object: string,
  { collection, revoked }: RecalledFrom,
  limit: number,
): StoredVersion[] {
  const num = numberOf(state, collection);
  if (num === undefined) return [];
  const kept = revoked === undefined ? undefined : splitVersion(revoked).key;
  const versions = versionReader(state.sql, num).oldest(object, limit + 1);
  return versions.filter(({ version_key }) => version_key !== kept).slice(0, limit);
}

function removeFrom(
  state: WriterState,
  collectionId: string,
  versions: readonly StoredVersion[],
  { reason, by }: { readonly reason: string; readonly by: string },
  now: Micros,
): void {
  const [version] = versions;
  if (version === undefined) return;
  const collection = CollectionWriter.open(state, collectionId);
  const get = state.sql.rows<RemovableVersion>(PAGE_QUERIES.version.row);
  const rows = versions.flatMap(({ num }) => get.get(num) ?? []);
  const dates = takeAway(state, collection, rows, { reason, by: state.sourceNumber(by) }, now);
  collection.close();
  appendLedger(state.sql, [
    {
      kind: 'removal',
      time: now,
      who: by,
      reason,
      collection: collectionId,
      object: version.id,
      count: dates.length,
      first: dates[0] ?? now,
      last: dates.at(-1) ?? now,
    },
  ]);
}
