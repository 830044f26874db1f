import { join } from 'node:path';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { modelContract } from './contract/model-run.ts';
import { storeContract } from './contract.ts';

storeContract('sqlite', (directory, clock) =>
  openSqliteStore({ file: join(directory, 'hub.db'), create: true, clock }),
);

modelContract('sqlite with keys that move on at once', (directory, clock) =>
  openSqliteStore({ file: join(directory, 'hub.db'), create: true, clock, recentKeys: 8 }),
);
