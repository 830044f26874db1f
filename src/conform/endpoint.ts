export type EndpointKind =
  | 'discovery'
  | 'api-root'
  | 'status'
  | 'collections'
  | 'collection'
  | 'manifest'
  | 'objects'
  | 'object'
  | 'versions'
  | 'other';

/** The four endpoints whose answers are pages with dates. */
export const PAGED: ReadonlySet<EndpointKind> = new Set<EndpointKind>(['manifest', 'objects', 'object', 'versions']);

const UNDER_ROOT: readonly (readonly [RegExp, EndpointKind])[] = [
  [/^$/, 'api-root'],
  [/^status\/[^/]+\/$/, 'status'],
  [/^collections\/$/, 'collections'],
  [/^collections\/[^/]+\/$/, 'collection'],
  [/^collections\/[^/]+\/manifest\/$/, 'manifest'],
  [/^collections\/[^/]+\/objects\/$/, 'objects'],
  [/^collections\/[^/]+\/objects\/[^/]+\/$/, 'object'],
  [/^collections\/[^/]+\/objects\/[^/]+\/versions\/$/, 'versions'],
];

/** Which endpoint of the standard a URL is, given the URLs of the API roots. */
export function endpointOf(url: string, roots: readonly string[]): EndpointKind {
  const path = url.split('?')[0] ?? url;
  if (/^https?:\/\/[^/]+\/taxii2\/$/.test(path)) return 'discovery';
  const root = roots.find((each) => path.startsWith(each));
  if (root === undefined) return 'other';
  const rest = path.slice(root.length);
  return UNDER_ROOT.find(([pattern]) => pattern.test(rest))?.[1] ?? 'other';
}
