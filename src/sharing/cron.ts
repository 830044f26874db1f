import { Cron } from 'croner';
import type { Micros } from '../time.ts';

/** @returns what is wrong with a schedule, in words that follow "the schedule" */
export function scheduleFault(schedule: string): string | undefined {
  try {
    return cron(schedule).nextRun() === null ? 'never comes' : undefined;
  } catch {
    return 'is no cron expression such as "*/5 * * * *" (minute, hour, day, month, weekday; a second may stand before)';
  }
}

/** When a schedule comes next after an instant; undefined when it never does. */
export function nextRun(schedule: string, after: Micros): Micros | undefined {
  const next = cron(schedule).nextRun(new Date(Math.floor(after / 1000)));
  return next === null ? undefined : next.getTime() * 1000;
}

function cron(schedule: string): Cron {
  return new Cron(schedule, { timezone: 'UTC', paused: true });
}
