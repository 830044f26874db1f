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

type Search = Pick<SearchStore, 'current' | 'referring'>;

/** What is within so many steps of an object: relationships are edges, everything else is a node. */
export async function graphAround(search: Search, scopes: readonly Scope[], start: Hit, steps: number): Promise<Graph> {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  let more = false;
  const add = (hit: Hit, object: JsonObject, distance: number): void => {
    const { id, type, collection, marking } = hit;
    nodes.set(id, { id, type, collection, marking, distance, title: titleOf(object, id) });
  };
  let ring: Hit[] = [start];
  add(start, parseObject(start.json), 0);
  for (let distance = 1; distance <= steps; distance++) {
    const next: Hit[] = [];
    for (const hit of ring) {
      const around = await neighbours(search, scopes, hit);
      more ||= around.more;
      for (const { from, to, label, other } of around.links) {
        let known = nodes.has(other.id);
        if (!known && nodes.size < MAX_NODES) {
          const found = other.hit ?? (await search.current(other.id, scopes))[0];
          // What the viewer may not see is not there.
          if (found === undefined) continue;
          add(found, parseObject(found.json), distance);
          next.push(found);
          known = true;
        } else if (!known) more = true;
        if (known) edges.set(`${from} ${label} ${to}`, { from, to, label });
      }
    }
    ring = next;
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], more };
}

interface Link extends Edge {
  readonly other: { readonly id: string; readonly hit?: Hit };
}

async function neighbours(
  search: Search,
  scopes: readonly Scope[],
  hit: Hit,
): Promise<{ links: Link[]; more: boolean }> {
  const own = referencesOf(parseObject(hit.json));
  const links: Link[] = own
    .slice(0, MAX_NEIGHBOURS)
    .map(({ label, id }) => ({ from: hit.id, to: id, label, other: { id } }));
  const referring = await search.referring(hit.id, scopes, MAX_NEIGHBOURS + 1);
  for (const other of referring.slice(0, MAX_NEIGHBOURS)) {
    const object = parseObject(other.json);
    const link = asLink(object);
    if (link !== undefined) {
      const far = link.from === hit.id ? link.to : link.from;
      if (far !== hit.id) links.push({ ...link, other: { id: far } });
      continue;
    }
    for (const { label, id } of referencesOf(object))
      if (id === hit.id) links.push({ from: other.id, to: id, label, other: { id: other.id, hit: other } });
  }
  return { links, more: own.length > MAX_NEIGHBOURS || referring.length > MAX_NEIGHBOURS };
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
