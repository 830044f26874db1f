import type { Migration } from '../../migrate.ts';

export const followers: Migration = {
  number: 2,
  name: 'followers',
  sql: `
-- How far what is derived from the rows of object has come. The tables of a follower are made by itself: when its version
-- changes, they are made anew.
CREATE TABLE follower (
  name    TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  added   INTEGER NOT NULL, -- number of the last row of object that was applied
  removed INTEGER NOT NULL  -- number of the last row of removal that was applied
) STRICT, WITHOUT ROWID;
`,
};
