/**
 * Tables of the trends follower. Keys, facets and named objects have numbers, since the counts repeat them; the numbers
 * mean nothing outside.
 */
export const TREND_SCHEMA: Readonly<Record<string, string>> = {
  trend_key: `(
    num       INTEGER PRIMARY KEY,
    dimension INTEGER NOT NULL, -- see trends/dimensions.ts
    key       TEXT NOT NULL,
    UNIQUE (dimension, key)
  ) STRICT`,
  // Who may see a count: types and markings as one number, as object facets have it (8 * that of the source + that of the named).
  trend_facet: `(
    num        INTEGER PRIMARY KEY,
    dimension  INTEGER NOT NULL,
    collection INTEGER NOT NULL,
    type       TEXT NOT NULL, -- of the object that counts or that names
    marking    INTEGER NOT NULL,
    UNIQUE (dimension, collection, type, marking)
  ) STRICT`,
  // The counts. series: key, basis and grain (see trend-cells.ts). day: since 1970, of a month the first one.
  trend_cell: `(
    series INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    facet  INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (series, day, facet)
  ) STRICT, WITHOUT ROWID`,
  // What the newest version of each object contributes. type null: nothing, it is revoked.
  trend_object: `(
    num         INTEGER PRIMARY KEY, -- of the row of object
    collection  INTEGER NOT NULL,
    type        INTEGER,             -- key
    marking     INTEGER NOT NULL,    -- class
    source      INTEGER NOT NULL,    -- key
    event_day   INTEGER NOT NULL,
    arrival_day INTEGER NOT NULL,
    weight      INTEGER NOT NULL,
    target      INTEGER,             -- as which it may be named
    keys        TEXT,                -- JSON list: where it counts itself
    names       TEXT                 -- JSON list: targets that it names
  ) STRICT`,
  // Objects that are named or may be; object null: it is not there (yet), or revoked.
  trend_target: `(
    num        INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL,
    id         TEXT NOT NULL,
    object     INTEGER,
    marking    INTEGER, -- class
    keys       TEXT,    -- JSON list of [dimension, key]
    aliases    TEXT,    -- JSON list of keys
    UNIQUE (collection, id)
  ) STRICT`,
  trend_mention: `(
    target INTEGER NOT NULL,
    source INTEGER NOT NULL, -- row of object
    PRIMARY KEY (target, source)
  ) STRICT, WITHOUT ROWID`,
  // Spellings, and which objects stand behind a key.
  trend_name: `(
    key    INTEGER NOT NULL,
    target INTEGER NOT NULL,
    label  TEXT NOT NULL,
    PRIMARY KEY (key, target)
  ) STRICT, WITHOUT ROWID`,
  // How many objects of a name list an alias.
  trend_alias: `(
    alias INTEGER NOT NULL, -- key
    name  INTEGER NOT NULL, -- key
    facet INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (alias, name, facet)
  ) STRICT, WITHOUT ROWID`,
};

export const TREND_TABLES = Object.keys(TREND_SCHEMA);
