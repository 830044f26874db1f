import { AppError } from '../errors.ts';
import type { KeptObject } from '../store/store.ts';
import type { FeedJob } from './job.ts';
import type { Status } from './resources.ts';

export type Outgoing = Pick<KeptObject, 'id' | 'version' | 'dateAdded' | 'json'>;

/** What the other server would not take, whatever was around it. */
export interface Refused {
  readonly row: Outgoing;
  readonly reason: string;
  readonly lasting?: true;
}

export interface Sent {
  readonly statuses: readonly { readonly status: Status; readonly sent: readonly Outgoing[] }[];
  readonly refused: readonly Refused[];
}

/** `{"objects":[` and `]}` */
const AROUND_BYTES = 14;

/** Splits rows into envelopes of at most so many octets. */
export function chunksOf(
  rows: readonly Outgoing[],
  maxBytes: number,
): { readonly chunks: Outgoing[][]; readonly tooLarge: Outgoing[] } {
  const chunks: Outgoing[][] = [];
  const tooLarge: Outgoing[] = [];
  let room = 0;
  for (const row of rows) {
    const bytes = Buffer.byteLength(row.json) + 1;
    if (bytes + AROUND_BYTES > maxBytes) {
      tooLarge.push(row);
      continue;
    }
    if (bytes > room) {
      chunks.push([]);
      room = maxBytes - AROUND_BYTES;
    }
    chunks.at(-1)?.push(row);
    room -= bytes;
  }
  return { chunks, tooLarge };
}

/**
 * Sends an envelope; where the other server refuses it as a whole, its halves, down to the objects that are to blame.
 * @throws {AppError} remote.… when it would not take any of several objects: then it is not about them
 */
export async function sendChunk(job: FeedJob, chunk: readonly Outgoing[]): Promise<Sent> {
  const { remote, signal } = job;
  try {
    const status = await remote.client.add(
      remote.ref,
      chunk.map(({ json }) => json),
      signal,
    );
    return { statuses: [{ status, sent: chunk }], refused: [] };
  } catch (error) {
    if (!(error instanceof AppError) || !isAboutContent(error)) throw error;
    const [only] = chunk;
    if (only !== undefined && chunk.length === 1)
      return { statuses: [], refused: [{ row: only, reason: error.description ?? error.title }] };
    const middle = Math.ceil(chunk.length / 2);
    const halves = [await sendChunk(job, chunk.slice(0, middle)), await sendChunk(job, chunk.slice(middle))];
    const refused = halves.flatMap((half) => half.refused);
    if (refused.length === chunk.length) throw error;
    return { statuses: halves.flatMap((half) => half.statuses), refused };
  }
}

/** 400, 413, 422: the envelope, or something in it. */
function isAboutContent({ code, details }: AppError): boolean {
  return code === 'remote.refused' && [400, 413, 422].includes(Number(details?.status));
}
