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
    const size = db.prepare<[], number>('SELECT sum(pgsize) FROM dbstat').pluck();
    const ofStatuses = db.prepare<[], number>(`SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'push%'`).pluck();
    const all = size.get() as number;
    const statuses = ofStatuses.get() ?? 0;
    return [
      {
        name: 'database',
        what: 'database without statuses (base: JSON text)',
        measured: (all - statuses) / MIB,
        unit: 'MiB',
        ceiling: jsonBytes / MIB,
      },
      { name: 'statuses', what: 'statuses of the pushes', measured: statuses / MIB, unit: 'MiB' },
    ];
  } finally {
    db.close();
  }
}
