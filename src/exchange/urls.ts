import { AppError } from '../errors.ts';
import type { MatchFields } from './client-types.ts';
import type { PageRequest } from './paging.ts';

/** A URL as messages show it: what follows the path may be long, and what stands before the host may be secret. */
export function shown(url: URL): string {
  return url.origin + url.pathname;
}

/** @returns undefined when the text is no URL */
export function resolved(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
}

/** @throws {AppError} config.invalid */
export function urlOf(text: string, base?: URL): URL {
  const url = resolved(text, base);
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new AppError('config.invalid', {
      description: 'The URL of the other server is none of https:// or http://.',
    });
  if (url.username !== '' || url.password !== '')
    throw new AppError('config.invalid', {
      description: `Credentials stand in the URL ${shown(url)}, where logs would show them. Give them apart from it.`,
    });
  return url;
}

export function pageUrl(base: URL, query: MatchFields, { addedAfter, next, limit }: PageRequest): URL {
  const url = new URL(base);
  if (addedAfter !== undefined) url.searchParams.set('added_after', addedAfter);
  if (limit !== undefined) url.searchParams.set('limit', String(limit));
  if (next !== undefined) url.searchParams.set('next', next);
  addMatch(url, query);
  return url;
}

export function addMatch(url: URL, { ids, types, versions, specVersions }: MatchFields): void {
  const lists = { id: ids, type: types, version: versions, spec_version: specVersions };
  for (const [name, values] of Object.entries(lists))
    if (values !== undefined) url.searchParams.set(`match[${name}]`, values.join(','));
}
