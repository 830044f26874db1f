import { BASE } from './context.ts';

export function objectPath(collection: string, id: string): string {
  return `${BASE}/objects/${collection}/${encodeURIComponent(id)}/`;
}

/** Leads to the object wherever the viewer may see it. */
export function findPath(id: string): string {
  return `${BASE}/find/${encodeURIComponent(id)}/`;
}
