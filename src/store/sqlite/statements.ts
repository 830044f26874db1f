import type { Statement } from 'better-sqlite3';
import type { Sqlite } from './connection.ts';

type Value = string | number | null | Uint8Array;

/** Prepared statements of one connection, kept by their text. */
export interface Statements {
  /** Rows as objects. */
  rows<T>(sql: string): Statement<Value[], T>;
  /** The first column of each row. */
  values<T>(sql: string): Statement<Value[], T>;
  /** Texts of all that were prepared so far. */
  texts(): readonly string[];
}

export function statementsOf(db: Sqlite): Statements {
  const rows = memo((text) => db.prepare<Value[]>(plannedOnce(text)));
  const values = memo((text) => db.prepare<Value[]>(plannedOnce(text)).pluck());
  return {
    rows: <T>(sql: string) => rows.get(sql) as Statement<Value[], T>,
    values: <T>(sql: string) => values.get(sql) as Statement<Value[], T>,
    texts: () => [...rows.texts(), ...values.texts()].map(plannedOnce),
  };
}

/**
 * SQLite looks at the value of a bare parameter when it judges a partial index or a limit, and then plans the statement anew
 * whenever another value is bound, which takes ten times as long as a short statement does. It does not look behind a
 * plus sign, which changes nothing else.
 */
function plannedOnce(text: string): string {
  return text.replaceAll('?', '+?');
}

function memo(prepare: (sql: string) => Statement<Value[], unknown>) {
  const known = new Map<string, Statement<Value[], unknown>>();
  return {
    get(sql: string): Statement<Value[], unknown> {
      const statement = known.get(sql);
      if (statement !== undefined) return statement;
      const prepared = prepare(sql);
      known.set(sql, prepared);
      return prepared;
    },
    texts: () => [...known.keys()],
  };
}
