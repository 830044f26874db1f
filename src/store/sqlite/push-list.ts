import type { Owner } from '../../sharing/model.ts';
import type { PushListQuery, PushSummary } from '../push-list.ts';
import type { Statements } from './statements.ts';

interface Row extends Omit<PushSummary, 'owner' | 'complete'> {
  readonly owner: string;
  readonly completed: number | null;
}

const COLUMNS = `p.id, p.root, p.collection, p.owner, p.requested, p.total, p.completed,
  coalesce(sum(q.successes), 0) AS successes, coalesce(sum(q.failures), 0) AS failures,
  coalesce(sum(q.pendings), 0) AS pendings`;

function queryOf(index: string, condition: string): string {
  return `SELECT ${COLUMNS} FROM (
      SELECT * FROM push INDEXED BY ${index} WHERE ${condition} (requested, id) < (?, ?)
      ORDER BY requested DESC, id DESC LIMIT ?
    ) p LEFT JOIN push_part q ON q.push = p.id
    GROUP BY p.requested, p.id ORDER BY p.requested DESC, p.id DESC`;
}

const OF_ALL = queryOf('push_by_date', '');
const OF_ONE = queryOf('push_by_owner', 'owner = ? AND');

/** To be called in a read transaction. */
export function listPushes(sql: Statements, { owner, before, limit }: PushListQuery): readonly PushSummary[] {
  const { requested, id } = before ?? { requested: Number.MAX_SAFE_INTEGER, id: '' };
  const rows =
    owner === undefined
      ? sql.rows<Row>(OF_ALL).all(requested, id, limit)
      : sql.rows<Row>(OF_ONE).all(JSON.stringify(owner), requested, id, limit);
  return rows.map(({ owner: text, completed, ...row }) => ({
    ...row,
    owner: JSON.parse(text) as Owner,
    complete: completed !== null,
  }));
}
