import { sameContent } from '../../stix/same-content.ts';
import { formatMicros, type Micros } from '../../time.ts';
import type { Batch, NewObject, Outcome } from '../store.ts';
import { CollectionWriter, type StoredVersion, type WriterState } from './collection-writer.ts';
import { splitVersion, type VersionText, versionOfDate } from './dates.ts';
import { placeVersion } from './place.ts';
import { writePart } from './push-writer.ts';
import { type VersionContent, type VersionReader, versionReader } from './versions.ts';

/** An object that is not stored yet. */
interface Addition {
  readonly object: NewObject;
  /** Undefined: the version is the date added. */
  readonly version: VersionText | undefined;
  /** The last stored version of its object. */
  readonly last: StoredVersion | undefined;
  /** Others of its object come before it in the batch. */
  readonly follows: boolean;
  outcome: Outcome | undefined;
}

type Judged = { readonly outcome: Outcome } | Addition | { readonly sameAs: Addition };

/**
 * Adds the objects of a batch and writes what belongs to them. To be called in a write transaction.
 * @throws {AppError} not-found, server.busy
 */
export function commitBatch(state: WriterState, batch: Batch, now: Micros): readonly Outcome[] {
  const collection = CollectionWriter.open(state, batch.collection);
  const stored = versionReader(state.sql, collection.num);
  const judged = judge(batch.objects, stored);
  const additions = judged.filter((item) => 'object' in item);
  const lastDated = additions.findLast(({ object }) => object.dateAdded === undefined);
  const source = state.sourceNumber(batch.source);
  for (const addition of additions)
    addition.outcome = add(collection, stored, addition, source, now, addition === lastDated);
  collection.close();
  const outcomes = judged.map(outcomeOf);
  if (batch.push) writePart(state.sql, batch.push, batch.objects, outcomes, now);
  return outcomes;
}

/** What is stored already or comes twice is told from what is to be added, before any date is given. */
function judge(objects: readonly NewObject[], stored: VersionReader): Judged[] {
  const coming = new Map<string, Addition[]>();
  return objects.map((object) => {
    const version = object.version === undefined ? undefined : splitVersion(object.version);
    const last = stored.mayExist(object.id) ? stored.last(object.id) : undefined;
    const known = last && findStored(object, version, last, stored);
    if (known) return { outcome: compare(object, known) };
    const siblings = coming.get(object.id);
    const twin = siblings?.find((sibling) => isTwin(object, version, sibling));
    if (twin) {
      const outcome = compare(object, { json: twin.object.json, version: twin.object.version ?? '' });
      return outcome.kind === 'present' ? { sameAs: twin } : { outcome };
    }
    const addition: Addition = { object, version, last, follows: siblings !== undefined, outcome: undefined };
    if (siblings) siblings.push(addition);
    else coming.set(object.id, [addition]);
    return addition;
  });
}

/** The stored version that an object may not stand beside. Without a version of its own it is only ever its equal. */
function findStored(
  { id, json }: NewObject,
  version: VersionText | undefined,
  last: StoredVersion,
  stored: VersionReader,
): VersionContent | undefined {
  if (version !== undefined) return version.key > last.version_key ? undefined : stored.at(id, version.key);
  for (const content of stored.contents(id)) if (sameContent(json, content.json)) return content;
  return undefined;
}

function isTwin({ json }: NewObject, version: VersionText | undefined, sibling: Addition): boolean {
  if (version === undefined) return sameContent(json, sibling.object.json);
  return version.key === sibling.version?.key;
}

/** Source: TAXII 2.1 §5.5; the requirement list's A20 */
function compare({ json }: NewObject, known: VersionContent): Outcome {
  return { kind: sameContent(json, known.json) ? 'present' : 'conflict', version: known.version };
}

function add(
  collection: CollectionWriter,
  stored: VersionReader,
  { object, version, last, follows }: Addition,
  source: number,
  now: Micros,
  lastOfCommit: boolean,
): Outcome {
  const { id, dateAdded: given, json } = object;
  let dateAdded = given === undefined ? collection.tick(now, lastOfCommit) : collection.keep(given, now);
  if (dateAdded === undefined) return { kind: 'misdated', version: object.version ?? formatMicros(given ?? now) };
  // A date that becomes a version may be that of another version of the object, which says it is from this very instant.
  const isTaken = (key: string): boolean => (last !== undefined || follows) && stored.at(id, key) !== undefined;
  while (version === undefined && given === undefined && isTaken(versionOfDate(dateAdded).key))
    dateAdded = collection.tick(now, lastOfCommit);
  const { key, rest } = version ?? versionOfDate(dateAdded);
  if ((follows || version === undefined) && isTaken(key)) return { kind: 'conflict', version: key + rest };
  const facet = placeVersion(collection, stored, object, key, follows ? stored.last(id) : last);
  collection.insert({ id, dateAdded, source, versionKey: key, versionRest: rest, json }, facet);
  return { kind: 'added', dateAdded, version: key + rest };
}

function outcomeOf(item: Judged): Outcome {
  const outcome = 'sameAs' in item ? item.sameAs.outcome : item.outcome;
  if (outcome === undefined) throw new Error('An object of a batch was not dealt with.');
  return 'sameAs' in item && outcome.kind === 'added' ? { kind: 'present', version: outcome.version } : outcome;
}
