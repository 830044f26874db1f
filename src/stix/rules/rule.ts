import type { JsonObject } from '../json.ts';
import type { Facts } from './facts.ts';

/**
 * Tells what a rule found, at a JSON Pointer below the object.
 * @returns false when the rule has reported enough of this object and may stop looking
 */
export type Report = (path: string, message: string) => boolean;

/** What people are told about a rule. */
export interface RuleInfo {
  /** Stable, lower case with hyphens: `modified-before-created`. */
  readonly id: string;
  /** `STIX 2.1 §3.2`. */
  readonly section: string;
  /** `error` for a MUST, `warning` for a SHOULD. */
  readonly severity: 'error' | 'warning';
  /**
   * Said only where strictness is asked for: what it finds is legal and odd, and sound content of others has it. Always
   * with severity `warning`.
   */
  readonly level?: 'strict';
  /** What the rule demands, in one sentence: docs/rules.md is made of these. */
  readonly summary: string;
  /** What a producer does about it, in one sentence. */
  readonly hint?: string;
}

/**
 * One rule of the standard that a schema does not express. It is called only for objects whose top level is sound (an
 * object with a string `type`), but it must expect any JSON below and never throw.
 */
export interface Rule extends RuleInfo {
  /** STIX types it looks at; absent: every type. */
  readonly types?: readonly string[];
  readonly check: (object: JsonObject, report: Report, facts: Facts) => void;
}
