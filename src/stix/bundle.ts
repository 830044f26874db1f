import { randomUUID } from 'node:crypto';
import { MARKING_CLASSES, type MarkingClass } from '../sharing/model.ts';
import { type Item, ItemReader } from './bundle-reader.ts';
import { DamagedGzip, unpacked } from './bundle-source.ts';
import { memberSpans } from './locate.ts';

export type { Item } from './bundle-reader.ts';
export type { Position } from './scan-fault.ts';

/** The scanner gets at most this many bytes at a time, so that little is found before it is handed out. */
const SLICE_BYTES = 65_536;

/**
 * The STIX objects of a bundle, an envelope, a JSON list, a single object, or lines of these (NDJSON), gzipped or not,
 * one at a time. What breaks I-JSON inside an object fails that object alone. Broken syntax ends a JSON document: what
 * was read before stands, and the last fault says `broken`. In NDJSON it fails its line; a first line that is broken
 * counts as NDJSON when the next line is a whole object.
 *
 * An object with a list `objects` is a bundle or envelope unless a `type` before it says otherwise.
 */
export async function* readItems(source: AsyncIterable<Uint8Array>): AsyncGenerator<Item> {
  const reader = new ItemReader();
  try {
    for await (const chunk of unpacked(source)) {
      for (let i = 0; i < chunk.length; i += SLICE_BYTES) {
        yield* reader.read(chunk.subarray(i, i + SLICE_BYTES));
        if (reader.ended) return;
      }
    }
  } catch (error) {
    if (!(error instanceof DamagedGzip)) throw error;
    yield* reader.cutShort(error.message);
    return;
  }
  yield* reader.finish();
}

/**
 * Whether an ASCII text stands anywhere in a source, gzipped or not: far quicker than to read its items. What is damaged is
 * left to whoever reads it.
 */
export async function holdsText(source: AsyncIterable<Uint8Array>, text: string): Promise<boolean> {
  let tail: Uint8Array = new Uint8Array(0);
  try {
    for await (const chunk of unpacked(source)) {
      const bytes = Buffer.concat([tail, chunk]);
      if (bytes.includes(text, 0, 'latin1')) return true;
      tail = bytes.subarray(Math.max(0, bytes.length - text.length + 1));
    }
  } catch (error) {
    if (!(error instanceof DamagedGzip)) throw error;
  }
  return false;
}

/** A bundle of objects that are given as JSON texts; without any it has no member `objects`. Source: STIX 2.1 §8 */
export async function* bundleText(
  objects: AsyncIterable<string> | Iterable<string>,
  id = `bundle--${randomUUID()}`,
): AsyncGenerator<string> {
  yield `{"type":"bundle","id":"${id}"`;
  let opening = ',"objects":[\n';
  for await (const text of objects) {
    yield opening + text;
    opening = ',\n';
  }
  yield opening === ',\n' ? '\n]}\n' : '}\n';
}

/**
 * One line of a file of records: an object with the date it was added, and the marking class that its hub gave it, which
 * may rest on what the hub knew then.
 */
export function recordLine(dateAdded: string, marking: MarkingClass, object: string): string {
  return `{"date_added":${JSON.stringify(dateAdded)},"marking":"${marking}","object":${object}}\n`;
}

export interface RecordParts {
  readonly dateAdded: string;
  /** Absent in records of other servers. */
  readonly marking?: MarkingClass;
  /** The object's text as it stands. */
  readonly object: string;
}

/**
 * The parts of a record; other members are ignored.
 * @param text compact JSON
 * @returns undefined when it is no record
 */
export function recordParts(text: string): RecordParts | undefined {
  if (!text.startsWith('{')) return undefined;
  const members = memberSpans(text, 0);
  const textOf = (name: string): string | undefined => {
    const span = members.find((member) => member.name === name);
    return span && text.slice(span.start, span.end);
  };
  const dateAdded = textOf('date_added');
  const object = textOf('object');
  if (dateAdded?.startsWith('"') !== true || object?.startsWith('{') !== true) return undefined;
  const parts = { dateAdded: JSON.parse(dateAdded) as string, object };
  const marked = textOf('marking');
  const marking = MARKING_CLASSES.find((known) => marked === `"${known}"`);
  return marking === undefined ? parts : { ...parts, marking };
}
