import type { Migration } from '../../migrate.ts';

export const credentialUse: Migration = {
  number: 4,
  name: 'credential-use',
  sql: `
CREATE TABLE credential_use (
  name TEXT PRIMARY KEY,
  used INTEGER NOT NULL -- microseconds
) STRICT, WITHOUT ROWID;
`,
};
