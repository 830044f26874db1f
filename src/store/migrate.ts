import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';

/** One forward step of the database; its SQL never changes once released. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** What the database says it has been through. */
export interface AppliedMigration {
  readonly number: number;
  readonly checksum: string;
}

export function checksum(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

/**
 * The migrations still to run, in order.
 * @throws {AppError} database.newer when the database has steps that this program does not know
 * @throws {AppError} database.damaged when a step was made by SQL that differs from ours
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const newest = Math.max(0, ...applied.map((step) => step.number));
  if (newest > known.length)
    throw new AppError('database.newer', {
      description: `The database is at version ${newest}, this program knows versions up to ${known.length}. Install the program that last used it, or a later one.`,
    });
  for (const step of applied) {
    const ours = known[step.number - 1];
    if (!ours || checksum(ours) !== step.checksum)
      throw new AppError('database.damaged', {
        description: `Step ${step.number} of the database was made by other SQL than this program's. It was not made by a released version; restore a backup.`,
      });
  }
  return known.slice(newest);
}
