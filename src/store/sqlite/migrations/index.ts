import type { Migration } from '../../migrate.ts';
import { initial } from './0001-initial.ts';
import { ledger } from './0002-ledger.ts';
import { recalls } from './0003-recalls.ts';

/** In order of their numbers; only ever appended to. */
export const MIGRATIONS: readonly Migration[] = [initial, ledger, recalls];
