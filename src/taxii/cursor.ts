import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AppError } from '../errors.ts';
import type { Micros } from '../time.ts';
import { formatMatch, formatVersions, type Match, parseQuery } from './query.ts';

/**
 * `next` is a place in a collection and the filters it was issued for, and nothing else: no session, so it works twice,
 * after a restart, with any process, for ever. It proves no right and is no secret; rights are looked at anew. The
 * checksum only tells a damaged one from one of ours.
 *
 * Octets: format, collection (8), position (7), kind of filter, filter, checksum (4); all in base64url.
 */
const FORMAT = 1;
const FILTER_WHOLE = 0;
const FILTER_DIGEST = 1;
const HEAD_BYTES = 17;
const CHECKSUM_BYTES = 4;

/** Longer filters travel as a digest, and the client sends them again with each page. */
const MAX_FILTER_BYTES = 512;
const MAX_TEXT = 1024;

export interface Cursor {
  /** Date added of the last entry delivered. */
  readonly position: Micros;
  /** The filters of the request that it was issued for. */
  readonly match: Match;
}

/** @param collection id, a UUID */
export function formatCursor(collection: string, { position, match }: Cursor): string {
  const text = Buffer.from(formatMatch(match));
  const digested = text.length > MAX_FILTER_BYTES;
  const filter = digested ? digest(text) : text;
  const octets = Buffer.allocUnsafe(HEAD_BYTES + filter.length + CHECKSUM_BYTES);
  octets[0] = FORMAT;
  prefixOf(collection).copy(octets, 1);
  octets.writeUInt32BE(Math.floor(position / 2 ** 24), 9);
  octets.writeUIntBE(position % 2 ** 24, 13, 3);
  octets[16] = digested ? FILTER_DIGEST : FILTER_WHOLE;
  filter.copy(octets, HEAD_BYTES);
  const end = HEAD_BYTES + filter.length;
  octets.writeUInt32BE(crc32(octets.subarray(0, end)), end);
  return octets.toString('base64url');
}

/**
 * Reads `next` beside the filters of the request that brings it. Filters that the request leaves out are those the
 * cursor was issued for; those it repeats must be the same.
 * @returns undefined when it belongs to another collection, which counts as absent
 * @throws {AppError} cursor.invalid when it was not issued by us or is damaged, query.invalid when it contradicts the
 * request's filters
 * Source: TAXII 2.1 §3.4 next, §3.5
 */
export function parseCursor(text: string, collection: string, requested: Match): Cursor | undefined {
  const octets = decode(text);
  if (!octets.subarray(1, 9).equals(prefixOf(collection))) return undefined;
  const position = octets.readUInt32BE(9) * 2 ** 24 + octets.readUIntBE(13, 3);
  const filter = octets.subarray(HEAD_BYTES, octets.length - CHECKSUM_BYTES);
  if (octets[16] === FILTER_DIGEST) {
    if (!filter.equals(digest(Buffer.from(formatMatch(requested))))) throw unlike('match', true);
    return { position, match: requested };
  }
  const match = parseFilter(filter.toString());
  const differing = firstDifference(requested, match);
  if (differing !== undefined) throw unlike(differing, false);
  return { position, match };
}

/** Whether a text has the form of a `next` of ours, whatever it is for. */
export function isCursor(text: string): boolean {
  try {
    decode(text);
    return true;
  } catch {
    return false;
  }
}

function decode(text: string): Buffer {
  if (text.length > MAX_TEXT) throw damaged();
  const octets = Buffer.from(text, 'base64url');
  const end = octets.length - CHECKSUM_BYTES;
  if (end < HEAD_BYTES || octets[0] !== FORMAT) throw damaged();
  // Only one spelling is ours: decoding passes over what is not base64url.
  if (octets.toString('base64url') !== text) throw damaged();
  if (octets.readUInt32BE(end) !== crc32(octets.subarray(0, end))) throw damaged();
  return octets;
}

/** What a cursor carries may have been made up by its sender, so it is read like any query. */
function parseFilter(text: string): Match {
  try {
    return parseQuery(text, 'objects', true).match;
  } catch {
    throw damaged();
  }
}

function firstDifference(requested: Match, issued: Match): string | undefined {
  const fields = [
    ['match[id]', requested.ids?.join(), issued.ids?.join()],
    ['match[type]', requested.types?.join(), issued.types?.join()],
    ['match[spec_version]', requested.specVersions?.join(), issued.specVersions?.join()],
    [
      'match[version]',
      requested.versions && formatVersions(requested.versions),
      issued.versions && formatVersions(issued.versions),
    ],
  ] as const;
  return fields.find(([, given, kept]) => given !== undefined && given !== kept)?.[0];
}

function prefixOf(collection: string): Buffer {
  return Buffer.from(collection.replaceAll('-', '').slice(0, 16), 'hex');
}

function digest(text: Buffer): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, 16);
}

function damaged(): AppError {
  return new AppError('cursor.invalid', {
    description: 'Send next exactly as it came with the page before, or leave it out to begin anew.',
    details: { parameter: 'next' },
  });
}

function unlike(field: string, digested: boolean): AppError {
  const description = digested
    ? 'This next was issued for a long list of match fields. Send exactly the same ones with it.'
    : `This next was issued for another value of ${field}. Send the same match fields as with the page before, or none.`;
  return new AppError('query.invalid', { description, details: { parameter: 'next', field } });
}
