import { int, pick, type Random, randomAt } from '../data/random.ts';
import type { DataSet } from '../data.ts';
import { manifestPath, objectsPath, type Target } from './target.ts';

/** What the pollers ask, in equal parts. */
export const POLLS = ['page', 'delta', 'type', 'manifest', 'by-id', 'collections'] as const;
export type Poll = (typeof POLLS)[number];

export const POLL_TITLES: Readonly<Record<Poll, string>> = {
  page: 'page of 100 objects',
  delta: 'delta with nothing new',
  type: 'page of 100 of one type',
  manifest: 'manifest of 1,000',
  'by-id': 'one object by id',
  collections: 'list of collections',
};

export const POLLERS = 8;
export const POLLED_TYPE = 'indicator';

/** Where in a collection polls may begin: dates added, and the objects it holds. */
export interface Positions {
  readonly dates: readonly string[];
  readonly lastDate: string;
  readonly data: DataSet;
  readonly objects: number;
}

/** Makes the path of a poll at a random place; the same sequence in every run. */
export function pollPaths(target: Target, positions: Positions): (poll: Poll) => string {
  const random = randomAt(1, 0);
  return (poll) => pathOf(poll, target, positions, random);
}

/** All polls in turn, each poller at another place. */
export function mixedPath(pathOf: (poll: Poll) => string): (poller: number, n: number) => string {
  return (poller, n) => pathOf(POLLS[(poller + n) % POLLS.length] as Poll);
}

function pathOf(poll: Poll, target: Target, { dates, lastDate, data, objects }: Positions, random: Random): string {
  switch (poll) {
    case 'page':
      return objectsPath(target, { added_after: pick(random, dates), limit: 100 });
    case 'delta':
      return objectsPath(target, { added_after: lastDate });
    case 'type':
      return objectsPath(target, { added_after: pick(random, dates), limit: 100, 'match[type]': POLLED_TYPE });
    case 'manifest':
      return manifestPath(target, { added_after: pick(random, dates), limit: 1000 });
    case 'by-id':
      return `${objectsPath(target)}${data.at(int(random, objects)).id}/`;
    case 'collections':
      return `${target.root}collections/`;
  }
}
