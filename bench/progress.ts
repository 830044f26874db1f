import { Presets, SingleBar } from 'cli-progress';

/** Says how far a step of the run has come. */
export interface Progress {
  step(amount: number): void;
  done(): void;
}

export const SILENT: Progress = { step: () => undefined, done: () => undefined };

const TICK_MS = 200;

/** A bar on a terminal, nothing elsewhere. */
export function startProgress(title: string, total: number): Progress {
  if (!process.stderr.isTTY) return SILENT;
  const format = `${title.padEnd(36)} {bar} {percentage}%`;
  const bar = new SingleBar({ stream: process.stderr, clearOnComplete: true, format }, Presets.legacy);
  bar.start(total, 0);
  return { step: (amount) => bar.increment(amount), done: () => bar.stop() };
}

/** The same for a step that lasts so long and counts nothing. */
export function timedProgress(title: string, durationMs: number): Progress {
  const progress = startProgress(title, durationMs);
  const timer = setInterval(() => progress.step(TICK_MS), TICK_MS);
  return {
    step: () => undefined,
    done: () => {
      clearInterval(timer);
      progress.done();
    },
  };
}
