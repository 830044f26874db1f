import type { Migration } from '../../migrate.ts';
import { initial } from './0001-initial.ts';
import { followers } from './0002-followers.ts';
import { pushList } from './0003-push-list.ts';

/** In order of their numbers; only ever appended to. */
export const MIGRATIONS: readonly Migration[] = [initial, followers, pushList];
