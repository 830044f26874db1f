import type { Migration } from '../../migrate.ts';

export const pushList: Migration = {
  number: 6,
  name: 'push-list',
  sql: `
CREATE INDEX push_by_date ON push (requested, id);
CREATE INDEX push_by_owner ON push (owner, requested, id);
`,
};
