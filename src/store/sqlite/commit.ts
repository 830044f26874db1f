import { contentKey, sameContent } from '../../stix/same-content.ts';
import { formatMicros, type Micros } from '../../time.ts';
import type { Batch, NewObject, Outcome } from '../store.ts';
import { CollectionWriter, type StoredVersion, type WriterState } from './collection-writer.ts';
import { splitVersion, type VersionText, versionOfDate } from './dates.ts';
import { writeFeedPart } from './feeds-writer.ts';
import { appendLedger } from './ledger-writer.ts';
import { placeVersion } from './place.ts';
import { writePart } from './push-writer.ts';
import { pushRecord } from './records.ts';
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
  if (batch.feed)
    writeFeedPart(
      state.sql,
      batch.feed,
      source,
      batch.objects,
      outcomes,
      (id, version) => stored.addedBy(id, splitVersion(version).key),
      now,
    );
  appendLedger(state.sql, [pushRecord(batch, outcomes, now)]);
  return outcomes;
}

/** What is stored already or comes twice is told from what is to be added, before any date is given. */
function judge(objects: readonly NewObject[], stored: VersionReader): Judged[] {
  const coming = new Map<string, Addition[]>();
  const undated = new UndatedVersions(stored);
  return objects.map((object) => {
    const version = object.version === undefined ? undefined : splitVersion(object.version);
    const last = stored.mayExist(object.id) ? stored.last(object.id) : undefined;
    const siblings = coming.get(object.id);
    const addition: Addition = { object, version, last, follows: siblings !== undefined, outcome: undefined };
    const known =
      version === undefined
        ? undated.findOrAdd(addition, siblings ?? [])
        : findDated(addition, version.key, siblings ?? [], stored);
    if (known !== undefined) return known;
    if (siblings) siblings.push(addition);
    else coming.set(object.id, [addition]);
    return addition;
  });
}

/** What stands under the same version already, stored or in the batch. */
function findDated(
  { object, last }: Addition,
  key: string,
  siblings: readonly Addition[],
  stored: VersionReader,
): Judged | undefined {
  const known = last && key <= last.version_key ? stored.at(object.id, key) : undefined;
  if (known) return { outcome: compare(object, known) };
  const twin = siblings.find((sibling) => sibling.version?.key === key);
  if (twin === undefined) return undefined;
  const outcome = compare(object, { json: twin.object.json, version: twin.object.version ?? '' });
  return outcome.kind === 'present' ? { sameAs: twin } : { outcome };
}

/**
 * Versions of objects that have none of their own, by content, for as long as a batch is judged: each stored one is read
 * once, however many of its object the batch brings.
 */
class UndatedVersions {
  readonly #stored: VersionReader;
  readonly #byContent = new Map<string, Map<string, VersionContent | Addition>>();

  constructor(stored: VersionReader) {
    this.#stored = stored;
  }

  /** What says the same already; else the addition is remembered. */
  findOrAdd(addition: Addition, siblings: readonly Addition[]): Judged | undefined {
    const { object, last } = addition;
    if (last === undefined && siblings.length === 0) return undefined;
    const known = this.#byContent.get(object.id) ?? this.#read(addition, siblings);
    const key = contentKey(object.json);
    const equal = known.get(key);
    if (equal === undefined) {
      known.set(key, addition);
      return undefined;
    }
    return 'object' in equal ? { sameAs: equal } : { outcome: { kind: 'present', version: equal.version } };
  }

  #read({ object: { id }, last }: Addition, siblings: readonly Addition[]): Map<string, VersionContent | Addition> {
    const known = new Map<string, VersionContent | Addition>();
    if (last) for (const content of this.#stored.contents(id)) known.set(contentKey(content.json), content);
    for (const sibling of siblings) known.set(contentKey(sibling.object.json), sibling);
    this.#byContent.set(id, known);
    return known;
  }
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
