export const TEST_NAMES = ['instants', 'deleted', 'hidden', 'reads', 'writes', 'changes'] as const;
export type TestName = (typeof TEST_NAMES)[number];

/**
 * Weakenings of the code that decides who sees and does what. Each is one change of text, and each must make a test of
 * this folder fail.
 */
export interface Mutant {
  readonly weakness: string;
  /** Under `src/`. */
  readonly file: string;
  /** Occurs once. */
  readonly text: string;
  readonly becomes: string;
  /** The test file that is most likely to find it, which is run first. */
  readonly found: TestName;
}
