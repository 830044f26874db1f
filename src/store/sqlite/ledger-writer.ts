import { nextHash, textOf } from '../../ledger/chain.ts';
import type { Micros } from '../../time.ts';
import type { LedgerHead, LedgerRecord, LedgerSession } from '../ledger.ts';
import { isGone } from './processes.ts';
import type { Statements } from './statements.ts';

/** A session that says nothing for so long is taken for ended. */
const LEASE_MICROS = 60_000_000;

/**
 * Appends records to the chain. To be called in a write transaction, so that what happened and its record are there
 * together or not at all, and no other process appends in between.
 */
export function appendLedger(sql: Statements, records: readonly LedgerRecord[]): void {
  appendTexts(sql, records.map(textOf));
}

function appendTexts(sql: Statements, texts: readonly string[]): void {
  if (texts.length === 0) return;
  const insert = sql.rows('INSERT INTO ledger (num, hash, text) VALUES (?, unhex(?), ?)');
  let { count, hash } = readLedgerHead(sql);
  for (const text of texts) {
    hash = nextHash(hash, text);
    count += 1;
    insert.run(count, hash, text);
  }
  sql.rows('UPDATE ledger_head SET count = ?, hash = unhex(?) WHERE one = 1').run(count, hash);
}

export function readLedgerHead(sql: Statements): LedgerHead {
  return sql
    .rows<LedgerHead>('SELECT count, lower(hex(hash)) AS hash FROM ledger_head WHERE one = 1')
    .get() as LedgerHead;
}

/** Appends what a session buffered: texts, since they cross between threads for less than records. */
export function appendOfSession(
  sql: Statements,
  texts: readonly string[],
  session: LedgerSession | undefined,
  now: Micros,
): void {
  appendTexts(sql, texts);
  if (session !== undefined) sql.rows('UPDATE ledger_session SET seen = ? WHERE id = ?').run(now, session.id);
}

interface SessionRow extends LedgerSession {
  readonly seen: Micros;
  readonly lease: Micros;
}

/** Notes that a session goes on, and chains a gap for each that ended without a word. @returns how many gaps */
export function keepSession(sql: Statements, session: LedgerSession, now: Micros): number {
  const others = sql
    .rows<SessionRow>('SELECT id, pid, host, seen, lease FROM ledger_session WHERE id <> ?')
    .all(session.id);
  const ended = others.filter((other) => isGone(other, session, now));
  appendLedger(
    sql,
    ended.map(({ id, seen }) => ({ kind: 'gap', time: now, session: id, from: seen })),
  );
  for (const { id } of ended) forget(sql, id);
  sql
    .rows(
      `INSERT INTO ledger_session VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET seen = excluded.seen, lease = excluded.lease`,
    )
    .run(session.id, session.pid, session.host, now, now + LEASE_MICROS);
  return ended.length;
}

export function closeSession(sql: Statements, session: LedgerSession, texts: readonly string[]): void {
  appendTexts(sql, texts);
  forget(sql, session.id);
}

function forget(sql: Statements, id: string): void {
  sql.rows('DELETE FROM ledger_session WHERE id = ?').run(id);
}
