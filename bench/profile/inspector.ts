import { readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';

/** Makes a Node process open its inspector on a free port of the loopback interface. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

/** Microseconds between two samples: often enough for functions that take a few of them at each request. */
const INTERVAL_MICROS = 200;

export interface ThreadProfile {
  /** `main`, or the file that a worker thread runs. */
  readonly thread: string;
  readonly profile: Profiler.Profile;
}

/** The inspector of another process: its main thread and its worker threads. */
export interface Inspector extends Disposable {
  /** Where all threads spend their time while `work` lasts. */
  profile(work: () => Promise<void>): Promise<readonly ThreadProfile[]>;
}

/** Calls a method of one thread. */
type Call = (method: string, params?: object) => Promise<unknown>;

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** @param log what a process started with `INSPECTED` has printed */
export async function attach(log: string): Promise<Inspector> {
  const url = /^Debugger listening on (ws:\S+)/m.exec(readFileSync(log, 'utf8'))?.[1];
  if (url === undefined) throw new Error(`${log} does not name the address of an inspector.`);
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`${url} cannot be reached.`)), { once: true });
  });
  const threads = new Map<string, Call>();
  const main = caller((text) => socket.send(text));
  const workers = new Map<string, ReturnType<typeof caller>>();
  threads.set('main', main.call);
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    main.answered(message);
    const { sessionId, workerInfo, message: text } = message.params ?? {};
    if (message.method === 'NodeWorker.attachedToWorker') {
      const id = String(sessionId);
      const worker = caller((sent) => void main.call('NodeWorker.sendMessageToWorker', { sessionId, message: sent }));
      workers.set(id, worker);
      threads.set(fileOf((workerInfo as { url: string }).url, threads), worker.call);
    } else if (message.method === 'NodeWorker.receivedMessageFromWorker') {
      workers.get(String(sessionId))?.answered(JSON.parse(String(text)) as Message);
    }
  });
  await main.call('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return {
    async profile(work) {
      const all = async (method: string, params?: object): Promise<void> => {
        await Promise.all([...threads.values()].map((call) => call(method, params)));
      };
      await all('Profiler.enable');
      await all('Profiler.setSamplingInterval', { interval: INTERVAL_MICROS });
      await all('Profiler.start');
      await work();
      return Promise.all(
        [...threads].map(async ([thread, call]) => {
          const { profile } = (await call('Profiler.stop')) as Profiler.StopReturnType;
          return { thread, profile };
        }),
      );
    },
    [Symbol.dispose]: () => socket.close(),
  };
}

/** Pairs answers with calls. */
function caller(send: (text: string) => void) {
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  const call: Call = (method, params = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      send(JSON.stringify({ id: last, method, params }));
    });
  return {
    call,
    answered({ id, result, error }: Message): void {
      const call = id === undefined ? undefined : waiting.get(id);
      if (call === undefined || id === undefined) return;
      waiting.delete(id);
      if (error === undefined) call.resolve(result);
      else call.reject(new Error(error.message));
    },
  };
}

/** The name of a worker's file; several threads of one file are numbered. */
function fileOf(url: string, taken: ReadonlyMap<string, unknown>): string {
  const name = /([^/]+?)\.[jt]s$/.exec(url)?.[1] ?? 'worker';
  for (let i = 1; ; i++) {
    const numbered = i === 1 ? name : `${name}-${i}`;
    if (!taken.has(numbered)) return numbered;
  }
}
