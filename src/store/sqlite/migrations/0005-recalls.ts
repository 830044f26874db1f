import type { Migration } from '../../migrate.ts';

export const recalls: Migration = {
  number: 5,
  name: 'recalls',
  sql: `
CREATE TABLE recall (
  num         INTEGER PRIMARY KEY,
  object      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  recalled_by TEXT NOT NULL,
  recalled_at INTEGER NOT NULL, -- microseconds, like the others
  done_at     INTEGER,          -- null: something else than the revoked version may be left
  undo_reason TEXT,
  undone_by   TEXT,
  undone_at   INTEGER           -- null: in force
) STRICT;
CREATE UNIQUE INDEX recall_in_force ON recall (object) WHERE undone_at IS NULL;
CREATE INDEX recall_under_way ON recall (num) WHERE undone_at IS NULL AND done_at IS NULL;

-- The collections that held a recalled object.
CREATE TABLE recall_collection (
  recall     INTEGER NOT NULL,
  collection TEXT NOT NULL,    -- its id: the collection may go before the recall does
  revoked    TEXT,             -- version that was published to revoke the object
  versions   INTEGER NOT NULL, -- that it held
  removed    INTEGER NOT NULL, -- of them, so far
  PRIMARY KEY (recall, collection)
) STRICT, WITHOUT ROWID;
`,
};
