import type { JsonObject } from '../stix/json.ts';
import { referencesOf as references } from '../stix/words.ts';
import type { Hit, Scope, SearchStore } from '../store/search.ts';
import { isStixId, parseObject, titleOf } from './describe.ts';

/** The surroundings of an object, as far as the viewer may see them. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** There is more around than is in it. */
  readonly more: boolean;
}

export interface Node {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly collection: string;
  readonly marking: Hit['marking'];
  /** Steps from the object in the middle. */
  readonly distance: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** The kind of a relationship, or the property that refers. */
  readonly label: string;
}

/** So many objects can still be told apart, and be read before anybody waits. */
const MAX_NODES = 60;
/** Of one object, in each direction. */
const MAX_NEIGHBOURS = 25;
/** In one step. */
const MAX_LOOKED_UP = 500;

type Search = Pick<SearchStore, 'current' | 'referring'>;

/** What is within so many steps of an object: relationships are edges, everything else is a node. */
export async function graphAround(search: Search, scopes: readonly Scope[], start: Hit, steps: number): Promise<Graph> {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  let more = false;
  const add = (hit: Hit, distance: number): void => {
    const { id, type, collection, marking } = hit;
    nodes.set(id, { id, type, collection, marking, distance, title: titleOf(parseObject(hit.json), id) });
  };
  let ring: Hit[] = [start];
  add(start, 0);
  for (let distance = 1; distance <= steps && ring.length > 0; distance++) {
    const around = await linksOf(search, scopes, ring);
    more ||= around.more;
    const known = new Map(around.links.flatMap(({ other }) => (other.hit ? [[other.id, other.hit] as const] : [])));
    const unknown = new Set(around.links.map(({ other }) => other.id).filter((id) => !nodes.has(id) && !known.has(id)));
    // Of several collections the first one counts. What the viewer may not see is not found.
    for (const hit of (await search.current([...unknown].slice(0, MAX_LOOKED_UP), scopes)).toReversed())
      known.set(hit.id, hit);
    const next: Hit[] = [];
    for (const { from, to, label, other } of around.links) {
      const hit = known.get(other.id);
      if (!nodes.has(other.id) && hit !== undefined) {
        if (nodes.size < MAX_NODES) {
          add(hit, distance);
          next.push(hit);
        } else more = true;
      }
      if (nodes.has(other.id)) edges.set(`${from} ${label} ${to}`, { from, to, label });
    }
    ring = next;
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], more };
}

interface Link extends Edge {
  readonly other: { readonly id: string; readonly hit?: Hit };
}

/** What leads from some objects to others, and from others to them. */
async function linksOf(
  search: Search,
  scopes: readonly Scope[],
  hits: readonly Hit[],
): Promise<{ readonly links: readonly Link[]; readonly more: boolean }> {
  const links: Link[] = [];
  let more = false;
  for (const { id: from, json } of hits) {
    const own = referencesOf(parseObject(json));
    more ||= own.length > MAX_NEIGHBOURS;
    for (const { label, id } of own.slice(0, MAX_NEIGHBOURS)) links.push({ from, to: id, label, other: { id } });
  }
  const ids = hits.map(({ id }) => id);
  for (const { to, hits: referring } of await search.referring(ids, scopes, MAX_NEIGHBOURS + 1)) {
    more ||= referring.length > MAX_NEIGHBOURS;
    for (const other of referring.slice(0, MAX_NEIGHBOURS)) links.push(...linksFrom(other, to));
  }
  return { links, more };
}

function linksFrom(referring: Hit, to: string): Link[] {
  const object = parseObject(referring.json);
  const link = asLink(object);
  if (link !== undefined) {
    const far = link.from === to ? link.to : link.from;
    return far === to ? [] : [{ ...link, other: { id: far } }];
  }
  return referencesOf(object)
    .filter(({ id }) => id === to)
    .map(({ label }) => ({ from: referring.id, to, label, other: { id: referring.id, hit: referring } }));
}

/** A relationship stands for a line between two others. */
function asLink({ type, relationship_type: label, source_ref: from, target_ref: to }: JsonObject): Edge | undefined {
  if (type !== 'relationship') return undefined;
  return typeof label === 'string' && typeof from === 'string' && typeof to === 'string'
    ? { from, to, label }
    : undefined;
}

interface Reference {
  readonly label: string;
  readonly id: string;
}

/** What an object refers to by itself, each object once, and by which property. */
function referencesOf(object: JsonObject): Reference[] {
  return [...references(object)].flatMap(([id, key]) => (isStixId(id) ? [{ id, label: labelOf(key) }] : []));
}

/** `where_sighted_refs` → `where sighted`. */
function labelOf(key: string): string {
  return key.replace(/_refs?$/, '').replaceAll('_', ' ');
}

/** What an object is connected with directly, as a list. */
export async function relationsOf(
  search: Search,
  scopes: readonly Scope[],
  hit: Hit,
): Promise<{ readonly rows: readonly Relation[]; readonly more: boolean }> {
  const { nodes, edges, more } = await graphAround(search, scopes, hit, 1);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rows = edges.flatMap(({ from, to, label }): Relation[] => {
    const other = byId.get(from === hit.id ? to : from);
    return other === undefined ? [] : [{ label, outgoing: from === hit.id, other }];
  });
  return { rows, more };
}

export interface Relation {
  readonly label: string;
  /** From the object in question to the other. */
  readonly outgoing: boolean;
  readonly other: Node;
}
