import { classesUpTo } from '../sharing/decide.ts';
import type { Allowed, Collection, MarkingClass } from '../sharing/model.ts';
import { isObject, type Json } from '../stix/json.ts';
import type { ObjectStore } from '../store/store.ts';
import { MAX_PART_BYTES } from './parts.ts';

/** What a reference to a marking definition means for TLP; undefined when the definition is not known. */
export type ResolveMarking = (id: string) => MarkingClass | undefined;

const MARKING_PREFIX = 'marking-definition--';

/** How many definitions a collection's cache holds before it starts anew. */
const MAX_KNOWN = 10_000;

/**
 * The marking definitions that a push or an import can refer to: those that came with it, and those in its collection that
 * the same partner, an operator or an import added.
 */
export class Markings {
  readonly #objects: ObjectStore;
  readonly #collection: Collection;
  readonly #statements = new Set<string>();
  readonly #absent = new Set<string>();

  readonly #source: string;

  /** @param source who adds what is judged, as in `Batch.source` */
  constructor(objects: ObjectStore, collection: Collection, source: string) {
    this.#objects = objects;
    this.#collection = collection;
    this.#source = source;
  }

  readonly resolve: ResolveMarking = (id) => (this.#statements.has(id) ? 'statement' : undefined);

  /** Learns the definitions among objects that arrive together with what refers to them. */
  learn(values: readonly Json[]): void {
    for (const value of values) {
      if (!isStatement(value)) continue;
      this.#statements.add(value.id);
      this.#absent.delete(value.id);
    }
  }

  /** Looks up what these objects refer to in the collection. */
  async lookUp(values: readonly Json[]): Promise<void> {
    if (this.#absent.size > MAX_KNOWN) this.#absent.clear();
    const unknown = new Set<string>();
    for (const value of values) for (const id of references(value)) if (!this.#isKnown(id)) unknown.add(id);
    if (unknown.size === 0) return;
    const ids = [...unknown].slice(0, MAX_KNOWN);
    const page = await this.#objects.kept({
      collection: this.#collection.id,
      verdict: allDefinitions(this.#collection),
      filter: { ids, specVersions: ['2.0', '2.1'], versions: 'all' },
      limit: MAX_KNOWN,
      // Definitions are short; of what somebody made long, the rest counts as unknown.
      maxBytes: MAX_PART_BYTES,
    });
    // The last version whose author counts: whoever adds another takes nothing away from it.
    const last = new Map(page.rows.filter(({ source }) => this.#counts(source)).map((row) => [row.id, row.json]));
    this.learn([...last.values()].map((json) => JSON.parse(json) as Json));
    for (const id of ids) if (!this.#statements.has(id)) this.#absent.add(id);
  }

  /** A partner's or feed's definition says what its own objects mean, never what those of others do. */
  #counts(source: string): boolean {
    return source === this.#source || !/^(partner|feed):/.test(source);
  }

  #isKnown(id: string): boolean {
    return this.#statements.has(id) || this.#absent.has(id);
  }
}

/**
 * A definition that carries a statement and nothing of TLP. One with an extension may say anything, so it stays unknown.
 * Source: STIX 2.1 §7.2.1
 */
function isStatement(value: Json): value is { readonly id: string } {
  return (
    isObject(value) &&
    value.type === 'marking-definition' &&
    value.definition_type === 'statement' &&
    value.extensions === undefined &&
    typeof value.id === 'string'
  );
}

function references(value: Json): string[] {
  if (!isObject(value)) return [];
  const found: string[] = [];
  const add = (id: Json | undefined): void => {
    if (typeof id === 'string' && id.startsWith(MARKING_PREFIX)) found.push(id);
  };
  if (Array.isArray(value.object_marking_refs)) value.object_marking_refs.forEach(add);
  if (Array.isArray(value.granular_markings))
    for (const granular of value.granular_markings) if (isObject(granular)) add(granular.marking_ref);
  return found;
}

/** The hub itself looks, for no caller. */
function allDefinitions(collection: Collection): Allowed {
  return {
    kind: 'allowed',
    entries: [{ types: new Set(['marking-definition']), maxTlp: 'red', classes: classesUpTo('red', collection) }],
  };
}
