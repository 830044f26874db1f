import { type Duplex, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { AppError } from '../errors.ts';

/** What `Accept-Encoding` asks for. */
export const ENCODINGS = 'gzip, br, zstd';

const DECODERS: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Each costs memory, even for a body of nothing. */
const MAX_ENCODINGS = 3;

/**
 * The octets of a body as they were before the other server packed them.
 * @param maxBytes of the body, packed and unpacked: a small body may expand to any size
 * @throws {AppError} remote.invalid
 */
export async function* decoded(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const names = (encoding ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (names.length > MAX_ENCODINGS)
    throw new AppError('remote.invalid', {
      description: `The answer is encoded ${names.length} times over; at most ${MAX_ENCODINGS} times are taken.`,
    });
  let bytes: AsyncIterable<Uint8Array> = limited(body, maxBytes);
  // The last one was applied last.
  for (const name of names.reverse()) {
    if (name === '' || name === 'identity') continue;
    const decoder = DECODERS[name];
    if (decoder === undefined)
      throw new AppError('remote.invalid', {
        description: `The answer is encoded as ${JSON.stringify(name)}, which was not asked for; expected one of ${ENCODINGS}.`,
      });
    bytes = limited(unpack(bytes, decoder()), maxBytes);
  }
  yield* bytes;
}

async function* unpack(packed: AsyncIterable<Uint8Array>, decoder: Duplex): AsyncGenerator<Uint8Array> {
  const input = Readable.from(packed);
  let cause: unknown;
  input.once('error', (error) => {
    cause = error;
    decoder.destroy(error);
  });
  try {
    for await (const chunk of input.pipe(decoder)) yield chunk as Uint8Array;
  } catch (error) {
    if (cause !== undefined) throw cause;
    throw new BrokenBody(`The packed data are damaged or cut short (${(error as Error).message}).`, { cause: error });
  } finally {
    input.destroy();
    decoder.destroy();
  }
}

/** The body ended too early or arrived damaged: another try may do better. */
export class BrokenBody extends Error {}

async function* limited(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.byteLength;
    if (total > maxBytes)
      throw new AppError('remote.invalid', {
        description: `The answer is larger than ${maxBytes} octets, which is the most that is taken. Ask for fewer objects a page.`,
      });
    yield chunk;
  }
}
