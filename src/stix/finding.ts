/** One result of validation. */
export interface Finding {
  /** JSON Pointer (RFC 6901) into the object; empty for the object itself. */
  readonly path: string;
  /** Stable rule id. */
  readonly rule: string;
  /** `error` for a MUST of the standard, `warning` for a SHOULD. */
  readonly severity: 'error' | 'warning';
  /** What is wrong and what was expected, for a producer to act on. */
  readonly message: string;
  /** Section of the standard, `STIX 2.1 §3.2` for instance. */
  readonly section: string;
}
