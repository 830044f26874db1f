import type { Migration } from '../../migrate.ts';

export const trendReports: Migration = {
  number: 8,
  name: 'trend reports',
  sql: `
-- Ids are random, so that nothing can be told from them, and kept, so that a period has one report that changes.
CREATE TABLE trend_report (
  collection  TEXT NOT NULL,
  dimension   TEXT NOT NULL,
  unit        TEXT NOT NULL,
  day         INTEGER NOT NULL, -- first of the period, since 1970
  max_tlp     TEXT NOT NULL,
  report      TEXT NOT NULL,
  translation TEXT NOT NULL,
  PRIMARY KEY (collection, dimension, unit, day, max_tlp)
) STRICT, WITHOUT ROWID;
`,
};
