import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The compressed data are damaged or end too early. */
export class DamagedGzip extends Error {}

const GZIP = [0x1f, 0x8b];
/** Bytes that tell what a source is: the longest is the byte order mark of UTF-8. */
const SNIFFED = 3;

/** The bytes of a source, unpacked when they are gzip; the first piece is long enough to tell what they are. */
export async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [head, rest] = await sniff(source[Symbol.asyncIterator]());
  if (GZIP.some((byte, i) => head[i] !== byte)) {
    yield* chain(head, rest);
    return;
  }
  const [inner, innerRest] = await sniff(gunzip(chain(head, rest)));
  yield* chain(inner, innerRest);
}

async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = Readable.from(packed);
  const unzip = createGunzip();
  input.once('error', (error) => unzip.destroy(error));
  try {
    for await (const chunk of input.pipe(unzip)) yield chunk as Uint8Array;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new DamagedGzip(
      error.code === 'Z_BUF_ERROR'
        ? 'The gzip data end too early: the file was cut short.'
        : `The gzip data are damaged (${error.message}).`,
    );
  } finally {
    input.destroy();
    unzip.destroy();
  }
}

/** Reads until the first bytes are there. */
async function sniff(source: AsyncIterator<Uint8Array>): Promise<[head: Uint8Array, rest: AsyncIterator<Uint8Array>]> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < SNIFFED) {
    const { done, value } = await source.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return [head, source];
}

async function* chain(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function isZlibError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
