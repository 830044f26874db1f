import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** A file to read from, as often as needed. */
export interface Source {
  /** As messages name it. */
  readonly name: string;
  readonly bytes: number;
  /** @param progress told how many bytes have been read */
  read(progress?: (bytes: number) => void): AsyncGenerator<Uint8Array>;
}

export interface Sources extends AsyncDisposable {
  readonly list: readonly Source[];
}

const CHUNK_BYTES = 1 << 18;

/**
 * Opens all files before anything is done with the first. Standard input (`-`) is kept in a file without a name, since it
 * is read twice.
 * @param spoolDirectory where standard input is kept; made when there is need of it
 * @throws {AppError} file.unreadable
 */
export async function openSources(
  files: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
  spoolDirectory: string,
): Promise<Sources> {
  const handles: FileHandle[] = [];
  const sources: Sources = {
    list: [],
    async [Symbol.asyncDispose]() {
      for (const handle of handles) await handle.close();
    },
  };
  try {
    const list: Source[] = [];
    for (const file of files) {
      const handle = await openOne(file, stdin, spoolDirectory);
      handles.push(handle);
      const name = file === '-' ? '<stdin>' : file;
      list.push({ name, bytes: await sizeOf(handle, name), read: (progress) => readAll(handle, progress) });
    }
    return { ...sources, list };
  } catch (error) {
    await sources[Symbol.asyncDispose]();
    throw error;
  }
}

async function openOne(file: string, stdin: AsyncIterable<Uint8Array>, spoolDirectory: string): Promise<FileHandle> {
  if (file === '-') return spool(stdin, spoolDirectory);
  try {
    return await open(file, 'r');
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function sizeOf(handle: FileHandle, name: string): Promise<number> {
  const stat = await handle.stat();
  if (stat.isDirectory()) throw new AppError('file.unreadable', { description: `${name} is a directory.` });
  return stat.size;
}

async function spool(stdin: AsyncIterable<Uint8Array>, directory: string): Promise<FileHandle> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${randomUUID()}.spool`);
  const handle = await open(path, 'wx+', 0o600);
  // Without a name it goes with the process, however that ends.
  await unlink(path);
  for await (const chunk of stdin) await handle.appendFile(chunk);
  return handle;
}

async function* readAll(handle: FileHandle, progress?: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    // What was handed out may still be held, so each chunk has a buffer of its own.
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    progress?.(position);
    yield buffer.subarray(0, bytesRead);
  }
}

function unreadable(file: string, error: unknown): AppError {
  const reason =
    error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'it does not exist' : String(error);
  return new AppError('file.unreadable', { description: `${file} cannot be read: ${reason}.`, cause: error });
}
