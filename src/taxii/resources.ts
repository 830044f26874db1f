import { formatMicros, type Micros } from '../time.ts';
import { TAXII_MEDIA_TYPE } from './media-type.ts';

/**
 * The resources of TAXII 2.1 as they go out. All are Buffers, since a web framework appends a charset to the media type
 * of anything else. Optional properties and empty lists are left out.
 */

export interface DiscoveryView {
  readonly title: string;
  readonly description?: string | undefined;
  readonly contact?: string | undefined;
  /** One of `apiRoots`. */
  readonly default?: string | undefined;
  readonly apiRoots: readonly string[];
}

/** Source: TAXII 2.1 §4.1.1 */
export function discoveryResource(view: DiscoveryView): Buffer {
  return json({
    title: view.title,
    ...optional('description', view.description),
    ...optional('contact', view.contact),
    ...optional('default', view.default),
    ...(view.apiRoots.length === 0 ? {} : { api_roots: view.apiRoots }),
  });
}

export interface ApiRootView {
  readonly title: string;
  readonly description?: string | undefined;
  readonly maxContentLength: number;
}

/** Source: TAXII 2.1 §4.2.1 */
export function apiRootResource(view: ApiRootView): Buffer {
  return json({
    title: view.title,
    ...optional('description', view.description),
    versions: [TAXII_MEDIA_TYPE],
    max_content_length: view.maxContentLength,
  });
}

export interface CollectionView {
  readonly id: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly alias?: string | undefined;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  readonly mediaTypes: readonly string[];
}

/** Source: TAXII 2.1 §5.2.1 */
export function collectionResource(view: CollectionView): Buffer {
  return json(collectionJson(view));
}

/** Source: TAXII 2.1 §5.1.1 */
export function collectionsResource(views: readonly CollectionView[]): Buffer {
  return views.length === 0 ? EMPTY : json({ collections: views.map(collectionJson) });
}

function collectionJson(view: CollectionView): object {
  return {
    id: view.id,
    title: view.title,
    ...optional('description', view.description),
    ...optional('alias', view.alias),
    can_read: view.canRead,
    can_write: view.canWrite,
    media_types: view.mediaTypes,
  };
}

/**
 * `{}` and white space: python-requests takes a JSON body of three octets or fewer for UTF-16.
 * Source: TAXII 2.1 §3.7
 */
const EMPTY = Buffer.from('{}\n\n');

/** Stored JSON texts joined by commas, as are the pieces to be. `next` stands with every `more: true`. */
export interface EnvelopeView {
  readonly pieces: readonly Buffer[];
  readonly next?: string | undefined;
}

const COMMA = Buffer.from(',');
const LIST_END = Buffer.from(']}');

/**
 * Stored JSON texts in an envelope, exactly as they are.
 * Source: TAXII 2.1 §3.7
 */
export function envelopeResource({ pieces, next }: EnvelopeView): Buffer {
  const [first, ...others] = pieces;
  if (first === undefined) return EMPTY;
  const joined = others.flatMap((piece) => [COMMA, piece]);
  return Buffer.concat([Buffer.from(listStart('objects', next)), first, ...joined, LIST_END]);
}

/** What is said beside the entries of a page. `next` stands with every `more: true`. */
export interface PageView<T> {
  readonly rows: readonly T[];
  readonly next?: string | undefined;
}

export interface ManifestView {
  readonly id: string;
  readonly dateAdded: Micros;
  readonly version: string;
  readonly specVersion: string;
}

/**
 * @param mediaTypes of the collection: a record names one of these or none
 * Source: TAXII 2.1 §5.3.1
 */
export function manifestResource(page: PageView<ManifestView>, mediaTypes: readonly string[]): Buffer {
  const ends = new Map<string, string>();
  const endOf = (specVersion: string): string => {
    let end = ends.get(specVersion);
    if (end === undefined) {
      const named = [`${STIX_TYPE};version=${specVersion}`, STIX_TYPE].find((type) => mediaTypes.includes(type));
      end = named === undefined ? '}' : `,"media_type":${JSON.stringify(named)}}`;
      ends.set(specVersion, end);
    }
    return end;
  };
  return listResource(
    'objects',
    page,
    ({ id, dateAdded, version, specVersion }) =>
      `{"id":${JSON.stringify(id)},"date_added":"${formatMicros(dateAdded)}","version":${JSON.stringify(version)}${endOf(specVersion)}`,
  );
}

const STIX_TYPE = 'application/stix+json';

/** Source: TAXII 2.1 §5.8.1 */
export function versionsResource(page: PageView<{ readonly version: string }>): Buffer {
  return listResource('versions', page, (row) => JSON.stringify(row.version));
}

function listResource<T>(name: string, { rows, next }: PageView<T>, format: (row: T) => string): Buffer {
  if (rows.length === 0) return EMPTY;
  return Buffer.from(`${listStart(name, next)}${rows.map(format).join(',')}]}`);
}

function listStart(name: string, next: string | undefined): string {
  const place = next === undefined ? '"more":false' : `"more":true,"next":${JSON.stringify(next)}`;
  return `{${place},"${name}":[`;
}

export interface StatusView {
  readonly id: string;
  readonly requested: Micros;
  readonly complete: boolean;
  readonly total: number;
  readonly successes: StatusList;
  readonly failures: StatusList;
  readonly pendings: StatusList;
}

/** `json` is the JSON texts of `status-details` joined by commas. */
interface StatusList {
  readonly count: number;
  readonly json: string;
}

/** Source: TAXII 2.1 §4.3.1 */
export function statusResource(view: StatusView): Buffer {
  const members = [
    `"id":${JSON.stringify(view.id)}`,
    `"status":"${view.complete ? 'complete' : 'pending'}"`,
    `"request_timestamp":"${formatMicros(view.requested)}"`,
    `"total_count":${view.total}`,
    ...statusList('success', 'successes', view.successes),
    ...statusList('failure', 'failures', view.failures),
    ...statusList('pending', 'pendings', view.pendings),
  ];
  return Buffer.from(`{${members.join(',')}}`);
}

function statusList(singular: string, plural: string, { count, json: texts }: StatusList): string[] {
  const counted = `"${singular}_count":${count}`;
  return count === 0 ? [counted] : [counted, `"${plural}":[${texts}]`];
}

export interface ErrorView {
  readonly title: string;
  readonly description?: string | undefined;
  /** This occurrence; stands in the log as well. */
  readonly errorId: string;
  /** This kind of error. */
  readonly errorCode?: string | undefined;
  readonly status: number;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Source: TAXII 2.1 §3.6.1 */
export function errorResource(view: ErrorView): Buffer {
  return json({
    title: view.title,
    ...optional('description', view.description),
    error_id: view.errorId,
    ...optional('error_code', view.errorCode),
    http_status: String(view.status),
    ...(view.details === undefined ? {} : { details: view.details }),
  });
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [name]: value };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
