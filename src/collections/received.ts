import { AppError } from '../errors.ts';
import type { ApiRoot } from '../sharing/model.ts';
import type { Json } from '../stix/json.ts';
import { compact, EnvelopeScanner, type Spans } from '../stix/scan.ts';
import type { Part } from './parts.ts';
import type { Spool } from './spool.ts';

/**
 * Reads a body to its end, counting octets; nothing is stored before all of it is known to be an envelope.
 * @throws {AppError} body.invalid, body.too-large, body.unprocessable
 */
export async function receive(body: AsyncIterable<Uint8Array>, root: ApiRoot, spool: Spool): Promise<Spans> {
  const scanner = new EnvelopeScanner();
  for await (const chunk of body) {
    if (spool.size + chunk.byteLength > root.maxContentLength) throw tooLarge(root.maxContentLength);
    scanner.write(chunk);
    await spool.write(chunk);
  }
  const { spans, members } = scanner.end();
  if (spans.count > MAX_OBJECTS)
    throw new AppError('body.unprocessable', {
      description: `The envelope has ${spans.count} objects; at most ${MAX_OBJECTS} are taken at once, since the status names each. Send several envelopes.`,
    });
  const custom = members.filter((name) => name !== 'more' && name !== 'next');
  if (root.strict && custom.length > 0)
    throw new AppError('body.unprocessable', {
      description: `This API root takes envelopes only; an envelope has no member ${custom.map((name) => JSON.stringify(name)).join(', ')}.`,
    });
  return spans;
}

/** Objects of one envelope. */
const MAX_OBJECTS = 200_000;

/** Said before reading when Content-Length tells, else when one octet too many has arrived. */
export function tooLarge(maxContentLength: number): AppError {
  return new AppError('body.too-large', {
    description: `A request body here has at most ${maxContentLength} octets (max_content_length of the API root). Send the objects in several envelopes.`,
  });
}

/** A body, whole, and where its items lie. */
export interface Received {
  readonly spool: Spool;
  readonly spans: Spans;
}

export interface ReceivedItem {
  readonly text: string;
  readonly value: Json;
}

export async function readPart({ spool, spans }: Received, part: Part): Promise<ReceivedItem[]> {
  const from = spans.start(part.first);
  const bytes = await spool.read(from, spans.end(part.end - 1));
  const items: ReceivedItem[] = [];
  for (let i = part.first; i < part.end; i++) {
    const slice = bytes.subarray(spans.start(i) - from, spans.end(i) - from);
    const text = spans.spaced(i) ? compact(slice) : slice.toString('utf8');
    items.push({ text, value: JSON.parse(text) as Json });
  }
  return items;
}
