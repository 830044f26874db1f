import { openReader } from '../src/store/sqlite/connection.ts';
import { peakMemoryMiB } from './memory.ts';
import type { Row } from './table.ts';

const MIB = 1024 * 1024;

/** The most memory a process has had resident; nothing where the system does not tell. */
export function memoryRows(pid: number): Row[] {
  const measured = peakMemoryMiB(pid);
  return measured === undefined ? [] : [{ name: 'memory', what: 'most memory resident', measured, unit: 'MiB' }];
}

/** The size of the database of a hub that has stopped, over that of the JSON texts in it. */
export function databaseRows(file: string, jsonBytes: number): Row[] {
  const db = openReader(file);
  try {
    const sizeOf = db.prepare<[string], number | null>('SELECT sum(pgsize) FROM dbstat WHERE name GLOB ?').pluck();
    const mib = (...names: readonly string[]): number =>
      names.reduce((sum, name) => sum + (sizeOf.get(name) ?? 0), 0) / MIB;
    const statuses = mib('push*', 'sqlite_autoindex_push*');
    const ledger = mib('ledger*', 'sqlite_autoindex_ledger*');
    const search = mib('search*', 'sqlite_autoindex_search*');
    const trends = mib('trend*', 'sqlite_autoindex_trend*');
    const base = { unit: 'MiB', ceiling: jsonBytes / MIB } as const;
    return [
      {
        name: 'database',
        what: 'database without what follows (base: JSON text)',
        measured: mib('*') - statuses - ledger - search - trends,
        ...base,
        target: { of: 'ratio', at: 'most', value: 1.4 },
      },
      {
        name: 'search',
        what: 'search index',
        measured: search,
        ...base,
        target: { of: 'ratio', at: 'most', value: 0.5 },
      },
      { name: 'trends', what: 'counts of trends', measured: trends, ...base },
      { name: 'ledger', what: 'ledger', measured: ledger, unit: 'MiB' },
      { name: 'statuses', what: 'statuses of the pushes', measured: statuses, unit: 'MiB' },
    ];
  } finally {
    db.close();
  }
}
