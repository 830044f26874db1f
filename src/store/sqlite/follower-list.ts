import type { Follower } from './followers.ts';
import { searchFollower } from './search-follower.ts';
import { trendFollower } from './trend-follower.ts';

/** All that follow the objects of a database, each by itself. */
export const FOLLOWERS: readonly Follower[] = [searchFollower, trendFollower];
