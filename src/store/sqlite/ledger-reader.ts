import type { LedgerPage, LedgerQuery, LedgerRow } from '../ledger.ts';
import { readLedgerHead } from './ledger-writer.ts';
import type { Statements } from './statements.ts';

/** Records looked at for one page, so that a reader whom few concern does not hold up the others. */
const STRETCH = 5000;

const ROW = 'num, lower(hex(hash)) AS hash, text';

/** To be called in a read transaction. */
export function readLedger(sql: Statements, query: LedgerQuery): LedgerPage {
  const { from, until, limit } = query;
  const after = Math.max(query.after ?? 0, from === undefined ? 0 : firstSince(sql, from) - 1);
  const head = readLedgerHead(sql);
  const end = until === undefined ? lastNumber(sql) : lastBefore(sql, until);
  const stretch = Math.min(end, after + STRETCH);
  const conditions = conditionsOf(query);
  const rows = sql
    .rows<LedgerRow>(
      `SELECT ${ROW} FROM ledger WHERE num > ? AND num <= ?${conditions.map(([text]) => ` AND ${text}`).join('')}
       ORDER BY num LIMIT ?`,
    )
    .all(after, stretch, ...conditions.map(([, value]) => value), limit);
  const reached = rows.length === limit ? (rows.at(-1) as LedgerRow).num : stretch;
  return reached < end ? { rows, next: reached, head } : { rows, head };
}

function conditionsOf({ kinds, who, collection, from, until }: LedgerQuery): (readonly [string, string | number])[] {
  return [
    ...(kinds === undefined ? [] : [['kind IN (SELECT value FROM json_each(?))', JSON.stringify(kinds)] as const]),
    ...(who === undefined ? [] : [['who = ?', who] as const]),
    ...(collection === undefined ? [] : [['collection = ?', collection] as const]),
    // Without the sign the time would be searched, and the stretch not kept to.
    ...(from === undefined ? [] : [['+time >= ?', from] as const]),
    ...(until === undefined ? [] : [['+time < ?', until] as const]),
  ];
}

/** All records as they stand, one after the other. */
export function iterateLedger(sql: Statements): IterableIterator<LedgerRow> {
  return sql.rows<LedgerRow>(`SELECT ${ROW} FROM ledger ORDER BY num`).iterate();
}

function lastNumber(sql: Statements): number {
  return sql.values<number | null>('SELECT max(num) FROM ledger').get() ?? 0;
}

/** The clock may have been set back, so the first in time need not be the first in the chain. */
function firstSince(sql: Statements, from: number): number {
  return (
    sql.values<number | null>('SELECT min(num) FROM ledger INDEXED BY ledger_by_time WHERE time >= ?').get(from) ??
    Number.MAX_SAFE_INTEGER
  );
}

function lastBefore(sql: Statements, until: number): number {
  return (
    sql.values<number | null>('SELECT max(num) FROM ledger INDEXED BY ledger_by_time WHERE time < ?').get(until) ?? 0
  );
}
