import type { Migration } from '../../migrate.ts';

/**
 * The record itself is a text; columns that queries filter by are read from it, so that there is nothing beside it that
 * could say otherwise.
 */
export const ledger: Migration = {
  number: 3,
  name: 'ledger',
  sql: `
CREATE TABLE ledger (
  num        INTEGER PRIMARY KEY, -- 1, 2, 3 … without gaps
  hash       BLOB NOT NULL,       -- SHA-256 of the hash before in hexadecimal, a line feed and the text
  text       TEXT NOT NULL,       -- JSON, see store/ledger.ts
  time       INTEGER AS (text ->> '$.time'),
  kind       TEXT AS (text ->> '$.kind'),
  who        TEXT AS (text ->> '$.who'),
  collection TEXT AS (text ->> '$.collection')
) STRICT;
CREATE INDEX ledger_by_time ON ledger (time);

-- The last record, so that a tail that gets lost is noticed.
CREATE TABLE ledger_head (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  count INTEGER NOT NULL,
  hash  BLOB NOT NULL
) STRICT;
INSERT INTO ledger_head VALUES (1, 0, zeroblob(32));

-- Processes that buffer records: what is left of one that did not close is a gap.
CREATE TABLE ledger_session (
  id    TEXT PRIMARY KEY,
  pid   INTEGER NOT NULL,
  host  TEXT NOT NULL,
  seen  INTEGER NOT NULL, -- microseconds: when it last appended or said that there was nothing
  lease INTEGER NOT NULL  -- microseconds: when it is taken for ended
) STRICT, WITHOUT ROWID;

-- Who was sent an object is asked of those that are gone, too.
CREATE INDEX removal_by_id ON removal (id);
`,
};
