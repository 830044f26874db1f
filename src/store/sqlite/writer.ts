/** The thread that writes: everything that one process changes goes through its one connection, in order. */
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { MAX_BATCH } from '../store.ts';
import { CHECKPOINT_BYTES, databaseError, openWriter, type Sqlite, WRITER_WAIT_MS } from './connection.ts';
import { type ErrorMessage, encodeError } from './messages.ts';
import { createWriter, type Settled, type WriterCall } from './writer-calls.ts';

export interface WriterData {
  readonly file: string;
  readonly create: boolean;
  readonly recentKeys: number;
  /** Keep up what follows the objects, unasked. */
  readonly follows: boolean;
}

export type WriterRequest = { readonly seq: number; readonly call: WriterCall } | 'close';

export type WriterReply =
  | { readonly opened: true }
  | { readonly closed: true }
  | { readonly failed: ErrorMessage }
  | { readonly seq: number; readonly value: unknown }
  | { readonly seq: number; readonly error: ErrorMessage };

/** Between parts of a removed collection: other writers get their turn. */
const CLEAR_PAUSE_MS = 20;

/** Between two steps of followers: nobody writes, or somebody does, or there was nothing to do (another process may write). */
const FOLLOW_PAUSE_MS = 2;
const FOLLOW_BUSY_MS = 100;
const FOLLOW_IDLE_MS = 1000;
/** After a step that failed, which does not happen but by damage or a fault of ours. */
const FOLLOW_RETRY_MS = 60_000;

/** The log may outgrow its size while somebody reads on and on; then readers are waited for. */
const LOG_MAX_BYTES = 4 * CHECKPOINT_BYTES;
const LOG_WAIT_MS = 200;
const LOG_RETRY_MS = 5000;

type Waiting = Exclude<WriterRequest, 'close'>;

function serve(
  db: Sqlite,
  { file, recentKeys, follows }: WriterData,
  post: (reply: WriterReply) => void,
  end: () => void,
): (request: WriterRequest) => void {
  const writer = createWriter(db, recentKeys);
  const waiting: Waiting[] = [];
  let scheduled = false;
  let closing = false;
  let retryAt = 0;

  const reply = ({ seq }: Waiting, settled: Settled): void => {
    if ('error' in settled) post({ seq, error: encodeError(databaseError(settled.error, file)) });
    else post({ seq, value: settled.value });
  };

  /** What has come in meanwhile shares a transaction, and so its way to the disk, as far as a commit may hold. */
  const work = (): void => {
    scheduled = false;
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      const settled = writer.run(group.map(({ call }) => call));
      for (const [i, request] of group.entries()) reply(request, settled[i] as Settled);
      keepLogShort();
      if (group.some(({ call }) => call.method === 'change' || call.method === 'recall')) clearSoon();
    }
    busy = true;
    if (closing) close();
  };

  const keepLogShort = (): void => {
    if (Date.now() < retryAt || sizeOf(`${file}-wal`) < LOG_MAX_BYTES) return;
    retryAt = Date.now() + LOG_RETRY_MS;
    db.pragma(`busy_timeout = ${LOG_WAIT_MS}`);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.pragma(`busy_timeout = ${WRITER_WAIT_MS}`);
  };

  let clearing: NodeJS.Timeout | undefined;
  const clearSoon = (): void => {
    clearing ??= setTimeout(() => {
      clearing = undefined;
      if (clear()) clearSoon();
    }, CLEAR_PAUSE_MS);
  };

  /** What cannot be cleared away now is tried again after the next removal or start. */
  const clear = (): boolean => {
    try {
      return writer.clear();
    } catch {
      return false;
    }
  };

  let busy = false;
  let following: NodeJS.Timeout | undefined;
  const followIn = (ms: number): void => {
    following = setTimeout(() => followIn(follow()), ms);
  };

  /** @returns milliseconds until the next step */
  const follow = (): number => {
    try {
      const more = writer.follow();
      if (more) keepLogShort();
      const pause = busy ? FOLLOW_BUSY_MS : more ? FOLLOW_PAUSE_MS : FOLLOW_IDLE_MS;
      busy = false;
      return pause;
    } catch (error) {
      return isLocked(error) ? FOLLOW_BUSY_MS : FOLLOW_RETRY_MS;
    }
  };

  const close = (): void => {
    clearTimeout(clearing);
    clearTimeout(following);
    db.close();
    post({ closed: true });
    end();
  };

  clearSoon();
  if (follows) followIn(FOLLOW_PAUSE_MS);
  return (request) => {
    if (request === 'close') closing = true;
    else waiting.push(request);
    if (!scheduled) setImmediate(work);
    scheduled = true;
  };
}

function isLocked(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

/** At least one request, and more as long as their objects fit into one commit. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  let objects = 0;
  const fitting = waiting.findIndex(({ call }) => {
    objects += rowsOf(call);
    return objects > MAX_BATCH;
  });
  return waiting.splice(0, fitting === -1 ? waiting.length : Math.max(fitting, 1));
}

function rowsOf(call: WriterCall): number {
  if (call.method === 'recall' || call.method === 'advanceRecall') return MAX_BATCH;
  if (call.method === 'commit') return call.args[0].objects.length;
  return call.method === 'append' ? call.args[0].length : 1;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

const port = parentPort;
if (port !== null) {
  const data = workerData as WriterData;
  const post = (reply: WriterReply): void => port.postMessage(reply);
  try {
    port.on(
      'message',
      serve(openWriter(data.file, data.create), data, post, () => port.close()),
    );
    post({ opened: true });
  } catch (error) {
    post({ failed: encodeError(error) });
    port.close();
  }
}
