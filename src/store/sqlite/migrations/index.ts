import type { Migration } from '../../migrate.ts';
import { initial } from './0001-initial.ts';
import { followers } from './0002-followers.ts';
import { ledger } from './0003-ledger.ts';
import { credentialUse } from './0004-credential-use.ts';
import { recalls } from './0005-recalls.ts';
import { pushList } from './0006-push-list.ts';
import { feeds } from './0007-feeds.ts';
import { trendReports } from './0008-trend-reports.ts';

/** In order of their numbers; only ever appended to. */
export const MIGRATIONS: readonly Migration[] = [
  initial,
  followers,
  ledger,
  credentialUse,
  recalls,
  pushList,
  feeds,
  trendReports,
];
