import type { Micros } from '../../time.ts';
import type { Statements } from './statements.ts';

export function noteUses(sql: Statements, uses: ReadonlyMap<string, Micros>): void {
  const note = sql.rows(
    `INSERT INTO credential_use SELECT name, ? FROM entity WHERE kind = 'credential' AND name = ?
     ON CONFLICT DO UPDATE SET used = max(used, excluded.used)`,
  );
  for (const [name, at] of uses) note.run(at, name);
}

export function readUses(sql: Statements): ReadonlyMap<string, Micros> {
  const rows = sql.rows<{ name: string; used: Micros }>('SELECT name, used FROM credential_use').all();
  return new Map(rows.map(({ name, used }) => [name, used]));
}
