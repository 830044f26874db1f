import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import type { Clock } from '../../time.ts';
import { decodeError, moduleUrl } from './messages.ts';
import type { WriterData, WriterReply, WriterRequest } from './writer.ts';
import type { WriterCall, WriterCalls } from './writer-calls.ts';

/** The writer as the other threads of the process see it. */
export interface WriterThread extends AsyncDisposable {
  call<K extends keyof WriterCalls>(
    method: K,
    ...args: Parameters<WriterCalls[K]>
  ): Promise<ReturnType<WriterCalls[K]>>;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Starts the thread and waits until its database is open.
 * @throws {AppError} database.unavailable, database.newer, database.damaged
 */
export async function startWriter(data: WriterData, clock: Clock): Promise<WriterThread> {
  const worker = new Worker(moduleUrl('writer'), { workerData: data });
  const waiting = new Map<number, Waiting>();
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let seq = 0;
  let ended: AppError | undefined;

  const end = (error: AppError): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (reply: WriterReply) => {
      if ('opened' in reply) resolve();
      else if ('failed' in reply) reject(decodeError(reply.failed));
      else if ('seq' in reply) {
        const call = waiting.get(reply.seq);
        waiting.delete(reply.seq);
        if ('error' in reply) call?.reject(decodeError(reply.error));
        else call?.resolve(reply.value);
      }
    });
    const gone = (cause?: unknown): void => {
      const error = new AppError('database.unavailable', { description: 'The thread that writes has ended.', cause });
      end(error);
      reject(error);
    };
    worker.once('error', gone);
    worker.once('exit', () => gone());
  });

  const send = (request: WriterRequest): void => worker.postMessage(request);
  return {
    call<K extends keyof WriterCalls>(method: K, ...args: Parameters<WriterCalls[K]>) {
      return new Promise<ReturnType<WriterCalls[K]>>((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        seq += 1;
        waiting.set(seq, { resolve: resolve as (value: unknown) => void, reject });
        send({ seq, call: { method, args, now: clock() } as WriterCall });
      });
    },
    async [Symbol.asyncDispose]() {
      if (ended === undefined) send('close');
      ended ??= new AppError('database.unavailable', { description: 'The database is closed.' });
      await exited;
    },
  };
}
