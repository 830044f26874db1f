import { randomUUID } from 'node:crypto';
import { ALL } from './gather.ts';
import type { Probe } from './probe.ts';

/** An id that nothing has. */
export const UNKNOWN_OBJECT = 'indicator--3c1f0b7e-6f0c-4a2b-9d55-0f6f1c3f8a11';

/** Asks every endpoint once for everything, for a page and for nothing, and wrongly, so that the watches see them all. */
export async function tour(probe: Probe): Promise<void> {
  const { target } = probe;
  const { root, reading } = target;
  const unknown = randomUUID();
  const later = 'added_after=2100-01-01T00:00:00.000000Z';
  const urls = [
    target.discoveryUrl,
    root,
    `${root}collections/`,
    `${root}status/${unknown}/`,
    `${root}collections/${unknown}/`,
  ];
  for (const each of target.collections.slice(0, 5)) urls.push(each.url);
  if (reading !== undefined) {
    const objects = [...new Set(probe.hasSample ? probe.sample.entries.map(({ id }) => id) : [])].slice(0, 4);
    const base = probe.hasSample ? probe.sample.url : reading.url;
    const paged = ['objects/', 'manifest/', ...objects.flatMap((id) => [`objects/${id}/`, `objects/${id}/versions/`])];
    for (const path of paged)
      urls.push(
        `${base}${path}?limit=20`,
        `${base}${path}?${ALL}&limit=1`,
        `${base}${path}?${ALL}&limit=20`,
        `${base}${path}?${later}`,
        `${base}${path}?limit=0`,
      );
    urls.push(`${base}objects/${UNKNOWN_OBJECT}/`, `${base}objects/${UNKNOWN_OBJECT}/versions/`);
  }
  for (const url of urls) await probe.get(url);
  await probe.get(`${root}collections/`, { authorization: null });
  await probe.get(`${root}collections/`, { accept: 'text/html' });
}
