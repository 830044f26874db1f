import type { Progress } from '../progress.ts';
import type { Client } from './client.ts';
import { getPage, itemsOf, nextOf, objectsPath, type Target } from './target.ts';

export interface Walk {
  readonly objects: number;
  /** Pages before the last that were not full; 0 when nothing was counted. */
  readonly shortPages: number;
  readonly pages: number;
  /** Time of the whole walk. */
  readonly ms: number;
  readonly bytes: number;
  /** Paths of the first and of the last full page. */
  readonly first: string;
  readonly lastFull: string;
  /** `X-TAXII-Date-Added-First` of each page, and the last date of all. */
  readonly dates: readonly string[];
  readonly lastDate: string;
}

/** Bounds a walk on a server whose `next` never ends. */
const MAX_PAGES = 10_000_000;

/**
 * Follows `next` from the start of a collection to its end.
 * @param count parse the pages and count their objects; a walk that is timed does not
 * @param query filters of every page
 */
export async function walk(
  client: Client,
  target: Target,
  limit: number,
  count: boolean,
  progress: Progress,
  query: Readonly<Record<string, string>> = {},
): Promise<Walk> {
  const first = objectsPath(target, { limit, ...query });
  const paths = [first];
  const dates: string[] = [];
  let lastDate = '';
  let objects = 0;
  let shortPages = 0;
  let bytes = 0;
  const began = performance.now();
  for (let path: string | undefined = first; path !== undefined && paths.length < MAX_PAGES; ) {
    const reply = await getPage(client, path);
    bytes += reply.bytes;
    if (count) {
      const found = itemsOf(reply).length;
      objects += found;
      if (found < limit && nextOf(reply) !== undefined) shortPages += 1;
    }
    const firstDate = reply.headers['x-taxii-date-added-first'];
    if (firstDate !== undefined) dates.push(String(firstDate));
    lastDate = String(reply.headers['x-taxii-date-added-last'] ?? lastDate);
    const next = nextOf(reply);
    path = next === undefined ? undefined : objectsPath(target, { limit, ...query, next });
    if (path !== undefined) paths.push(path);
    progress.step(limit);
  }
  const ms = performance.now() - began;
  // The last page of all is seldom full, so it says nothing about what depth costs.
  const lastFull = paths.at(paths.length > 1 ? -2 : -1) as string;
  return { objects, shortPages, pages: paths.length, ms, bytes, first, lastFull, dates, lastDate };
}
