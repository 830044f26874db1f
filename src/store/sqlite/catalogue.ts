import { AppError } from '../../errors.ts';
import {
  type Catalogue,
  type Entities,
  type EntityKind,
  entityName,
  type Origin,
  type Stored,
} from '../../sharing/model.ts';
import type { Micros } from '../../time.ts';
import type { AdminRecord } from '../ledger.ts';
import type { CatalogueChange } from '../store.ts';
import { forgetFeed } from './feeds-writer.ts';
import { appendLedger } from './ledger-writer.ts';
import { adminRecord } from './records.ts';
import type { Statements } from './statements.ts';

interface EntityRow {
  readonly kind: EntityKind;
  readonly name: string;
  readonly origin: Origin;
  readonly value: string;
}

export function readGeneration(sql: Statements): number {
  return sql.values<number>('SELECT generation FROM hub_state').get() as number;
}

/** To be called in a read transaction. */
export function readCatalogue(sql: Statements): Catalogue {
  const rows = sql.rows<EntityRow>('SELECT kind, name, origin, value FROM entity ORDER BY kind, name').all();
  const ofKind = <K extends EntityKind>(kind: K): ReadonlyMap<string, Stored<Entities[K]>> =>
    new Map(
      rows
        .filter((row) => row.kind === kind)
        .map(({ name, origin, value }) => [name, { origin, value: JSON.parse(value) as Entities[K] }]),
    );
  return {
    generation: readGeneration(sql),
    hub: ofKind('hub'),
    'api-root': ofKind('api-root'),
    collection: ofKind('collection'),
    partner: ofKind('partner'),
    operator: ofKind('operator'),
    credential: ofKind('credential'),
    agreement: ofKind('agreement'),
    feed: ofKind('feed'),
  };
}

/**
 * Makes all changes. A collection that is removed loses its id at once and its rows later (see clearing.ts). To be called in
 * a write transaction.
 * @returns the new generation
 * @throws {AppError} catalogue.changed
 */
export function changeCatalogue(
  sql: Statements,
  expected: number,
  changes: readonly CatalogueChange[],
  who: string,
  now: Micros,
): number {
  const generation = readGeneration(sql);
  if (generation !== expected)
    throw new AppError('catalogue.changed', {
      description:
        'Somebody else changed partners, agreements or collections meanwhile. Look again, then repeat the change.',
    });
  const records: AdminRecord[] = [];
  for (const change of changes) {
    records.push(recordOf(sql, change, who, now));
    if ('put' in change) put(sql, change.put, change.value, change.origin);
    else remove(sql, change.remove, change.name);
  }
  appendLedger(sql, records);
  sql.rows('UPDATE hub_state SET generation = ?').run(generation + 1);
  return generation + 1;
}

function recordOf(sql: Statements, change: CatalogueChange, who: string, now: Micros): AdminRecord {
  const kind = 'put' in change ? change.put : change.remove;
  const name = 'put' in change ? entityName(change.put, change.value) : change.name;
  const before = sql.values<string>('SELECT value FROM entity WHERE kind = ? AND name = ?').get(kind, name);
  const stored = before === undefined ? undefined : (JSON.parse(before) as Entities[EntityKind]);
  return adminRecord(change, name, stored, who, now);
}

function put<K extends EntityKind>(sql: Statements, kind: K, value: Entities[K], origin: Origin): void {
  const name = entityName(kind, value);
  sql
    .rows(
      'INSERT INTO entity VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET origin = excluded.origin, value = excluded.value',
    )
    .run(kind, name, origin, JSON.stringify(value));
  if (kind === 'collection') sql.rows('INSERT INTO collection (id) VALUES (?) ON CONFLICT DO NOTHING').run(name);
}

function remove(sql: Statements, kind: EntityKind, name: string): void {
  sql.rows('DELETE FROM entity WHERE kind = ? AND name = ?').run(kind, name);
  if (kind === 'credential') sql.rows('DELETE FROM credential_use WHERE name = ?').run(name);
  if (kind === 'feed') forgetFeed(sql, name);
  if (kind === 'collection') sql.rows('UPDATE collection SET id = NULL WHERE id = ?').run(name);
}
