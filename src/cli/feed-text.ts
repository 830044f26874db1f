import type { Position } from '../exchange/paging.ts';
import { dueAt } from '../exchange/schedule.ts';
import type { Feed, FeedWay } from '../sharing/model.ts';
import type { FeedState } from '../store/feeds.ts';
import { formatMicros, type Micros } from '../time.ts';
import { table } from './table.ts';

/** One way of a feed, as it stands. */
export interface Standing {
  readonly feed: Feed;
  readonly way: FeedWay;
  readonly state: FeedState | undefined;
}

/** What programs are told of one way of a feed. */
export function standingDocument({ feed, way, state }: Standing, now: Micros): Record<string, unknown> {
  const due = dueAt(feed, way, state);
  const instant = (key: string, at: Micros | undefined): object =>
    at === undefined ? {} : { [key]: formatMicros(at) };
  return {
    way,
    state: wordOf(state),
    ...instant('last_run', state?.started),
    ...instant('next_run', due === undefined ? undefined : Math.max(due, now)),
    ...instant('up_to_date', state?.upToDate),
    ...(state?.upToDate === undefined ? {} : { lag_seconds: Math.round((now - state.upToDate) / 1e6) }),
    ...(state?.position === undefined ? {} : { position: JSON.parse(state.position) as Position }),
    ...(state === undefined ? {} : state.counts),
    failures: state?.failures ?? 0,
    pending: state?.pending ?? 0,
    failing_runs: state?.failing ?? 0,
    ...(state?.error === undefined ? {} : { error: state.error }),
  };
}

export function standingTable(standings: readonly Standing[], now: Micros): string[] {
  return table(
    ['FEED', 'WAY', 'STATE', 'LAST RUN', 'NEXT RUN', 'LAG', 'POSITION', 'DONE', 'FAILED', 'LAST ERROR'],
    standings.map((standing) => {
      const { feed, way, state } = standing;
      const due = dueAt(feed, way, state);
      return [
        feed.name,
        way,
        wordOf(state),
        state?.started === undefined ? '-' : `${ago(state.started, now)} ago`,
        due === undefined ? 'by hand' : due <= now ? 'now' : `in ${ago(now, due)}`,
        state?.upToDate === undefined ? 'not there yet' : ago(state.upToDate, now),
        placeOf(state),
        String(state?.counts.exchanged ?? 0),
        String(state?.failures ?? 0),
        state?.error ?? '-',
      ];
    }),
  );
}

function wordOf(state: FeedState | undefined): string {
  if (state?.started === undefined) return 'never ran';
  if (state.running) return 'running';
  if (state.failing > 0) return state.failing === 1 ? 'failing' : `failing, ${state.failing} times`;
  if (state.pending > 0) return `waiting for ${state.pending}`;
  return state.upToDate === undefined ? 'broken off' : 'fine';
}

/** Up to which date added everything was exchanged. */
function placeOf(state: FeedState | undefined): string {
  if (state?.position === undefined) return 'start';
  const { addedAfter, last, next } = JSON.parse(state.position) as Position;
  const date = last ?? addedAfter;
  if (date === undefined) return next === undefined ? 'start' : 'on the way';
  return date.replace(/\.\d+/, '');
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
];

/** The time between two instants, in its two largest units: `3 min`, `2 d 4 h`. */
export function ago(from: Micros, to: Micros): string {
  let seconds = Math.max(0, Math.round((to - from) / 1e6));
  const parts: string[] = [];
  for (const [size, unit] of UNITS) {
    const whole = Math.floor(seconds / size);
    seconds -= whole * size;
    if (whole > 0) parts.push(`${whole} ${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.length === 0 ? `${seconds} s` : parts.slice(0, 2).join(' ');
}
