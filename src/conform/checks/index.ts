import type { Check, Watch } from '../check.ts';
import { ACCESS } from './access.ts';
import { ADD } from './add.ts';
import { ADDED_AFTER } from './added-after.ts';
import { COLLECTIONS } from './collections.ts';
import { CONTENT_LENGTH } from './content-length.ts';
import { CUSTOM } from './custom.ts';
import { DATA_TYPES } from './data-types.ts';
import { DELETE } from './delete.ts';
import { DERIVED } from './derived.ts';
import { DISCOVERY } from './discovery.ts';
import { ENVELOPE } from './envelope.ts';
import { ERRORS } from './errors.ts';
import { FILTERS } from './filters.ts';
import { HEADERS } from './headers.ts';
import { MANIFEST } from './manifest.ts';
import { MATCH } from './match.ts';
import { MEDIA_TYPES } from './media-types.ts';
import { OBJECT } from './object.ts';
import { ORDER } from './order.ts';
import { PAGING } from './paging.ts';
import { SECURITY } from './security.ts';
import { SERIALIZATION } from './serialization.ts';
import { STATUS } from './status.ts';

/** Every check, in the order of the standard. */
export const CHECKS: readonly (Check | Watch)[] = [
  ...SERIALIZATION,
  ...DATA_TYPES,
  ...MEDIA_TYPES,
  ...HEADERS,
  ...ORDER,
  ...ADDED_AFTER,
  ...FILTERS,
  ...MATCH,
  ...PAGING,
  ...ERRORS,
  ...ENVELOPE,
  ...DISCOVERY,
  ...CONTENT_LENGTH,
  ...STATUS,
  ...ACCESS,
  ...COLLECTIONS,
  ...MANIFEST,
  ...ADD,
  ...OBJECT,
  ...DELETE,
  ...CUSTOM,
  ...SECURITY,
  ...DERIVED,
];
