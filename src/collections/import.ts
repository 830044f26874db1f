import type { Allowed, Collection, MarkingClass } from '../sharing/model.ts';
import { holdsText, type Item, readItems, recordParts } from '../stix/bundle.ts';
import type { Json } from '../stix/json.ts';
import type { ExtensionSchemas } from '../stix/schemas.ts';
import { isRefused, refusalOf } from '../store/refusals.ts';
import { MAX_BATCH, type NewObject, type ObjectStore, type Outcome } from '../store/store.ts';
import { type Clock, formatMicros, type Micros, parseInstant } from '../time.ts';
import { judge } from './judge.ts';
import { Markings } from './markings.ts';
import { MAX_PART_BYTES } from './parts.ts';
import { WriteQueue } from './write-queue.ts';

export interface ImportRequest {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly collection: Collection;
  readonly verdict: Allowed;
  /** As in `Batch.source`. */
  readonly source: string;
  /** Items are records, `{"date_added": …, "object": …}`, whose dates are kept. */
  readonly records: boolean;
  /** Marking definitions that the items may refer to before they come (see `findDefinitions`). */
  readonly definitions: readonly Json[];
  /** Schemas of extensions that the operator knows. */
  readonly extensionSchemas: ExtensionSchemas;
  readonly items: AsyncIterable<Item>;
  readonly refused: (refusal: ImportRefusal) => void;
  readonly progress: (counts: ImportCounts) => void;
}

export interface ImportRefusal {
  readonly item: Item;
  /** STIX id, where the item has one. */
  readonly id?: string;
  readonly message: string;
}

export interface ImportCounts {
  readonly added: number;
  readonly present: number;
  readonly refused: number;
}

interface Candidate {
  readonly item: Item;
  readonly text: string;
  readonly value: Json;
  readonly dateAdded?: Micros;
  /** As the hub that wrote the record knew it. */
  readonly marking?: MarkingClass;
}

/**
 * Adds a stream of items to a collection, each judged by itself, in commits of their own. While some are written the next
 * items are judged.
 * @throws {AppError} not-found when the collection is gone
 */
export async function importItems(request: ImportRequest): Promise<ImportCounts> {
  const counts = { added: 0, present: 0, refused: 0 };
  const markings = new Markings(request.store, request.collection, request.source);
  markings.learn(request.definitions);
  const refuse = (refusal: ImportRefusal): void => {
    counts.refused += 1;
    request.refused(refusal);
  };
  const writes = new WriteQueue();
  let batch: Candidate[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const candidates = batch;
    batch = [];
    bytes = 0;
    const judged = await judgeAll(candidates, request, markings, refuse);
    await writes.add(() => commit(judged, request, counts, refuse));
  };
  for await (const item of request.items) {
    const candidate = read(item, request.records);
    if ('message' in candidate) {
      refuse(candidate);
      continue;
    }
    batch.push(candidate);
    bytes += candidate.text.length;
    if (batch.length === MAX_BATCH || bytes >= MAX_PART_BYTES) await flush();
  }
  if (batch.length > 0) await flush();
  await writes.end();
  return counts;
}

const DEFINITION = '"definition_type"';

/**
 * The marking definitions of a source: bundles often carry them last, behind everything that refers to them.
 * @param read begins to read the source anew
 */
export async function findDefinitions(read: () => AsyncIterable<Uint8Array>): Promise<Json[]> {
  const found: Json[] = [];
  if (!(await holdsText(read(), DEFINITION))) return found;
  for await (const item of readItems(read()))
    if ('text' in item && item.fault === undefined && item.text.includes(DEFINITION))
      found.push(JSON.parse(item.text) as Json);
  return found;
}

function read(item: Item, records: boolean): Candidate | ImportRefusal {
  if (item.fault !== undefined) return { item, message: item.fault };
  if (!records) return { item, text: item.text, value: JSON.parse(item.text) as Json };
  const parts = recordParts(item.text);
  const dateAdded = parts === undefined ? undefined : parseInstant(parts.dateAdded);
  if (parts === undefined || dateAdded === undefined)
    return { item, message: 'A record is {"date_added": "<timestamp>", "object": {…}} on a line of its own.' };
  const candidate = { item, text: parts.object, value: JSON.parse(parts.object) as Json, dateAdded };
  return parts.marking === undefined ? candidate : { ...candidate, marking: parts.marking };
}

interface Judged {
  readonly objects: NewObject[];
  readonly candidates: Candidate[];
}

async function judgeAll(
  candidates: readonly Candidate[],
  request: ImportRequest,
  markings: Markings,
  refuse: (refusal: ImportRefusal) => void,
): Promise<Judged> {
  const values = candidates.map((candidate) => candidate.value);
  markings.learn(values);
  await markings.lookUp(values);
  const { collection, verdict, extensionSchemas } = request;
  const requested = formatMicros(request.clock());
  const context = { collection, verdict, resolve: markings.resolve, extensionSchemas, requested };
  const judged: Judged = { objects: [], candidates: [] };
  for (const candidate of candidates) {
    const judgement = judge(candidate.text, candidate.value, 0, context);
    if ('refused' in judgement) {
      const { id, message = '' } = judgement.refused;
      refuse({ item: candidate.item, id, message });
      continue;
    }
    const { dateAdded, marking = judgement.object.marking } = candidate;
    judged.objects.push({ ...judgement.object, marking, ...(dateAdded === undefined ? {} : { dateAdded }) });
    judged.candidates.push(candidate);
  }
  return judged;
}

async function commit(
  { objects, candidates }: Judged,
  request: ImportRequest,
  counts: { added: number; present: number; refused: number },
  refuse: (refusal: ImportRefusal) => void,
): Promise<void> {
  if (objects.length > 0) {
    const { store, collection, source } = request;
    const outcomes: readonly Outcome[] = await store.commit({ collection: collection.id, source, objects });
    for (const [i, outcome] of outcomes.entries()) {
      const candidate = candidates[i];
      const object = objects[i];
      if (!isRefused(outcome)) counts[outcome.kind] += 1;
      else if (candidate && object) refuse({ item: candidate.item, id: object.id, message: refusalOf(outcome) });
    }
  }
  request.progress(counts);
}
