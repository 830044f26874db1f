import { type Options, SingleBar } from 'cli-progress';
import type { Session } from './session.ts';

export interface Progress extends Disposable {
  update(done: number, total: number): void;
}

/** Work that is over sooner shows nothing. */
const DELAY_MS = 2000;

const STYLE: Options = {
  format: '{label} [{bar}] {percentage} %, {eta_formatted} left',
  barCompleteChar: '=',
  barIncompleteChar: ' ',
  clearOnComplete: true,
  hideCursor: true,
  etaBuffer: 100,
};

/** A bar on standard error, for people at a terminal only. */
export function showProgress(session: Session, label: string): Progress {
  const { stderr } = session.io;
  if (session.json || stderr.isTTY !== true) return { update: () => undefined, [Symbol.dispose]: () => undefined };
  const bar = new SingleBar({ ...STYLE, stream: stderr });
  const startAt = performance.now() + DELAY_MS;
  let started = false;
  return {
    update(done, total) {
      if (!started && performance.now() < startAt) return;
      if (!started) bar.start(total, done, { label });
      started = true;
      bar.update(done);
    },
    [Symbol.dispose]() {
      if (started) bar.stop();
    },
  };
}
