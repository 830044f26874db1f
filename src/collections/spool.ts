import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Bodies up to this many bytes stay in memory. */
const MEMORY_BYTES = 1 << 20;

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

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#size;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.byteLength;
    if (this.#file === undefined) {
      this.#chunks.push(chunk);
      if (this.#size > MEMORY_BYTES) await this.#moveToFile();
    } else {
      await writeAll(this.#file, chunk);
    }
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
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.byteLength) {
    const { bytesWritten } = await file.write(chunk, written, chunk.byteLength - written);
    written += bytesWritten;
  }
}
