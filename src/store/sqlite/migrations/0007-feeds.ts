import type { Migration } from '../../migrate.ts';

export const feeds: Migration = {
  number: 7,
  name: 'feeds',
  sql: `
CREATE TABLE feed_state (
  feed       TEXT NOT NULL,
  way        TEXT NOT NULL,    -- pull or push
  target     TEXT NOT NULL,    -- what the position belongs to
  position   TEXT,             -- JSON; null: at the start
  steps      INTEGER NOT NULL, -- raised with each write of a run, so that none is passed over
  process    TEXT,             -- whoever runs it; null: nobody
  pid        INTEGER,
  host       TEXT,
  lease      INTEGER,          -- microseconds
  started    INTEGER,
  ended      INTEGER,
  up_to_date INTEGER,
  failing    INTEGER NOT NULL,
  error      TEXT,
  not_before INTEGER,          -- microseconds: the other server asked for it
  exchanged  INTEGER NOT NULL,
  present    INTEGER NOT NULL,
  skipped    INTEGER NOT NULL,
  failed     INTEGER NOT NULL,
  PRIMARY KEY (feed, way)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_failure (
  num        INTEGER PRIMARY KEY AUTOINCREMENT,
  feed       TEXT NOT NULL,
  way        TEXT NOT NULL,
  id         TEXT NOT NULL,
  version    TEXT NOT NULL,
  reason     TEXT NOT NULL,
  date_added INTEGER,          -- of what was to be pushed
  tries      INTEGER NOT NULL,
  lasting    INTEGER NOT NULL, -- 1: trying again cannot help
  failed_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX feed_failure_by_object ON feed_failure (feed, way, id, version);

-- Pushes whose status at the other server is not complete.
CREATE TABLE feed_push (
  feed    TEXT NOT NULL,
  status  TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  sent    TEXT NOT NULL, -- JSON: date added, id and version of each object
  PRIMARY KEY (feed, status)
) STRICT, WITHOUT ROWID;

-- Versions that a feed brought although they were there already: its server has them, too.
CREATE TABLE object_seen (
  object INTEGER NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (object, source)
) STRICT, WITHOUT ROWID;
-- Numbers of rows that are gone may be given again.
CREATE TRIGGER object_seen_ends AFTER DELETE ON object BEGIN
  DELETE FROM object_seen WHERE object = old.num;
END;
`,
};
