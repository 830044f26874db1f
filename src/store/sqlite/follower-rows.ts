import type { FollowedRow, ObjectRow } from './followers.ts';
import type { Statements } from './statements.ts';

/** Rows, and characters of their texts, between two looks at the clock. */
const PART_ROWS = 100;
const PART_CHARACTERS = 1 << 18;

interface Part {
  readonly added: readonly FollowedRow[];
  readonly removed: readonly (ObjectRow & { readonly removal: number })[];
  /** There may be rows behind it. */
  readonly more: boolean;
}

/** The columns of a followed row, of `object o` and its `facet f`. */
export const FOLLOWED_COLUMNS =
  'o.num, o.collection, o.id, o.date_added AS dateAdded, f.type, f.selectors, f.marking, o.source, o.json';

export function readPart(sql: Statements, added: number, removed: number): Part {
  const rows = readAdded(sql, added);
  const removals = sql
    .rows<ObjectRow & { removal: number }>(
      `SELECT r.num AS removal, r.object AS num, r.collection, r.id FROM removal r WHERE r.num > ? ORDER BY r.num LIMIT ${PART_ROWS}`,
    )
    .all(removed);
  return { added: rows.list, removed: removals, more: rows.more || removals.length === PART_ROWS };
}

/** One row at least; large ones are not read together. */
function readAdded(sql: Statements, after: number): { readonly list: readonly FollowedRow[]; readonly more: boolean } {
  const list: FollowedRow[] = [];
  let characters = 0;
  const rows = sql.rows<FollowedRow>(
    `SELECT ${FOLLOWED_COLUMNS} FROM object o CROSS JOIN facet f ON f.num = o.facet WHERE o.num > ? ORDER BY o.num`,
  );
  for (const row of rows.iterate(after)) {
    characters += row.json.length;
    list.push(row);
    if (list.length === PART_ROWS || characters > PART_CHARACTERS) return { list, more: true };
  }
  return { list, more: false };
}
