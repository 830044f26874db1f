import { AppError } from '../../errors.ts';
import type { Micros } from '../../time.ts';
import { isRefused, refusalOf } from '../refusals.ts';
import {
  LONGEST_LEASE_MICROS,
  type NewObject,
  type NewPush,
  type Outcome,
  type PushPart,
  type StatusLine,
} from '../store.ts';
import { appendLedger } from './ledger-writer.ts';
import { interruptionRecord } from './records.ts';
import type { Statements } from './statements.ts';

const INTERRUPTED = 'The push was interrupted before this object was stored: push it again.';

/** Status lines as they will be sent: JSON texts joined by commas. */
interface Lines {
  readonly count: number;
  readonly json: string;
}

const NONE: Lines = { count: 0, json: '' };

/** Registers a push of several parts; every object is pending. */
export function beginPush(sql: Statements, push: NewPush, pendings: readonly (readonly StatusLine[])[]): void {
  insertPush(sql, push);
  for (const [part, lines] of pendings.entries())
    insertPart(sql, push.id, part, NONE, NONE, toLines(lines.map(formatLine)));
}

/**
 * Writes what a commit says about a push.
 * @throws {AppError} server.busy when the push was given up meanwhile
 */
export function writePart(
  sql: Statements,
  push: PushPart,
  objects: readonly NewObject[],
  outcomes: readonly Outcome[],
  now: Micros,
): void {
  const successes: string[] = [];
  const failures: string[] = [];
  for (const line of push.lines) {
    if ('refused' in line) {
      failures.push(formatLine(line.refused));
      continue;
    }
    const { id } = objects[line.object] as NewObject;
    const outcome = outcomes[line.object] as Outcome;
    const { version } = outcome;
    if (isRefused(outcome)) failures.push(formatLine({ id, version, message: refusalOf(outcome) }));
    else
      successes.push(formatLine(line.message === undefined ? { id, version } : { id, version, message: line.message }));
  }
  if (push.begin) {
    insertPush(sql, push.begin);
    insertPart(sql, push.id, push.part, toLines(successes), toLines(failures), NONE);
  } else {
    settlePart(sql, push, toLines(successes), toLines(failures));
  }
  if (push.last) complete(sql, push.id, now);
}

export function renewPushes(sql: Statements, ids: readonly string[], leaseUntil: Micros): void {
  const renew = sql.rows('UPDATE push SET lease_until = ? WHERE id = ? AND completed IS NULL');
  for (const id of ids) renew.run(leaseUntil, id);
}

/** Fails what is left of pushes whose lease has lapsed. @returns how many pushes */
export function interruptPushes(sql: Statements, now: Micros): number {
  const latest = now + LONGEST_LEASE_MICROS;
  sql.rows('UPDATE push SET lease_until = ? WHERE completed IS NULL AND lease_until > ?').run(latest, latest);
  const lapsed = sql
    .rows<{ id: string; collection: string; owner: string }>(
      'SELECT id, collection, owner FROM push INDEXED BY push_pending WHERE completed IS NULL AND lease_until < ?',
    )
    .all(now);
  const left = sql.rows<{ num: number; failures_json: string; pendings_json: string }>(
    'SELECT num, failures_json, pendings_json FROM push_part WHERE push = ? AND pendings > 0',
  );
  const fail = sql.rows(
    `UPDATE push_part SET failures = failures + pendings, failures_json = ?, pendings = 0, pendings_json = '' WHERE num = ?`,
  );
  for (const push of lapsed) {
    const { id } = push;
    let refused = 0;
    for (const { num, failures_json, pendings_json } of left.all(id)) {
      const lines = JSON.parse(`[${pendings_json}]`) as StatusLine[];
      refused += lines.length;
      const texts = lines.map((line) => formatLine({ ...line, message: INTERRUPTED }));
      fail.run([...(failures_json === '' ? [] : [failures_json]), ...texts].join(','), num);
    }
    complete(sql, id, now);
    appendLedger(sql, [interruptionRecord(push, refused, now)]);
  }
  return lapsed.length;
}

/** Forgets pushes completed before an instant. @returns how many */
export function purgePushes(sql: Statements, completedBefore: Micros): number {
  const old = sql
    .values<string>('SELECT id FROM push INDEXED BY push_completed WHERE completed IS NOT NULL AND completed < ?')
    .all(completedBefore);
  for (const id of old) {
    sql.rows('DELETE FROM push_part WHERE push = ?').run(id);
    sql.rows('DELETE FROM push WHERE id = ?').run(id);
  }
  return old.length;
}

function insertPush(sql: Statements, push: NewPush): void {
  const { id, root, collection, owner, requested, total, leaseUntil } = push;
  sql
    .rows('INSERT INTO push VALUES (?, ?, ?, ?, ?, ?, ?, NULL)')
    .run(id, root, collection, JSON.stringify(owner), requested, total, leaseUntil);
}

function insertPart(
  sql: Statements,
  push: string,
  part: number,
  successes: Lines,
  failures: Lines,
  pendings: Lines,
): void {
  sql
    .rows('INSERT INTO push_part VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(push, part, successes.count, failures.count, pendings.count, successes.json, failures.json, pendings.json);
}

function settlePart(sql: Statements, { id, part }: PushPart, successes: Lines, failures: Lines): void {
  const { changes } = sql
    .rows(
      `UPDATE push_part SET successes = ?, failures = ?, pendings = 0, successes_json = ?, failures_json = ?, pendings_json = ''
       WHERE push = ? AND part = ? AND pendings > 0`,
    )
    .run(successes.count, failures.count, successes.json, failures.json, id, part);
  if (changes === 0)
    throw new AppError('server.busy', {
      description: 'This push was given up as interrupted, since it took longer than its lease. Push the rest again.',
    });
}

/** A push is complete when nothing of it is pending, and not before. */
function complete(sql: Statements, id: string, now: Micros): void {
  sql
    .rows(
      `UPDATE push SET completed = ? WHERE id = ?
       AND NOT EXISTS (SELECT 1 FROM push_part WHERE push_part.push = push.id AND pendings > 0)`,
    )
    .run(now, id);
}

function toLines(texts: readonly string[]): Lines {
  return { count: texts.length, json: texts.join(',') };
}

function formatLine({ id, version, message }: StatusLine): string {
  return JSON.stringify(message === undefined ? { id, version } : { id, version, message });
}
