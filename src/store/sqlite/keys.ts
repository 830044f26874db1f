import { hash } from 'node:crypto';
import type { Statements } from './statements.ts';

/**
 * Hashes find rows: of their id, of their version, and of the content of those that have no version of their own. The tables that hold them are small, whatever the length of
 * ids, and whoever finds a row by a hash compares the text itself. Ids are read from outside: only a cryptographic hash
 * keeps anybody from choosing many with the same.
 */
export function keyOfId(collection: number, id: string): number {
  return shortHash(`${collection}/${id}`);
}

export function keyOfVersion(collection: number, versionKey: string): number {
  return shortHash(`${collection}@${versionKey}`);
}

/** @param content what objects that say the same have in common */
export function keyOfContent(collection: number, id: string, content: string): number {
  return shortHash(`${collection}=${id}=${content}`);
}

/** Of entries of contents: before every text, behind every number, so that neither ids nor versions find them. */
export const CONTENT_POSITION = '';

/**
 * Where a version stands among those of its object: its key in a shorter text of the same order, nine digits of base 36
 * for date and time and then the fraction.
 */
export function positionOf(versionKey: string): string {
  const digits = versionKey.slice(0, 19).replace(/\D/g, '');
  return Number(digits).toString(36).padStart(9, '0') + versionKey.slice(20);
}

/** 47 bits, which SQLite keeps in six bytes. */
function shortHash(text: string): number {
  return Number.parseInt(hash('sha1', text).slice(0, 12), 16) % 2 ** 47;
}

/** How many entries gather before some move on. */
export const RECENT_KEYS = 65_536;

/** How many move on at once: neighbours, so that they fall on few pages. */
const STRETCH = 1024;

/** Entries of rows, found by key and ordered by position. All calls belong to a write transaction. */
export interface KeyWriter {
  add(key: number, position: string | number, num: number): void;
  remove(key: number, position: string | number, num: number): void;
  /** To be called at the end of the transaction. */
  settle(): void;
  /** To be called after a rollback. */
  forget(): void;
}

export function keyWriter(sql: Statements, recentKeys: number): KeyWriter {
  const stretch = Math.min(STRETCH, recentKeys);
  const insert = sql.rows('INSERT INTO key_recent VALUES (?, ?, ?)');
  const deleteRecent = sql.rows('DELETE FROM key_recent WHERE key = ? AND position = ? AND num = ?');
  const deleteSettled = sql.rows('DELETE FROM key_settled WHERE key = ? AND position = ? AND num = ?');
  const count = sql.rows<{ count: number; hand: number }>(
    'UPDATE hub_state SET key_count = key_count + ? RETURNING key_count AS count, key_hand AS hand',
  );
  const endOfStretch = sql.values<number>('SELECT key FROM key_recent WHERE key >= ? ORDER BY key LIMIT 1 OFFSET ?');
  const copy = sql.rows('INSERT INTO key_settled SELECT key, position, num FROM key_recent WHERE key BETWEEN ? AND ?');
  const clear = sql.rows('DELETE FROM key_recent WHERE key BETWEEN ? AND ?');
  const save = sql.rows('UPDATE hub_state SET key_count = ?, key_hand = ?');
  let added = 0;
  return {
    add(key, position, num) {
      insert.run(key, position, num);
      added += 1;
    },
    remove(key, position, num) {
      if (deleteRecent.run(key, position, num).changes > 0) added -= 1;
      else deleteSettled.run(key, position, num);
    },
    settle() {
      if (added === 0) return;
      let { count: recent, hand } = count.get(added) ?? { count: 0, hand: 0 };
      added = 0;
      if (recent <= recentKeys) return;
      while (recent > recentKeys) {
        const end = endOfStretch.get(hand, stretch - 1) ?? 2 ** 47;
        copy.run(hand, end);
        recent -= clear.run(hand, end).changes;
        hand = end === 2 ** 47 ? 0 : end + 1;
      }
      save.run(recent, hand);
    },
    forget() {
      added = 0;
    },
  };
}
