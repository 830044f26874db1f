import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgress } from './progress.ts';

const TELLS = process.platform === 'linux';
/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** Processor time that all threads of a process have taken; where no system tells, time altogether. */
export function processorMs(pid: number): number {
  if (!TELLS) return performance.now();
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

const LOOK_MS = 500;
const IDLE_SHARE = 0.05;
const LONGEST_MS = 600_000;

/** Waits until a hub has nothing left to do: what follows its objects (search, trends) catches up after a load. */
export async function idle(pid: number): Promise<void> {
  if (!TELLS) return;
  const progress = startProgress('the hub catches up', 1);
  const end = performance.now() + LONGEST_MS;
  for (let quiet = 0; quiet < 2 && performance.now() < end; ) {
    const before = processorMs(pid);
    await sleep(LOOK_MS);
    quiet = processorMs(pid) - before < IDLE_SHARE * LOOK_MS ? quiet + 1 : 0;
  }
  progress.done();
}
