import type { Owner } from '../sharing/model.ts';
import type { Micros } from '../time.ts';

export interface PushListQuery {
  /** Only of this owner; absent: of everybody, for operators. */
  readonly owner?: Owner;
  /** Only what was requested earlier, or at the same instant under a smaller id. */
  readonly before?: { readonly requested: Micros; readonly id: string };
  readonly limit: number;
}

/** A push without its lines. */
export interface PushSummary {
  readonly id: string;
  /** API root path that took the push. */
  readonly root: string;
  readonly collection: string;
  readonly owner: Owner;
  readonly requested: Micros;
  readonly complete: boolean;
  readonly total: number;
  readonly successes: number;
  readonly failures: number;
  readonly pendings: number;
}
