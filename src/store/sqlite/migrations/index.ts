import type { Migration } from '../../migrate.ts';
import { initial } from './0001-initial.ts';
import { followers } from './0002-followers.ts';
import { trendReports } from './0003-trend-reports.ts';

/** In order of their numbers; only ever appended to. */
export const MIGRATIONS: readonly Migration[] = [initial, followers, trendReports];
