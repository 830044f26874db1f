import type { Migration } from '../../migrate.ts';

/**
 * Rows of a collection have ascending `num` and `date_added` together, so an index that ends in the row's number is in the
 * order of dates added without holding them. Numbers stand for what rows would repeat (collection, facet, source): they
 * keep the indexes small, and their width is what an insert costs.
 */
export const initial: Migration = {
  number: 1,
  name: 'initial',
  sql: `
CREATE TABLE hub_state (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  generation INTEGER NOT NULL,
  pinged     INTEGER NOT NULL, -- microseconds
  key_hand   INTEGER NOT NULL, -- see key_recent
  key_count  INTEGER NOT NULL,
  last_num   INTEGER NOT NULL  -- of object, ever given: what follows the rows by their numbers never meets one twice
) STRICT;
INSERT INTO hub_state VALUES (1, 1, 0, 0, 0, 0);

-- Partners, agreements and the rest, whole: few, and read into memory together.
CREATE TABLE entity (
  kind   TEXT NOT NULL,
  name   TEXT NOT NULL,
  origin TEXT NOT NULL,
  value  TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE collection (
  num     INTEGER PRIMARY KEY AUTOINCREMENT,
  id      TEXT UNIQUE,                -- null: removed, its rows are still being cleared away
  clock   INTEGER NOT NULL DEFAULT 0, -- last date added or removed at, microseconds
  kept    INTEGER,                    -- last given date added, while none was allocated since
  facets  INTEGER NOT NULL DEFAULT 0, -- raised whenever a facet gets its first row or loses its last
  largest INTEGER NOT NULL DEFAULT 0, -- bytes of the largest JSON text ever stored
  removed INTEGER NOT NULL DEFAULT 0  -- versions ever removed
) STRICT;

CREATE TABLE source (num INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- What versions have in common as far as filters and verdicts tell them apart. Odd numbers are STIX 2.1, even ones 2.0.
CREATE TABLE facet (
  num        INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL,
  type       TEXT NOT NULL,
  selectors  INTEGER NOT NULL, -- spec version and flags, see selectors.ts
  marking    INTEGER NOT NULL, -- 8 * own marking class + that of the newest version of the object
  versions   INTEGER NOT NULL  -- how many rows of object have this facet now
) STRICT;
CREATE UNIQUE INDEX facet_by_content ON facet (collection, type, selectors, marking);

-- One row per (collection, date added).
CREATE TABLE object (
  num          INTEGER PRIMARY KEY,
  collection   INTEGER NOT NULL,
  date_added   INTEGER NOT NULL, -- microseconds
  facet        INTEGER NOT NULL,
  lane         INTEGER,          -- of what a plain poll shows: 64 * collection + marking, else null
  source       INTEGER NOT NULL,
  id           TEXT NOT NULL,
  version_key  TEXT NOT NULL,    -- ordered key
  version_rest TEXT NOT NULL,    -- version text = version_key || version_rest
  content      INTEGER,          -- key of the content, where the version is the date added
  json         TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX object_by_date ON object (collection, date_added);
CREATE INDEX object_by_facet ON object (facet);
CREATE INDEX object_by_lane ON object (lane) WHERE lane IS NOT NULL;

-- Finds rows by id (position: of the version among them), by version (position: the facet, a number) and by content
-- (position: an empty text), see keys.ts. Keys are hashes, so they arrive in no order: they gather in key_recent and move on to key_settled sorted, a stretch at a time,
-- which keeps the cost of an insert flat however large the database grows. An entry stands in one of the two.
CREATE TABLE key_recent (
  key      INTEGER NOT NULL,
  position ANY NOT NULL,
  num      INTEGER NOT NULL,
  PRIMARY KEY (key, position, num)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_settled (
  key      INTEGER NOT NULL,
  position ANY NOT NULL,
  num      INTEGER NOT NULL,
  PRIMARY KEY (key, position, num)
) STRICT, WITHOUT ROWID;

CREATE TABLE removal (
  num          INTEGER PRIMARY KEY AUTOINCREMENT,
  object       INTEGER NOT NULL, -- its number
  collection   INTEGER NOT NULL,
  removed_at   INTEGER NOT NULL, -- of the collection's clock, microseconds
  date_added   INTEGER NOT NULL,
  facet        INTEGER NOT NULL,
  source       INTEGER NOT NULL,
  id           TEXT NOT NULL,
  version_key  TEXT NOT NULL,
  version_rest TEXT NOT NULL,
  reason       TEXT NOT NULL,
  removed_by   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX removal_by_date ON removal (collection, removed_at);

CREATE TABLE push (
  id          TEXT PRIMARY KEY,
  root        TEXT NOT NULL,
  collection  TEXT NOT NULL,
  owner       TEXT NOT NULL,
  requested   INTEGER NOT NULL,
  total       INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  completed   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX push_pending ON push (lease_until) WHERE completed IS NULL;
CREATE INDEX push_completed ON push (completed) WHERE completed IS NOT NULL;

-- Status lines as they will be sent, one row for the objects of one commit.
CREATE TABLE push_part (
  num            INTEGER PRIMARY KEY,
  push           TEXT NOT NULL,
  part           INTEGER NOT NULL,
  successes      INTEGER NOT NULL,
  failures       INTEGER NOT NULL,
  pendings       INTEGER NOT NULL,
  successes_json TEXT NOT NULL,
  failures_json  TEXT NOT NULL,
  pendings_json  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX push_part_by_push ON push_part (push, part);
`,
};
