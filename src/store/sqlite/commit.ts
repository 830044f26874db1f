import { formatMicros, type Micros } from '../../time.ts';
import type { Batch, Outcome } from '../store.ts';
import { CollectionWriter, type WriterState } from './collection-writer.ts';
import { splitVersion, versionOfDate } from './dates.ts';
import { writeFeedPart } from './feeds-writer.ts';
import { appendLedger } from './ledger-writer.ts';
import { placeVersion } from './place.ts';
import { writePart } from './push-writer.ts';
import { recalledSince } from './recall-reader.ts';
import { pushRecord } from './records.ts';
import { type Addition, type Judged, judgeBatch } from './twins.ts';
import { type VersionReader, versionReader } from './versions.ts';

/**
 * Adds the objects of a batch and writes what belongs to them. To be called in a write transaction.
 * @throws {AppError} not-found, server.busy
 */
export function commitBatch(state: WriterState, batch: Batch, now: Micros): readonly Outcome[] {
  const collection = CollectionWriter.open(state, batch.collection);
  const stored = versionReader(state.sql, collection.num);
  const source = state.sourceNumber(batch.source);
  const judged = judgeBatch(
    batch.objects,
    collection,
    stored,
    { source, sees: batch.sees },
    recalledSince(state.sql),
    now,
  );
  const lastDated = judged.findLast((item) => 'object' in item && item.object.dateAdded === undefined);
  for (const item of judged) {
    if ('object' in item) item.outcome = add(collection, stored, item, source, now, item === lastDated);
    else if ('hiddenTwin' in item)
      item.outcome = { kind: 'present', version: formatMicros(collection.tick(now, true)) };
  }
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

function add(
  collection: CollectionWriter,
  stored: VersionReader,
  { object, version, content, last, follows }: Addition,
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
  collection.insert({ id, dateAdded, source, versionKey: key, versionRest: rest, content, json }, facet);
  return { kind: 'added', dateAdded, version: key + rest };
}

function outcomeOf(item: Judged): Outcome {
  const outcome = 'sameAs' in item ? item.sameAs.outcome : item.outcome;
  if (outcome === undefined) throw new Error('An object of a batch was not dealt with.');
  return 'sameAs' in item && outcome.kind === 'added' ? { kind: 'present', version: outcome.version } : outcome;
}
