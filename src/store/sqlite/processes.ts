import { hostname } from 'node:os';
import type { Micros } from '../../time.ts';

/** Who holds a lease, as far as it can be told whether it is still there. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly lease: Micros;
}

/** At once where the process can be seen to be gone, else when its lease has lapsed. */
export function isGone({ pid, host, lease }: Holder, own: Omit<Holder, 'lease'>, now: Micros): boolean {
  return lease < now || (host === own.host && (pid === own.pid || !isRunning(pid)));
}

/** As far as this process can tell. */
export function isThere({ pid, host, lease }: Holder, now: Micros): boolean {
  return lease >= now && (host !== hostname() || isRunning(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user may not be asked, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
