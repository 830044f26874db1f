import type { Migration } from '../../migrate.ts';
import { initial } from './0001-initial.ts';
import { credentialUse } from './0002-credential-use.ts';

/** In order of their numbers; only ever appended to. */
export const MIGRATIONS: readonly Migration[] = [initial, credentialUse];
