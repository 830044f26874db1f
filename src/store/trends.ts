import type { Allowed, Tlp } from '../sharing/model.ts';
import type { Dimension, PeriodUnit, TimeBasis } from '../trends/dimensions.ts';

/** Counts of what objects say, as docs/trends.md defines them; a follower keeps them. */
export interface TrendStore {
  /** Every key that was counted in one of the windows, in no order, and which keys may be one. */
  totals(query: TrendQuery, windows: readonly DayWindow[]): Promise<TrendTotals>;
  /** What is behind some keys, in their order. */
  details(query: TrendQuery, keys: readonly number[], periods: readonly DayWindow[]): Promise<readonly KeyDetails[]>;
  /** The ids under which the trends of a period are published. */
  reportIds(place: ReportPlace): Promise<ReportIds | undefined>;
  /**
   * Sets them, unless somebody did so meanwhile.
   * @param instead what they take the place of
   * @returns those that count
   */
  rememberReport(place: ReportPlace, ids: ReportIds, instead?: ReportIds): Promise<ReportIds>;
}

/** What a report is about, and where it is published. */
export interface ReportPlace {
  /** Collection id. */
  readonly collection: string;
  readonly dimension: Dimension;
  readonly unit: PeriodUnit;
  /** First day of the period, since 1970. */
  readonly from: number;
  readonly maxTlp: Tlp;
}

export interface ReportIds {
  readonly report: string;
  /** Of its translation. */
  readonly translation: string;
}

export interface TrendQuery {
  readonly dimension: Dimension;
  readonly basis: TimeBasis;
  /** Collections by their ids, each with what its reader may see there. */
  readonly places: readonly { readonly collection: string; readonly verdict: Allowed }[];
}

/** from ≤ day < until, in days since 1970. */
export interface DayWindow {
  readonly from: number;
  readonly until: number;
}

export interface TrendTotals {
  readonly keys: readonly KeyTotals[];
  /** Aliases that merge: the key of each, and that of the name which it merges with. */
  readonly merges: readonly { readonly alias: number; readonly name: number }[];
}

export interface KeyTotals {
  /** Its number, for `details`. */
  readonly num: number;
  readonly key: string;
  /** One for each window. */
  readonly counts: readonly number[];
}

export interface KeyDetails {
  readonly num: number;
  /** One for each period. */
  readonly counts: readonly number[];
  /** Spellings of visible objects, with how many use each. */
  readonly labels: readonly { readonly label: string; readonly objects: number }[];
  /** Ids of visible objects behind a name, at most `MAX_KEY_IDS`. */
  readonly ids: readonly string[];
}

export const MAX_KEY_IDS = 10;
