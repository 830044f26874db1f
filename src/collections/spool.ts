import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** Bodies up to this many bytes stay in memory. */
const MEMORY_BYTES = 1 << 20;

/** What a chunk takes beside its bytes: a body that comes a byte at a time is not small. */
const CHUNK_BYTES = 256;

/** What the bodies in memory take together. Beyond its limit they go to files, however small they are. */
export class SpoolMemory {
  readonly limit: number;
  used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }
}

/** Of the process. */
const MEMORY = new SpoolMemory(64 << 20);

/**
 * A request body as it arrives: in memory while it is small, in a file without a name once it is not, so that the memory
 * a push takes does not depend on its size.
 */
export class Spool implements AsyncDisposable {
  readonly #directory: string;
  #chunks: Uint8Array[] = [];
  #memory: Buffer | undefined;
  #file: FileHandle | undefined;
  #size = 0;
  readonly #shared: SpoolMemory;
  #inMemory = 0;

  constructor(directory: string, shared = MEMORY) {
    this.#directory = directory;
    this.#shared = shared;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#size;
  }

  /** @throws {AppError} server.busy when there is no room for it */
  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.byteLength;
    try {
      if (this.#file !== undefined) {
        await writeAll(this.#file, chunk);
        return;
      }
      this.#chunks.push(chunk);
      this.#takeMemory(chunk.byteLength + CHUNK_BYTES);
      if (this.#inMemory > MEMORY_BYTES || this.#shared.used > this.#shared.limit) await this.#moveToFile();
    } catch (error) {
      throw isNoRoom(error) ? noRoom(error) : error;
    }
  }

  #takeMemory(bytes: number): void {
    this.#inMemory += bytes;
    this.#shared.used += bytes;
  }

  /** The bytes from `start` up to `end`, after the last write. */
  async read(start: number, end: number): Promise<Buffer> {
    if (this.#file === undefined) {
      this.#memory ??= Buffer.concat(this.#chunks);
      return this.#memory.subarray(start, end);
    }
    const buffer = Buffer.allocUnsafe(end - start);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await this.#file.read(buffer, filled, buffer.length - filled, start + filled);
      if (bytesRead === 0) throw new Error(`The spool ends at byte ${start + filled}, ${end} were written.`);
      filled += bytesRead;
    }
    return buffer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#chunks = [];
    this.#memory = undefined;
    this.#takeMemory(-this.#inMemory);
    await this.#file?.close();
  }

  async #moveToFile(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const path = join(this.#directory, `${randomUUID()}.spool`);
    this.#file = await open(path, 'wx+', 0o600);
    // Without a name it goes with the process, however that ends.
    await unlink(path);
    for (const chunk of this.#chunks) await writeAll(this.#file, chunk);
    this.#chunks = [];
    this.#takeMemory(-this.#inMemory);
  }
}

/** Disk full, quota or limit reached, no file to be had: not for ever, and no fault of whoever sends. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EMFILE', 'ENFILE']);

function isNoRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_ROOM.has(String(error.code));
}

function noRoom(cause: unknown): AppError {
  return new AppError('server.busy', {
    description: 'The hub has no room for this body right now. Nothing of it was stored; send it again later.',
    headers: { 'Retry-After': '60' },
    cause,
  });
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.byteLength) {
    const { bytesWritten } = await file.write(chunk, written, chunk.byteLength - written);
    written += bytesWritten;
  }
}
